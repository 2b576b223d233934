"""Generated digits: the controls, the pictures, their quality, and the nearest training digits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from vae_demo.digits import mnist, pictures
from vae_demo.distributions.prior import has_prior
from vae_demo.evaluation.quality import CONFIDENT
from vae_demo.evaluation.samples import (
    COOLEST,
    COUNT,
    HOTTEST,
    INDEPENDENT,
    SIDE,
    Assessment,
    assess,
    label_count,
    sampling_modes,
)
from vae_demo.models import Codec
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import n, t
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.links import linked
from vae_demo.ui.parts.digits.part import Picture, digits
from vae_demo.ui.parts.number.part import Bounds, number, set_number
from vae_demo.ui.parts.slider.part import Range, slider

ANY = "any"
SEEDS = FIELDS["generate"]["seed"].high + 1
PAIRS = 6  # number of generated digits shown beside their nearest training digits


@dataclass(frozen=True)
class Sampling:
    """The visitor's choices, the arguments of `sample_codes`."""

    seed: int  # of the random codes
    temperature: float  # factor of the standard deviation of the prior
    label: int | None = None  # the digit, for a conditional model; None for any
    mode: str = INDEPENDENT  # one of `sampling_modes`


def choose_sampling(model: Codec) -> Sampling:
    """The controls: temperature, seed and, if the model supports them, label and mode."""

    def another() -> None:
        set_number("seed", (st.session_state["seed"] + 1) % SEEDS)

    with st.container(horizontal=True, vertical_alignment="bottom"):
        temperature = linked(
            "generate",
            "temperature",
            lambda: slider(
                t("generate.temperature"),
                Range(COOLEST, HOTTEST),
                key="temperature",
                help=t("generate.temperature.help"),
                disabled=bool(model.codebook_size),
            ),
        )
        seed = linked(
            "generate",
            "seed",
            lambda: number(t("generate.seed"), Bounds(0, SEEDS - 1), key="seed", width=160),
        )
        st.button(t("generate.again"), on_click=another, icon=":material/casino:")
    label, mode = None, INDEPENDENT
    if label_count(model):
        names = [ANY, *(str(k) for k in range(label_count(model)))]
        chosen = pick(
            t("generate.kind"),
            names,
            show=lambda name: t("generate.any") if name == ANY else name,
            key="kind",
            page="generate",
        )
        label = None if chosen == ANY else int(chosen)
    if len(sampling_modes(model)) > 1:
        mode = pick(
            t("generate.arrangement"),
            sampling_modes(model),
            show=lambda name: t(f"generate.arrangement.{name}"),
            key="arrangement",
            page="generate",
        )
    return Sampling(int(seed), temperature, label, mode)


def wall(model: Codec, generated: np.ndarray, run: str) -> bytes:
    """Show generated digits (COUNT, 28, 28) uint8 side by side; returns them as a PNG file."""
    sheet = pictures.png(pictures.tile(generated, SIDE, scale=2, gap=4))
    st.image(sheet, output_format="PNG", width="stretch", alt=t("generate.alt", run=run))
    source = "words" if model.codebook_size else "prior" if has_prior(model) else "no_prior"
    st.caption(t(f"generate.{source}"))
    return sheet


def quality(generated: np.ndarray) -> None:
    """Show three quality measures of generated digits beside those of real test digits."""
    found, real = assessed(generated), _assessed_test_digits()
    for name, value in (
        ("recognised", lambda it: n(int(it.recognised.sum()), 0)),
        ("kinds", lambda it: n(it.kinds, 1)),
        ("apart", lambda it: n(float(np.median(it.apart)), 3)),
    ):
        about = t(f"generate.{name}.help", percent=n(100 * CONFIDENT, 0))
        st.metric(t(f"generate.{name}", of=COUNT), value(found), help=about)
        st.caption(t("generate.beside", of=COUNT, value=value(real)))


def nearest_training_digits(generated: np.ndarray) -> None:
    """Show the generated digits that are most similar to a training digit, beside that digit."""
    found, train = assessed(generated), mnist.train_digits()
    shown = []
    for i in np.argsort(found.apart, kind="stable")[:PAIRS]:
        position = int(found.nearest[i])
        shown.append(Picture(generated[i], t("generate.made"), n(float(found.apart[i]), 3)))
        label = t("generate.training", digit=int(train.labels[position]))
        shown.append(Picture(train.images[position], label, f"{position}"))
    digits(shown, key="generate_pairs", size=84, columns=4)


@st.cache_resource(show_spinner=False, max_entries=64)
def assessed(generated: np.ndarray) -> Assessment:
    """The assessment of generated digits (COUNT, 28, 28) uint8."""
    return assess(generated)


@st.cache_resource(show_spinner=False)
def _assessed_test_digits() -> Assessment:
    return assess(mnist.test_digits().images[:COUNT])
