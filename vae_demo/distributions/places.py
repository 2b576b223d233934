"""The places that the codes of a model can be drawn from, and the distribution of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from vae_demo.digits.mnist import Digits
from vae_demo.digits.probe import Probe
from vae_demo.distributions import PLACES, Place
from vae_demo.distributions.distribution import KINDS, CodeDistribution, Kinds
from vae_demo.distributions.files import fitted_places, load_fitted
from vae_demo.distributions.mixture import CodeMixture, fit_mixture
from vae_demo.distributions.prior import ModelPrior, has_prior
from vae_demo.models import Codec, decode_many, embed_many
from vae_demo.models.conditional import CLASSES, ConditionalVAE
from vae_demo.models.losses import Codes

COMPONENTS = 10  # of a mixture, for each digit
MOST_COMPONENTS = 50
MANY_LATENTS = 100  # with more, a mixture has one component for each digit: more would take minutes
USUAL_TEMPERATURES: dict[str, float] = {"mixture": 0.9}  # of the other places, 1
CHUNK = 1000  # codes drawn at a time, which limits the memory for the steps of a flow


@dataclass(frozen=True, eq=False)
class TrainingCodes:
    """What distributions are fitted to: the codes of the training digits."""

    codes: np.ndarray  # (n, latent) float32
    labels: np.ndarray | None  # (n,) the digits; None for other pictures


def training_codes(model: Codec, digits: Digits) -> TrainingCodes:
    """The codes of digits; for a VAE the posterior means."""
    return TrainingCodes(embed_many(model, digits.images), digits.labels)


def probe_codes(model: Codec, probe: Probe) -> TrainingCodes:
    """The codes of the pictures that a run on other data has, without kinds."""
    return TrainingCodes(embed_many(model, probe.images), None)


def possible_places(model: Codec) -> tuple[Place, ...]:
    """The places that a model's codes can be drawn from."""
    fitted: set[Place] = {"gaussian", "mixture"} if not model.codebook_size else set()
    known = {*fitted, *fitted_places(model), *(["prior"] if has_prior(model) else [])}
    return tuple(place for place in PLACES if place in known)


def best_place(model: Codec) -> Place:
    """The place whose samples are best by `benchmarks/samples.py`."""
    possible = possible_places(model)
    return next(place for place in ("words", "flow", "mixture", "prior") if place in possible)


def most_components(model: Codec) -> int:
    """How many components for each digit a mixture of a model's codes can have."""
    return MOST_COMPONENTS if model.latent <= MANY_LATENTS else 1


def usual_components(model: Codec) -> int:
    """How many components for each digit a mixture has unless a number is asked for."""
    return min(COMPONENTS, most_components(model))


def check_components(model: Codec, components: int) -> None:
    """Check how many components for each digit are asked for.

    Raises:
        ValueError: if a mixture of the model's codes can't have so many.
    """
    most = most_components(model)
    if not 1 <= components <= most:
        possible = f"1..{most}" if most > 1 else f"1 for more than {MANY_LATENTS} latents"
        raise ValueError(f"components is {components}; it must be {possible}")


def distribution(
    model: Codec,
    place: Place,
    seen: Callable[[], TrainingCodes],
    *,
    components: int | None = None,
    guidance: float | None = None,
) -> CodeDistribution:
    """A distribution of codes: from its file if there is one, or fitted now.

    Args:
        seen: Gives the codes to fit to, if they are needed.
        components: How many Gaussians a mixture has for each digit; None for the usual number.
        guidance: Of "flow" and "words"; None for the usual one.

    Raises:
        ValueError: if codes can't be drawn from there; the message says what is possible.
    """
    check_place(model, place)
    if place == "prior":
        return ModelPrior(model)
    found: CodeDistribution
    if place == "gaussian":
        found = fit_mixture(seen().codes, 1)
    elif place == "mixture":
        found = _mixture(model, seen, components)
    else:
        found = load_fitted(fitted_places(model)[place], model)
        if guidance is not None and not isinstance(found, CodeMixture):
            found.guidance = guidance
    return _WithClass(found, model) if isinstance(model, ConditionalVAE) else found


def _mixture(
    model: Codec, seen: Callable[[], TrainingCodes], components: int | None
) -> CodeMixture:
    components = usual_components(model) if components is None else components
    check_components(model, components)
    if path := fitted_places(model).get("mixture"):
        fitted = load_fitted(path, model)
        if isinstance(fitted, CodeMixture) and len(fitted.weights) == KINDS * components:
            return fitted
    found = seen()
    return fit_mixture(found.codes, components, found.labels)


@torch.inference_mode()
def draw_pictures(
    model: Codec,
    drawn_from: CodeDistribution,
    count: int,
    seed: int,
    temperature: float = 1.0,
    kinds: np.ndarray | None = None,
) -> np.ndarray:
    """Draw codes and decode them, (count, 28, 28) uint8; arguments as of `CodeDistribution`."""
    generator = torch.Generator().manual_seed(seed)
    parts = [np.empty((0, 28, 28), np.uint8)]
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        some = None if kinds is None else torch.from_numpy(kinds[start : start + size].astype(int))
        codes = drawn_from.draw(size, generator, temperature, some)
        parts.append(decode_many(model, codes.numpy()))
    return np.concatenate(parts)


def check_place(model: Codec, place: Place) -> None:
    """Check that codes can be drawn from a place.

    Raises:
        ValueError: if they can't; the message says what is possible.
    """
    possible = possible_places(model)
    if place not in possible:
        reasons: dict[Place, str] = {
            "prior": "it was trained without a prior",
            "words": "it has no words"
            if not model.codebook_size
            else "no prior was fitted to them",
            "flow": "no flow was fitted to its codes",
        }
        reason = reasons.get(place, "its codes are words, which have no mean")
        raise ValueError(
            f"codes of {type(model).__name__} can't be drawn from {place!r}: {reason}; "
            f"possible: {', '.join(possible)}"
        )


def has_kinds(model: Codec, place: Place) -> bool:
    """Whether digits of one kind can be drawn from a place."""
    asked = place == "prior" and isinstance(model, ConditionalVAE)
    return asked or place in ("mixture", "flow", "words")


def check_has_kinds(model: Codec, place: Place) -> None:
    """Check that digits of one kind can be drawn from a place.

    Raises:
        ValueError: if they can't; the message says from where they can.
    """
    if has_kinds(model, place):
        return
    others = [other for other in possible_places(model) if has_kinds(model, other)]
    possible = f"; digits of one kind can be drawn from: {', '.join(others)}" if others else ""
    raise ValueError(f"{place} gives digits of all kinds{possible}")


@dataclass(frozen=True)
class _WithClass:
    """Draws codes of a conditional VAE, of which a part is a class as a one-hot vector."""

    fitted: CodeDistribution
    model: ConditionalVAE
    has_temperature = True

    @property
    def has_kinds(self) -> bool:
        return self.fitted.has_kinds

    def draw(
        self,
        count: int,
        generator: torch.Generator,
        temperature: float = 1.0,
        kinds: Kinds | None = None,
    ) -> Codes:
        z = self.fitted.draw(count, generator, temperature, kinds)
        if kinds is None:
            kinds = z[:, self.model.style :][:, :CLASSES].argmax(1)
        return self.model.with_label(z, kinds)
