"""The Bubbles page's part: a VAE trained in the browser, and what pushes its posteriors."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn.utils import parameters_to_vector

from vae_demo.digits import mnist
from vae_demo.latent.bubbles import HIDDEN, LEARNING_RATE, train_bubbles
from vae_demo.latent.gaussian_fit import quadrature
from vae_demo.models.vae import LOGVAR_RANGE
from vae_demo.repair.upscale import shrink
from vae_demo.ui.charts.colours import DIGIT_COLOURS
from vae_demo.ui.frame.language import language, t
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.link_view import LinkView
from vae_demo.ui.parts.array_file import ArrayFile, array_file
from vae_demo.ui.parts.mount import browser_part
from vae_demo.ui.server.shared_cache import shared

_BUBBLES = browser_part("bubbles")
_KEY = "bubbles_part"  # Streamlit's key of the part

VIEW = LinkView("bubbles", _KEY, ("beta", "rate", "reconstruction", "start", "digit"))
TEXTS = (
    *("map", "keys", "legend", "terms", "reconstruction", "rate", "beta", "play", "pause", "again"),
    *("picture", "curves", "variance", "mean", "built", "estimates", "ratio", "losses", "steps"),
)
NUMBERS = ("distortion", "rate", "sum", "radius", "spread")
PLACEHOLDERS = (
    *("digit", "sum", "first1", "mean1", "first2", "mean2", "trick", "score", "ratio", "steps"),
)
EACH = 4  # bubbles of each digit
SIDE = 14  # pixels of a picture, so that a step takes a few milliseconds in the browser
STEPS = 400  # of the training that the page begins with
NODES = 3  # of the quadrature of the pushes, in each latent


def few_digits() -> tuple[np.ndarray, np.ndarray]:
    """Small pictures of some digits of each class, (n, 14, 14) uint8, and their labels, (n,)."""
    probe = mnist.probe()
    chosen = np.concatenate([probe.of(digit)[:EACH] for digit in range(10)])
    return shrink(probe.images[chosen], SIDE), probe.labels[chosen]


@shared(max_entries=1)
def bubbles_file() -> ArrayFile:
    """The digits and the weights of a VAE that has learned them for some steps."""
    pictures, labels = few_digits()
    model = train_bubbles(torch.from_numpy(pictures).flatten(1).float() / 255, STEPS)
    weights = {
        side: parameters_to_vector(getattr(model, side).parameters()).detach().numpy()
        for side in ("encoder", "decoder")
    }
    noise, shares = quadrature(NODES)
    return array_file(
        {"pictures": pictures, "labels": labels.astype(np.uint8), **weights},
        {
            "colours": list(DIGIT_COLOURS),
            "hidden": HIDDEN,
            "lr": LEARNING_RATE,
            "logvar_range": LOGVAR_RANGE,
            "quadrature": {"noise": noise.ravel().tolist(), "weights": shares.tolist()},
        },
    )


def bubbles_part() -> dict[str, Any]:
    """Show the bubbles; returns the current values of the link's fields."""
    values = VIEW.current()
    places = {name: f"{{{name}}}" for name in PLACEHOLDERS}
    text: dict[str, Any] = {name: t(f"bubbles.part.{name}", **places) for name in TEXTS}
    text["numbers"] = {name: t(f"bubbles.number.{name}") for name in NUMBERS}
    _BUBBLES(
        key=_KEY,
        data={
            "view": VIEW.data(),
            "file": bubbles_file().offer(),
            "text": text,
            "language": language(),
        },
        on_view_change=lambda: None,
        height="content",
    )
    return values


def start_again(**values: Any) -> None:
    """Start with an untrained network, another one each time, and set other fields."""
    VIEW.set(start=VIEW.current()["start"] % FIELDS["bubbles"]["start"].high + 1, **values)
