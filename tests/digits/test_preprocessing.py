"""drawing: every picture in, a digit as MNIST made it out, or one clear sentence."""

import io
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vae_demo.digits import (
    FORMATS,
    MAX_PICTURE_BYTES,
    MAX_SIDE,
    SENTENCES,
    STAGES,
    DrawingError,
    mnist,
    open_picture,
    preprocessing,
    to_digit,
    to_ink,
    whole_picture,
)

Bytes = NDArray[np.uint8]
THREE = [(0.1, 0.1), (0.8, 0.05), (0.4, 0.45), (0.9, 0.7), (0.5, 1.0), (0.0, 0.85)]


def pen(
    width: float = 12,
    side: int = 280,
    box: tuple[float, float, float, float] = (60, 60, 220, 220),
    points: Sequence[tuple[float, float]] = THREE,
    blot: float = 0,
) -> Bytes:
    """White strokes on black, with soft edges: drawn four times as large, then reduced."""
    image = Image.new("L", (4 * side, 4 * side))
    draw = ImageDraw.Draw(image)
    x0, y0, x1, y1 = box
    path = [(4 * (x0 + x * (x1 - x0)), 4 * (y0 + y * (y1 - y0))) for x, y in points]
    draw.line(path, fill=255, width=round(4 * width), joint="curve")
    for (x, y), r in [(p, 2 * width) for p in path] + [(path[0], 4 * blot)]:
        draw.ellipse((x - r, y - r, x + r, y + r), fill=255)
    return np.asarray(image.resize((side, side), Image.Resampling.BOX))


def dot(side: int = 50, y: int = 3, x: int = 44) -> Bytes:
    canvas = np.zeros((side, side), np.uint8)
    canvas[y, x] = 255
    return canvas


def photo(
    ink: Bytes, chalk: bool = False, shadow: bool = True, grain: float = 0.015, seed: int = 0
) -> Bytes:
    """A photograph of pen on paper or chalk on slate: sloping light, a shadow's edge, grain."""
    y, x = np.mgrid[-1 : 1 : ink.shape[0] * 1j, -1 : 1 : ink.shape[1] * 1j]
    light = 1 + 0.15 * x - 0.15 * y
    if shadow:
        light *= 1 - 0.3 / (1 + np.exp(-12 * (x + y)))
    light *= (0.2 + 0.4 * ink / 255) if chalk else (0.7 - 0.5 * ink / 255)
    light += np.random.default_rng(seed).normal(0, grain, ink.shape)
    return np.rint(255 * light.clip(0, 1)).astype(np.uint8)


def centre(digit: Bytes) -> tuple[float, float]:
    """The centre of mass (y, x) in pixel indices."""
    mass = digit.astype(float)
    return mass.sum(1) @ np.arange(28) / mass.sum(), mass.sum(0) @ np.arange(28) / mass.sum()


def long_side(digit: Bytes) -> int:
    ys, xs = np.nonzero(digit)
    return int(max(np.ptp(ys), np.ptp(xs))) + 1


def enlarged(image: Bytes, times: int = 10) -> Bytes:
    return image.repeat(times, 0).repeat(times, 1)


def apart(a: Bytes, b: Bytes) -> float:
    """Mean absolute difference of two pictures, in grey levels of 255."""
    return np.abs(a.astype(float) - b).mean()


