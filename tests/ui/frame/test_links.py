"""What links hold: round trips, and texts that strangers made up."""

import base64

import numpy as np
import pytest

from vae_demo.digits import mnist
from vae_demo.ui.frame.links import read_code, read_digit, read_number, write_code, write_digit


def test_every_digit_comes_back_and_is_short() -> None:
    lengths = []
    for digit in mnist.probe().images:
        text = write_digit(digit)
        lengths.append(len(text))
        assert np.array_equal(read_digit(text), digit)
    assert np.mean(lengths) < 400


@pytest.mark.parametrize("value", [0, 1, 255])
def test_flat_digits_come_back(value: int) -> None:
    digit = np.full((28, 28), value, np.uint8)
    assert np.array_equal(read_digit(write_digit(digit)), digit)


ZEROS = base64.urlsafe_b64encode(bytes((0, 255)) * 3).decode()


@pytest.mark.parametrize(
    "text", [None, "", "!", "a", "AAAA", "ÿÿÿÿ", ZEROS, "A" * 20_000, "_-" * 3000, "AA==AA=="]
)
def test_a_text_that_is_no_digit_is_nothing(text: str | None) -> None:
    assert read_digit(text) is None


def test_codes_come_back_to_three_decimals() -> None:
    code = np.random.default_rng(5).normal(size=500).astype(np.float32)
    found = read_code(write_code(code), 500)
    assert found is not None and np.abs(found - code).max() <= 0.0005001
    assert write_code(found) == write_code(code)
    assert write_code(np.array([0.5, -1.25, 0, -0.0, 10])) == "0.5,-1.25,0,0,10"


@pytest.mark.parametrize(
    "text", [None, "", "1", "1,2,3", "1,nan", "1,inf", "a,b", "1e999,1", "1," * 20_000]
)
def test_a_text_that_is_no_code_is_nothing(text: str | None) -> None:
    assert read_code(text, 2) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.5", 0.5), ("-3", 0), ("7", 1), ("inf", 1), ("nan", None), ("", None), (None, None)],
)
def test_numbers_are_moved_into_their_range(text: str | None, value: float | None) -> None:
    assert read_number(text, 0, 1) == value
