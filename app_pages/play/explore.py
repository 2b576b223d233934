"""Latent sliders, a map of the codes, and the decoded digit: all of it under the hand."""

import numpy as np
import streamlit as st
import torch

from vae_demo import data
from vae_demo.explorer import View, explorer_data
from vae_demo.landscape import survey
from vae_demo.models import decode_many, to_x
from vae_demo.network import file_key
from vae_demo.runs import Run
from vae_demo.sheet import probe_sheet
from vae_demo.ui.components import EXPLORER_PLACES, EXPLORER_TEXTS, explorer, send_files
from vae_demo.ui.exploring import PART, put, seen, turn
from vae_demo.ui.frame import behind, choose_run, heading, turn_to, what_to_try
from vae_demo.ui.state import landscape, model, network, run_names
from vae_demo.ui.text import language, n, t

FIRST = "vae-20"


def show(name: str, *, plane: float = 0.0, heat: float = 1.0, at_random: bool = True) -> None:
    """Another run, or the same one, at a random place or in the middle."""
    if name not in run_names(is_live):
        return
    turn_to(name)
    land, file = landscape(name), network(name)
    code = land.draw(np.random.default_rng(), heat) if at_random else land.centre
    put(file[0], View(code, None, plane, heat))


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
net_key, net_file = network(run.name)
land = landscape(run.name)
view = seen(net_key, land)
sheet = probe_sheet()
sheet_key = file_key(sheet)

places = {name: f"{{{name}}}" for name in EXPLORER_PLACES}
explorer(
    explorer_data(
        model(run.name),
        land,
        view,
        run=run.name,
        network={"key": net_key},
        sheet={"key": sheet_key},
        text={name: t(f"explorer.{name}", **places) for name in EXPLORER_TEXTS},
        language=language(),
        turn=turn(),
    ),
    key=PART,
)
if view.digit is not None:
    with torch.inference_mode():
        losses = model(run.name).losses(to_x(data.test_digits().images[[view.digit]]))
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
    survey,
)
send_files({net_key: net_file, sheet_key: sheet})
