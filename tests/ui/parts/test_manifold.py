"""The Manifold page without a browser: links, messages, and what visitors take home."""

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.support.pages import given, opened_page, send_view
from vae_demo.toys.curves import CURVES
from vae_demo.toys.training import ToyConfig
from vae_demo.ui.frame.language import catalogue
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.parts.manifold.part import CHOICES, take_home_settings

KEY = "manifold_part"
DRAWN = "-0.5,0,0.5,0,0.5,0.5"


def opened(locale: str = "en-GB", **link: str) -> AppTest:
    at = opened_page("manifold", locale, **link)
    assert not at.error
    return at


def own_query(at: AppTest) -> dict[str, str]:
    """What the address holds, but for the language."""
    texts = dict(at.query_params)
    return {
        name: text if isinstance(text, str) else text[-1]
        for name, text in texts.items()
        if name != "lang"
    }


def test_the_curves_that_can_be_chosen_are_those_of_the_core() -> None:
    assert CHOICES["curve"] == [*CURVES, "drawn"]
    assert FIELDS["manifold"]["lr"].default == ToyConfig.lr


@pytest.mark.parametrize(("language", "locale"), [("en", "en-GB"), ("tr", "tr-TR")])
def test_a_link_is_read_and_nonsense_in_it_is_ignored(language: str, locale: str) -> None:
    texts = catalogue(language)
    at = opened(locale, curve="drawn", stroke=DRAWN, noise="0.3", x="99", kind="nothing", y="south")
    assert at.title[0].value == texts["manifold.title"]
    assert texts["manifold.why"] in [each.label for each in at.expander]
    data = given(at, "manifold")
    assert data["text"]["choices"]["curve"]["moons"] == texts["manifold.choice.curve.moons"]
    link = {name: text for name, text in data["view"]["link"].items() if text is not None}
    assert link == {"curve": "drawn", "stroke": DRAWN, "noise": "0.3", "x": "1.2"}
    assert own_query(at) == link


def test_messages_are_checked_and_older_ones_lose_to_what_python_has_set() -> None:
    at = opened()
    link = {"noise": "7", "curve": "moons", "seed": "-3", "stroke": None, "lang": "tr"}
    at = send_view(at, KEY, {"version": 0, "link": link})
    assert own_query(at) == {"noise": "1", "curve": "moons"}
    for nonsense in ({"version": 0, "link": [1]}, {"version": "x"}, "view", None, 3.5):
        at = send_view(at, KEY, nonsense)
        assert not at.exception and own_query(at) == {"noise": "1", "curve": "moons"}
    at.button(key="manifold_try_copy").click().run()
    assert given(at, "manifold")["view"]["version"] == 1
    set_by_python = {"noise": "1", "curve": "moons", "kind": "plain"}
    assert own_query(at) == set_by_python
    assert own_query(send_view(at, KEY, {"version": 0, "link": {}})) == set_by_python
    assert own_query(send_view(at, KEY, {"version": 1, "link": {}})) == {}


def test_what_is_taken_home_has_the_settings_of_the_page() -> None:
    values: dict[str, Any] = dict.fromkeys(("kind", "noise", "penalty", "penalised", "lr"))
    drawn = np.array([0, 0, 0.6, 0, 0.6, 0.25], np.float32)
    home = take_home_settings(values | {"curve": "drawn", "stroke": drawn})
    assert home["curve"] == "drawn" and home["stroke"] == [(0, 0), (0.6, 0), (0.6, 0.25)]
    for unusable in (None, drawn[:5], drawn[:2]):  # the page shows the first curve, too
        home = take_home_settings(values | {"curve": "drawn", "stroke": unusable})
        assert home["curve"] == "arms" and "stroke" not in home
    assert take_home_settings(values | {"curve": "moons", "stroke": None})["curve"] == "moons"
