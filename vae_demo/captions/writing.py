"""Draw digits that obey a caption, and measure whether they do.

A side of an attribute is measured among the training digits of the same kind: a thick 1 is thicker
than half of all 1s. Each picture is drawn again, a few times at most, until the rulers of
`vae_demo.digits.attributes` and the classifier agree that it obeys.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vae_demo import runs
from vae_demo.captions.caption import ATTRIBUTES, UPRIGHT, Caption
from vae_demo.datasets import mnist_train
from vae_demo.digits.attributes import measure
from vae_demo.digits.measured import ATTRIBUTES as GIVEN
from vae_demo.digits.measured import standardised, train_attributes
from vae_demo.evaluation.classifier import probabilities, shipped_classifier
from vae_demo.models import to_pixels
from vae_demo.models.attribute import AttributeVAE

RUN = "attribute-vae-8"
MOST = 1000  # pictures
STRAIGHT = 7.0  # degrees from the vertical, up to which a digit is upright
_ROUNDS = 12  # times that a picture is drawn again at most
_EACH = 3  # pictures of a round, of which the best is kept
_TEMPERATURE = 0.7  # of styles; with 1, some are blurred
_FEWEST = 30  # training digits that attributes are taken from, if there are as many
_FURTHER = 0.3  # standard deviations that an attribute is moved further to the side asked for

Bools = NDArray[np.bool_]
Kinds = NDArray[np.int64]


@dataclass(frozen=True)
class Writing:
    """Digits drawn for a caption, and what the rulers and the classifier find in them."""

    images: NDArray[np.uint8]  # (n, 28, 28)
    kinds: Kinds  # (n,), the digit that each should be
    read: Kinds  # (n,), the digit that the classifier reads
    probability: NDArray[np.float32]  # (n,), of the digit that it should be
    attributes: dict[str, NDArray[np.float32]]  # of each, (n,)
    obeyed: dict[str, Bools]  # of each attribute asked for, (n,)
    drawn: int  # pictures in all, of which the images are the best

    @property
    def right(self) -> Bools:
        """Whether the classifier reads the digit that it should be, (n,)."""
        return self.read == self.kinds


def drawing_model() -> AttributeVAE:
    """The shipped model that draws."""
    found = runs.find(RUN).build()
    assert isinstance(found, AttributeVAE)
    return found


@torch.inference_mode()
def write(
    caption: Caption, model: AttributeVAE, count: int = 8, seed: int = 0, rounds: int = _ROUNDS
) -> Writing:
    """Draw digits for a caption; without a kind they are of different kinds.

    Args:
        caption: What is asked for.
        model: Draws them.
        count: The number of pictures.
        seed: Of the styles and attributes; the same seed draws the same pictures again.
        rounds: How often a picture that does not obey is drawn again; 0 keeps the first.

    Raises:
        ValueError: if the count is not 1 to `MOST`.
    """
    if not 1 <= count <= MOST:
        raise ValueError(f"count is {count}; it must be 1..{MOST:,}")
    rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
    if caption.kind is None:
        others = np.setdiff1d(np.arange(10), caption.refused)
        rounds_of_all = -(-count // len(others))
        kinds = np.concatenate([rng.permutation(others) for _ in range(rounds_of_all)])[:count]
    else:
        kinds = np.full(count, caption.kind)
    best = _draw(model, caption.asked, kinds, rng, generator)
    drawn = count
    score = _score(best, caption.asked)
    for _ in range(rounds):
        poor = np.flatnonzero(score < 2)
        if not len(poor):
            break
        again = np.repeat(poor, _EACH)
        other = _draw(model, caption.asked, kinds[again], rng, generator)
        drawn += len(again)
        found = _score(other, caption.asked)
        for at in poor.tolist():
            choice = max(np.flatnonzero(again == at).tolist(), key=found.__getitem__)
            if found[choice] > score[at]:
                score[at] = found[choice]
                _replace(best, at, other, choice)
    return Writing(**vars(best) | {"drawn": drawn})


def _draw(
    model: AttributeVAE,
    asked: Mapping[str, int],
    kinds: Kinds,
    rng: np.random.Generator,
    generator: torch.Generator,
) -> Writing:
    """A picture of each kind: a style of the prior, and attributes as a training digit has them."""
    style = _TEMPERATURE * torch.randn((len(kinds), model.style), generator=generator)
    rows = np.array([rng.choice(_examples(int(kind), **asked)) for kind in kinds])
    given = standardised({name: of[rows] for name, of in train_attributes().items()})
    for i, name in enumerate(GIVEN):
        given[:, i] += _FURTHER * np.sign(asked.get(name, 0))
    codes = model.join(style, torch.tensor(kinds), torch.tensor(given))
    images = to_pixels(model.decode(codes))
    read = probabilities(shipped_classifier(), images)
    attributes = measure(images)
    return Writing(
        images=images,
        kinds=kinds.copy(),
        read=read.argmax(1),
        probability=read[np.arange(len(kinds)), kinds],
        attributes=attributes,
        obeyed={name: on_side(name, side, attributes[name], kinds) for name, side in asked.items()},
        drawn=len(kinds),
    )


def _score(found: Writing, asked: Mapping[str, int]) -> NDArray[np.float64]:
    """How well each picture obeys, (n,): 2 if in all and clearly, below 1 if its kind is wrong."""
    sides = [*found.obeyed.values()] + [
        on_side(name, side, found.attributes[name], found.kinds, clearly=True)
        for name, side in asked.items()
    ]
    return np.where(
        found.right, 1 + np.mean([found.probability > 0.9, *sides], 0), found.probability
    )


@functools.lru_cache(maxsize=256)
def _examples(kind: int, **asked: int) -> NDArray[np.int64]:
    """The training digits of a kind whose attributes a picture may have.

    Those on the sides asked for; if they are too few, those that come closest.
    """
    rows = np.flatnonzero(mnist_train().labels == kind)
    kinds = np.full(len(rows), kind)
    known = {name: train_attributes()[name][rows] for name in ATTRIBUTES}
    for clearly in (True, False):
        fits = np.ones(len(rows), bool)
        for name, side in asked.items():
            fits &= on_side(name, side, known[name], kinds, clearly=clearly)
        if fits.sum() >= _FEWEST:
            return rows[fits]
    away = np.zeros(len(rows))
    for name, side in asked.items():
        low, high = limits(name, side, kinds)
        missing = np.maximum(low - known[name], 0) + np.maximum(known[name] - high, 0)
        away += (missing / known[name].std()) ** 2
    return rows[np.argsort(away, kind="stable")[:_FEWEST]]


def on_side(
    name: str, side: int, values: NDArray[np.float32], kinds: Kinds, *, clearly: bool = False
) -> Bools:
    """Whether the values of an attribute, (n,), are on a side for digits of these kinds, (n,).

    Args:
        name: The attribute.
        side: As in `Caption.asked`.
        values: NaN is on no side.
        kinds: The digits 0..9.
        clearly: Whether they must be on that side among digits of all kinds, too, if a twentieth
            of the kind is, and a digit that leans must lean more than an upright one.
    """
    low, high = limits(name, side, kinds, clearly=clearly)
    return (values > low) & (values < high)


def limits(
    name: str, side: int, kinds: Kinds, *, clearly: bool = False
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The values between which an attribute is on a side for digits of these kinds, (n,) each.

    One side of the median, or for "very" the outer quarter, of the training digits of the kind. A
    digit that leans to one side does so from the vertical, too.
    """
    if name == "slant" and side == UPRIGHT:
        return np.full(len(kinds), -STRAIGHT), np.full(len(kinds), STRAIGHT)
    limit = np.array([_limit(name, side, int(kind), clearly) for kind in range(10)])[kinds]
    far = np.full(len(kinds), np.inf)
    return (limit, far) if side > 0 else (-far, limit)


