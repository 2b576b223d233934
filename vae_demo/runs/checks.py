"""Checks of a run from a file, whoever wrote it, so that every page can show it.

A right checksum says only that a file is as it was written. Numbers within these bounds overflow in
no family's arithmetic, in Python or in a browser. numpy only, but for the checks of the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import msgspec
import numpy as np

from vae_demo.training.config import TrainConfig

if TYPE_CHECKING:
    from vae_demo.models import Codec
    from vae_demo.runs.run import Run
    from vae_demo.training.history import History

MAX_SNAPSHOTS = 200  # of a history: a page shows each; training records 124 at most
MAX_EPOCHS = 1000  # as in `TrainConfig`
MAX_WEIGHT = 100.0  # training stops at 30, see `training.divergence`
MAX_NATS = 1e30  # of a loss or a result: a training that diverged may be shown too
MAX_CODE = 1e4  # as far as the sliders go

Result = Annotated[float, msgspec.Meta(ge=-MAX_NATS, le=MAX_NATS)]


class ModelFields(msgspec.Struct, forbid_unknown_fields=True):
    """The model of a run's metadata; `ModelConfig` checks the values when it is built."""

    name: str  # a key of `MODELS`
    latent: int  # size of the code
    likelihood: str | None = None  # None: the family's own


TrainingFields = msgspec.defstruct(
    "TrainingFields",
    [(f.name, get_type_hints(TrainConfig)[f.name], f.default) for f in fields(TrainConfig)],
    forbid_unknown_fields=True,
)
"""The training of a run's metadata: the fields of `TrainConfig`, whose values it checks itself."""


class Results(msgspec.Struct):
    """The results that every page and list shows of a run; a run may have more."""

    distortion: float  # nats per image
    rate: float  # nats per image
    neg_elbo: float  # nats per image


class Metadata(msgspec.Struct):
    """The JSON metadata of a run file."""

    name: str  # what lists call the run
    model: ModelFields  # what to build
    training: TrainingFields  # type: ignore[valid-type]  # how it was trained
    results: dict[str, Result]  # what was measured


def check_metadata(described: Any) -> None:
    """Check the metadata of a run file, decoded from JSON.

    Raises:
        ValueError: a field is missing, unknown, of another type or out of bounds; the message says
            which one and what was expected.
    """
    try:
        msgspec.convert(described, Metadata)
        msgspec.convert(described["results"], Results)
    except msgspec.ValidationError as error:
        raise ValueError(f"its metadata does not fit: {error}") from None
    TrainConfig(**described["training"])


def check_run(run: Run) -> None:
    """Check the history and the weights of a run, without its model.

    Raises:
        ValueError: no page can show it; the message says what came and what is possible.
    """
    _check_history(run.history)
    for name, weight in run.weights.items():
        if weight.dtype != np.float32 or not np.isfinite(weight).all():
            raise ValueError(f"its weights {name!r} are not finite 32-bit numbers")
        _within(f"weights {name!r}", weight, MAX_WEIGHT)


def check_model(run: Run, model: Codec) -> None:
    """Check a run's codes and history against its model.

    Raises:
        ValueError: no page can show it; the message says what came and what is possible.
    """
    import torch

    from vae_demo.digits.mnist import probe
    from vae_demo.models import embed_many
    from vae_demo.training.history import WIDE

    codes = embed_many(model, probe().images)
    _within("codes of the digits", codes, MAX_CODE)
    width = min(model.code_vectors(torch.from_numpy(codes[:1])).shape[1], WIDE)
    digits, found = run.history.codes.shape[1:]
    if (digits, found) != (len(codes), width):
        raise ValueError(
            f"its history has {found} numbers of each of {digits} digits; pages show {width} of "
            f"each of {len(codes)}"
        )


def check_weights(model: Codec, weights: Mapping[str, np.ndarray]) -> None:
    """Check that these are the weights of a model.

    Raises:
        ValueError: one is missing, unknown or of another shape.
    """
    wanted = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    what = f"{type(model).__name__} with {model.latent} latents"
    if missing := wanted.keys() - weights.keys():
        raise ValueError(f"the weights {min(missing)!r} are missing, which {what} has")
    if unknown := weights.keys() - wanted.keys():
        raise ValueError(f"{what} has no weights {min(unknown)!r:.60}")
    for name, shape in wanted.items():
        if weights[name].shape != shape:
            raise ValueError(
                f"its weights {name!r} have the shape {weights[name].shape}; {what} has {shape}"
            )


def _check_history(history: History) -> None:
    if len(history) > MAX_SNAPSHOTS:
        raise ValueError(f"its history has more than {MAX_SNAPSHOTS} snapshots")
    _within("epochs", history.epochs, MAX_EPOCHS)
    _within("losses", history.losses, MAX_NATS)
    for name, weight in history.decoder.items():
        _within(f"past weights {name!r}", weight, MAX_WEIGHT)


def _within(what: str, numbers: np.ndarray, most: float) -> None:
    reach = float(np.abs(numbers).max(initial=0))
    if not reach <= most:
        raise ValueError(f"its {what} reach {reach:g}; what can be shown goes to {most:g}")
