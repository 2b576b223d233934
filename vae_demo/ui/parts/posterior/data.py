"""The Posterior part: its state, its data, and the message that it sends back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
import numpy as np
import torch

from vae_demo.datasets import MNIST, DataDescription
from vae_demo.digits.probe import Probe
from vae_demo.latent.gaussian_fit import (
    Gaussian,
    best_gaussians,
    elbo,
    importance_bounds,
)
from vae_demo.latent.posterior import Grid, Search, log_joint, posterior_grid
from vae_demo.models import decode_many, embed_many, to_x
from vae_demo.models.network_file import network_file
from vae_demo.models.vae import VAE
from vae_demo.ui.frame.catalogue import text, text_of
from vae_demo.ui.parts.array_file import hashed
from vae_demo.ui.parts.base64_text import base64_text
from vae_demo.ui.parts.digit_choice.pad import PadMessage, PadState, read_pad_message
from vae_demo.ui.parts.draw.data import PAD_TEXTS, example_digit
from vae_demo.ui.server.shared_cache import kept_with_model

TEXTS = (
    *("map", "keys", "truth", "encoder_mean", "hand_mean", "example"),
    *("evidence", "full", "diagonal", "encoder", "hand", "nats", "below"),
    *("better", "worse", "equal", "gap", "amortisation", "correlation", "approximation"),
    *("bounds", "draws", "spread"),
)
PLACEHOLDERS = ("nats", "first", "last", "count")  # in the texts, filled in by the browser
DRAWS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)  # k of the bound by k draws
CHUNK = 1000  # draws decoded at a time
WIDER = 2.0  # at first, the visitor's Gaussian is the encoder's with larger deviations
LIVE_NODES = 5  # of the quadrature in the browser, in each latent; 7 are hardly more exact
ROOM = 1.2  # beyond the codes of the probe, where a posterior is searched
MARGIN = 3.5  # standard deviations that the map shows, of the posterior and of the encoder's
RADII = (0.005, 3.0)  # least and largest deviation of the visitor's Gaussian

Finite = Annotated[float, msgspec.Meta(ge=-100, le=100)]
Hand = tuple[Finite, Finite, Finite, Finite]
"""The visitor's Gaussian: its mean, then its standard deviations."""


class PosteriorMessage(PadMessage):
    """The message of the browser when the visitor releases the pen or the Gaussian."""

    hand: Hand | None  # None: not moved


def read_message(sent: object) -> PosteriorMessage | None:
    """The browser's message, checked; None if it is invalid."""
    return read_pad_message(sent, PosteriorMessage)


@dataclass
class PosteriorState(PadState):
    """What is drawn on the pad, and the visitor's Gaussian."""

    hand: Hand | None = None  # None: as at first
    shown: object = None  # the model and the digit that it belongs to

    def take(self, message: PosteriorMessage | None, *, pad: bool) -> None:
        """Update the state with a message, if it is new and Python has not changed the state."""
        if self.receive(message, pad=pad) and message and message.hand:
            self.hand = message.hand

    def show(self, shown: object) -> None:
        """Forget the Gaussian when another model or digit is shown."""
        if self.shown not in (None, shown):
            self.hand = None
        self.shown = shown


@dataclass(frozen=True, eq=False)
class Answer:
    """What Python computes of a digit."""

    grid: Grid
    encoder: Gaussian
    diagonal: Gaussian  # the best one along the axes
    full: Gaussian  # the best one
    elbos: dict[str, float]  # of these three, nats
    bounds: np.ndarray  # (len(DRAWS), 3), of `importance_bounds`


@kept_with_model(max_entries=1)
def _search(model: VAE, seen: Probe) -> Search:
    return Search(model, ROOM * float(np.abs(embed_many(model, seen.images)).max()))


@kept_with_model(max_entries=1)
def _decoder(model: VAE) -> bytes:
    """The decoder as a file for the browser."""
    network = model.decoder_network()
    if network is None:
        raise TypeError("a browser can't compute this decoder")
    return network_file(network, sides=["decoder"])


@kept_with_model(max_entries=64)
def answer(model: VAE, seen: Probe, pixels: bytes) -> Answer:
    """What there is to know of the posterior of a picture, (28, 28) bytes."""
    torch.set_num_threads(1)  # for this thread: a picture is small, and threads wait for each other
    x = _input(pixels)
    joint = log_joint(model, x)
    grid = posterior_grid(joint, *_search(model, seen).bounds(x))
    with torch.inference_mode():
        mean, logvar = (each[0].double().numpy() for each in model.posterior(x))
    encoder, moments = Gaussian.along_axes(mean, np.exp(logvar / 2)), _moments(grid)
    diagonal, full = best_gaussians(joint, encoder, moments)
    found = {"encoder": encoder, "diagonal": diagonal, "full": full}
    elbos = {name: elbo(joint, q) for name, q in found.items()}
    return Answer(grid, **found, elbos=elbos, bounds=importance_bounds(_weights(model, x), DRAWS))