DRAWINGS: dict[str, Bytes] = {
    "plain": pen(),
    "hairline": pen(1, 560, (40, 40, 520, 520)),
    "thick": pen(40),
    "tiny": pen(2, 280, (20, 230, 36, 250)),
    "huge": pen(20, 400, (-20, -20, 420, 420)),
    "off centre": pen(8, 280, (5, 200, 60, 275)),
    "wide": pen(6, 280, (10, 130, 270, 150)),
    "tall": pen(6, 280, (135, 10, 140, 270)),
    "blot with a tail": pen(2, 280, (50, 60, 260, 260), blot=45),
    "blot in a corner": pen(1, 400, (70, 70, 390, 390), [(0, 0), (1, 1)], blot=60),
    "single pixel": dot(),
    "line of one pixel": np.pad(np.full((1, 260), 255, np.uint8), 20),
    "faint": pen() // 8,
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing_is_centred_whole_and_bright(name: str) -> None:
    digit = to_digit(DRAWINGS[name])
    assert digit.shape == (28, 28) and digit.dtype == np.uint8
    assert all(13.5 <= c < 14.5 for c in centre(digit))
    assert digit.max() == 255
    assert long_side(digit) <= 20
    if "blot" not in name:  # a blot's tail would leave the frame, so the digit is made smaller
        assert long_side(digit) == 20


def test_random_scribbles_are_centred_and_whole() -> None:
    rng = np.random.default_rng(0)
    for _ in range(150):
        points = [tuple(p) for p in rng.random((rng.integers(1, 6), 2))]
        x0, y0 = rng.uniform(0, 150, 2)
        box = (x0, y0, x0 + rng.uniform(5, 100), y0 + rng.uniform(5, 100))
        digit = to_digit(pen(np.exp(rng.uniform(0, 3.7)), 280, box, points, rng.uniform(0, 40)))
        assert all(13.5 <= c < 14.5 for c in centre(digit))
        assert digit.max() == 255 and long_side(digit) <= 20


def test_a_digit_of_mnist_comes_back() -> None:
    """Enlarged ten times, 150 test digits: mean error below 1 grey level, mostly none at all.

    What differs: the faintest pens are thickened and the faintest ink is brightened.
    """
    images = mnist.test_digits().images[:150]
    digits = np.stack([to_digit(enlarged(image)) for image in images])
    errors = np.array([apart(a, b) for a, b in zip(digits, images, strict=True)])
    assert errors.mean() < 1
    assert (errors < 0.5).mean() > 0.8
    assert all(13.5 <= c < 14.5 for digit in digits for c in centre(digit))
    again = np.array([apart(to_digit(enlarged(d)), d) for d in digits])
    assert again.mean() < errors.mean() + 0.2  # a second time moves it no further


def test_a_pen_is_told_from_digits_of_mnist_and_gets_their_usual_width(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    images = mnist.test_digits().images[:150]
    for picture in (*map(enlarged, images), *images, *(images > 127)):
        assert not preprocessing._is_pen(to_ink(picture).astype(float))
    drawing = pen(30, 280, (60, 60, 220, 220))
    assert preprocessing._is_pen(to_ink(drawing).astype(float))
    usual = to_digit(drawing).sum(dtype=int)
    monkeypatch.setattr(preprocessing, "PEN_STROKES", preprocessing.STROKES)
    assert usual < 0.95 * to_digit(drawing).sum(dtype=int)


def test_place_and_size_and_shade_do_not_matter() -> None:
    digit = to_digit(pen(12, 280, (60, 60, 220, 220)))
    assert apart(to_digit(pen(12, 280, (20, 90, 180, 250))), digit) < 1
    assert apart(to_digit(pen(24, 560, (120, 120, 440, 440))), digit) < 2
    assert apart(to_digit(pen(12, 280, (60, 60, 220, 220)) // 3), digit) < 1


def test_thin_pens_become_as_strong_as_others() -> None:
    """Ink of the digit in full pixels: a pen of 1 px comes near one of 12 px in 480."""
    ink = [to_digit(pen(w, 560, (40, 40, 520, 520))).sum() / 255 for w in (1, 3, 36)]
    assert 0.8 < ink[0] / ink[1] < 1.2
    assert ink[0] > 70  # 1 px of 480 would be 3 pixels without the stage


def test_thick_pens_become_thinner_and_open_their_loops() -> None:
    """A 0 with a pen of nearly half its height keeps its hole, which the stage makes larger."""
    ring = pen(60, 280, (70, 60, 210, 220), [(0.5, 0), (0, 0.5), (0.5, 1), (1, 0.5), (0.5, 0)])
    thick, thin = to_digit(ring, [s for s in STAGES if s != "stroke"]), to_digit(ring)
    assert long_side(thick) == long_side(thin) == 20
    assert thin.sum() < 0.8 * thick.sum()

    def hole(digit: np.ndarray) -> int:
        return int((digit[10:18, 10:18] < 128).sum())

    assert hole(thin) > hole(thick)
    blot = np.zeros((280, 280), np.uint8)
    blot[90:190, 120:160] = 255  # thinned, it is a bar of the same height
    assert long_side(to_digit(blot)) == 20


def test_each_stage_can_be_left_out() -> None:
    drawing = pen(2, 280, (20, 180, 80, 270)) // 2
    whole = to_digit(drawing)
    for stage in STAGES:
        digit = to_digit(drawing, [s for s in STAGES if s != stage])
        assert digit.shape == (28, 28) and digit.dtype == np.uint8 and digit.any()
        assert not np.array_equal(digit, whole), stage
    without = {s: to_digit(drawing, [t for t in STAGES if t != s]) for s in STAGES}
    assert long_side(without["cut"]) < 15  # the empty canvas takes its part of the box
    assert without["stroke"].sum() < whole.sum()
    assert long_side(without["fit"]) > 20
    assert without["contrast"].max() < 255
    rows, columns = (np.nonzero(without["centre"].sum(axis))[0] for axis in (1, 0))
    assert (rows.min(), rows.max()) == (4, 23)  # the box lies in the middle
    assert abs(columns.min() - (27 - columns.max())) <= 1


def test_no_stage_at_all_is_a_plain_reduction() -> None:
    canvas = pen()
    plain = canvas.reshape(28, 10, 28, 10).mean((1, 3))
    assert np.abs(to_digit(canvas, []) - plain).max() <= 0.5


@pytest.mark.parametrize("name", DRAWINGS)
def test_dark_ink_on_white_is_the_same(name: str) -> None:
    ink = DRAWINGS[name]
    assert np.abs(to_digit(255 - ink).astype(int) - to_digit(ink)).max() <= 1


@pytest.mark.parametrize("stroke", [0, 255])
def test_strokes_on_a_transparent_canvas(stroke: int) -> None:
    ink = pen()
    rgba = np.full((*ink.shape, 4), stroke, np.uint8)
    rgba[..., 3] = ink
    assert np.abs(to_digit(rgba).astype(int) - to_digit(ink)).max() <= 1


def test_an_opaque_card_with_transparent_edges() -> None:
    ink = pen()
    rgba = np.dstack([255 - ink] * 3 + [np.full_like(ink, 255)])
    rgba[:8, :, 3] = rgba[-8:, :, 3] = rgba[:, :8, 3] = rgba[:, -8:, 3] = 0
    rgba[rgba[..., 3] == 0] = 0
    assert apart(to_digit(rgba), to_digit(ink)) < 0.1


@pytest.mark.parametrize("chalk", [False, True])
@pytest.mark.parametrize("shadow", [False, True])
@pytest.mark.parametrize("width", [4, 12, 25])
def test_a_photograph_in_uneven_light(chalk: bool, shadow: bool, width: int) -> None:
    ink = pen(width)
    found = to_ink(photo(ink, chalk, shadow))
    far = np.asarray(Image.fromarray(ink).resize((28, 28), Image.Resampling.BOX)) == 0
    assert found.reshape(28, 10, 28, 10).max((1, 3))[far].mean() < 0.02  # the paper is gone
    assert np.corrcoef(found.ravel(), ink.ravel())[0, 1] > 0.9


def test_kinds_of_arrays_agree() -> None:
    ink = pen()
    digit = to_digit(ink)
    for same in (ink[..., None], np.dstack([ink] * 3), ink / 255, (ink / 255).astype(np.float32)):
        assert np.abs(to_digit(same).astype(int) - digit).max() <= 1
    assert to_digit(ink > 127).shape == (28, 28)
    assert to_ink(ink).dtype == np.float32
    np.testing.assert_allclose(to_ink(ink), ink / 255, atol=1e-6)


def test_the_picture_is_not_changed() -> None:
    ink = pen()
    before = ink.copy()
    ink.flags.writeable = False
    assert np.array_equal(to_digit(ink), to_digit(ink))
    assert np.array_equal(ink, before)


def nan_at_corner() -> NDArray[np.float64]:
    array = np.zeros((28, 28))
    array[0, 0] = np.nan
    return array


BAD_ARRAYS: dict[str, tuple[str, NDArray[Any]]] = {
    "black": ("empty", np.zeros((280, 280), np.uint8)),
    "white": ("empty", np.full((280, 280, 3), 255, np.uint8)),
    "transparent": ("empty", np.zeros((280, 280, 4), np.uint8)),
    "one grey": ("empty", np.full((28, 28), 0.3)),
    "one pixel": ("empty", np.ones((1, 1))),
    "too faint": ("empty", np.pad(np.full((9, 9), 5, np.uint8), 9)),
    "slope": ("empty", np.linspace(0.4, 0.8, 200) + np.zeros((200, 1))),
    "NaN": ("not_finite", nan_at_corner()),
    "infinity": ("not_finite", np.full((28, 28), np.inf)),
    "list of numbers": ("shape", np.zeros(784)),
    "batch": ("shape", np.zeros((1, 1, 28, 28))),
    "channels": ("shape", np.zeros((28, 28, 5))),
    "no pixels": ("shape", np.zeros((0, 28))),
    "floats of 255": ("range", np.full((28, 28), 255.0)),
    "signed": ("range", np.full((28, 28), -1.0)),
    "integers": ("type", np.zeros((28, 28), np.int64)),
    "words": ("type", np.full((28, 28), "ink")),
    "complex": ("type", np.zeros((28, 28), complex)),
}


@pytest.mark.parametrize("name", BAD_ARRAYS)
def test_bad_arrays_each_have_their_sentence(name: str) -> None:
    code, array = BAD_ARRAYS[name]
    with pytest.raises(DrawingError) as caught:
        to_digit(array)
    assert caught.value.code == code
    assert str(caught.value) == SENTENCES[code].format(**caught.value.details)


def test_bare_paper_holds_no_ink() -> None:
    for seed in range(8):
        with pytest.raises(DrawingError, match="the picture of 280 x 280 pixels is blank"):
            to_digit(photo(np.zeros((280, 280), np.uint8), shadow=seed % 2 == 0, seed=seed))


def test_a_whole_picture_is_made_small_on_a_dark_square() -> None:
    digit = np.zeros((28, 28), np.uint8)
    digit[5:20, 10:13] = 200
    assert np.array_equal(whole_picture(digit), digit)
    assert np.array_equal(whole_picture(255 - digit.repeat(4, 0).repeat(4, 1)), digit)
    strip = np.full((14, 28), 90, np.uint8)
    assert (whole_picture(strip) == 90).all()
    strip[4:8] = 210
    assert np.array_equal(whole_picture(strip)[7:21], strip)


def test_unknown_stage() -> None:
    with pytest.raises(DrawingError, match="unknown stage 'crop'; there are: cut, stroke, fit"):
        to_digit(pen(), ["cut", "crop"])  # type: ignore[list-item]


# --- files -------------------------------------------------------------------------------------


def packed(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG whose head promises so many pixels; none follow."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    length, check = struct.pack(">I", 13), struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + length + head + check + b"\0\0\1\0IDAT"


GREY = Image.fromarray(pen())
GOOD_FILES = {
    "png": packed(GREY),
    "rgb": packed(GREY.convert("RGB")),
    "palette": packed(GREY.convert("P")),
    "jpeg": packed(GREY, "JPEG", quality=95),
    "cmyk jpeg": packed(GREY.convert("CMYK"), "JPEG", quality=95),
    "gif": packed(GREY, "GIF", save_all=True, append_images=[Image.new("L", GREY.size, 255)]),
    "webp": packed(GREY, "WEBP", lossless=True),
    "bmp": packed(GREY, "BMP"),
    "gif after empty frames": packed(
        Image.new("L", GREY.size),
        "GIF",
        save_all=True,
        append_images=[Image.new("L", GREY.size, 255), GREY],
    ),
    **({"avif": packed(GREY, "AVIF", quality=95)} if "AVIF" in FORMATS else {}),
    "16 bits": packed(Image.fromarray(pen().astype(np.uint16) * 257)),
    "1 bit": packed(GREY.point(lambda v: 255 * (v > 127)).convert("1")),
}


@pytest.mark.parametrize("name", GOOD_FILES)
def test_every_kind_of_file_gives_the_same_digit(name: str) -> None:
    picture = open_picture(GOOD_FILES[name])
    assert picture.shape == (280, 280, 4) and picture.dtype == np.uint8
    assert apart(picture[..., 0], pen()) < 3
    assert apart(to_digit(picture), to_digit(pen())) < 3


def test_a_turned_photograph_is_put_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held a quarter turn to the side
    wide = Image.new("RGB", (300, 200))
    assert open_picture(packed(wide, "JPEG", exif=exif)).shape == (300, 200, 4)


def test_transparent_palettes_stay_transparent() -> None:
    image = Image.new("P", (40, 40))
    image.putpalette([0, 0, 0, 255, 255, 255])
    assert open_picture(packed(image, transparency=b"\x00\xff"))[..., 3].max() == 0


def test_large_pictures_are_reduced() -> None:
    assert open_picture(packed(Image.new("L", (4000, 500)))).shape == (128, MAX_SIDE, 4)
    deep = Image.fromarray(np.full((2, 2000), 32896, np.uint16))
    assert set(open_picture(packed(deep))[..., 0].ravel()) == {128}


def test_files_come_as_bytes_paths_and_open_files(tmp_path: Path) -> None:
    path = tmp_path / "three.png"
    path.write_bytes(GOOD_FILES["png"])
    with open(path, "rb") as file:
        pictures = [open_picture(s) for s in (GOOD_FILES["png"], path, str(path), file)]
    assert all(np.array_equal(p, pictures[0]) for p in pictures)


BAD_FILES: dict[str, tuple[str, bytes | str, str]] = {
    "nothing": ("no_bytes", b"", "0 bytes"),
    "text": ("unreadable", b"this is no picture", "the 18 bytes can't be read as a picture"),
    "postscript": ("unreadable", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PNG, JPEG"),
    "no pixels": ("unreadable", png_of(0, 10), "at least one pixel"),
    "head only": ("damaged", png_of(10, 10), "PNG picture of 10 x 10 pixels is damaged"),
    "cut png": ("damaged", GOOD_FILES["png"][:900], "PNG picture of 280 x 280"),
    "cut jpeg": ("damaged", GOOD_FILES["jpeg"][:3000], "JPEG picture of 280 x 280"),
    "cut gif": ("damaged", GOOD_FILES["gif"][:900], "GIF picture of 280 x 280"),
    "100 megapixels": (
        "too_large",
        png_of(10_000, 10_000),
        "has 100.0 megapixels; the limit is 40",
    ),
    "10 gigapixels": ("too_large", png_of(100_000, 100_000), ">178 megapixels"),
    "21 MB": ("too_heavy", bytes(MAX_PICTURE_BYTES + 1), "the limit is 20 MB"),
    "no file": ("missing", "there/is/none.png", "there/is/none.png: No such file"),
    "a folder": ("missing", ".", "cannot open the picture file ."),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_each_have_their_sentence(name: str) -> None:
    code, source, sentence = BAD_FILES[name]
    with pytest.raises(DrawingError) as caught:
        open_picture(source)
    assert caught.value.code == code
    assert sentence in str(caught.value)
    assert str(caught.value) == SENTENCES[code].format(**caught.value.details)


def test_flipped_bytes_give_a_picture_or_a_sentence() -> None:
    rng = np.random.default_rng(0)
    small = Image.fromarray(pen(3, 40, (8, 8, 32, 32)))
    for kind in FORMATS:
        good = np.frombuffer(packed(small, kind), np.uint8)
        for _ in range(40):
            bad = good.copy()
            bad[rng.integers(0, len(bad), 3)] = rng.integers(0, 256, 3)
            try:
                assert open_picture(bad.tobytes()).ndim == 3
            except DrawingError as error:
                assert error.code in SENTENCES
