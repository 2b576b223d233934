"""See the latent means move from epoch to epoch; they move before torch is loaded."""

from functools import partial

import streamlit as st

from vae_demo.latent import project
from vae_demo.ui.frame.language import t_of
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.run_choice import choose_run, select_run
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.epochs.chart import epoch_strips, snapshot_chart
from vae_demo.ui.parts.epochs.epoch_map import epoch_map
from vae_demo.ui.server.warm_up import is_warm, run_when_warm

top = st.container()  # its texts speak of the data of the chosen run
what_to_try(
    "epochs",
    {name: partial(select_run, name) for name in ("vae-2", "vae-20", "ae-30")},
)
has_torch = is_warm()
run = choose_run("epochs", describe=has_torch, any_data=True)
with top:
    heading("epochs", run.data if run else None)
if run is None:
    st.stop()
if not has_torch:  # the first visitor of a new server sees the recorded points and pictures
    st.caption("\u00a0")  # in the place of the run's line
    epoch_map(run)
    run_when_warm()
epoch_map(run)

section("epochs_chart", t_of("epochs.chart", run.data))
st.caption(t_of("epochs.chart.about", run.data))
snapshot_chart(run)

section("epochs_strip", t_of("epochs.strip", run.data))
epoch_strips(run)

formula_and_code("epochs", r"\text{PCA: } y = (z - \bar z)\,W^\top,\quad W W^\top = I_2", project)
