"""The Collapse page without a browser: its link, what can't be chosen, a live training."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.pages import MAIN, page_file, send_view
from vae_demo.training.collapse import cured
from vae_demo.ui.frame.language import catalogue

KEY = "collapse_part"


def opened(locale: str = "en-GB", **query: str) -> AppTest:
    at = AppTest.from_file(MAIN, default_timeout=60)
    at.context = {"locale": locale}
    at.switch_page(page_file("collapse"))
    for key, value in query.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception and not at.error
    return at


def given(at: AppTest) -> dict[str, Any]:
    (part,) = (each.proto for each in at.get("bidi_component") if each.proto.id.endswith(KEY))
    (data,) = json.loads(part.json)
    assert isinstance(data, dict)
    return data


@pytest.mark.parametrize(("language", "locale"), [("en", "en-GB"), ("tr", "tr-TR")])
def test_the_link_sets_the_view_and_nonsense_is_ignored(language: str, locale: str) -> None:
    at, texts = opened(locale, cause="decoder", cure="cycles", at="1e9"), catalogue(language)
    assert at.title[0].value == texts["collapse.title"]
    data = given(at)
    assert data["view"]["link"] == {"cause": "decoder", "cure": "cycles", "at": "3"}
    assert data["text"]["why"]["decoder"] == texts["collapse.cause.decoder.about"]
    at = opened(locale, cause="fever", cure="tea", at="soon")
    assert set(given(at)["view"]["link"].values()) == {None}


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
