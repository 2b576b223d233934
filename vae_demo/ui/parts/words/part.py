"""A text, how it is read, and eight digits drawn for it, each with what rulers find in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import msgspec
import streamlit as st

from vae_demo.captions import LONGEST, Caption
from vae_demo.captions.encoder import read_caption
from vae_demo.captions.writing import Writing, drawing_model, write
from vae_demo.models.attribute import AttributeVAE
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.parts.mount import browser_part, part_state
from vae_demo.ui.parts.words.data import words_data
from vae_demo.ui.server.shared_cache import shared

_WORDS = browser_part("words")
_KEY = "words_part"
COUNT = 8
EXAMPLES = ("right", "left", "big", "mixed", "strange")
SEEDS = FIELDS["words"]["seed"].high + 1


class _Asked(msgspec.Struct):
    """The message of the browser."""

    text: str
    seed: Annotated[int, msgspec.Meta(ge=0, lt=SEEDS)]
    at: float  # in milliseconds; Python hears only of messages that differ from the last one


@dataclass
class _Said:
    """What the visitor said last."""

    text: str
    seed: int
    read_at: float = 0  # `at` of the last message that was read


def say(example: str) -> None:
    """Say an example."""
    said = _said()
    said.text, said.seed = t(f"words.try.{example}"), 0


@st.fragment
def words_part() -> None:
    """Show the part; when the visitor says something else, only this runs again."""
    _read()
    said = _said()
    caption, found = written(said.text, said.seed)
    to_address("words", said=said.text, seed=said.seed)
    _WORDS(
        key=_KEY,
        data=words_data(said.text, said.seed, caption, found),
        on_asked_change=lambda: None,
        height="content",
    )


def _said() -> _Said:
    """What the visitor said last; at first what the link says, or an example."""
    found: _Said | None = st.session_state.get("words")
    if found is None:
        link = from_address("words")
        text = link["said"] or t(f"words.try.{EXAMPLES[0]}")
        found = st.session_state["words"] = _Said(text, link["seed"])
    return found


def _read() -> None:
    """Read the latest message of the browser, if it has not been read yet."""
    try:
        asked = msgspec.convert(part_state(_KEY, "asked"), _Asked)
    except msgspec.ValidationError:
        return
    said = _said()
    if asked.at != said.read_at:
        said.text, said.seed, said.read_at = asked.text[:LONGEST], asked.seed, asked.at


@shared(max_entries=256)
def written(text: str, seed: int) -> tuple[Caption, Writing]:
    """How a text is read, and digits drawn for it."""
    caption = read_caption(text)
    return caption, write(caption, _model(), COUNT, seed)


@shared(max_entries=1)
def _model() -> AttributeVAE:
    return drawing_model()
