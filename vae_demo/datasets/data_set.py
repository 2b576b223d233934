"""A data set: pictures of 28 x 28 pixels for training and for testing, with the names of kinds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from vae_demo.digits import mnist
from vae_demo.digits.mnist import Digits
from vae_demo.digits.probe import Probe, probe_positions, typical

TEST_SHARE = 7  # one picture of so many is for testing, as of MNIST
MAX_TEST = 10_000
SPLIT_SEED = 0


@dataclass(frozen=True)
class DataDescription:
    """What a run says about its data."""

    name: str  # "mnist", or the name of a file
    checksum: str  # see `checksum`
    kinds: tuple[str, ...]  # the names of the labels 0, 1, ...; empty without labels

    @property
    def is_mnist(self) -> bool:
        """Whether the pictures are the digits of MNIST, whatever the name is."""
        return self.checksum == MNIST.checksum

    @property
    def shipped_probe(self) -> Probe | None:
        """The probe of MNIST, which is in the repository; None of other data."""
        return mnist_probe() if self.is_mnist else None


@dataclass(frozen=True, eq=False)
class DataSet:
    """Pictures and labels to train on and to test on.

    Without names of kinds there are no labels; those of the pictures are all 0 then.
    """

    description: DataDescription
    train: Digits
    test: Digits
    probe: Probe  # the test pictures whose codes a training records

    @property
    def name(self) -> str:
        return self.description.name

    @property
    def kinds(self) -> tuple[str, ...]:
        """The names of the labels 0, 1, ...; empty without labels."""
        return self.description.kinds

    def __len__(self) -> int:
        return len(self.train) + len(self.test)


def checksum(train: str, test: str, kinds: tuple[str, ...]) -> str:
    """The checksum of a data set: SHA-256 of those of its two parts and of the names of kinds.

    That of a part is the SHA-256 of all its pixels and then of all its labels, in hexadecimal.
    """
    return hashlib.sha256("\n".join([train, test, *kinds]).encode()).hexdigest()


def _digest(digits: Digits) -> str:
    found = hashlib.sha256(digits.images.tobytes())
    found.update(digits.labels.tobytes())
    return found.hexdigest()


_DIGITS = tuple("0123456789")
MNIST = DataDescription(
    "mnist", checksum(mnist.SPLITS["train"][1], mnist.SPLITS["test"][1], _DIGITS), _DIGITS
)


def mnist_data() -> DataSet:
    """The 70,000 digits of MNIST.

    Raises:
        DataError: if they are missing or damaged.
    """
    return DataSet(MNIST, *mnist.load(), mnist.shown_probe())


def mnist_train() -> Digits:
    """The training digits of MNIST."""
    return mnist.train_digits()


def mnist_test() -> Digits:
    """The test digits of MNIST."""
    return mnist.test_digits()


def mnist_probe() -> Probe:
    """The probe of MNIST."""
    return mnist.shown_probe()


def make_data(name: str, kinds: tuple[str, ...], train: Digits, test: Digits) -> DataSet:
    """A data set with its checksum and its probe."""
    description = DataDescription(name, checksum(_digest(train), _digest(test), kinds), kinds)
    positions = probe_positions(test.labels, max(len(kinds), 1))
    images, labels = test.images[positions], test.labels[positions]
    strip = typical(images, labels, max(len(kinds), 1))
    return DataSet(
        description, train, test, Probe(images, labels, strip, np.arange(len(positions)))
    )


def split(name: str, kinds: tuple[str, ...], digits: Digits) -> DataSet:
    """A data set of at least two pictures, of which some are drawn to test on with a fixed seed.

    They are a seventh, at least one and at most 10,000.
    """
    order = np.random.default_rng(SPLIT_SEED).permutation(len(digits))
    count = min(MAX_TEST, max(1, len(digits) // TEST_SHARE))
    return make_data(name, kinds, *(digits[np.sort(p)] for p in (order[count:], order[:count])))