def _moments(grid: Grid) -> Gaussian:
    """The Gaussian with the moments of the posterior, and not narrower than a cell of the grid."""
    mean, covariance = grid.moments()
    return Gaussian(mean, covariance + grid.cell / 12 * np.eye(2))


@torch.inference_mode()
def _weights(model: VAE, x: torch.Tensor) -> np.ndarray:
    generator = torch.Generator().manual_seed(0)
    blocks = [model.log_weights(x, CHUNK, generator) for _ in range(DRAWS[-1] // CHUNK)]
    return torch.cat(blocks)[:, 0].double().numpy()


def _input(pixels: bytes) -> torch.Tensor:
    return to_x(np.frombuffer(pixels, np.uint8).reshape(1, 28, 28))


@kept_with_model(max_entries=64)
def _elbo(model: VAE, pixels: bytes, hand: Hand) -> float:
    return elbo(log_joint(model, _input(pixels)), Gaussian.along_axes(hand[:2], hand[2:]))


def posterior_data(
    state: PosteriorState,
    digit: np.ndarray | None,
    model: VAE,
    seen: Probe,
    language: str,
    *,
    pad: bool,
    data: DataDescription = MNIST,
) -> dict[str, Any]:
    """The data of `part.js`, for JSON.

    Args:
        state: The pad and the visitor's Gaussian.
        digit: The picture, (28, 28) uint8; None to show an example.
        model: A VAE with two latents and Bernoulli pixels.
        seen: Pictures of its data, among whose codes a posterior is searched.
        language: "en" or "tr".
        pad: Whether to show the pad; otherwise the picture is a given one.
        data: What the model was trained on.
    """
    pixels = (example_digit() if digit is None else digit).tobytes()
    found = answer(model, seen, pixels)
    middle, reach = _view(found)
    hand = _within(state.hand or _first_hand(found.encoder), middle, reach)
    density = found.grid.density()
    means = [found.encoder.mean, hand[:2]]
    places = {name: f"{{{name}}}" for name in PLACEHOLDERS}
    points, weights = np.polynomial.hermite_e.hermegauss(LIVE_NODES)
    return {
        **state.data(digit, pad=pad),
        "language": language,
        "text": {
            **{name: text_of(f"posterior.part.{name}", data, language, **places) for name in TEXTS},
            "pad": {name: text(f"draw.pad.{name}", language) for name in PAD_TEXTS},
        },
        "network": hashed(_decoder(model)).offer(),
        "grid": {
            "low": found.grid.low,
            "high": found.grid.high,
            "side": len(density),
            "density": base64_text((255 * density / density.max()).round().astype(np.uint8)),
        },
        "view": {"middle": middle, "reach": reach},
        "evidence": found.grid.log_evidence(),
        "gaussians": {
            name: {
                "mean": getattr(found, name).mean.tolist(),
                "covariance": getattr(found, name).covariance.ravel().tolist(),
                "elbo": value,
            }
            for name, value in found.elbos.items()
        },
        "hand": {"numbers": hand, "elbo": _elbo(model, pixels, hand)},
        "pictures": base64_text(decode_many(model, np.array(means, np.float32))),
        "radii": RADII,
        "draws": DRAWS,
        "bounds": found.bounds.tolist(),
        "quadrature": {"points": points.tolist(), "weights": (weights / weights.sum()).tolist()},
    }


def _first_hand(encoder: Gaussian) -> Hand:
    deviations = WIDER * np.sqrt(np.diag(encoder.covariance))
    return tuple(np.concatenate([encoder.mean, deviations]).tolist())


def _view(found: Answer) -> tuple[list[float], float]:
    """The square of the plane with the posterior and the encoder's Gaussian: middle and reach."""
    shown = [found.encoder, _moments(found.grid)]
    around = [MARGIN * np.sqrt(np.diag(q.covariance)) for q in shown]
    low = np.min([q.mean - room for q, room in zip(shown, around, strict=True)], axis=0)
    high = np.max([q.mean + room for q, room in zip(shown, around, strict=True)], axis=0)
    return ((low + high) / 2).tolist(), float((high - low).max() / 2)


def _within(hand: Hand, middle: list[float], reach: float) -> Hand:
    """A Gaussian whose mean is on the map, rounded as in the link."""
    mean = np.clip(hand[:2], np.subtract(middle, reach), np.add(middle, reach))
    numbers = np.concatenate([mean, np.clip(hand[2:], *RADII)])
    return tuple(numbers.round(3).tolist())
