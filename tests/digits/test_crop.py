"""Turning and cropping: against numpy, and a mark whose place after a turn is known."""

from __future__ import annotations

import numpy as np
import pytest

from vae_demo.digits.crop import Crop

PICTURE = np.random.default_rng(0).integers(0, 256, (40, 60, 4), np.uint8)


def test_the_whole_picture_is_itself() -> None:
    np.testing.assert_array_equal(Crop().of(PICTURE), PICTURE)


def test_quarter_turns_are_clockwise() -> None:
    turned = Crop(quarters=1).of(PICTURE)
    assert turned.shape == (60, 40, 4)
    np.testing.assert_array_equal(turned[0], PICTURE[::-1, 0])  # the left side is on top
    for quarters in range(4):
        np.testing.assert_array_equal(
            Crop(quarters=quarters).of(PICTURE), np.rot90(PICTURE, -quarters)
        )


def test_a_part_is_measured_on_the_turned_picture() -> None:
    part = Crop(quarters=1, left=0.25, top=0.5, right=0.75, bottom=1).of(PICTURE)
    np.testing.assert_array_equal(part, np.rot90(PICTURE, -1)[30:60, 10:30])


def test_degrees_are_clockwise_around_the_middle() -> None:
    picture = np.zeros((101, 101, 3), np.uint8)
    picture[47:54, 88:95] = 255  # 41 pixels to the right of the middle
    y, x = np.argwhere(Crop(degrees=30).of(picture)[..., 0] > 128).mean(0)
    assert (y, x) == pytest.approx((50 + 41 * 0.5, 50 + 41 * 3**0.5 / 2), abs=0.5)


def test_what_a_turn_leaves_is_filled_by_the_edge() -> None:
    assert (Crop(degrees=-20).of(np.full((30, 50, 3), 200, np.uint8)) == 200).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"quarters": 4},
        {"degrees": 46},
        {"degrees": float("nan")},
        {"left": -0.1},
        {"right": 1.1},
        {"left": 0.5, "right": 0.52},
        {"top": 0.8, "bottom": 0.2},
    ],
    ids=str,
)
def test_another_crop_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="is not a crop: quarters are from 0 to 3"):
        Crop(**wrong)  # type: ignore[arg-type]
