"""Sharpening small digits: the area average, OpenCV's own results, what the networks reach."""

import cv2
import numpy as np
import pytest
import torch

from vae_demo.digits import mnist
from vae_demo.models import to_x
from vae_demo.repair import CLASSICAL, LEARNED, upscale
from vae_demo.repair.measures import psnr

DIGITS = mnist.test_digits()[1000:1100]  # not those of the benchmark


def test_the_names_that_are_known_without_torch_are_the_methods() -> None:
    assert tuple(upscale.METHODS) == LEARNED["upscale"] + CLASSICAL["upscale"]


@pytest.mark.parametrize("side", upscale.SIDES)
def test_a_small_digit_is_the_area_average(side: int) -> None:
    small = upscale.shrink(DIGITS.images, side)
    times = 28 // side
    assert small[3, 2, 4] == round(
        DIGITS.images[3, 2 * times : 3 * times, 4 * times : 5 * times].mean()
    )
    with pytest.raises(ValueError, match="7 x 7 or 14 x 14 pixels, not 9 x 9"):
        upscale.shrink(DIGITS.images, 9)


@pytest.mark.parametrize("side", upscale.SIDES)
def test_classical_methods_are_opencvs_own(side: int) -> None:
    small = upscale.shrink(DIGITS.images[:2], side)
    for name, how in (
        ("nearest", cv2.INTER_NEAREST),
        ("bicubic", cv2.INTER_CUBIC),
        ("lanczos", cv2.INTER_LANCZOS4),
    ):
        expected = cv2.resize(small[1], (28, 28), interpolation=how)
        assert np.array_equal(upscale.METHODS[name](small)[1], expected), name


@pytest.mark.parametrize(("side", "least"), [(7, 20.5), (14, 26.5)])
def test_the_network_is_sharper_and_averages_to_what_came_in(side: int, least: float) -> None:
    small = upscale.shrink(DIGITS.images, side)
    for name in LEARNED["upscale"]:
        found = upscale.METHODS[name](small)
        assert psnr(upscale.shrink(found, side), small) >= 55, name
    found = upscale.METHODS["unet"](small)
    assert psnr(found, DIGITS.images) > least
    rivals = {name: upscale.METHODS[name](small) for name in CLASSICAL["upscale"]}
    reached = {name: psnr(rival, DIGITS.images) for name, rival in rivals.items()}
    assert max(reached, key=reached.__getitem__) == "back-projection"
    assert psnr(found, DIGITS.images) > max(reached.values()) + 3


def test_the_consistent_picture_is_the_nearest_one() -> None:
    """No other picture with the same area average, moved to from it, lies nearer."""
    rng = np.random.default_rng(0)
    small = upscale.shrink(DIGITS.images[:20], 7)
    wanted = rng.random((20, 28, 28))
    found = upscale.consistent(wanted, small)
    assert found.min() >= 0 and found.max() <= 1
    means = found.reshape(20, 7, 4, 7, 4).mean((2, 4))
    np.testing.assert_allclose(means, small / 255, atol=1e-7)
    other = upscale.consistent(rng.random((20, 28, 28)), small)
    step = ((found - wanted) * (other - found)).sum()  # of the squared distance, on the way there
    assert step >= -1e-6


@pytest.mark.parametrize("name", upscale.METHODS)
def test_every_method_treats_each_digit_for_itself(name: str) -> None:
    for side in upscale.SIDES:
        small = upscale.shrink(DIGITS.images[:3], side)
        found = upscale.METHODS[name](small)
        assert found.shape == (3, 28, 28) and found.dtype == np.uint8
        assert np.array_equal(found[1:2], upscale.METHODS[name](small[1:2]))
        for colour in (0, 255):
            flat = np.full((1, side, side), colour, np.uint8)
            assert np.abs(upscale.METHODS[name](flat) - float(colour)).max() <= 2, name


def test_training_sees_both_sizes_as_the_network_will() -> None:
    images = mnist.train_digits().images[:8]
    seen = upscale.random_shrink(to_x(images), torch.Generator())
    for side, chosen in ((7, slice(0, 4)), (14, slice(4, 8))):
        small = images[chosen].reshape(-1, side, 28 // side, side, 28 // side).mean((2, 4)) / 255
        np.testing.assert_allclose(seen[chosen, 0], upscale.repeat(small), atol=1e-6)
