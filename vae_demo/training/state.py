"""The state of a training between two batches, from which it can go on.

With the model's weights it is all that a training needs: one that goes on from its saved state
gives exactly the weights of one without a break.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import torch

from vae_demo.models import Codec
from vae_demo.training.adam import Adam


class TrainingState:
    """The batches done, the optimizer and the random numbers; `train` changes it at every batch."""

    def __init__(self, model: Codec, seed: int) -> None:
        """The state before the first batch."""
        self.step = 0  # batches done
        self.untrained_distortion = math.nan  # nats per image; NaN before `train` measures it
        self.since = np.zeros(3)  # sums of distortion and rate, and images, since the last snapshot
        self.optimizer = Adam(model.parameters())
        self.generator = torch.Generator().manual_seed(seed)
        self.epoch_began = self.generator.get_state()  # before the order of the epoch was drawn

    def order(self, digits: int, *, new_epoch: bool) -> torch.Tensor:
        """The order of the digits in this epoch, (digits,) int64."""
        if new_epoch:
            self.epoch_began = self.generator.get_state()
            return torch.randperm(digits, generator=self.generator)
        again = torch.Generator()
        again.set_state(self.epoch_began)
        return torch.randperm(digits, generator=again)

    def arrays(self) -> dict[str, np.ndarray]:
        """The state as named arrays for a file; later batches do not change them."""
        numbers = [self.step, self.untrained_distortion, *self.since]
        found = {
            "numbers": np.array(numbers, np.float64),
            "generator": self.generator.get_state().numpy(),
            "epoch_began": self.epoch_began.numpy(),
        }
        return found | {f"adam.{n}": a for n, a in self.optimizer.arrays().items()}

    @classmethod
    def from_arrays(cls, model: Codec, arrays: Mapping[str, np.ndarray]) -> TrainingState:
        """Restore the state of a model's training from the result of `arrays()`.

        Raises:
            ValueError: if an array is missing, has a wrong shape, or has impossible values.
        """
        state = cls(model, 0)
        adam = {n.removeprefix("adam."): a for n, a in arrays.items() if n.startswith("adam.")}
        try:
            step, untrained, *since = arrays["numbers"].astype(np.float64).ravel().tolist()
            state.generator.set_state(torch.from_numpy(arrays["generator"].copy()))
            torch.Generator().set_state(torch.from_numpy(arrays["epoch_began"].copy()))
        except (KeyError, ValueError, TypeError, RuntimeError) as error:
            raise ValueError(f"its training can't go on: {error}") from None
        if len(since) != 3 or not all(map(math.isfinite, (step, untrained, *since))):
            raise ValueError("its training can't go on: 'numbers' must hold five finite numbers")
        state.step, state.untrained_distortion = int(step), untrained
        state.since[:] = since
        state.epoch_began = torch.from_numpy(arrays["epoch_began"].copy())
        state.optimizer.load_arrays(adam)
        return state
