"""The Inpaint page without a browser: what Python sends, holes of links, and odd messages."""

import base64
import json
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.support.pages import opened_page
from vae_demo.digits import mnist
from vae_demo.repair import inpaint
from vae_demo.repair.holes import HOLES
from vae_demo.ui.frame.language import catalogue
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.parts.inpaint.data import PAINTED, InpaintState, read_message
from vae_demo.ui.parts.repairs.no_digit import letter

LINK = FIELDS["inpaint"]


def opened(locale: str = "en-GB", **link: str) -> AppTest:
    return opened_page("inpaint", locale, **link)


def sent(at: AppTest, part: str = "inpaint") -> dict[str, Any]:
    """What a part of the page was given."""
    (found,) = (
        each.proto for each in at.get("bidi_component") if each.proto.id.endswith(f"-{part}")
    )
    (data,) = json.loads(found.json)
    assert isinstance(data, dict)
    return data


def test_the_holes_that_can_be_chosen_are_those_of_the_core() -> None:
    assert tuple(LINK["hole"].options) == (PAINTED, *HOLES)


@pytest.mark.parametrize(("language", "locale"), [("en", "en-GB"), ("tr", "tr-TR")])
def test_the_page_shows_every_method_and_six_answers(language: str, locale: str) -> None:
    at = opened(locale)
    assert not at.exception and not at.error
    assert at.title[0].value == catalogue(language)["inpaint.title"]
    data = sent(at, "inpaint_part")
    names = [card["name"] for group in data["results"]["groups"] for card in group["cards"]]
    assert names == list(inpaint.METHODS)
    assert not data["painting"] and len(data["race"]["starts"]) == inpaint.STARTS
    assert len(data["results"]["levels"]) == 2
    answers = sent(at, "inpaint_answers")["pictures"]
    assert len(answers) == inpaint.ANSWERS
    at.button(key="inpaint_again").click().run()
    assert sent(at, "inpaint_answers")["pixels"] and not at.exception


def test_a_link_brings_a_painted_hole() -> None:
    mask = np.zeros((28, 28), bool)
    mask[10:14, 8:20] = True
    at = opened(hole=PAINTED, mask=LINK["mask"].write(mask))
    data = sent(at, "inpaint_part")
    assert data["painting"] and np.array_equal(LINK["mask"].read([data["mask"]]), mask)
    assert data["results"] and LINK["mask"].write(mask) in at.query_params["mask"]


@pytest.mark.parametrize("full", [False, True])
def test_a_hole_of_nothing_or_everything_has_no_results(full: bool) -> None:
    mask = np.full((28, 28), full)
    at = opened(hole=PAINTED, mask=LINK["mask"].write(mask))
    assert not at.exception and sent(at, "inpaint_part")["results"] is None
    assert [each.value for each in at.info] == [catalogue("en")["inpaint.everything"]] * full
    assert sent(at, "inpaint_part")["strange"] is None


def test_a_picture_that_is_no_digit_is_named_without_a_hole_too() -> None:
    letter_a = LINK["shown_drawn"].write(letter())
    at = opened(hole=PAINTED, shown="drawn", shown_drawn=letter_a)
    data = sent(at, "inpaint_part")
    assert data["results"] is None and data["strange"] and not at.exception
    at = opened(hole="patch", shown="drawn", shown_drawn=letter_a)
    assert sent(at, "inpaint_part")["strange"] == data["strange"]


def test_odd_messages_change_nothing() -> None:
    state = InpaintState()
    mask = np.eye(28, dtype=bool)
    good = {"serial": 3, "revision": 0, "digit": None, "mask": LINK["mask"].write(mask)}
    for odd in (
        None,
        7,
        {},
        {"serial": 1},
        good | {"serial": "1"},
        good | {"mask": "x"},
        good | {"digit": "AAAA"},
        good | {"revision": 1},
    ):
        state.take(read_message(odd), pad=True)
        assert not state.mask.any() and state.drawn is None
    state.take(read_message(good | {"serial": 4}), pad=True)
    assert state.serial == 4 and np.array_equal(state.mask, mask)
    state.take(read_message(good | {"serial": 5, "mask": None}), pad=True)  # of another kind
    assert state.serial == 5 and np.array_equal(state.mask, mask)


def test_a_drawing_of_another_page_or_a_link_is_on_the_pad() -> None:
    digit = mnist.test_digits().images[8]
    at = opened(shown="drawn", shown_drawn=LINK["shown_drawn"].write(digit))
    data = sent(at, "inpaint_part")
    assert data["pad"] and data["picture"] and not data["isExample"]
    np.testing.assert_array_equal(
        np.frombuffer(base64.b64decode(data["digit"]), np.uint8), digit.ravel()
    )
    at = opened()
    assert not sent(at, "inpaint_part")["pad"]
    at.button(key="inpaint_try_draw").click().run()
    data = sent(at, "inpaint_part")
    assert data["pad"] and data["isExample"] and data["painting"]
