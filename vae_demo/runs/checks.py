"""Check a run from an untrusted file, so that every page can show it.

A correct checksum shows only that a file was not changed since it was written. Numbers within these
bounds overflow neither in Python nor in a browser. Only the checks against a model import torch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import msgspec
import numpy as np

from vae_demo.datasets.data_set import MNIST, DataDescription
from vae_demo.datasets.errors import MAX_KIND, MAX_KINDS
from vae_demo.digits.mnist import SIDE
from vae_demo.digits.probe import PROBE_SIZE, STRIP, Probe
from vae_demo.training.config import TrainConfig

if TYPE_CHECKING:
    from vae_demo.models import Codec
    from vae_demo.runs.run import Run
    from vae_demo.training.history import History

PICTURE_ARRAYS = ("images", "labels", "strip")  # of a probe, in a run's file
MAX_SNAPSHOTS = 200  # in a history; a training records at most 124
MAX_EPOCHS = 1000  # as in `TrainConfig`
MAX_WEIGHT = 100.0  # training stops at 30, see `training.divergence`
MAX_NATS = 1e30  # of a loss or a result; a training that diverged can be shown too
MAX_CODE = 1e4  # the limit of the sliders

_Kind = Annotated[str, msgspec.Meta(max_length=MAX_KIND)]  # the name of one
Result = Annotated[float, msgspec.Meta(ge=-MAX_NATS, le=MAX_NATS)]


class ModelFields(msgspec.Struct, forbid_unknown_fields=True):
    """The model in a run's metadata; `ModelConfig` checks its values."""

    name: str  # a key of `MODELS`
    latent: int  # size of the code
    likelihood: str | None = None  # None: the family's default


TrainingFields = msgspec.defstruct(
    "TrainingFields",
    [(f.name, get_type_hints(TrainConfig)[f.name], f.default) for f in fields(TrainConfig)],
    forbid_unknown_fields=True,
)
"""The training in a run's metadata: the fields of `TrainConfig`, which checks their values."""


class Results(msgspec.Struct):
    """The results that every page and list shows; a run may have more."""

    distortion: float  # nats per image
    rate: float  # nats per image
    neg_elbo: float  # nats per image


class DataFields(msgspec.Struct, forbid_unknown_fields=True):
    """The data in a run's metadata."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    checksum: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    kinds: Annotated[tuple[_Kind, ...], msgspec.Meta(max_length=MAX_KINDS)]


class Metadata(msgspec.Struct):
    """The JSON metadata of a run file."""

    name: str  # the name of the run
    model: ModelFields  # what to build
    training: TrainingFields  # type: ignore[valid-type]  # how it was trained
    results: dict[str, Result]  # what was measured
    data: DataFields | None = None  # what it was trained on; None: MNIST


def check_metadata(described: Any) -> None:
    """Check the metadata of a run file, decoded from JSON.

    Raises:
        ValueError: if a field is missing, unknown, of a wrong type or out of bounds; the message
            names the field and what was expected.
    """
    try:
        msgspec.convert(described, Metadata)
        msgspec.convert(described["results"], Results)
    except msgspec.ValidationError as error:
        raise ValueError(f"its metadata are invalid: {error}") from None
    TrainConfig(**described["training"])


def description(fields: Mapping[str, Any] | None) -> DataDescription:
    """The data of a run from its checked metadata; that of old files is MNIST."""
    if fields is None:
        return MNIST
    return DataDescription(fields["name"], fields["checksum"], tuple(fields["kinds"]))


def probe_of(arrays: Mapping[str, np.ndarray], data: DataDescription) -> Probe:
    """The probe of a run on other data, from the arrays of its file.

    Raises:
        ValueError: if they do not fit together, or if the data are MNIST, whose probe is known.
    """
    if data.is_mnist or arrays.keys() != {*PICTURE_ARRAYS}:
        raise ValueError(f"its pictures are {', '.join(sorted(arrays))} of {data.name}")
    count = len(arrays["images"])
    probe = Probe(**arrays, positions=np.arange(count))
    fits = (
        0 < count <= PROBE_SIZE
        and probe.images.shape == (count, SIDE, SIDE)
        and probe.images.dtype == probe.labels.dtype == np.uint8
        and probe.labels.shape == (count,)
        and probe.labels.max() < max(len(data.kinds), 1)
        and probe.strip.shape == (STRIP,)
        and probe.strip.dtype == np.int64
        and 0 <= probe.strip.min() <= probe.strip.max() < count
    )
    if not fits:
        raise ValueError("its pictures do not fit together")
    return probe


def check_run(run: Run) -> None:
    """Check the history and the weights of a run, without its model.

    Raises:
        ValueError: if a value is out of bounds; the message names it and the bound.
    """
    check_history(run.history)
    check_range(run.weights)


def check_range(weights: Mapping[str, np.ndarray]) -> None:
    """Check that weights are finite 32-bit numbers within their bound.

    Raises:
        ValueError: if they are not; the message names them and the bound.
    """
    for name, weight in weights.items():
        if weight.dtype != np.float32 or not np.isfinite(weight).all():
            raise ValueError(f"its weights {name!r} are not finite 32-bit numbers")
        _within(f"weights {name!r}", weight, MAX_WEIGHT)


def check_model(run: Run, model: Codec) -> None:
    """Check a run's codes and history against its model.

    Raises:
        ValueError: if the codes are out of bounds or the history belongs to another model.
    """
    import torch

    from vae_demo.models import embed_many
    from vae_demo.training.history import WIDE

    codes = embed_many(model, run.probe.images)
    _within("codes of the pictures", codes, MAX_CODE)
    width = min(model.code_vectors(torch.from_numpy(codes[:1])).shape[1], WIDE)
    pictures, found = run.history.codes.shape[1:]
    if found != width or pictures != len(codes):
        raise ValueError(
            f"its history has {found} numbers of each of {pictures} pictures; pages show {width} "
            f"of each of {len(codes)}"
        )


def check_weights(model: Codec, weights: Mapping[str, np.ndarray]) -> None:
    """Check that the weights have the names and shapes of the model's parameters.

    Raises:
        ValueError: if one is missing, unknown or of another shape.
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


def check_history(history: History) -> None:
    """Check that the numbers of a history are within their bounds.

    Raises:
        ValueError: if they are not; the message names them and the bound.
    """
    if len(history) > MAX_SNAPSHOTS:
        raise ValueError(f"its history has more than {MAX_SNAPSHOTS} snapshots")
    _within("epochs", history.epochs, MAX_EPOCHS)
    _within("losses", history.losses, MAX_NATS)
    for name, weight in (*history.decoder.items(), *history.encoder.items()):
        _within(f"past weights {name!r}", weight, MAX_WEIGHT)


def _within(what: str, numbers: np.ndarray, most: float) -> None:
    reach = float(np.abs(numbers).max(initial=0))
    if not reach <= most:
        raise ValueError(f"its {what} reach {reach:g}; what can be shown goes to {most:g}")
