"""The Class page's part: a room of a class, or the tasks for a visitor alone."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import streamlit as st

from vae_demo.classroom import TASKS
from vae_demo.classroom.names import CODE_LENGTH, read_code
from vae_demo.classroom.refusal import Refusal
from vae_demo.latent.code_space import CodeSpace
from vae_demo.ui.frame.catalogue import text
from vae_demo.ui.frame.language import language, t
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.frame.qr_code import qr_code
from vae_demo.ui.frame.runs import code_space, network
from vae_demo.ui.parts.draw.data import PAD_TEXTS
from vae_demo.ui.parts.explore.data import classifier_file
from vae_demo.ui.parts.mount import browser_part, part_state
from vae_demo.ui.parts.repairs.network import network_file

_CLASSROOM = browser_part("classroom")
_KEY = "classroom_part"
_STATE = "class"
RUN = "vae-2"
START = 3  # the digit at whose code the sliders begin

TEXTS = (
    *("teacher", "open", "pupil", "code", "nickname", "join", "alone", "tasks", "away"),
    *("send", "another", "judged", "nothing", "best"),
    *("in", "place", "ended", "leads", "leave", "back_to"),
    *("how", "qr", "hours", "begin", "hide", "end", "sure", "remove", "counted", "empty"),
    *("reads", "picture", "latent", "pens", "white", "black", "back", "reset", "pixels", "keys"),
    *("touched", "keep", "drop", "repaired", "alike", "side_left", "side_right", "question"),
    *("over", "beta", "tries_left", "enough", "few", "seen", "captions", "caption", "draw"),
    *("word_thin", "word_thick", "word_left", "word_right", "word_narrow", "word_wide"),
    *("word_low", "word_tall"),
)
PLACEHOLDERS = (  # in the texts, filled in by the browser
    *("digit", "percent", "count", "psnr", "number", "of", "right", "beta", "words", "score"),
    *("code", "place", "hours", "pupils", "sent", "leader", "name"),
)


class _Message(msgspec.Struct):
    """The message of the browser."""

    room: Annotated[str, msgspec.Meta(max_length=CODE_LENGTH)]  # a code; "" for none
    task: Literal[TASKS]  # type: ignore[valid-type]
    at: float  # in milliseconds; Python hears only of messages that differ from the last one


def practise(task: str) -> None:
    """Leave the room, and show a task to a visitor alone."""
    st.session_state[_STATE] = {"room": None, "task": task}


def in_room() -> bool:
    """Whether the link leads to a room."""
    return bool(_state()["room"])


def _state() -> dict[str, Any]:
    linked = from_address("class")
    state: dict[str, Any] = st.session_state.setdefault(
        _STATE, {name: linked[name] for name in ("room", "task")}
    )
    return state


def classroom_part() -> None:
    """Show the room of the link, or the tasks."""
    state = _state()
    to_address("class", **state)
    link = _link(state["room"])
    places = {name: f"{{{name}}}" for name in PLACEHOLDERS}
    space = code_space(RUN)
    _CLASSROOM(
        key=_KEY,
        data={
            "room": state["room"] or "",
            "task": state["task"],
            "link": link,
            "qr": qr_code(link) if link else "",
            "language": language(),
            "text": {name: t(f"class.part.{name}", **places) for name in TEXTS},
            "names": {name: t(f"class.task.{name}") for name in TASKS},
            "rules": {name: t(f"class.task.{name}.rule") for name in TASKS},
            "pad": {name: text(f"draw.pad.{name}", language()) for name in PAD_TEXTS},
            "plane": plane_data(space),
            "files": {
                "decoder": network(RUN, "decoder"),
                "reader": dict(classifier_file().offer()),
                "inpaint": dict(network_file("inpaint-unet", 2).offer()),
            },
        },
        on_message_change=_read,
        height="content",
    )


def plane_data(space: CodeSpace) -> dict[str, list[float]]:
    """The ends of the sliders, and where they begin."""
    from vae_demo.digits import mnist

    start = space.codes[mnist.strip_positions()[START]]
    return {
        "low": [round(float(v), 2) for v in space.low],
        "high": [round(float(v), 2) for v in space.high],
        "start": [round(float(v), 2) for v in start],
    }


def _link(room: str | None) -> str:
    """The link that pupils open; "" without a room."""
    try:
        code = read_code(room or "")
    except Refusal:
        return ""
    base = (st.context.url or "").partition("?")[0]
    return f"{base}?room={code}" if base else ""


def _read() -> None:
    try:
        sent: Any = msgspec.convert(part_state(_KEY, "message"), _Message)
    except msgspec.ValidationError:
        return
    st.session_state[_STATE] = {"room": sent.room or None, "task": sent.task}
