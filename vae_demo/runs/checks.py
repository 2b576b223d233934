"""What a run must be so that every page can show it, whoever wrote its file. numpy only.

A checksum says that a file is as it was written, not that sense was written: anybody can compute
one. Numbers within these bounds overflow in no family's arithmetic, here or in a browser.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from vae_demo.training.config import TrainConfig

if TYPE_CHECKING:
    from vae_demo.models import Codec
    from vae_demo.runs import Run
    from vae_demo.training.history import History

MOST_SNAPSHOTS = 200  # of a history: a page shows each; training records 124 at most
MOST_EPOCHS = 1000  # as `TrainConfig` has it
MOST_WEIGHT = 100.0  # training stops at 30, see `guard`
MOST_NATS = 1e30  # of a loss or a result: what blew up may be shown, too
MOST_CODE = 1e4  # as the sliders hold it
RESULTS = ("distortion", "rate", "neg_elbo")  # what every page and list shows of a run
_MODEL = ("name", "latent", "likelihood")


def check_run(run: Run) -> None:
    """What can be told of a run without its model.

    Raises:
        ValueError: it is none that a page can show; the message says what came and what can be.
    """
    if not isinstance(run.model.get("name"), str) or type(run.model.get("latent")) is not int:
        raise ValueError("the name or the latent size of its model is missing")
    _known("model", run.model, _MODEL)
    _known("training", run.training, [field.name for field in fields(TrainConfig)])
    TrainConfig(**run.training)
    if lacking := [name for name in RESULTS if name not in run.results]:
        raise ValueError(f"its results lack {', '.join(lacking)}")
    if odd := [name for name, value in run.results.items() if not math.isfinite(value)]:
        raise ValueError(f"its results are no numbers: {', '.join(odd)}")
    _within("results", np.array(list(run.results.values())), MOST_NATS)
    _check_history(run.history)
    for name, weight in run.weights.items():
        if weight.dtype != np.float32 or not np.isfinite(weight).all():
            raise ValueError(f"its weights {name!r} are not finite 32-bit numbers")
        _within(f"weights {name!r}", weight, MOST_WEIGHT)


def check_model(run: Run, model: Codec) -> None:
    """What can be told of a run by its model.

    Raises:
        ValueError: as above.
    """
    import torch

    from vae_demo.digits.mnist import probe
    from vae_demo.models import embed_many
    from vae_demo.training.history import WIDE

    codes = embed_many(model, probe().images)
    _within("codes of the digits", codes, MOST_CODE)
    width = min(model.code_vectors(torch.from_numpy(codes[:1])).shape[1], WIDE)
    digits, told = run.history.codes.shape[1:]
    if (digits, told) != (len(codes), width):
        raise ValueError(
            f"its history has {told} numbers of each of {digits} digits; pages show {width} of "
            f"each of {len(codes)}"
        )


def check_weights(model: Codec, weights: Mapping[str, np.ndarray]) -> None:
    """Whether these are the weights of a model.

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
    if len(history) > MOST_SNAPSHOTS:
        raise ValueError(f"its history has more than {MOST_SNAPSHOTS} snapshots")
    _within("epochs", history.epochs, MOST_EPOCHS)
    _within("losses", history.losses, MOST_NATS)
    for name, weight in history.decoder.items():
        _within(f"past weights {name!r}", weight, MOST_WEIGHT)


def _within(what: str, numbers: np.ndarray, most: float) -> None:
    reach = float(np.abs(numbers).max(initial=0))
    if not reach <= most:
        raise ValueError(f"its {what} reach {reach:g}; what can be shown goes to {most:g}")


def _known(what: str, given: Mapping[str, Any], names: object) -> None:
    if unknown := sorted(set(given) - set(names)):  # type: ignore[call-overload]
        raise ValueError(f"its {what} has an entry {unknown[0]!r:.60} that this app does not know")
