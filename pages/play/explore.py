"""Latent sliders, a map of the codes, and the decoded digit: all of it under the hand."""

import numpy as np
import streamlit as st
import torch

from vae_demo.digits import mnist
from vae_demo.latent.code_space import measure_code_space
from vae_demo.models import decode_many, to_x
from vae_demo.runs import Run
from vae_demo.ui.frame.language import language, n, t
from vae_demo.ui.frame.page import behind, choose_run, heading, turn_to, what_to_try
from vae_demo.ui.frame.session import code_space, model, network, probe_sheet_file, run_names
from vae_demo.ui.parts.explorer.data import View, explorer_data
from vae_demo.ui.parts.explorer.part import EXPLORER_PLACES, EXPLORER_TEXTS, explorer
from vae_demo.ui.parts.explorer.state import PART, put, seen, turn

FIRST = "vae-20"


def show(name: str, *, plane: float = 0.0, heat: float = 1.0, at_random: bool = True) -> None:
    """Another run, or the same one, at a random place or in the middle."""
    if name not in run_names(is_live):
        return
    turn_to(name)
    space, file = code_space(name), network(name)
    code = space.sample(np.random.default_rng(), heat) if at_random else space.centre
    put(file["key"], View(code, None, plane, heat))


def is_live(run: Run) -> bool:
    """Whether the browser can decode with this run."""
    return network(run.name) is not None


heading("explore")
what_to_try(
    "explore",
    {
        "plane": lambda: show("vae-2", plane=1.0, at_random=False),
        "hot": lambda: show(st.session_state.get("run", FIRST), heat=1.6),
        "plain": lambda: show("ae-20"),
    },
)
run = choose_run(is_live, first=FIRST)
if run is None:
    st.stop()
file = network(run.name)
space = code_space(run.name)
view = seen(file["key"], space)

places = {name: f"{{{name}}}" for name in EXPLORER_PLACES}
explorer(
    explorer_data(
        model(run.name),
        space,
        view,
        run=run.name,
        network=file,
        sheet=probe_sheet_file(),
        text={name: t(f"explorer.{name}", **places) for name in EXPLORER_TEXTS},
        language=language(),
        turn=turn(),
    ),
    key=PART,
)
if view.digit is not None:
    with torch.inference_mode():
        losses = model(run.name).losses(to_x(mnist.test_digits().images[[view.digit]]))
    st.caption(
        t(
            "explore.measured",
            position=view.digit,
            distortion=n(float(losses.distortion)),
            rate=n(float(losses.rate)),
            neg_elbo=n(float(losses.neg_elbo)),
        )
    )
behind(
    "explore",
    r"\hat x = \mathrm{sigmoid}\big(\mathrm{decoder}(z)\big),\qquad z \sim \mathcal N(0, I)",
    type(model(run.name)).decode,
    decode_many,
    measure_code_space,
)
