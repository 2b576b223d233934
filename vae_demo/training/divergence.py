"""Stop a training that diverges, and restore the last good weights."""

from __future__ import annotations

import math

from torch import Tensor

from vae_demo.models import Codec

_CHECK_EVERY = 50  # steps between two checks and copies of the weights
_MAX_WEIGHT = 30.0  # weights of successful trainings stay below 12
_BAD_BATCHES = 5  # in a row; training may recover from fewer
_MAX_DISTORTION = 3.0  # times the distortion of the untrained model; a tanh model reaches at most 4


class TrainingDiverged(RuntimeError):
    """The loss or a weight became far too large or NaN; the last good weights were restored."""

    def __init__(self, step: int, epochs: float) -> None:
        self.step, self.epochs = step, epochs
        super().__init__(
            f"training diverged at step {step} (epoch {epochs:.2f}): the loss became far too large "
            f"or was not a number; the last good weights are kept; try a smaller learning rate"
        )


class Guard:
    """Checks the losses and weights of a training and keeps a copy of the last good weights."""

    def __init__(self, model: Codec, untrained_distortion: float) -> None:
        self.model = model
        self.limit = _MAX_DISTORTION * untrained_distortion
        self.good = self._copy()
        self.bad = 0

    def check(
        self, step: int, epochs: float, distortion: float, rate: float, *, weights: bool
    ) -> None:
        """Check the losses of a batch and, every 50 steps or if `weights` is true, the weights.

        Raises:
            TrainingDiverged: if they are too large. The last good weights are restored first.
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
