"""The Inpaint page's part: a digit, a hole, a race in steps, six answers, and all methods."""

from __future__ import annotations

import base64
import math
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from vae_demo.digits.mnist import PIXELS
from vae_demo.models import to_x
from vae_demo.repair import CLASSICAL, inpaint
from vae_demo.repair.energy import STEPS
from vae_demo.ui.frame.language import language, t
from vae_demo.ui.frame.session import model, network
from vae_demo.ui.parts.digits.part import Picture, digits
from vae_demo.ui.parts.explore.part import space_address
from vae_demo.ui.parts.inpaint.state import LINK, PAINTED, hole_of, painted_hole
from vae_demo.ui.parts.mount import browser_part, part_state
from vae_demo.ui.parts.repairs.data import card, groups
from vae_demo.ui.parts.repairs.judged import judged
from vae_demo.ui.parts.repairs.readable import if_readable

_INPAINT = browser_part("inpaint")
_KEY = "inpaint_part"
RUN, DENOISER = "vae-20", "dae-500"  # of the race

TEXTS = (
    *("truth", "hole", "hint", "wipe", "difference", "race", "raceAbout", "descent", "denoiser"),
    *("map", "energy", "quality", "step", "play", "pause", "slider"),
)


@st.fragment
def inpaint_part(truth: np.ndarray, kind: str, seed: int) -> None:
    """Show a digit with a hole, and what every method makes of it.

    When the visitor releases the brush, only this fragment runs again.

    Args:
        truth: (28, 28) uint8.
        kind: "brush" or a key of `HOLES`.
        seed: Of the hole.
    """
    painted = painted_hole()
    painted.receive(part_state(_KEY, "message"))
    mask = hole_of(kind, seed)
    usable = 0 < mask.sum() < PIXELS
    _INPAINT(
        key=_KEY,
        data={
            "language": language(),
            "text": {
                name: t(f"inpaint.part.{name}", steps=STEPS, step="{step}", psnr="{psnr}", run=RUN)
                for name in TEXTS
            },
            "serial": painted.serial,
            "truth": base64.b64encode(np.ascontiguousarray(truth).tobytes()).decode(),
            "painting": kind == PAINTED,
            "mask": LINK["mask"].write(mask),
            "results": results(truth, mask) if usable else None,
            "race": {
                "network": network(RUN),
                "space": space_address(RUN),
                "denoiser": if_readable(lambda: network(DENOISER)),
                "starts": _starts(truth, mask),
            },
        },
        on_message_change=lambda: None,
        height="content",
    )
    if usable:
        _answers(truth, mask)
    elif mask.any():
        st.info(t("inpaint.everything"))


def results(truth: np.ndarray, mask: np.ndarray) -> dict[str, Any]:
    """The cards of the digit with its hole and of all methods."""
    digit, hole = truth[None], mask[None]
    found: dict[str, np.ndarray] = {}
    for name, method in inpaint.METHODS.items():
        pixels = None if name == "together" else if_readable(partial(method, digit, hole))
        if pixels is not None:
            found[name] = pixels[0]
    if inpaint.WEIGHTS.keys() <= found.keys():  # which are computed once
        found["together"] = inpaint.mean_of(found)
    holed = inpaint.emptied(digit, hole)[0]
    measured = judged(truth, {"hole": holed} | found, mask)
    seen = measured.pop("hole")
    best = max(CLASSICAL["inpaint"], key=lambda name: measured[name].psnr)
    return {
        "hole": card("hole", t("inpaint.part.hole"), "", seen),
        "groups": groups("inpaint", measured),
        "levels": {
            t(f"inpaint.method.{name}"): measured[name].psnr
            for name in ("together", best)
            if name in measured and math.isfinite(measured[name].psnr)
        },
    }


def _starts(truth: np.ndarray, mask: np.ndarray) -> list[list[float]]:
    """The codes from which descents start, but for that of the digit itself."""
    x = to_x(inpaint.emptied(truth, mask)[None])
    codes: list[list[float]] = inpaint.starts(model(RUN), x)[0, 1:].tolist()  # type: ignore[arg-type]
    return codes


def _answers(truth: np.ndarray, mask: np.ndarray) -> None:
    """Show six answers that are drawn from a model, and a button for six others."""
    st.header(t("inpaint.answers"), anchor=False)
    st.markdown(t("inpaint.answers.about"))
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
