"""Autoencoders and variational autoencoders on handwritten digits.

The public names, in the order in which they are used: digits, preprocessing, models, losses,
training, code space, runs, evaluation. Each is imported when it is first used, so that
`import vae_demo` does not wait for torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vae_demo.digits import DrawingError, Reading, open_picture, read_digit, to_digit
    from vae_demo.digits.damages import DAMAGES, damage
    from vae_demo.digits.mnist import Digits, probe, test_digits, train_digits
    from vae_demo.evaluation.evaluate import evaluate
    from vae_demo.latent import grid, interpolate, project
    from vae_demo.models import (
        MODELS,
        Codec,
        ModelConfig,
        build,
        decode_many,
        embed_many,
        reconstruct,
    )
    from vae_demo.models.losses import Losses
    from vae_demo.runs import Run, RunError, find
    from vae_demo.training.config import TrainConfig
    from vae_demo.training.divergence import TrainingDiverged
    from vae_demo.training.history import History, Snapshot
    from vae_demo.training.loop import Step, train

_HOME = {
    "digits.mnist": "Digits train_digits test_digits probe",
    "digits": "open_picture read_digit to_digit Reading DrawingError",
    "digits.damages": "DAMAGES damage",
    "models": "MODELS ModelConfig Codec build embed_many decode_many reconstruct",
    "models.losses": "Losses",
    "training.config": "TrainConfig",
    "training.loop": "Step train",
    "training.divergence": "TrainingDiverged",
    "training.history": "Snapshot History",
    "latent": "interpolate grid project",
    "runs": "Run RunError find",
    "evaluation.evaluate": "evaluate",
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names.split()}

__all__ = [
    "DAMAGES",
    "MODELS",
    "Codec",
    "Digits",
    "DrawingError",
    "History",
    "Losses",
    "ModelConfig",
    "Reading",
    "Run",
    "RunError",
    "Snapshot",
    "Step",
    "TrainConfig",
    "TrainingDiverged",
    "build",
    "damage",
    "decode_many",
    "embed_many",
    "evaluate",
    "find",
    "grid",
    "interpolate",
    "open_picture",
    "probe",
    "project",
    "read_digit",
    "reconstruct",
    "test_digits",
    "to_digit",
    "train",
    "train_digits",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
