"""A run: a trained model with its configuration, results, history and weights.

This module imports torch only when a model is built.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from vae_demo.datasets.data_set import MNIST, DataDescription
from vae_demo.digits.probe import Probe
from vae_demo.training.config import PIXEL_KINDS
from vae_demo.training.history import History

if TYPE_CHECKING:
    from vae_demo.datasets.data_set import DataSet
    from vae_demo.models import Codec, ModelConfig
    from vae_demo.training.config import TrainConfig

_NAME = re.compile(r"\w[\w .-]{0,39}")


class RunError(ValueError):
    """A run can't be found, read or saved. The message is one sentence for the user.

    `code` is the kind of error, for translation: unknown, name, taken, unreadable, disk, pictures.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True)
class Run:
    """One trained model, as stored in its file."""

    name: str  # 1 to 40 characters, see `check_name`
    model: Mapping[str, Any]  # fields of `ModelConfig`
    training: Mapping[str, Any]  # fields of `TrainConfig`; older files have fewer
    results: Mapping[str, float]  # the results of `evaluate`
    history: History  # losses, codes and pictures over the training
    weights: Mapping[str, np.ndarray] = field(repr=False)  # the state dict, float32
    data: DataDescription = MNIST  # what it was trained on; older files do not say it
    pictures: Probe | None = field(default=None, repr=False)  # its probe; None for MNIST's

    @property
    def has_pictures(self) -> bool:
        """Whether `probe` is there, which files of earlier versions lack for other data."""
        return self.pictures is not None or self.data.is_mnist

    @property
    def probe(self) -> Probe:
        """The test pictures whose codes its history has.

        Raises:
            RunError: if `has_pictures` is false.
        """
        found = self.data.shipped_probe if self.pictures is None else self.pictures
        if found is None:
            raise RunError(
                "pictures",
                f"run {self.name!r} was trained on {self.data.name!r}, of which its file has no "
                f"pictures; train it again",
            )
        return found

    @property
    def latent(self) -> int:
        """The size of a code."""
        return int(self.model["latent"])

    @property
    def likelihood(self) -> str:
        """The likelihood of the pixels, "bernoulli" or "gaussian"; "" for an unknown model."""
        from vae_demo.models import MODELS

        family = MODELS.get(self.model["name"])
        return str(self.model.get("likelihood") or (family.likelihoods[0] if family else ""))

    @property
    def pixels(self) -> str:
        """The pixels that it was trained on; "grey" if its file has no valid value."""
        found = self.training.get("pixels")
        return str(found) if found in PIXEL_KINDS else PIXEL_KINDS[0]

    @property
    def has_elbo(self) -> bool:
        """Whether distortion + rate is a negative ELBO; a plain autoencoder has no rate."""
        return self.results["rate"] != 0

    def build(self) -> Codec:
        """Build the model with the run's weights, in evaluation mode.

        Raises:
            RunError: if the configuration or the weights are invalid.
        """
        import torch

        from vae_demo.models import ModelConfig, build
        from vae_demo.runs.checks import check_weights

        try:
            model = build(ModelConfig(**self.model))
            check_weights(model, self.weights)
            model.load_state_dict({n: torch.tensor(w) for n, w in self.weights.items()})
        except (TypeError, ValueError, RuntimeError) as error:
            reason = str(error).splitlines()[0]
            raise unreadable(f"run {self.name!r}", f"its model can't be built: {reason}") from None
        return model


def make_run(
    name: str,
    model: Codec,
    config: ModelConfig,
    training: TrainConfig,
    results: Mapping[str, float],
    history: History,
    data: DataSet | None = None,
) -> Run:
    """Make a run from a trained model. The weights are copied.

    Args:
        data: What it was trained on; by default MNIST. Of other data, the run has the probe.

    Raises:
        RunError: if the name is not valid.
    """
    weights = {n: w.detach().numpy().copy() for n, w in model.state_dict().items()}
    described = MNIST if data is None else data.description
    pictures = None if data is None or described.is_mnist else data.probe
    fields = asdict(config), asdict(training), results, history, weights
    return Run(check_name(name), *fields, described, pictures)


def normal_name(name: str) -> str:
    """A name in Unicode's composed form (NFC), in which "é" is one character, not two."""
    return unicodedata.normalize("NFC", name)


def is_name(name: str) -> bool:
    """Whether this is a valid name for a run."""
    return _NAME.fullmatch(normal_name(name)) is not None


def check_name(name: str) -> str:
    """Return `name` in its normal form if it is a valid name for a run.

    Raises:
        RunError: if it is empty, too long, or contains characters that a name must not have.
    """
    name = normal_name(name)
    if not is_name(name):
        raise RunError(
            "name",
            f"{name!r:.60} is not a valid name; a name has 1 to 40 letters, digits, spaces, "
            f"'.', '-' or '_' and begins with a letter, a digit or '_'",
        )
    return name


def unreadable(source: str, reason: str) -> RunError:
    """The error for a file, or another source, that can't be read as a run."""
    reason = " ".join(reason.split())  # on one line, since it may quote the file
    return RunError("unreadable", f"{source:.100} can't be read as a run: {reason[:200]}")
