"""The Collapse page without a browser: its link, what can't be chosen, a live training."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.pages import given, opened_page, send_view
from vae_demo.training.collapse import cured
from vae_demo.ui.frame.language import catalogue

KEY = "collapse_part"


def opened(locale: str = "en-GB", **link: str) -> AppTest:
    at = opened_page("collapse", locale, **link)
    assert not at.error
    return at


@pytest.mark.parametrize(("language", "locale"), [("en", "en-GB"), ("tr", "tr-TR")])
def test_the_link_sets_the_view_and_nonsense_is_ignored(language: str, locale: str) -> None:
    at, texts = opened(locale, cause="decoder", cure="cycles", at="1e9"), catalogue(language)
    assert at.title[0].value == texts["collapse.title"]
    data = given(at, "collapse")
    assert data["view"]["link"] == {"cause": "decoder", "cure": "cycles", "at": "3"}
    assert data["text"]["why"]["decoder"] == texts["collapse.cause.decoder.about"]
    at = opened(locale, cause="fever", cure="tea", at="soon")
    assert set(given(at, "collapse")["view"]["link"].values()) == {None}


def test_a_cure_that_a_cause_does_not_have_gives_its_first() -> None:
    at = opened(cause="beta", cure="latents")
    at.button(key="collapse_train_cured").click().run()
    job = at.session_state["visitor"].job
    assert job.training == cured("beta", "warm_up").training
    assert at.button(key="collapse_train_ill").disabled
    at.button(key="collapse_stop").click().run()
    assert job.wait(60)
    at.run()
    assert not at.exception and not at.button(key="collapse_train_ill").disabled
    send_view(at, KEY, {"version": 0, "link": {"cause": "latents", "cure": "latents"}})
    assert at.query_params["cause"] == "latents" and not at.exception
