"""What a loss amounts to: its lines of PyTorch, its effective beta, and a model trained with it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import streamlit as st

from vae_demo.digits import mnist, pictures
from vae_demo.models.reductions import PIXELS, VAELoss
from vae_demo.sweeps import effective_betas
from vae_demo.sweeps.effective_betas import BETAS, EPOCHS, LATENT, Trained
from vae_demo.ui.charts.rates import rates_per_latent
from vae_demo.ui.frame.language import n, t
from vae_demo.ui.parts.chart.part import chart_spec, show_chart

LIKELIHOODS = {"cross-entropy": "bernoulli", "squared-error": "gaussian"}
ALIKE = 0.02  # relative difference of two betas that count as one
ACROSS = 10  # pictures in a row


def effective_beta(loss: VAELoss) -> None:
    """Show the lines, the effective beta, and a sentence that says what it does."""
    with st.container(key="loss_code"):
        st.code(loss.code, language="python", wrap_lines=True)
    st.latex(formula(loss))
    st.markdown(f"**{t('loss.beta', beta=short_number(loss.effective_beta))}** {_verdict(loss)}")


def formula(loss: VAELoss) -> str:
    """The loss in distortion D and rate R, and as a multiple of D + beta · R, LaTeX."""
    of = {
        term: _product([step.factor for step in loss.steps if step.term == term])
        for term in ("distortion", "rate")
    }
    scale, beta = of["distortion"], loss.effective_beta
    written = f"{scale}D {_plus(of['rate'])}R"
    factor = "" if beta == 1 else _decimal(beta) + r"\,"
    short = f"D {_plus(factor)}R"
    short = rf"{scale}\left({short}\right)" if scale else short
    return r"\mathcal{L} = " + (written if written == short else f"{written} = {short}")


def reasons(loss: VAELoss) -> None:
    """Say where each factor comes from, and how they make the effective beta."""
    lines = [
        t(
            f"loss.step.{step.term}.{step.reason}",
            pixels=PIXELS,
            latent=loss.latent,
            batch=n(loss.batch, 0),
            factor=short_number(step.factor),
        )
        for step in loss.steps
    ]
    above, below = (short_number(loss.factor(term)) for term in ("rate", "distortion"))
    beta = short_number(loss.effective_beta)
    lines.append(t("loss.step.quotient", rate=above, distortion=below, beta=beta))
    st.markdown("\n".join(f"- {line}" for line in lines))
    st.caption(t("loss.scale", scale=short_number(loss.gradient_scale)))


def trained_model(loss: VAELoss) -> None:
    """Show what a model does that was trained with the effective beta, or with one near to it."""
    beta = loss.effective_beta
    if beta < 0:
        st.warning(t("loss.negative_beta"), icon=":material/warning:")
        return
    shown = shown_model(loss)
    st.caption(_which(loss, shown))
    wall(np.concatenate([ten_digits(), shown.reconstructions]), t("loss.pictures.alt"))
    st.caption(t("loss.pictures"))
    wall(shown.samples, t("loss.samples.alt", count=len(shown.samples)))
    st.caption(t("loss.samples"))


def ten_digits() -> np.ndarray:
    """The test digits whose reconstructions are shown, (10, 28, 28) uint8."""
    return mnist.probe().images[mnist.strip_positions()]


def wall(digits: np.ndarray, alt: str) -> None:
    """Show digits (n, 28, 28) uint8 in rows of ten."""
    sheet = pictures.png(pictures.tile(digits, ACROSS, scale=2, gap=2))
    st.image(sheet, output_format="PNG", width="stretch", alt=alt)


def measured(loss: VAELoss) -> None:
    """Show the rate of each latent of that model, and its numbers."""
    if loss.effective_beta < 0:
        return
    shown = shown_model(loss)
    st.markdown(
        t(
            "loss.measured",
            distortion=n(shown.distortion),
            rate=n(shown.rate),
            active=shown.active,
            latent=LATENT,
        )
    )
    words = {word: t(f"loss.chart.{word}") for word in ("latent", "rate")}
    show_chart(
        chart_spec(rates_per_latent, np.sort(shown.rates)[::-1], words),
        key="loss_rates",
        alt=t("loss.chart.alt", active=shown.active, latent=LATENT),
    )


def shown_model(loss: VAELoss) -> Trained:
    """The trained model whose beta is nearest to the effective beta of a loss."""
    return effective_betas.nearest(LIKELIHOODS[loss.error], loss.effective_beta)


def short_number(value: float) -> str:
    """A number with about three digits."""
    decimals = 0 if value == 0 else min(max(0, 2 - math.floor(math.log10(abs(value)))), 7)
    text = n(value, decimals)
    return text.rstrip("0").rstrip(".,") if decimals else text


def _verdict(loss: VAELoss) -> str:
    """What the effective beta means."""
    beta = loss.effective_beta
    if beta < 0:
        return t("loss.verdict.negative")
    if beta == 0:
        return t("loss.verdict.zero")
    if loss.error == "squared-error":
        return t("loss.verdict.variance", beta=short_number(beta))
    if math.isclose(beta, 1):
        return t("loss.verdict.one")
    kind, times = ("above", beta) if beta > 1 else ("below", 1 / beta)
    return t(f"loss.verdict.{kind}", times=short_number(times))


def _which(loss: VAELoss, shown: Trained) -> str:
    """Which trained model is shown for an effective beta."""
    beta, texts = loss.effective_beta, {"shown": short_number(shown.beta), "epochs": EPOCHS}
    if math.isclose(beta, shown.beta, rel_tol=ALIKE):
        return t("loss.trained.exact", **texts)
    largest = BETAS[LIKELIHOODS[loss.error]][-1]
    if beta > largest:
        return t("loss.trained.beyond", **texts)
    return t("loss.trained.near", beta=short_number(beta), **texts)


def _product(factors: Sequence[float]) -> str:
    return r" \cdot ".join(map(_latex, factors)) + (r"\," if factors else "")


def _plus(factor: str) -> str:
    return factor if factor.startswith("-") else f"+ {factor}"


def _latex(factor: float) -> str:
    """A factor as LaTeX: a fraction if it is one over a whole number."""
    below = round(1 / factor) if factor else 0
    if abs(factor) < 1 and below > 1 and math.isclose(1 / factor, below):
        return rf"\tfrac{{1}}{{{below}}}"
    return _decimal(factor)


def _decimal(factor: float) -> str:
    return short_number(factor).replace(",", "{,}")
