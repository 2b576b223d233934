"""Stops a training that diverges and restores its last good weights."""

from __future__ import annotations

import math

from torch import Tensor

from vae_demo.models import Codec

_CHECK_EVERY = 50  # steps between two copies of the weights, which snapshots make too
_MAX_WEIGHT = 30.0  # healthy weights stay below 12, whatever the model and learning rate
_BAD_BATCHES = 5  # in a row; a single one may recover
_MAX_DISTORTION = 3.0  # times that of the untrained model; tanh pictures cannot go beyond 4


class TrainingDiverged(RuntimeError):
    """The loss or a weight became far too large or NaN; the model has its last good weights."""

    def __init__(self, step: int, epochs: float) -> None:
        self.step, self.epochs = step, epochs
        super().__init__(
            f"training diverged at step {step} (epoch {epochs:.2f}): the loss became far too large "
            f"or was not a number; the last good weights are kept; try a smaller learning rate"
        )


class Guard:
    """Keeps the last good weights and stops a training that diverges."""

    def __init__(self, model: Codec, untrained_distortion: float) -> None:
        self.model = model
        self.limit = _MAX_DISTORTION * untrained_distortion
        self.good = self._copy()
        self.bad = 0

    def check(
        self, step: int, epochs: float, distortion: float, rate: float, *, weights: bool
    ) -> None:
        """Check the losses of a batch and, every 50 steps or with `weights`, the weights after it.

        Raises:
            TrainingDiverged: they grew too large; the last good weights are put back.
        """
        self.bad = self.bad + 1 if distortion >= self.limit else 0
        sane = math.isfinite(distortion + rate) and self.bad < _BAD_BATCHES
        if sane and not self.bad and (weights or step % _CHECK_EVERY == 0):
            sane = all(p.detach().abs().max() < _MAX_WEIGHT for p in self.model.parameters())
            if sane:
                self.good = self._copy()
        if not sane:
            self.model.load_state_dict(self.good)
            raise TrainingDiverged(step, epochs)

    def _copy(self) -> dict[str, Tensor]:
        return {name: value.clone() for name, value in self.model.state_dict().items()}
