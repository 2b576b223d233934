"""The Inpaint page's part: a digit, a hole, a race in steps, six answers, and all methods."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.repair import inpaint
from vae_demo.ui.frame.language import language, t
from vae_demo.ui.frame.section import section
from vae_demo.ui.frame.session import model, network
from vae_demo.ui.parts.digit_choice.part import keep_drawn
from vae_demo.ui.parts.digits.part import Picture, digits
from vae_demo.ui.parts.draw.data import example_digit
from vae_demo.ui.parts.explore.part import space_address
from vae_demo.ui.parts.inpaint.data import (
    DENOISER,
    PAINTED,
    RUN,
    inpaint_data,
    race_data,
    read_message,
    usable,
)
from vae_demo.ui.parts.inpaint.state import inpaint_state, write_hole
from vae_demo.ui.parts.mount import browser_part, part_state
from vae_demo.ui.parts.repairs.judged import judged
from vae_demo.ui.parts.repairs.readable import if_readable

_INPAINT = browser_part("inpaint")
_KEY = "inpaint_part"


@st.fragment
def inpaint_part(given: np.ndarray | None, kind: str, seed: int) -> None:
    """Show a digit with a hole, and what every method makes of it.

    While the visitor draws or paints, the browser computes the network. When the visitor releases,
    only this fragment runs again.

    Args:
        given: A test digit (28, 28) uint8; None for the drawing on the pad.
        kind: "brush" or a key of `HOLES`.
        seed: Of the hole.
    """
    state, pad, painting = inpaint_state(), given is None, kind == PAINTED
    state.take(read_message(part_state(_KEY, "message")), pad=pad)
    write_hole(state, kind)
    if pad:
        keep_drawn("inpaint", "shown", state)
    digit, mask = state.drawn if pad else given, state.hole(kind, seed)
    files = {
        "decoder": network(RUN, "decoder"),
        "space": space_address(RUN),
        "denoiser": if_readable(lambda: network(DENOISER)),
    }
    race = race_data(model(RUN), digit, mask, files)
    _INPAINT(
        key=_KEY,
        data=inpaint_data(state, digit, mask, race, language(), pad=pad, painting=painting),
        on_message_change=lambda: None,
        height="content",
    )
    if usable(mask):
        _answers(example_digit() if digit is None else digit, mask)
    elif mask.any():
        st.info(t("inpaint.everything"))


def _answers(truth: np.ndarray, mask: np.ndarray) -> None:
    """Show six answers that are drawn from a model, and a button for six others."""
    section("inpaint_answers", t("inpaint.answers"), t("inpaint.answers.about"))
    turn = st.session_state.setdefault("inpaint_turn", 0)
    with st.spinner(t("inpaint.drawing")):
        found = inpaint.answers(truth, mask, seed=turn)
    judges = judged(truth, {str(i): each for i, each in enumerate(found)}, mask)
    digits(
        [
            Picture(
                each.pixels,
                t("inpaint.answer.number", number=i + 1),
                t("inpaint.answer.read", digit=each.read),
                testid="answer",
            )
            for i, each in enumerate(judges.values())
        ],
        key="inpaint_answers",
        size=112,
    )

    def another() -> None:
        st.session_state["inpaint_turn"] = turn + 1

    st.button(t("inpaint.answers.again"), on_click=another, key="inpaint_again")
