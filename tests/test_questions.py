"""Each question of docs/questions.md stands on the page that it names, in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.pages import MAIN, page_file
from vae_demo.ui.frame.catalogue import catalogue
from vae_demo.ui.frame.menu import PAGES

DOC = Path(__file__).resolve().parents[1] / "docs" / "questions.md"
ROWS = re.findall(r"^\| (.+?) \| `/(\w+)` \| .+ \|$", DOC.read_text("utf-8"), re.MULTILINE)
EN, TR = catalogue("en"), catalogue("tr")
ASKED: dict[str, list[str]] = {}  # page -> the keys of its questions
for question, page in ROWS:
    (key,) = (key for key, text in EN.items() if text == question)
    ASKED.setdefault(page, []).append(key)
# Questions that are shown once the page is in another state than at first.
STATES = {"generate": {"run": "vqvae-16"}}


def texts(at: AppTest) -> Iterator[str]:
    """All texts of a page: of Streamlit's elements, and of the parts in the browser."""
    for kind in ("expander", "markdown", "caption", "button", "header", "subheader", "info"):
        for element in at.get(kind):
            yield str(getattr(element, "label", "") or getattr(element, "value", ""))
    for part in at.get("bidi_component"):
        yield from _strings(json.loads(part.proto.json))


def _strings(found: object) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict | list):
        for each in found.values() if isinstance(found, dict) else found:
            yield from _strings(each)


def test_every_row_is_read() -> None:
    assert len(ROWS) == DOC.read_text("utf-8").count("\n| ") - 2  # without the head of the table
    assert ASKED.keys() <= PAGES.keys()


@pytest.mark.parametrize("page", ASKED)
def test_a_page_asks_its_questions(page: str) -> None:
    for language, words in (("en", EN), ("tr", TR)):
        at = AppTest.from_file(MAIN, default_timeout=60).switch_page(page_file(page))
        for name, value in {"lang": language, **STATES.get(page, {})}.items():
            at.query_params[name] = value
        shown = set(texts(at.run()))
        missing = [words[key] for key in ASKED[page] if words[key] not in shown]
        assert not missing, (language, sorted(shown))
