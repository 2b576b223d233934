"""The Bubbles page: its file, its link, its buttons."""

import json

import numpy as np
import pytest
from safetensors.numpy import load
from streamlit.testing.v1 import AppTest

from tests.support.pages import given, opened_page
from vae_demo.latent.bubbles import LEARNING_RATE
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.parts.bubbles.data import EACH, SIDE, bubbles_data
from vae_demo.ui.parts.bubbles.prepared import prepared


def opened(**link: str) -> AppTest:
    return opened_page("bubbles", **link)


def described(raw: bytes) -> str:
    """The description in a safetensors file."""
    length = int.from_bytes(raw[:8], "little")
    return str(json.loads(raw[8 : 8 + length])["__metadata__"]["described"])


def view(at: AppTest) -> dict[str, str | None]:
    """The texts of the link that the part was given."""
    return dict(given(at, "bubbles")["view"]["link"])


def test_the_prepared_file_holds_every_digit_and_what_its_command_writes() -> None:
    arrays, now = load(prepared().raw), bubbles_data(steps=3)
    assert np.bincount(arrays["labels"]).tolist() == [EACH] * 10
    assert arrays["pictures"].shape == (10 * EACH, SIDE, SIDE)
    assert FIELDS["bubbles"]["digit"].high == 10 * EACH - 1
    assert len(prepared().raw) < 150_000
    written = load(now.raw)  # but for the number of steps
    for name in ("pictures", "labels"):
        np.testing.assert_array_equal(arrays[name], written[name])
    for side in ("encoder", "decoder"):
        assert arrays[side].shape == written[side].shape and np.isfinite(arrays[side]).all()
    assert described(prepared().raw) == described(now.raw)


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ({"beta": "1000", "rate": "off", "digit": "7"}, {"beta": "1000", "rate": "off"}),
        ({"beta": "-5", "reconstruction": "maybe", "digit": "99"}, {"beta": "0", "digit": "39"}),
        ({"beta": "nan", "start": "x" * 500}, {"beta": None, "start": None}),
        ({"lr": "1000"}, {"lr": "100"}),
        ({"lr": str(LEARNING_RATE)}, {"lr": None}),  # the default
    ],
)
def test_a_link_is_restored_as_far_as_it_makes_sense(
    link: dict[str, str], found: dict[str, str | None]
) -> None:
    given = view(opened(**link))
    assert {name: given[name] for name in found} == found


def test_buttons_set_both_terms() -> None:
    at = opened(rate="off", beta="7")
    at.button(key="bubbles_try_no_reconstruction").click().run()
    given = view(at)
    assert given["reconstruction"] == "off" and given["rate"] is given["beta"] is None
    assert at.query_params["reconstruction"] in ("off", ["off"])
    at.button(key="bubbles_try_start").click().run()
    assert view(at)["start"] == "1"
    at.button(key="bubbles_try_start").click().run()
    assert view(at)["start"] == "2"  # starts again
