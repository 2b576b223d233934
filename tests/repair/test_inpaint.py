"""Every method of filling holes: what it may see, what it must keep, and what it reaches."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import scipy.ndimage

from vae_demo.cli import main
from vae_demo.digits import mnist, open_picture, pictures
from vae_demo.evaluation.classifier import load_classifier, probabilities
from vae_demo.repair import CLASSICAL, LEARNED, inpaint
from vae_demo.repair.holes import HOLES, hole
from vae_demo.repair.measures import psnr

DIGITS = mnist.test_digits()[1000:1100]  # not those of the benchmark
IMAGES = DIGITS.images


def test_the_names_that_are_known_without_torch_are_the_methods() -> None:
    assert tuple(inpaint.METHODS) == LEARNED["inpaint"] + CLASSICAL["inpaint"]


@pytest.mark.some(3)
@pytest.mark.parametrize("name", inpaint.METHODS)
def test_a_method_keeps_known_pixels_and_never_reads_hidden_ones(name: str) -> None:
    images, method = IMAGES[:4], inpaint.METHODS[name]
    noise = np.random.default_rng(0).integers(0, 256, images.shape, dtype=np.uint8)
    for kind in HOLES if name in CLASSICAL["inpaint"] else ("patch", "random-half"):
        mask = hole(kind, 4, 2)
        found = method(images, mask)
        assert found.shape == images.shape and found.dtype == np.uint8
        assert np.array_equal(found[~mask], images[~mask]), kind
        assert method(np.where(mask, noise, images), mask).tobytes() == found.tobytes(), kind
        alone = method(images[1:2], mask[1:2]).astype(int)
        assert np.abs(alone - found[1:2]).max() <= 3, kind  # each for itself, but for rounding
    assert method(images[:0], mask[:0]).shape == (0, 28, 28)
    white = np.full((1, 28, 28), 255, np.uint8)
    assert method(white, mask[:1])[~mask[:1]].min() == 255


def test_classical_methods_are_opencvs_own() -> None:
    mask = hole("patch", 1, 2)
    for name, flag in (("telea", cv2.INPAINT_TELEA), ("navier-stokes", cv2.INPAINT_NS)):
        expected = cv2.inpaint(IMAGES[0], mask[0].astype(np.uint8), inpaint.RADIUS, flag)
        assert np.array_equal(inpaint.METHODS[name](IMAGES[:1], mask)[0], expected)


def test_biharmonic_continues_a_smooth_surface_exactly() -> None:
    """The bilaplacian of a polynomial of degree 3 is 0; of any picture, it is 0 in the hole."""
    across, down = np.meshgrid(np.linspace(-1, 1, 28), np.linspace(-1, 1, 28))
    surface = 120 + 60 * across * down + 40 * across**3 - 30 * down**2 * across
    picture, mask = np.rint(surface).astype(np.uint8)[None], np.zeros((1, 28, 28), bool)
    mask[0, 9:17, 8:20] = True
    assert np.abs(inpaint.biharmonic(picture, mask)[0] - surface).max() < 3
    smooth = scipy.ndimage.laplace(scipy.ndimage.laplace(surface, mode="nearest"), mode="nearest")
    np.testing.assert_allclose(inpaint._bilaplacian() @ surface.ravel(), smooth.ravel(), atol=1e-9)


@pytest.mark.long
def test_six_answers_differ_where_the_truth_is_open_and_only_there() -> None:
    """The upper half of a digit leaves more open than every second pixel of it."""
    spread = {}
    for kind in ("upper-half", "every-second"):
        mask = hole(kind, 1, 1)[0]
        found = [inpaint.answers(digit, mask, seed=0) for digit in IMAGES[:3]]
        for answers, digit in zip(found, IMAGES, strict=False):
            assert answers.shape == (6, 28, 28)
            assert (answers[:, ~mask] == digit[~mask]).all()
        spread[kind] = np.mean([answers.std(0)[mask].mean() for answers in found])
    hidden = np.where(mask, 255 - IMAGES[0], IMAGES[0])
    assert np.array_equal(found[0], inpaint.answers(hidden, mask, seed=0))
    assert not np.array_equal(found[0], inpaint.answers(IMAGES[0], mask, seed=1))
    assert spread["upper-half"] > 2 * spread["every-second"] > 0


def npz(path: Path, **arrays: np.ndarray) -> str:
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return str(path)


def test_the_command_takes_masks_of_every_type(tmp_path: Path) -> None:
    mask = hole("patch", 3, 1)
    expected = inpaint.METHODS["telea"](IMAGES[:3], mask)
    out = tmp_path / "out.npz"
    for kind in (mask, mask.astype(np.uint8), mask.astype(np.uint8) * 255):
        source = npz(tmp_path / "in.npz", images=IMAGES[:3], mask=kind)
        command = ["repair", "inpaint", "--in", source, "--out", str(out), "--force"]
        assert main([*command, "--method", "telea"]) == 0
        assert np.array_equal(np.load(out)["images"], expected)
    assert main(command) == 0
    assert np.array_equal(np.load(out)["images"], inpaint.METHODS["together"](IMAGES[:3], mask))
    for name, picture in (("digit", IMAGES[0]), ("mask", mask[0].astype(np.uint8) * 255)):
        (tmp_path / f"{name}.png").write_bytes(pictures.png(picture))
    command = ["repair", "inpaint", "--in", str(tmp_path / "digit.png"), "--method", "telea"]
    found = tmp_path / "out.png"
    assert main([*command, "--mask", str(tmp_path / "mask.png"), "--out", str(found)]) == 0
    assert np.array_equal(open_picture(found)[..., 0], expected[0])


def test_bad_masks_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mask, images = hole("patch", 3, 1), IMAGES[:3]
    out = tmp_path / "out.npz"
    none, every = mask.copy(), mask.copy()
    none[1], every[2] = False, True
    for wrong, sentence in (
        ({}, "has no array 'mask'"),
        ({"mask": none}, "the mask of digit 1 hides nothing; it must hide some"),
        ({"mask": every}, "the mask of digit 2 hides every pixel"),
        ({"mask": mask[:2]}, "the mask has the shape (2, 28, 28); the digits have (3, 28, 28)"),
        ({"mask": mask[:, :14]}, "mask is bool of shape (3, 14, 28); it must be bool or uint8"),
        ({"mask": mask.astype(float)}, "mask is float64 of shape (3, 28, 28)"),
        ({"mask": mask.astype(np.uint8) * 7}, "the mask has values from 0 to 7; it must have only"),
    ):
        source = npz(tmp_path / "bad.npz", images=images, **wrong)
        assert main(["repair", "inpaint", "--in", source, "--out", str(out)]) == 2
        error = capsys.readouterr().err
        assert sentence in error and error.count("\n") == 1, error
    large, digit = tmp_path / "large.png", tmp_path / "digit.png"
    large.write_bytes(pictures.png(pictures.enlarge(images[0], 10)))
    digit.write_bytes(pictures.png(images[0]))
    for options, sentence in (
        (["--in", str(digit)], "a picture needs one"),
        (["--in", source, "--mask", str(digit)], "an .npz holds its own array mask"),
        (["--in", str(digit), "--mask", str(digit)], "the mask has values from 0 to"),
        (["--in", str(digit), "--mask", str(large)], "280 x 280 pixels; it must have 28 x 28"),
        (["--in", str(large), "--mask", str(digit)], "280 x 280 pixels; it must have 28 x 28"),
    ):
        end = "npz" if source in options else "png"
        assert main(["repair", "inpaint", *options, "--out", str(tmp_path / f"out.{end}")]) == 2
        error = capsys.readouterr().err
        assert sentence in error and error.count("\n") == 1, error
    assert not list(tmp_path.glob("out*"))


#: kind -> decibels above the better of Telea and Navier-Stokes, share of digits that are read right
REACHED = {
    "patch": (4.5, 0.93),
    "upper-half": (4.6, 0.80),
    "random-half": (5.8, 0.97),
}


@pytest.mark.long
@pytest.mark.parametrize(
    "kind", ["patch", *(pytest.param(kind, marks=pytest.mark.long) for kind in list(REACHED)[1:])]
)
def test_the_best_is_far_above_the_classical_methods(kind: str) -> None:
    more, least = REACHED[kind]
    mask = hole(kind, len(IMAGES), 3)
    found = inpaint.METHODS["together"](IMAGES, mask)
    rivals = {
        name: psnr(inpaint.METHODS[name](IMAGES, mask), IMAGES, mask)
        for name in CLASSICAL["inpaint"]
    }
    ours, opencv = psnr(found, IMAGES, mask), max(rivals["telea"], rivals["navier-stokes"])
    assert ours > opencv + more - 0.5  # 100 digits are few
    assert ours > rivals["biharmonic"] + 1.5
    right = probabilities(load_classifier(), found).argmax(1) == DIGITS.labels
    assert right.mean() >= least
