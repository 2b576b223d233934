"""What the judges of tasks share: what pupils send, and the classifier that reads digits."""

from __future__ import annotations

import functools
from typing import Annotated, TypeVar

import msgspec
import numpy as np
from jaxtyping import Float, UInt8

from vae_demo.classroom.refusal import Refusal
from vae_demo.classroom.task import Picture
from vae_demo.datasets import mnist_test
from vae_demo.digits import mnist
from vae_demo.evaluation.classifier import probabilities, shipped_classifier

SURE = 0.9  # probability

Pixels = Annotated[bytes, msgspec.Meta(min_length=mnist.PIXELS, max_length=mnist.PIXELS)]
"""The bytes of a picture, in JSON as base64."""
State = TypeVar("State")


def read_state(state: object, kind: type[State]) -> State:
    """What a pupil has sent, as the task's own type.

    Raises:
        Refusal: if it is not of this type.
    """
    try:
        return msgspec.convert(state, kind)
    except msgspec.ValidationError:
        raise Refusal("state") from None


def picture_of(pixels: bytes) -> Picture:
    """The picture of 784 bytes, row by row."""
    return np.frombuffer(pixels, np.uint8).reshape(mnist.SIDE, mnist.SIDE)


def reading(picture: Picture) -> tuple[int, Float[np.ndarray, " 10"]]:
    """The digit that the classifier reads, and the probabilities of all ten."""
    (found,) = probabilities(shipped_classifier(), picture[None])
    return int(found.argmax()), found


@functools.cache
def read_rightly(label: int) -> UInt8[np.ndarray, "n 28 28"]:
    """The test digits of a class of which the classifier is sure."""
    digits = mnist_test()
    images = digits.images[digits.of(label)]
    return images[probabilities(shipped_classifier(), images)[:, label] > SURE]


def some_digit(rng: np.random.Generator, label: int) -> Picture:
    """One of `read_rightly`."""
    known = read_rightly(label)
    return known[rng.integers(len(known))]
