"""A training that goes on from its saved state is the training without a break, bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from tests.support.small import SMALL
from vae_demo.digits.mnist import Digits
from vae_demo.models import MODELS, Codec, ModelConfig, build
from vae_demo.training.config import TrainConfig
from vae_demo.training.loop import Step, train
from vae_demo.training.state import TrainingState

CONFIG = TrainConfig(epochs=2, batch_size=90, seed=3)  # 9 batches an epoch, the last one smaller
WAYS = {"dynamic": {"pixels": "dynamic"}, "mean": {"mean_start": True}, "plain": {}}


def plain(step: Step) -> tuple[object, ...]:
    """A step without its snapshot, and the losses of that."""
    taken = step.snapshot
    losses = (taken.train_distortion, taken.train_rate, taken.test_distortion) if taken else ()
    return (*(getattr(step, name) for name in ("epochs", "step", "steps", "images")), *losses)


def interrupted(
    config: TrainConfig, make: Callable[[], Codec], digits: Digits, test: Digits, after: int
) -> tuple[Codec, list[Step]]:
    """A model trained for `after` batches, and then by another model and state from the arrays."""
    model = make()
    state = TrainingState(model, config.seed)
    steps = list(islice(train(model, digits, config, test=test, state=state), after + 1))
    other = make()
    other.load_state_dict(model.state_dict())
    again = TrainingState.from_arrays(other, state.arrays())
    return other, steps + list(train(other, digits, config, test=test, state=again))


@pytest.mark.some(4)
@pytest.mark.parametrize(
    ("name", "after", "way"),
    [
        *(
            pytest.param(
                name, 11, "plain", marks=[] if name in ("hvae", "vqvae") else pytest.mark.long
            )
            for name in MODELS
        ),
        *(("vae", after, "plain") for after in (0, 1, 8, 9, 10, 18)),
        *(("vae", 5, way) for way in WAYS),
    ],
)
def test_a_break_changes_nothing(
    name: str, after: int, way: str, few: Digits, few_test: Digits
) -> None:
    config = replace(CONFIG, **WAYS[way])

    def make() -> Codec:
        return build(ModelConfig(name, SMALL[name]), 1)

    whole = make()
    expected = list(train(whole, few, config, test=few_test))
    broken, steps = interrupted(config, make, few, few_test, after)
    assert [plain(step) for step in steps] == [plain(step) for step in expected]
    for key, value in whole.state_dict().items():
        assert torch.equal(broken.state_dict()[key], value), key


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"numbers": None}, "numbers"),
        ({"numbers": np.zeros(4)}, "five finite numbers"),
        ({"numbers": np.array([1, np.nan, 0, 0, 0])}, "five finite numbers"),
        ({"generator": np.zeros(7, np.uint8)}, "go on"),
        ({"generator": np.zeros(5056, np.float32)}, "go on"),
        ({"epoch_began": np.zeros(5056, np.uint8)}, "go on"),
        ({"adam.mean.0": None}, "another model"),
        ({"adam.mean.0": np.zeros(3, np.float32)}, "another model"),
        ({"adam.steps": np.full(4, np.inf, np.float32)}, "finite"),
        ({"adam.square.1": np.full(2, -1, np.float32)}, "negative"),
    ],
)
def test_a_state_that_can_t_be_is_refused(
    changes: dict[str, np.ndarray | None], reason: str
) -> None:
    model = build(ModelConfig("ae-shallow", 2))
    arrays = TrainingState(model, 0).arrays() | {"numbers": np.zeros(5)}
    TrainingState.from_arrays(model, arrays)  # as it is, it can be
    arrays = {n: a for n, a in (arrays | changes).items() if a is not None}
    with pytest.raises(ValueError, match=reason):
        TrainingState.from_arrays(model, arrays)
