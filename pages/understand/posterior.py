"""See how far an encoder's Gaussian is from the true posterior, and try to do better by hand."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from vae_demo.latent.gaussian_fit import best_gaussian, elbo, importance_bounds
from vae_demo.latent.posterior import Grid, posterior_grid
from vae_demo.ui.frame.data_of_runs import leave_other_data
from vae_demo.ui.frame.language import t, t_of
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.run_choice import choose_run
from vae_demo.ui.parts.digit_choice.part import choose, choose_pad, given_of_run
from vae_demo.ui.parts.posterior.part import (
    choose_moment,
    has_plane,
    posterior_part,
    posterior_state,
)
from vae_demo.ui.parts.take_home.part import take_home

FIRST = "vae-2"
QUESTIONS = ("gap", "amortised", "more")
FIRST_EXAMPLE = 9  # which of the eights: all three parts of its gap are seen
TRIES = {"close": 10, "two": 6, "far": 8}  # positions of test digits


def show(choose_one: Callable[[], None]) -> None:
    """Show a digit, also if the visitor looks at a run on other data."""
    leave_other_data(FIRST)
    choose_one()


top = st.container()  # its texts speak of the data of the chosen run
tries: dict[str, Callable[[], None]] = {n: partial(choose, "shown", at) for n, at in TRIES.items()}
tries["draw"] = partial(choose_pad, "shown")
what_to_try("posterior", {name: partial(show, each) for name, each in tries.items()})
state = posterior_state()
with st.container(horizontal=True, vertical_alignment="bottom"):
    with st.container(width=370):
        run = choose_run("posterior", has_plane, FIRST, describe=False, any_data=True)
    with top:
        heading("posterior", run.data if run else None)
    if run is None:
        st.stop()
    with st.container(horizontal=True, vertical_alignment="bottom", width=270):
        label = t_of("posterior.digit", run.data)
        given = given_of_run("posterior", "shown", label, run, state, FIRST_EXAMPLE)
moment = choose_moment(run)
posterior_part(state, given, run, moment)
for question in QUESTIONS:
    with st.expander(t(f"posterior.{question}"), key=f"posterior_{question}"):
        st.markdown(t_of(f"posterior.{question}.answer", run.data))
formula_and_code(
    "posterior",
    r"\log p(x) = \underbrace{\mathbb{E}_q\!\left[\log p(x,z) - \log q(z)\right]}_{\mathrm{ELBO}}"
    r" + \mathrm{KL}\big(q(z)\,\|\,p(z|x)\big), \qquad"
    r"\log p(x) = \log \int p(x|z)\,p(z)\,dz",
    posterior_grid,
    Grid,
    elbo,
    best_gaussian,
    importance_bounds,
    data=run.data,
)
take_home("posterior")
