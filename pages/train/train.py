"""Train a model live."""

from functools import partial

import streamlit as st

from vae_demo.models.losses import CrossEntropySum, bernoulli_distortion, gaussian_rate
from vae_demo.training.loop import train
from vae_demo.training.one_step import one_step
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.session import visitor
from vae_demo.ui.parts.model_info.layers import show_architecture
from vae_demo.ui.parts.scroll.part import reveal
from vae_demo.ui.parts.slow_motion.part import slow_motion
from vae_demo.ui.parts.train.form import chosen_data, chosen_training, set_controls, training_form
from vae_demo.ui.parts.train.keep import own_runs, upload
from vae_demo.ui.parts.train.part import live_training
from vae_demo.ui.parts.train.presets import PRESETS

me = visitor()

heading("train")
what_to_try("train", {name: partial(set_controls, preset) for name, preset in PRESETS.items()})
form, picture = st.columns([1, 2.2], gap="medium")
with form:
    chosen = training_form(me)
with picture:
    with st.container(gap=None):
        show_architecture(chosen)
        reveal(st.session_state.get("train_starts", 0), key="train_begun")
    live_training(me)
with st.container(horizontal=True):
    upload(me)
    own_runs(me)
slow_motion(me, *chosen_training(), chosen_data(me))

formula_and_code(
    "train",
    r"\mathcal{L} = \underbrace{-\log p(x \mid z)}_{\text{distortion}} + \beta\,"
    r"\underbrace{\mathrm{KL}\left(q(z \mid x)\,\|\,p(z)\right)}_{\text{rate}}",
    bernoulli_distortion,
    CrossEntropySum,
    gaussian_rate,
    train,
    one_step,
)
