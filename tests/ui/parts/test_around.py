"""Samples around a digit on Explore: which runs have them, and what a link restores."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.pages import given, opened_page
from vae_demo.ui.frame.catalogue import LANGUAGES, catalogue


def opened(**link: str) -> AppTest:
    return opened_page("explore", **link)


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_a_vae_has_samples_and_every_run_has_the_answers(language: str) -> None:
    words = catalogue(language)
    for run, said in (("vae-2", "about"), ("ae-20", "plain")):
        at = opened(lang=language, run=run)
        assert words[f"around.{said}"] in [each.value for each in at.markdown]
        assert words["around.use"] in [each.label for each in at.expander]
        parts = [part.proto for part in at.get("bidi_component")]
        sent = [p.json for p in parts if p.component_name == "vae_demo_around"]
        assert len(sent) == (run == "vae-2")


def test_a_link_restores_the_sliders() -> None:
    at = opened(sigma="9", noise="0.75", average="yes")
    assert given(at, "around")["view"]["link"] == {
        "sigma": "4",
        "noise": "0.75",
        "average": "yes",
    }
    assert at.query_params["sigma"] == "4"
