"""Move through code space with sliders and a map, and see the decoded digit."""

import numpy as np
import streamlit as st

from vae_demo.latent.code_space import measure_code_space
from vae_demo.models import decode_many
from vae_demo.runs import Run
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.run_choice import choose_run, select_run
from vae_demo.ui.frame.runs import code_space, model, network, run_names
from vae_demo.ui.parts.around.part import around_questions
from vae_demo.ui.parts.explore.data import ExploreView
from vae_demo.ui.parts.explore.part import explore_part
from vae_demo.ui.parts.explore.state import set_view

FIRST = "vae-20"


def show(
    name: str,
    *,
    plane: float = 0.0,
    temperature: float = 1.0,
    at_random: bool = True,
    reading: bool = False,
) -> None:
    """Show a run at a random code or at the mean code, perhaps with what a classifier reads."""
    if name not in run_names(runs_in_browser) or (file := network(name)) is None:
        return
    select_run(name)
    space = code_space(name)
    code = space.sample(np.random.default_rng(), temperature) if at_random else space.centre
    set_view(file["key"], ExploreView(code, None, plane, temperature, reading))


def runs_in_browser(run: Run) -> bool:
    """Whether the browser can compute this run's decoder."""
    return network(run.name) is not None


top = st.container()  # its texts speak of the data of the chosen run
what_to_try(
    "explore",
    {
        "plane": lambda: show("vae-2", plane=1.0, at_random=False),
        "reading": lambda: show("vae-2", at_random=False, reading=True),
        "hot": lambda: show(st.session_state.get("run", FIRST), temperature=1.6),
        "plain": lambda: show("ae-20"),
    },
)
run = choose_run("explore", runs_in_browser, first=FIRST, any_data=True)
with top:
    heading("explore", run.data if run else None)
if run is None:
    st.stop()
explore_part(run.name)
around_questions()
formula_and_code(
    "explore",
    r"\hat x = \mathrm{sigmoid}\big(\mathrm{decoder}(z)\big),\qquad z \sim \mathcal N(0, I)",
    type(model(run.name)).decode,
    decode_many,
    measure_code_space,
    data=run.data,
)
