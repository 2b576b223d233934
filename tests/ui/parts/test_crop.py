"""What the part that crops a picture is given and says back."""

from __future__ import annotations

import io
from dataclasses import asdict

import numpy as np
import pytest
from PIL import Image

from vae_demo.digits import mnist
from vae_demo.digits.crop import Crop
from vae_demo.ui.parts.crop.data import SHOWN_SIDE, crop_data, picture_file, read_message
from vae_demo.ui.server.web import FILES

PICTURE = np.random.default_rng(0).integers(0, 256, (400, 900, 4), np.uint8)
CROP = Crop(1, -7.0, 0.1, 0.2, 0.6, 0.9)


def test_a_message_is_read() -> None:
    file = picture_file(PICTURE)
    sent = {"picture": file.key, "crop": asdict(CROP)}
    assert read_message(sent, file) == CROP
    assert read_message(sent | {"picture": "another"}, file) == Crop()


@pytest.mark.parametrize(
    "wrong",
    [None, [], {}, {"crop": 3}, *({"crop": asdict(CROP) | change} for change in (
        {"quarters": 4}, {"quarters": 0.5}, {"degrees": "x"}, {"left": 0.99}, {"top": None},
    ))],
    ids=repr,
)  # fmt: skip
def test_another_message_is_the_whole_picture(wrong: object) -> None:
    file = picture_file(PICTURE)
    sent = wrong | {"picture": file.key} if isinstance(wrong, dict) else wrong
    assert read_message(sent, file) == Crop()


def test_the_browser_gets_a_small_picture() -> None:
    digit = mnist.test_digits().images[0]
    data = crop_data(picture_file(PICTURE), CROP, digit, {})
    content = FILES.find(data["picture"]["key"])
    assert content is not None
    shown = Image.open(io.BytesIO(content.raw))
    assert shown.size == (SHOWN_SIDE, round(SHOWN_SIDE * 400 / 900))
    assert data["crop"] == asdict(CROP)
