"""Make a lesson: take pages as steps, write questions and answers, choose what pupils see."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import streamlit as st

from vae_demo.ui.frame.language import LANGUAGES, language, t
from vae_demo.ui.frame.menu import PAGES
from vae_demo.ui.frame.qr_code import full_address, qr_code
from vae_demo.ui.frame.session import visitor
from vae_demo.ui.lessons.address import address, page_state
from vae_demo.ui.lessons.lesson import (
    LONGEST,
    LONGEST_TITLE,
    LONGEST_WORDS,
    MOST_STEPS,
    LessonStep,
    Words,
    in_digits,
)
from vae_demo.ui.parts.lesson_maker.draft import Draft
from vae_demo.ui.parts.mount import browser_part, part_state

_MAKER = browser_part("lesson_maker")
_KEY = "lesson_maker_part"
DENSE = 2_700  # digits of a lesson whose QR code is hard to read from afar
TEXTS = (
    *("make", "title", "language", "fold", "close", "steps", "add", "none", "other", "full"),
    *("question", "answer", "take", "taken", "earlier", "later", "remove", "controls", "shown"),
    *(
        "all",
        "nothing",
        "preview",
        "copy",
        "copied",
        "failed",
        "code",
        "code_alt",
        "dense",
        "too_dense",
    ),
    *("kept", "part", "try", "link", "menu", "sentence", "behind"),
)


PLACEHOLDERS = {"page": "{page}", "count": "{count}"}  # filled by the browser


class _Edited(msgspec.Struct):
    """The message of the browser: the lesson as its maker has changed it."""

    title: Words
    steps: Annotated[list[LessonStep], msgspec.Meta(max_length=MOST_STEPS)]
    at: Annotated[int, msgspec.Meta(ge=0)] | None  # the step that the page shows
    take: bool  # whether it gets the state of the page
    number: int  # of the message
    seen: int  # the last message with whose answer the browser has the states of pages


def show_maker(draft: Draft) -> None:
    """Show the lesson that is being made above its page."""
    draft.to_address()
    _MAKER(
        key=_KEY,
        data={
            "title": _as_sent(draft.title),
            "steps": _steps(draft),
            "here": {"page": draft.page, "label": t(f"{draft.page}.menu")},
            "at": draft.at,
            "answered": draft.answered,
            "warning": _warning(draft),
            "closed": _address_without_lesson(draft.page),
            "longest": {"title": LONGEST_TITLE, "words": LONGEST_WORDS, "steps": MOST_STEPS},
            "language": language(),
            "languages": LANGUAGES,
            "text": {name: t(f"lesson_maker.{name}", **PLACEHOLDERS) for name in TEXTS},
            **_result(draft),
        },
        on_lesson_change=_read,
        height="content",
    )


def _steps(draft: Draft) -> list[dict[str, Any]]:
    """The steps, and the addresses at which they are made."""
    found = []
    for at, step in enumerate(draft.steps, 1):
        query = page_state(step) | {"step": str(at), "making": "yes", "lang": language()}
        found.append(
            {
                "page": step.page,
                "link": page_state(step),
                "question": _as_sent(step.question),
                "answer": _as_sent(step.answer),
                "hidden": list(step.hidden),
                "label": t(f"{step.page}.menu"),
                "address": address(step.page, query | {"lesson": draft.text}),
            }
        )
    return found


def _as_sent(words: Words) -> dict[str, str]:
    return {"en": words.en, "tr": words.tr}


def _result(draft: Draft) -> dict[str, Any]:
    """The link of the lesson, and what else is shown of it."""
    link = full_address(draft.page, {"lesson": draft.text}) if draft.text else ""
    digits = in_digits(draft.text)
    return {
        "link": link,
        "code": qr_code(full_address(draft.page, {"lesson": digits})) if link else None,
        "dense": len(digits) > DENSE,
        "length": t("lesson_maker.length", length=len(draft.text), most=LONGEST),
        "preview": address("home", {"lesson": draft.text, "lang": language()}),
    }


def _warning(draft: Draft) -> str | None:
    """What the maker should know of the lesson."""
    if draft.error:
        return t(f"lesson_maker.error.{draft.error.fault}", **draft.error.values)
    own = _own_runs(draft)
    return t("lesson_maker.own", names=", ".join(own)) if own else None


def _address_without_lesson(here: str) -> str:
    query = st.query_params.to_dict() | {"lang": language()}
    for name in ("lesson", "step", "making"):
        query.pop(name, None)
    return address(here, query)


def _own_runs(draft: Draft) -> list[str]:
    """The runs that only the lesson's maker has, of those that the step shows."""
    if draft.at is None:
        return []
    link = draft.steps[draft.at].link
    shown = {name for key in ("run", "runs", "vae", "ae") for name in link.get(key, "").split(",")}
    return [name for name in visitor().own_runs if name in shown]


def _read() -> None:
    draft = st.session_state.get("lesson")
    try:
        edited = msgspec.convert(part_state(_KEY, "lesson"), _Edited)
    except msgspec.ValidationError:  # sent by a modified client
        return
    if isinstance(draft, Draft) and {step.page for step in edited.steps} <= PAGES.keys():
        draft.change(edited.title, edited.steps, edited.at, seen=edited.seen)
        draft.answered = edited.number
        draft.takes = draft.takes or edited.take
