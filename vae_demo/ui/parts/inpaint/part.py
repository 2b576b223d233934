"""The Inpaint page's part: a digit, a hole, a race in steps, six answers, and all methods."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np
import streamlit as st
import torch

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
    inpaint_data,
    race_data,
    read_message,
    usable,
)
from vae_demo.ui.parts.inpaint.state import inpaint_state, write_hole
from vae_demo.ui.parts.mount import browser_part, part_state
from vae_demo.ui.parts.repairs.judged import Judged, judged
from vae_demo.ui.parts.repairs.readable import if_readable

_INPAINT = browser_part("inpaint")
_KEY = "inpaint_part"
# with one thread of torch each: a picture is small, and more would wait for each other
_THREADS = ThreadPoolExecutor(8, "inpaint", torch.set_num_threads, (1,))
_SOON = 0.2  # seconds after which the page shows how far the answers are
_LOOK = 0.02  # seconds between two looks at it


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
    drawing = _Drawing(truth, mask) if usable(mask) else None
    place = st.container()
    if drawing:
        drawing.show()
        # not at the same time: the answers would come later, and the results no sooner
        _THREADS.submit(state.results, truth, mask, language()).result()
    elif mask.any():
        st.info(t("inpaint.everything"))
    files = {
        "decoder": network(RUN, "decoder"),
        "space": space_address(RUN),
        "denoiser": if_readable(lambda: network(DENOISER)),
    }
    race = race_data(model(RUN), digit, mask, files)
    with place:
        _INPAINT(
            key=_KEY,
            data=inpaint_data(state, digit, mask, race, language(), pad=pad, painting=painting),
            on_message_change=lambda: None,
            height="content",
        )


class _Drawing:
    """Six answers, which a thread draws from a model."""

    def __init__(self, truth: np.ndarray, mask: np.ndarray) -> None:
        self._seed: int = st.session_state.setdefault("inpaint_answers_seed", 0)
        self._since, self._share = time.perf_counter(), 0.0
        self._answers = _THREADS.submit(self._draw, truth, mask)

    def _draw(self, truth: np.ndarray, mask: np.ndarray) -> list[Judged]:
        for found in inpaint.answers_in_steps(truth, mask, self._seed):
            if isinstance(found, float):
                self._share = found  # how much the known pixels count by now
        assert isinstance(found, np.ndarray)
        return [*judged(truth, {str(i): each for i, each in enumerate(found)}, mask).values()]

    def show(self) -> None:
        """Wait for the answers, and show them with a button for six others."""
        section("inpaint_answers", t("inpaint.answers"), t("inpaint.answers.about"))
        place = st.container()
        # the page's style shows it while the script runs, from the first moment
        with st.container(key="inpaint_drawing"):
            bar = st.progress(0.0, t("inpaint.drawing"))
        st.button(t("inpaint.answers.again"), on_click=self._another, key="inpaint_again")
        shown = 0.0
        while not self._answers.done():
            wait([self._answers], timeout=_LOOK)
            late = time.perf_counter() - self._since > _SOON
            if late and shown != self._share:
                shown = self._share
                bar.progress(shown, t("inpaint.drawing"))
        with place:
            _show(self._answers.result())

    def _another(self) -> None:
        st.session_state["inpaint_answers_seed"] = self._seed + 1


def _show(answers: list[Judged]) -> None:
    """Show answers, which a model drew."""
    digits(
        [
            Picture(
                each.pixels,
                t("inpaint.answer.number", number=i + 1),
                t("inpaint.answer.read", digit=each.read),
                testid="answer",
            )
            for i, each in enumerate(answers)
        ],
        key="inpaint_answers",
        size=112,
    )