@functools.cache
def _limit(name: str, side: int, kind: int, clearly: bool) -> float:
    of_kind = mnist_train().labels == kind
    values = train_attributes()[name]
    percent = {-2: 25, -1: 50, 1: 50, 2: 75}[side]
    found = [float(np.percentile(values[of_kind], percent))]
    if name == "slant":
        found.append(float(np.sign(side)) * STRAIGHT if clearly else 0.0)
    if clearly:
        among_all = float(np.median(values))
        beyond = np.mean(values[of_kind] > among_all if side > 0 else values[of_kind] < among_all)
        if beyond > 0.05:  # no 1 is wide among all digits
            found.append(among_all)
    return max(found) if side > 0 else min(found)


def _replace(best: Writing, at: int, other: Writing, choice: int) -> None:
    """Put one picture of another writing, with what was found in it, in place of one of these."""
    pairs: list[tuple[NDArray[Any], NDArray[Any]]]
    pairs = [(best.images, other.images), (best.read, other.read)]
    pairs += [(best.probability, other.probability)]
    pairs += [(best.attributes[name], other.attributes[name]) for name in best.attributes]
    pairs += [(best.obeyed[name], other.obeyed[name]) for name in best.obeyed]
    for mine, theirs in pairs:
        mine[at] = theirs[choice]
