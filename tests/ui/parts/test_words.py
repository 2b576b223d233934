"""The page Words: how a text is read, what is drawn, and what is said of what it can't draw."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from tests.support.pages import given, opened_page
from vae_demo.captions import LONGEST
from vae_demo.ui.frame.catalogue import catalogue
from vae_demo.ui.parts.words.part import COUNT, EXAMPLES, written


@pytest.mark.parametrize("language", ("en", "tr"))
def test_the_page_opens_with_an_example_and_says_others(language: str) -> None:
    words = catalogue(language)
    at = opened_page("words", lang=language)
    data = given(at, "words")
    assert data["said"] == words["words.try.right"] and data["notes"] == []
    pixels = np.frombuffer(base64.b64decode(data["pixels"]), np.uint8)
    _, found = written(data["said"], 0)
    assert np.array_equal(pixels.reshape(found.images.shape), found.images)
    assert len(data["pictures"]) == COUNT
    labels = [check["label"] for check in data["pictures"][0]["checks"]]
    sides = [words["words.is.thick"], words["words.is.right"]]
    assert labels == [words["words.kind"].format(digit=7), *sides]
    assert [word["is"] for word in data["words"] if word["is"] == "7"] == ["7"]
    at.button(key=f"words_try_{EXAMPLES[-1]}").click().run()
    data = given(at, "words")
    assert data["said"] == words["words.try.strange"]
    assert [word["known"] for word in data["words"]].count(False) == 1
    known = words["words.is.thick"]
    assert len(data["notes"]) == 1 and known in data["notes"][0]
    assert at.query_params["said"] == words["words.try.strange"]


def test_a_link_says_anything_and_gets_a_sentence() -> None:
    en = catalogue("en")
    for said, note in (
        ("hello", en["words.note.nothing"]),
        ("three or seven", en["words.note.kinds"].format(kinds="3, 7", kind=3)),
        ("forty two", en["words.note.number"].format(number="forty two")),
        ("thick thin 5", en["words.note.opposites"].format(sides="thick, thin")),
        ("neither 3 nor 4", en["words.note.refused"].format(kinds="3, 4")),
        ("<script>alert(1)</script> 7", "“script”"),
        ("семь", "“семь”"),
        ("\0\x1b\x07", en["words.note.nothing"]),
    ):
        data = given(opened_page("words", said=said, seed="3"), "words")
        assert any(note in each for each in data["notes"]), (said, data["notes"])
        assert len(data["pictures"]) == COUNT and data["seed"] == 3
    assert len(given(opened_page("words", said="7 " * 6000), "words")["said"]) == LONGEST
