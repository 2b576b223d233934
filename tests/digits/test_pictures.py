"""Pictures come out of their files pixel for pixel."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from vae_demo.digits.pictures import enlarge, gif, png, tile

RNG = np.random.default_rng(0)
DIGITS = RNG.integers(0, 256, (7, 28, 28), np.uint8)


def opened(raw: bytes) -> Image.Image:
    return Image.open(io.BytesIO(raw))


def test_enlarge_repeats_every_pixel() -> None:
    large = enlarge(DIGITS, 3)
    assert large.shape == (7, 84, 84)
    for dy in range(3):
        for dx in range(3):
            np.testing.assert_array_equal(large[:, dy::3, dx::3], DIGITS)
    np.testing.assert_array_equal(enlarge(DIGITS[0], 3), large[0])


@pytest.mark.parametrize(("scale", "gap"), [(1, 0), (1, 2), (3, 0), (2, 5)])
def test_tile_puts_each_picture_where_it_belongs(scale: int, gap: int) -> None:
    sheet = tile(DIGITS, 3, scale=scale, gap=gap)
    side = 28 * scale
    assert sheet.shape == (3 * side + 2 * gap, 3 * side + 2 * gap)
    grey = np.ones(sheet.shape, bool)
    for i, picture in enumerate(DIGITS):
        top, left = (i // 3) * (side + gap), (i % 3) * (side + gap)
        place = slice(top, top + side), slice(left, left + side)
        np.testing.assert_array_equal(sheet[place], enlarge(picture, scale))
        grey[place] = False
    assert grey.any()
    assert (sheet[grey] == 128).all()


def test_tile_takes_pictures_that_are_not_square() -> None:
    wide = RNG.integers(0, 256, (4, 2, 5), np.uint8)
    sheet = tile(wide, 2)
    np.testing.assert_array_equal(sheet, np.block([[wide[0], wide[1]], [wide[2], wide[3]]]))


def test_png_is_exact() -> None:
    picture = opened(png(DIGITS[0]))
    assert (picture.format, picture.mode) == ("PNG", "L")
    np.testing.assert_array_equal(np.asarray(picture), DIGITS[0])


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_gif_plays_there_and_back_for_ever(count: int) -> None:
    picture = opened(gif(DIGITS[:count], 90))
    order = [*range(count), *range(count - 2, 0, -1)]
    assert picture.format == "GIF"
    assert getattr(picture, "n_frames", 1) == len(order)
    for frame, expected in enumerate(order):
        picture.seek(frame)
        np.testing.assert_array_equal(np.asarray(picture.convert("L")), DIGITS[expected])
        if count > 1:
            assert picture.info["duration"] == 90
            assert picture.info["loop"] == 0
