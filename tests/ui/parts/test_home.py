"""The data of the first page's map."""

import base64

import numpy as np
import pytest
from safetensors.numpy import load

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.models import decode_many
from vae_demo.ui.parts.home.data import NEIGHBOURS, home_data, typical_codes
from vae_demo.ui.parts.home.prepared import RUN, prepared


def test_the_first_picture_is_the_first_code_s_and_all_codes_are_on_the_map() -> None:
    run = runs.find("vae-2")
    found = home_data(run.history)
    picture = np.frombuffer(base64.b64decode(found.first), np.uint8).reshape(28, 28)
    decoded = decode_many(run.build(), np.array(found.stops[:1]))[0]
    assert np.abs(picture.astype(int) - decoded).max() <= 2
    assert len(found.stops) == 10
    shown = run.history.codes[-1].astype(float), np.array(found.stops)
    for codes in shown:
        assert (np.abs(codes - found.middle) <= np.array(found.reach) + 1e-3).all()
    labels = mnist.probe().labels
    nearest = [np.abs(shown[0] - stop).sum(1).argmin() for stop in found.stops]
    assert labels[nearest].tolist() == [3, 4, 5, 6, 7, 8, 9, 0, 1, 2]


def test_what_was_prepared_is_what_would_be_computed() -> None:
    """If it is not: python -m vae_demo.ui.parts.home.data"""
    here, there = prepared(), home_data(runs.find(RUN).history)
    for name, array in load(there.file.raw).items():  # other versions of numpy may round otherwise
        np.testing.assert_allclose(load(here.file.raw)[name].astype(int), array.astype(int), atol=1)
    assert (here.first, here.epochs) == (there.first, there.epochs)
    for name in ("middle", "reach", "stops"):
        assert np.array(getattr(here, name)) == pytest.approx(np.array(getattr(there, name)))


def test_a_typical_code_lies_among_codes_of_its_digit() -> None:
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(10), 40)
    middles = np.stack([np.arange(10) * 3.0, np.zeros(10)], 1)
    codes = middles[labels] + random.normal(size=(400, 2))
    found = typical_codes(codes, labels)

    def alike(code: np.ndarray, digit: int) -> int:
        """How many of the codes nearest to a code are of a digit."""
        nearest = sorted(range(400), key=lambda i: np.hypot(*(codes[i] - code)))[:NEIGHBOURS]
        return sum(labels[i] == digit for i in nearest)

    for digit in range(10):
        own = codes[labels == digit]
        assert found[digit].tolist() in own.tolist()
        assert alike(found[digit], digit) == max(alike(code, digit) for code in own)


def test_few_codes_are_enough() -> None:
    codes = np.arange(20.0).reshape(10, 2)
    np.testing.assert_array_equal(typical_codes(codes, np.arange(10)), codes)
