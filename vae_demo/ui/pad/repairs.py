"""Denoise and Inpaint on the Gradio pad: the browser parts of these pages, answered by Python.

What travels is JSON: "sent" is the latest message of the part, and "data" what `part.js` shows.
"""

from __future__ import annotations

import functools
from typing import Any

import msgspec

from vae_demo.datasets import MNIST
from vae_demo.digits import mnist
from vae_demo.models.network_file import File, Part, browser_files
from vae_demo.ui.pad import work
from vae_demo.ui.parts.array_file import FileAddress
from vae_demo.ui.parts.denoise import data as denoise
from vae_demo.ui.parts.explore.data import space_file
from vae_demo.ui.parts.inpaint import data as inpaint
from vae_demo.ui.parts.repairs.readable import if_readable
from vae_demo.ui.server.web import FILES

FIRST_HOLE = inpaint.LINK["hole"].default
HOLES = inpaint.LINK["hole"].options


def denoised(value: str | None, language: str) -> str:
    """The answer of the part "denoise" to its message."""
    sent, state = _sent(value), denoise.DenoiseState()
    state.take(denoise.read_message(sent), pad=True)
    return _answer(sent, denoise.denoise_data(state, state.drawn, language, pad=True))


def inpainted(value: str | None, kind: str, language: str) -> str:
    """The answer of the part "inpaint" to its message, with a hole of a kind.

    Raises:
        RunError: if the run of the race can't be read.
    """
    sent, state = _sent(value), inpaint.InpaintState()
    state.take(inpaint.read_message(sent), pad=True)
    mask = state.hole(kind if kind in HOLES else FIRST_HOLE, seed=0)
    space = work.code_space(work.model(inpaint.RUN)[1])
    files = {
        "decoder": _network(inpaint.RUN, "decoder"),
        "space": space_file(space, mnist.shown_probe(), MNIST).offer(),
        "denoiser": if_readable(lambda: _network(inpaint.DENOISER)),
    }
    race = inpaint.race_data(work.model(inpaint.RUN)[1], state.drawn, mask, files)
    painting = kind == inpaint.PAINTED
    data = inpaint.inpaint_data(
        state, state.drawn, mask, race, language, pad=True, painting=painting
    )
    return _answer(sent, data)


def _sent(value: str | None) -> Any:
    """The message of a part; None if there is none or it is not JSON."""
    try:
        found = msgspec.json.decode(value or "null")
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return found.get("sent") if isinstance(found, dict) else None


def _answer(sent: Any, data: dict[str, Any]) -> str:
    return msgspec.json.encode({"sent": sent, "data": data}).decode()


def _network(run: str, part: Part = "network") -> FileAddress | None:
    """The address of a run's network, or of a side of it."""
    file = _files(run).get(part)
    return FILES.offer(*file) if file else None


@functools.lru_cache(maxsize=4)
def _files(run: str) -> dict[Part, File]:
    return browser_files(work.model(run)[1], mnist.probe().images)
