"""The choices behind the line that computes a loss, kept in the link."""

from __future__ import annotations

import streamlit as st

from vae_demo.models.reductions import COEFFICIENTS, ERRORS, REDUCTIONS, VAELoss
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.links import linked
from vae_demo.ui.parts.number.part import Bounds, number, set_number

LINK = FIELDS["loss"]


def choose_loss() -> VAELoss:
    """Show the controls; returns the loss that they describe."""
    st.markdown(f"**{t('loss.reconstruction')}**")
    error = pick(
        t("loss.error"),
        ERRORS,
        show=lambda name: t(f"loss.error.{name}"),
        key="error",
        page="loss",
        hide_label=True,
    )
    pixels = _reduction("pixels")
    half = True
    if error == "squared-error":
        half = (
            pick(
                t("loss.half"),
                ("yes", "no"),
                show=lambda name: t(f"loss.half.{name}"),
                key="half",
                page="loss",
                hide_label=True,
            )
            == "yes"
        )
    st.markdown(f"**{t('loss.rate')}**")
    latents = _reduction("latents")
    coefficient = pick(
        t("loss.coefficient"),
        COEFFICIENTS,
        show=lambda name: t(f"loss.coefficient.{name}"),
        key="coefficient",
        page="loss",
        help=t("loss.coefficient.help"),
    )
    with st.container(horizontal=True):
        factor = _number("factor", whole=False)
        batch = _number("batch", whole=True)
    return VAELoss(error, pixels, half, latents, coefficient, factor, int(batch))


def set_loss(loss: VAELoss) -> None:
    """Set the controls, for the buttons of "What to try"."""
    state = st.session_state
    state["error"], state["pixels"], state["latents"] = loss.error, loss.pixels, loss.latents
    state["half"], state["coefficient"] = "yes" if loss.half else "no", loss.coefficient
    set_number("factor", loss.beta)
    set_number("batch", loss.batch)


def _reduction(term: str) -> str:
    return pick(
        t(f"loss.{term}"),
        REDUCTIONS,
        show=lambda name: t(f"loss.{term}.{name}"),
        key=term,
        page="loss",
        box=True,
        hide_label=True,
    )


def _number(key: str, *, whole: bool) -> float:
    bounds = Bounds(LINK[key].low, LINK[key].high, whole)
    return linked("loss", key, lambda: number(t(f"loss.{key}"), bounds, key=key))
