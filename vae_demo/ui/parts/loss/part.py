"""Three questions about the losses of VAEs, two of them answered by a slider and a curve."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import streamlit as st

from vae_demo.digits import mnist
from vae_demo.models.reductions import PIXELS, VAELoss
from vae_demo.sweeps import effective_betas
from vae_demo.sweeps.effective_betas import Trained
from vae_demo.ui.frame.catalogue import ERROR_DECIMALS
from vae_demo.ui.frame.language import language, n, t
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.loss.result import short_number, ten_digits, wall
from vae_demo.ui.parts.mount import browser_part, part_state
from vae_demo.ui.server.shared_cache import shared

_LOSS = browser_part("loss")

KEYS = {"density": "loss_density", "pixel": "loss_pixel"}
SMALL = 0.05  # a variance of pixels that suits them
DENSITY_TEXTS = ("sigma", "density", "nats", "said")
PIXEL_TEXTS = ("grey", "pixel", "cross", "squared", "least")
PLACEHOLDERS = (
    "sigma",
    "peak",
    "nats",
    "beta",
    "grey",
    "least",
)  # in the texts, filled in the browser


class _Moved(msgspec.Struct):
    """The message of the browser when the visitor releases a slider."""

    value: float
    at: float  # in milliseconds; Python hears only of messages that differ from the last one


def questions() -> None:
    """The three questions and their answers."""
    section("loss_sum", t("loss.sum"))
    both, one = VAELoss(pixels="mean", latents="mean"), VAELoss(pixels="mean")
    texts = {"mean_mean": both, "mean_sum": one}
    st.markdown(
        t(
            "loss.sum.answer",
            **{name: short_number(loss.effective_beta) for name, loss in texts.items()},
        )
    )
    section("loss_density", t("loss.density"), t("loss.density.answer"))
    small = effective_betas.nearest("gaussian", SMALL)
    error = PIXELS * _squared_error(small)
    _curve("density", "sigma", DENSITY_TEXTS, error=error, pixels=PIXELS)
    section(
        "loss_pixel", t("loss.pixel"), t("loss.pixel.answer", floor=n(entropy_of_grey_pixels()))
    )
    _curve("pixel", "grey", PIXEL_TEXTS)
    _three_models(small)


def _curve(shows: str, field: str, texts: tuple[str, ...], **data: Any) -> None:
    """Show a slider and what follows from it; its value is kept in the link."""
    key, state = KEYS[shows], st.session_state
    link = FIELDS["loss"][field]

    def read() -> None:
        try:
            moved = msgspec.convert(part_state(key, "moved"), _Moved)
        except msgspec.ValidationError:
            return
        state[field] = link.read([link.write(moved.value)])

    value = state.setdefault(field, from_address("loss")[field])
    to_address("loss", **{field: value})
    places = {place: f"{{{place}}}" for place in PLACEHOLDERS}
    _LOSS(
        key=key,
        data={
            "shows": shows,
            "value": value,
            "low": link.low,
            "high": link.high,
            "text": {name: t(f"loss.part.{name}", **places) for name in texts},
            "language": language(),
            **data,
        },
        on_moved_change=read,
        height="content",
    )


def _three_models(small: Trained) -> None:
    """Reconstructions by cross-entropy, and by the squared error with two variances."""
    cross, one = (effective_betas.nearest(name, 1) for name in ("bernoulli", "gaussian"))
    shown = (cross, one, small)
    wall(
        np.concatenate([ten_digits(), *(each.reconstructions for each in shown)]),
        t("loss.pixel.pictures.alt"),
    )
    errors = (n(_squared_error(each), ERROR_DECIMALS) for each in shown)
    names = ("cross", "one", "less")
    st.caption(
        t("loss.pixel.pictures", small=short_number(SMALL), **dict(zip(names, errors, strict=True)))
    )


def _squared_error(model: Trained) -> float:
    """The mean squared error per pixel of a model's ten reconstructions, ink in [0, 1]."""
    apart = model.reconstructions.astype(float) - ten_digits()
    return float(np.square(apart / 255).mean())


@shared(max_entries=1)
def entropy_of_grey_pixels() -> float:
    """The least cross-entropy of the test digits, nats per image: that of x̂ = x."""
    share = np.bincount(mnist.test_digits().images.ravel(), minlength=256)
    x = np.arange(1, 255) / 255  # black and white pixels have the entropy 0
    entropy = -(x * np.log(x) + (1 - x) * np.log(1 - x))
    return float(share[1:-1] @ entropy / len(mnist.test_digits()))
