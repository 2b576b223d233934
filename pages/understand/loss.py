"""Choose how each term of a VAE's loss is reduced, and see to which beta that amounts."""

from functools import partial

import streamlit as st

from vae_demo.models.losses import Losses, gaussian_distortion, gaussian_rate
from vae_demo.models.reductions import VAELoss
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.loss.choices import choose_loss, set_loss
from vae_demo.ui.parts.loss.part import questions
from vae_demo.ui.parts.loss.result import effective_beta, measured, reasons, trained_model
from vae_demo.ui.parts.take_home.part import take_home

heading("loss")
what_to_try(
    "loss",
    {
        "mean_sum": partial(set_loss, VAELoss(pixels="mean")),
        "mean_mean": partial(set_loss, VAELoss(pixels="mean", latents="mean")),
        "sum_mean": partial(set_loss, VAELoss(latents="mean")),
        "no_half": partial(set_loss, VAELoss("squared-error", pixels="sum", half=False)),
    },
)
left, right = st.columns([1, 1.6], gap="large")
with left:
    loss = choose_loss()
with right:
    effective_beta(loss)
    trained_model(loss)
section("loss_why", t("loss.why"))
left, right = st.columns(2, gap="large")
with left:
    reasons(loss)
with right:
    measured(loss)
questions()
formula_and_code(
    "loss",
    r"-\mathrm{ELBO} = \mathbb{E}_{q(z \mid x)}[-\log p(x \mid z)] + "
    r"\mathrm{KL}\big(q(z \mid x) \,\Vert\, p(z)\big)",
    Losses.objective,
    gaussian_distortion,
    gaussian_rate,
    VAELoss,
)
take_home(
    "loss",
    **{
        name: getattr(loss, name)
        for name in ("pixels", "latents", "error", "half", "beta", "batch")
    },
    coefficient=float(loss.coefficient),
)
