"""Photographs and scans: the digit alone is read, and what else is seen is said."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from vae_demo.digits import REMARKS, DrawingError, mnist, open_picture, read_digit, to_digit, to_ink
from vae_demo.digits.crop import Crop
from vae_demo.digits.lines import straight_lines, without_lines
from vae_demo.evaluation.classifier import Classifier, load_classifier, probabilities

PHOTOGRAPHS = sorted((Path(__file__).parents[1] / "data" / "photographs").glob("*.*g"))
TURNED = "rot20_1_is7.jpg"  # a 7 by 20 degrees: upright, it is read


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return load_classifier()


def digit_on(paper: np.ndarray, index: int = 4, side: int = 240) -> np.ndarray:
    """A test digit in dark ink in the middle of a sheet (600, 600) of grey levels."""
    image = Image.fromarray(mnist.test_digits().images[index])
    ink = np.asarray(image.resize((side, side), Image.Resampling.BICUBIC)) / 255
    ink = np.clip((ink - 0.4) * 4 + 0.5, 0, 1)
    start = (600 - side) // 2
    sheet = paper.astype(float)
    middle = sheet[start : start + side, start : start + side]
    middle[:] = middle * (1 - ink) + 30 * ink
    return np.rint(sheet).astype(np.uint8)


def sheet(*lines: tuple[int, int, int, int], width: int = 3, shade: int = 60) -> np.ndarray:
    """White paper with lines, (600, 600)."""
    image = Image.new("L", (600, 600), 255)
    for line in lines:
        ImageDraw.Draw(image).line(line, fill=shade, width=width)
    return np.asarray(image)


def photographed(picture: np.ndarray) -> np.ndarray:
    """In sloping light, with noise."""
    light = np.linspace(1, 0.6, 600)[:, None] * np.linspace(0.9, 1, 600)
    noise = np.random.default_rng(0).normal(0, 3, picture.shape)
    return np.rint(picture * 0.9 * light + noise).clip(0, 255).astype(np.uint8)


RULED = sheet(*[(0, y, 600, y) for y in range(20, 600, 55)])
SQUARED = sheet(*[(0, y, 600, y + 12) for y in range(-20, 600, 40)],
                *[(x, 0, x - 12, 600) for x in range(0, 640, 40)])  # fmt: skip
BOXED = sheet((90, 80, 510, 80), (510, 80, 510, 530), (510, 530, 90, 530), (90, 530, 90, 80))
SHEETS = {
    "ruled": RULED,
    "squared": SQUARED,
    "boxed": BOXED,
    "underlined": sheet((60, 510, 540, 515), width=5),
    "with a margin": sheet((80, 0, 90, 600)),
    "pale": sheet(*[(0, y, 600, y) for y in range(20, 600, 30)], shade=215),
}


@pytest.mark.some(8)
@pytest.mark.parametrize("path", PHOTOGRAPHS, ids=lambda path: path.stem)
def test_the_digit_in_a_photograph_is_read(path: Path, classifier: Classifier) -> None:
    picture = open_picture(path)
    wanted = re.search(r"_is(.)", path.name)[1]  # type: ignore[index]
    if wanted == "-":
        with pytest.raises(DrawingError, match="is blank, or no mark in it looks like a digit"):
            read_digit(picture)
        return
    if path.name == TURNED:
        picture = Crop(degrees=20).of(picture)
    found = read_digit(picture)
    assert str(probabilities(classifier, found.digit[None]).argmax()) == wanted
    assert found.remarks == (("several",) if "two" in path.name else ())


def test_there_is_a_photograph_of_each_kind() -> None:
    assert len(PHOTOGRAPHS) >= 28
    assert sum(path.stat().st_size for path in PHOTOGRAPHS) < 2_000_000


@pytest.mark.some(4)
@pytest.mark.parametrize("name", SHEETS)
@pytest.mark.parametrize("scanned", [True, False], ids=["scanned", "photographed"])
def test_lines_are_no_part_of_the_digit(name: str, scanned: bool, classifier: Classifier) -> None:
    plain, lined = digit_on(sheet()), digit_on(SHEETS[name])
    if not scanned:
        plain, lined = photographed(plain), photographed(lined)
    assert np.corrcoef(to_ink(lined).ravel(), to_ink(plain).ravel())[0, 1] > 0.85
    assert probabilities(classifier, to_digit(lined)[None]).argmax() == 4


@pytest.mark.some(2)
@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_without_a_digit_is_refused(name: str) -> None:
    with pytest.raises(DrawingError, match="no mark in it looks like a digit"):
        read_digit(photographed(SHEETS[name]))


def test_a_scan_without_a_digit_has_a_remark() -> None:
    assert read_digit(SQUARED).remarks == ("unclear",)


def test_a_sheet_in_a_frame_is_read_without_the_frame(classifier: Classifier) -> None:
    for side, shade in ((20, 0), (200, 90)):  # the rim of a scan; the margins of a viewer
        framed = np.pad(digit_on(sheet()), side, constant_values=shade)
        assert probabilities(classifier, to_digit(framed)[None]).argmax() == 4
        assert to_ink(framed)[side : side + 600, side : side + 600].any()
        grain = np.random.default_rng(1).integers(0, 3, (600, 600), np.uint8)
        with pytest.raises(DrawingError, match="is blank"):
            read_digit(np.pad(sheet() - grain, side, constant_values=shade))
        read_digit(np.pad(sheet(), side, constant_values=shade))  # a filled square


@pytest.mark.parametrize(
    ("digit", "parts"), [(2, "abged"), (3, "abgcd"), (4, "fgbc"), (5, "afgcd"), (8, "abcdefg")]
)
def test_the_parts_of_a_calculators_digit_are_one_digit(
    digit: int, parts: str, classifier: Classifier
) -> None:
    display = Image.new("L", (600, 600), 170)
    bars = {
        **{"a": (206, 100, 394, 130), "g": (206, 285, 394, 315), "d": (206, 470, 394, 500)},
        **{"f": (170, 136, 200, 279), "b": (400, 136, 430, 279)},
        **{"e": (170, 321, 200, 464), "c": (400, 321, 430, 464)},
    }
    for part in parts:
        ImageDraw.Draw(display).rectangle(bars[part], fill=40)
    found = read_digit(photographed(np.asarray(display)))
    assert probabilities(classifier, found.digit[None]).argmax() == digit
    assert found.remarks == ()


def test_removed_lines_leave_the_strokes_that_cross_them() -> None:
    ink = digit_on(sheet()) < 128
    mask = (digit_on(SQUARED) < 128).astype(np.uint8)
    lines = straight_lines(mask)
    assert len(lines) == 30  # of each direction those that are long enough
    left = without_lines(mask, lines)
    assert left[ink].mean() > 0.97
    assert left[~ink].mean() < 0.05 * mask[~ink].mean()


def test_strokes_are_no_lines() -> None:
    for index in (2, 4, 14):  # a 1, a 4, another 1
        assert straight_lines((digit_on(sheet(), index, 420) < 128).astype(np.uint8)) == []


def test_two_digits_have_a_remark_and_one_has_none() -> None:
    pair = np.hstack([digit_on(sheet())[:, 150:450], digit_on(sheet(), 1)[:, 150:450]])
    assert read_digit(photographed(pair)).remarks == ("several",)
    assert read_digit(photographed(digit_on(sheet()))).remarks == ()


def written(text: str, font: int = cv2.FONT_HERSHEY_SCRIPT_SIMPLEX) -> np.ndarray:
    """A text in the middle of white paper, (600, 600)."""
    paper = sheet().copy()
    (width, height), _ = cv2.getTextSize(text, font, 3, 7)
    place = ((600 - width) // 2, (600 + height) // 2)
    cv2.putText(paper, text, place, font, 3, 30, 7, cv2.LINE_AA)
    return paper


def strokes(count: int) -> np.ndarray:
    """Bent strokes all over white paper, (600, 600)."""
    rng, image = np.random.default_rng(3), Image.new("L", (600, 600), 255)
    for start in rng.uniform(90, 510, (count, 2)):
        path = start + np.cumsum(rng.normal(0, 30, (6, 2)), 0)
        ImageDraw.Draw(image).line([tuple(at) for at in path], fill=30, width=8)
    return np.asarray(image)


@pytest.mark.some(2)
@pytest.mark.parametrize("scanned", [True, False], ids=["scanned", "photographed"])
@pytest.mark.parametrize(
    "picture",
    [written("a word"), written("4 + 5", cv2.FONT_HERSHEY_SIMPLEX), strokes(14)],
    ids=["words", "sum", "strokes"],
)
def test_several_marks_by_one_pen_have_a_remark(picture: np.ndarray, scanned: bool) -> None:
    assert "several" in read_digit(picture if scanned else photographed(picture)).remarks


def test_a_digit_of_several_strokes_has_no_remark(classifier: Classifier) -> None:
    five, three = (Image.new("L", (500, 500), 255) for _ in range(2))
    draw = ImageDraw.Draw(five)
    draw.line([(180, 130), (170, 230)], fill=30, width=20)
    draw.arc((145, 215, 315, 385), 230, 500, fill=30, width=20)
    draw.line([(205, 110), (330, 105)], fill=30, width=20)  # its bar touches nothing
    for middle, radius, turns in ((180, 70, (-2.6, 1.9, 40)), (330, 85, (-1.7, 2.6, 20))):
        for turn in np.linspace(*turns):  # in dots
            x, y = 250 + radius * np.cos(turn), middle + radius * np.sin(turn)
            ImageDraw.Draw(three).ellipse((x - 8, y - 8, x + 8, y + 8), fill=30)
    for image, digit in ((five, 5), (three, 3)):
        found = read_digit(np.asarray(image))
        assert probabilities(classifier, found.digit[None]).argmax() == digit
        assert found.remarks == ()


def test_a_spot_of_light_has_a_remark() -> None:
    y, x = np.mgrid[-1:1:600j, -1:1:600j]
    spot = np.exp(-((x - 0.1) ** 2 + y**2) / 0.04)[..., None] * 0.8
    dim = digit_on(sheet())[..., None] * 0.6
    picture = dim * (1 - spot) + 252 * spot
    picture += np.random.default_rng(1).normal(0, 2, picture.shape)
    assert "glare" in read_digit(picture.clip(0, 255).astype(np.uint8)).remarks


def test_what_is_hardly_a_digit_has_a_remark() -> None:
    blot = sheet().copy()
    y, x = np.mgrid[:600, :600]
    blot[np.hypot(x - 300, 0.3 * (y - 300)) < 100] = 40  # from rim to rim
    assert read_digit(photographed(blot)).remarks == ("unclear",)
    assert all(REMARKS.values())
