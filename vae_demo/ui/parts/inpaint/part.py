"""The Inpaint page's part: a digit, a hole, a race in steps, six answers, and all methods."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

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
_DRAWING = ThreadPoolExecutor(4, "answers")
_SOON = 0.2  # seconds after which a visitor is told how far the answers are
_LOOK = 0.02  # seconds between two looks


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
    drawing = _Drawing(example_digit() if digit is None else digit, mask) if usable(mask) else None
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
    if drawing:
        _answers(drawing)
    elif mask.any():
        st.info(t("inpaint.everything"))


class _Drawing:
    """Six answers that a thread draws while the page computes the other methods."""

    def __init__(self, truth: np.ndarray, mask: np.ndarray) -> None:
        self.truth, self.mask, self.since = truth, mask, time.perf_counter()
        self.turn: int = st.session_state.setdefault("inpaint_turn", 0)
        self.share = 0.0  # how much the known pixels count by now
        self._answers = _DRAWING.submit(self._draw)

    def _draw(self) -> np.ndarray:
        for found in inpaint.answers_in_steps(self.truth, self.mask, self.turn):
            if isinstance(found, float):
                self.share = found
        assert isinstance(found, np.ndarray)
        return found

    def await_answers(self, bar: DeltaGenerator) -> np.ndarray:
        """The answers; where they take long, the bar shows how far they are."""
        told = -1.0
        while not self._answers.done():
            wait([self._answers], timeout=_LOOK)
            late = time.perf_counter() - self.since > _SOON
            if late and told != self.share and not self._answers.done():
                told = self.share
                bar.progress(told, t("inpaint.drawing"))
        bar.empty()
        return self._answers.result()


def _answers(drawing: _Drawing) -> None:
    """Show six answers that are drawn from a model, and a button for six others."""
    section("inpaint_answers", t("inpaint.answers"), t("inpaint.answers.about"))
    place = st.container()
    bar = st.empty()  # below the answers before, which stay where they are
    found = drawing.await_answers(bar)
    judges = judged(drawing.truth, {str(i): each for i, each in enumerate(found)}, drawing.mask)
    with place:
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
        st.session_state["inpaint_turn"] = drawing.turn + 1

    st.button(t("inpaint.answers.again"), on_click=another, key="inpaint_again")
