"""The Inpaint page's part: a digit, a hole, a race in steps, six answers, and all methods."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

import numpy as np
import streamlit as st

from vae_demo.repair import inpaint
from vae_demo.ui.frame.language import language, t
from vae_demo.ui.frame.runs import model, network
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.digit_choice.part import keep_drawn
from vae_demo.ui.parts.digits.part import Picture, digits
from vae_demo.ui.parts.draw.data import example_digit
from vae_demo.ui.parts.explore.part import space_address
from vae_demo.ui.parts.inpaint.data import (
    DENOISER,
    PAINTED,
    RUN,
    InpaintState,
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
_THREADS = ThreadPoolExecutor(8, "inpaint")
_SOON = 0.2  # seconds after which the page shows how far the answers are
_LOOK = 0.02  # seconds between two looks

Found = TypeVar("Found")


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
    truth = example_digit() if digit is None else digit
    work = _Work(state, truth, mask) if usable(mask) else None
    files = {
        "decoder": network(RUN, "decoder"),
        "space": space_address(RUN),
        "denoiser": if_readable(lambda: network(DENOISER)),
    }
    race = race_data(model(RUN), digit, mask, files)
    place = st.container()  # of the part, which may come after the bar below it has moved
    if work:
        work.await_results()
    with place:
        _INPAINT(
            key=_KEY,
            data=inpaint_data(state, digit, mask, race, language(), pad=pad, painting=painting),
            on_message_change=lambda: None,
            height="content",
        )
    if work:
        _answers(work, truth, mask)
    elif mask.any():
        st.info(t("inpaint.everything"))


class _Work:
    """What two threads compute: the results of all methods, and six answers.

    Where that takes long, a bar below the answers says how far these are.
    """

    def __init__(self, state: InpaintState, truth: np.ndarray, mask: np.ndarray) -> None:
        self.seed: int = st.session_state.setdefault("inpaint_answers_seed", 0)
        self._since, self._share, self._shown = time.perf_counter(), 0.0, -1.0
        self._answers = _THREADS.submit(self._draw, truth, mask)
        self._results = _THREADS.submit(state.results, truth, mask, language())

    def _draw(self, truth: np.ndarray, mask: np.ndarray) -> np.ndarray:
        for found in inpaint.answers_in_steps(truth, mask, self.seed):
            if isinstance(found, float):
                self._share = found  # how much the known pixels count by now
        assert isinstance(found, np.ndarray)
        return found

    def await_results(self) -> None:
        """Wait until the state has the results; shows the heading and the room of the answers."""
        section("inpaint_answers", t("inpaint.answers"), t("inpaint.answers.about"))
        self.place = st.container()
        self._bar = st.empty()  # below the answers before, which stay where they are
        self._await(self._results)

    def await_answers(self) -> np.ndarray:
        """The answers, (6, 28, 28) uint8."""
        found = self._await(self._answers)
        self._bar.empty()
        return found

    def _await(self, future: Future[Found]) -> Found:
        while not future.done():
            wait([future], timeout=_LOOK)
            late = time.perf_counter() - self._since > _SOON
            if late and self._shown != self._share and not future.done():
                self._shown = self._share
                self._bar.progress(self._shown, t("inpaint.drawing"))
        return future.result()


def _answers(work: _Work, truth: np.ndarray, mask: np.ndarray) -> None:
    """Show six answers that are drawn from a model, and a button for six others."""
    found = work.await_answers()
    judges = judged(truth, {str(i): each for i, each in enumerate(found)}, mask)
    with work.place:
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
        st.session_state["inpaint_answers_seed"] = work.seed + 1

    st.button(t("inpaint.answers.again"), on_click=another, key="inpaint_again")
