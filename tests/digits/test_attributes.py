"""Attributes of drawn shapes whose true value is known, and of digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vae_demo.digits import measured, mnist
from vae_demo.digits.attributes import UNITS, enlarged, measure
from vae_demo.digits.medial_axis import medial_axes

Y, X = np.mgrid[:28, :28] - 13.5  # the middle of the frame is 0, 0; Y points down


def one(picture: np.ndarray) -> dict[str, float]:
    return {name: float(values[0]) for name, values in measure(picture[None]).items()}


def drawn(distance: np.ndarray) -> np.ndarray:
    """A shape, given the signed distance of each pixel to its edge; outside is positive."""
    return np.rint(255 * np.clip(0.5 - distance, 0, 1)).astype(np.uint8)


def stroke(length: float, thickness: float, degrees: float = 0) -> np.ndarray:
    """A straight stroke with round ends through the middle; degrees to the right of upright."""
    angle = np.deg2rad(degrees)
    along, across = X * np.sin(angle) - Y * np.cos(angle), X * np.cos(angle) + Y * np.sin(angle)
    beyond = np.maximum(np.abs(along) - length / 2, 0)
    return drawn(np.hypot(beyond, across) - thickness / 2)


def ring(radius: float, thickness: float) -> np.ndarray:
    return drawn(np.abs(np.hypot(X, Y) - radius) - thickness / 2)


def in_steps(length: float, degrees: float) -> float:
    """The length of a straight line in steps to the side, up or down, and diagonally."""
    sides = length * np.abs([np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))])
    return float(sides.max() + (2**0.5 - 1) * sides.min())


# --- shapes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("degrees", [0, 15, 30, 45, 90])
@pytest.mark.parametrize("thickness", [2, 3, 4.5])
@pytest.mark.parametrize("length", [8, 12, 16])
@pytest.mark.some(12)
def test_a_stroke_has_its_length_and_thickness(
    length: float, thickness: float, degrees: float
) -> None:
    """The thickness within 21 %. The length may be too large, by forks at both ends."""
    found = one(stroke(length, thickness, degrees))
    assert -1 < found["length"] - in_steps(length, degrees) < 6.5
    assert found["thickness"] == pytest.approx(thickness, rel=0.21)


@pytest.mark.parametrize("thickness", [2, 3, 4.5])
def test_a_longer_stroke_is_as_much_longer(thickness: float) -> None:
    """In the mean over all directions, within a fifth: forks come and go."""
    more = [
        (one(stroke(20, thickness, d))["length"] - one(stroke(12, thickness, d))["length"])
        / in_steps(8, d)
        for d in range(-90, 90, 15)
    ]
    assert np.mean(more) == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("radius", [5, 7, 9])
@pytest.mark.parametrize("thickness", [2, 3.5])
def test_a_ring_has_its_circumference_and_thickness(radius: float, thickness: float) -> None:
    """A circle in steps is 8 (√2 - 1) / π = 1.055 times as long, the mean over all directions."""
    found = one(ring(radius, thickness))
    around = 16 * (2**0.5 - 1) * radius
    assert found["length"] == pytest.approx(around, rel=0.04)
    assert found["thickness"] == pytest.approx(thickness, abs=0.25)
    assert abs(found["slant"]) < 0.1
    assert found["width"] == pytest.approx(found["height"], abs=0.25)
    ink = 2 * np.pi * radius * thickness
    assert found["ink"] == pytest.approx(ink, rel=0.02)


@pytest.mark.parametrize("degrees", [-40, -20, 0, 10, 30])
def test_a_leaning_box_has_its_slant_width_and_height(degrees: float) -> None:
    """Within half a degree and half a pixel, but for the width: its edges are smoothed twice."""
    width, height = 8, 14
    upright = X + Y * np.tan(np.deg2rad(degrees))
    box = drawn(np.maximum(np.abs(upright) - width / 2, np.abs(Y) - height / 2))
    found = one(box)
    assert found["slant"] == pytest.approx(degrees, abs=0.5)
    assert found["width"] == pytest.approx(width, abs=1.1)
    assert found["height"] == pytest.approx(height, abs=0.5)
    assert found["ink"] == pytest.approx(width * height, rel=0.02)


def test_an_enlarged_shape_is_longer_thicker_wider_and_higher() -> None:
    small, large = one(ring(4, 2)), one(ring(8, 4))
    for name in ("length", "thickness", "width", "height"):
        assert large[name] / small[name] == pytest.approx(2, rel=0.07), name


# --- digits ------------------------------------------------------------------------------------


def test_the_first_training_digit_has_its_published_values() -> None:
    """Those of Morpho-MNIST's released data, original/train-morpho.csv; the slant in radians.

    They were made with an earlier version of scikit-image, which enlarged by another formula.
    """
    found = one(mnist.train_digits().images[0])
    assert found["length"] == pytest.approx(50.2665, rel=0.06)
    assert found["thickness"] == pytest.approx(2.46066, rel=0.03)
    assert found["slant"] == pytest.approx(np.rad2deg(0.231074), abs=0.05)
    assert found["width"] == pytest.approx(14.53957, abs=0.02)
    assert found["height"] == pytest.approx(19.84905, abs=0.05)


def test_a_shifted_digit_has_the_same_attributes() -> None:
    """But for what splines add near the rim of the frame; ink next to it is left out."""
    digits = mnist.test_digits().images[:200]
    rim = np.ones((28, 28), bool)
    rim[3:-3, 3:-3] = False
    digits = digits[~digits[:, rim].any(1)]
    assert len(digits) > 100
    before, after = measure(digits), measure(np.roll(digits, (2, -1), (1, 2)))
    for name, most in {"slant": 0.15, "width": 0.1, "height": 0.1, "ink": 0}.items():
        np.testing.assert_allclose(after[name], before[name], rtol=0, atol=most, err_msg=name)
    for name, most in {"length": 0.02, "thickness": 0.02}.items():  # of nearly all; forks may go
        change = np.abs(after[name] / before[name] - 1)
        assert np.quantile(change, 0.9) < most, name


def test_a_turned_digit_keeps_its_length_and_thickness() -> None:
    digits = mnist.probe().images[:40]
    before, after = measure(digits), measure(np.rot90(digits, 1, (1, 2)))
    for name, most in {"length": 0.07, "thickness": 0.03}.items():
        change = np.abs(after[name] / before[name] - 1)
        assert np.quantile(change, 0.9) < most, name
    np.testing.assert_array_equal(after["ink"], before["ink"])


def test_a_digit_is_measured_alone_as_among_others() -> None:
    digits = mnist.probe().images[:120]  # more than are measured at a time
    many, alone = measure(digits), one(digits[-1])
    assert alone == {name: values[-1] for name, values in many.items()}


def test_blank_pictures_are_not_measured() -> None:
    digit = mnist.probe().images[:1]
    faint = np.zeros_like(digit)
    faint[0, 14, 14] = 1
    pictures = [np.zeros_like(digit), digit, np.full_like(digit, 255), faint]
    found = measure(np.concatenate(pictures))
    for name in set(UNITS) - {"ink"}:
        assert np.isnan(found[name]).tolist() == [True, False, True, True]
    assert found["ink"][[0, 2, 3]].tolist() == pytest.approx([0, 784, 1 / 255])
    assert np.isnan(measure(faint)["slant"]).all()
    assert {len(values) for values in measure(digit[:0]).values()} == {0}


def test_other_arrays_are_refused() -> None:
    for wrong in (np.zeros((28, 28), np.uint8), np.zeros((2, 28, 28))):
        with pytest.raises(ValueError, match=r"expected \(n, 28, 28\) uint8"):
            measure(wrong)


def test_an_axis_has_the_pieces_of_its_shape_and_is_thin() -> None:
    import cv2

    shapes = mnist.probe().images[:60] > 90
    axes, distances = medial_axes(shapes)
    assert not (axes & ~shapes).any() and ((distances > 0) == shapes).all()
    for shape, axis in zip(shapes.astype(np.uint8), axes.astype(np.uint8), strict=True):
        assert cv2.connectedComponents(shape)[0] == cv2.connectedComponents(axis)[0]
        assert cv2.erode(axis, np.ones((3, 3), np.uint8)).max() == 0


# --- the shipped values ------------------------------------------------------------------------


def test_distances_are_exact() -> None:
    """Otherwise they differ with the place of an array in memory, and trainings with them."""
    fine = enlarged(mnist.train_digits().images[:100])
    _, distances = medial_axes(fine > 127)
    squared = np.rint(distances.astype(np.float64) ** 2)
    np.testing.assert_array_equal(distances, np.sqrt(squared).astype(np.float32))


def test_the_shipped_values_are_those_of_the_digits() -> None:
    for digits, shipped in (
        (mnist.train_digits(), measured.train_attributes()),
        (mnist.test_digits(), measured.test_attributes()),
    ):
        some = slice(None, None, len(digits) // 50)
        for name, values in measure(digits.images[some]).items():
            assert len(shipped[name]) == len(digits)
            np.testing.assert_allclose(shipped[name][some], values, rtol=1e-3, err_msg=name)


@pytest.mark.parametrize("damage", ["missing", "cut", "other"])
def test_damaged_values_are_a_sentence(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "attributes.npz"
    if damage == "cut":
        file.write_bytes(measured.FILE.read_bytes()[:-100])
    elif damage == "other":
        np.savez(file, **{name: np.zeros(3, np.float16) for name in UNITS})
    monkeypatch.setattr(measured, "FILE", file)
    with pytest.raises(mnist.DataError, match=r"attributes\.npz is .*git checkout"):
        measured._stored.__wrapped__()
