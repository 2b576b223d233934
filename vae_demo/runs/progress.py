"""A training that has not ended, as a file from which it can go on.

The file has the format of a run's file with other contents, and is as little trusted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from vae_demo.datasets.data_set import MNIST, DataDescription
from vae_demo.runs.checks import (
    MAX_EPOCHS,
    DataFields,
    ModelFields,
    TrainingFields,
    check_history,
    check_range,
    check_weights,
    description,
)
from vae_demo.runs.run import unreadable
from vae_demo.runs.run_file import MAX_RUN_BYTES, pack, part, readable, unpack
from vae_demo.training.config import TrainConfig
from vae_demo.training.history import History, Snapshot

if TYPE_CHECKING:
    from vae_demo.models import Codec, ModelConfig
    from vae_demo.training.state import TrainingState

_FORMAT = "vae_demo training"
_HISTORY_BYTES = MAX_RUN_BYTES // 2
_WIDEST = 20_000  # numbers of a code; those of the largest VQ-VAE have fewer


@dataclass(frozen=True)
class Progress:
    """A training between two batches."""

    model: Mapping[str, Any]  # fields of `ModelConfig`
    training: Mapping[str, Any]  # fields of `TrainConfig`
    epochs: float  # epochs done
    step: int  # batches done
    steps: int  # batches in all
    snapshots: Sequence[Snapshot]  # the history so far, with whole codes
    weights: Mapping[str, np.ndarray] = field(repr=False)  # the state dict, float32
    state: Mapping[str, np.ndarray] = field(repr=False)  # `TrainingState.arrays`
    data: DataDescription = MNIST  # what it is trained on

    def build(self) -> tuple[Codec, TrainingState]:
        """The model and the state of its training, to go on with.

        Raises:
            RunError: if the configuration, the weights or the state are invalid.
        """
        import torch

        from vae_demo.models import ModelConfig, build
        from vae_demo.training.state import TrainingState

        try:
            model = build(ModelConfig(**self.model))
            check_weights(model, self.weights)
            model.load_state_dict({n: torch.tensor(w) for n, w in self.weights.items()})
            state = TrainingState.from_arrays(model, self.state)
            if state.step != self.step:
                raise ValueError(f"its state is that of step {state.step}, not of {self.step}")
            return model, state
        except (TypeError, ValueError, RuntimeError) as error:
            reason = str(error).splitlines()[0]
            raise unreadable("the training", f"it can't go on: {reason}") from None


class _Description(msgspec.Struct, forbid_unknown_fields=True):
    """The JSON metadata of the file."""

    model: ModelFields
    training: TrainingFields  # type: ignore[valid-type]
    epochs: float
    step: int
    steps: int
    data: DataFields | None = None


def make_progress(
    model: Codec,
    state: TrainingState,
    config: ModelConfig,
    training: TrainConfig,
    *,
    epochs: float,
    steps: int,
    snapshots: Sequence[Snapshot],
    data: DataDescription = MNIST,
) -> Progress:
    """The progress of a training between two batches; weights and state are copied."""
    weights = {n: w.detach().numpy().copy() for n, w in model.state_dict().items()}
    fields = asdict(config), asdict(training)
    return Progress(*fields, epochs, state.step, steps, snapshots, weights, state.arrays(), data)


def dumps(progress: Progress) -> bytes:
    """Serialize the progress of a training.

    Every other snapshot is left out until the history has at most 32 MB.
    """
    snapshots = list(progress.snapshots)
    while len(snapshots) > 2 and sum(s.codes.nbytes for s in snapshots) > _HISTORY_BYTES:
        snapshots = [*snapshots[:-1:2], snapshots[-1]]
    names = ("model", "training", "epochs", "step", "steps")
    described = {name: getattr(progress, name) for name in names}
    described["data"] = asdict(progress.data)
    tensors = {f"weights.{n}": w for n, w in progress.weights.items()}
    tensors |= {f"state.{n}": a for n, a in progress.state.items()}
    history = History.of(snapshots, narrow=False)
    tensors |= {f"history.{n}": a for n, a in history.arrays().items()}
    return pack(_FORMAT, described, tensors)


def loads(raw: bytes, source: str = "this file") -> Progress:
    """Restore the progress of a training from the bytes of its file.

    Raises:
        RunError: if the file is not a training, is damaged, has a newer format, or is too large.
    """
    from vae_demo.models import ModelConfig

    with readable(source):
        described, tensors = unpack(raw, source, _FORMAT)
        try:
            found = msgspec.convert(described, _Description)
        except msgspec.ValidationError as error:
            raise ValueError(f"its metadata are invalid: {error}") from None
        ModelConfig(**described["model"])
        TrainConfig(**described["training"])
        within = 0 <= found.epochs <= MAX_EPOCHS and 0 <= found.step <= found.steps
        if not within:
            raise ValueError(f"it is at step {found.step} of {found.steps}")
        history = History.from_arrays(part(tensors, "history."), widest=_WIDEST)
        check_history(history)
        weights = part(tensors, "weights.")
        check_range(weights)
        return Progress(
            model=described["model"],
            training=described["training"],
            epochs=found.epochs,
            step=found.step,
            steps=found.steps,
            snapshots=history.snapshots(),
            weights=weights,
            state=part(tensors, "state."),
            data=description(described.get("data")),
        )
