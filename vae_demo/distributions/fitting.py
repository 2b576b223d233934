"""What the trainings of flows and of the prior over words share."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass

import torch
from torch import nn

GUIDANCE = 0.2  # share by which the difference that the kind makes is exaggerated
KIND_DROPOUT = 0.1  # share of training codes for which the network is not given the kind
_WARM_UP = 0.03  # share of the training in which the learning rate grows from 0
_KEEP = 0.999  # of the running mean of the weights, in each step


@dataclass(frozen=True)
class FitStep:
    """The progress of a fit."""

    batch: int  # batches done
    batches: int  # batches in all
    loss: float  # of the last batch
    network: nn.Module  # what can be drawn from; it goes on learning


class RunningMean:
    """A network whose weights are a running mean of those of another one in training."""

    def __init__(self, network: nn.Module) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self._steps = 0

    @torch.no_grad()
    def add(self, network: nn.Module) -> None:
        """Take the weights after a step."""
        self._steps += 1
        new = 1 - min(_KEEP, self._steps / (self._steps + 10))  # forgets the first steps soon
        for kept, now in zip(self.network.parameters(), network.parameters(), strict=True):
            kept.lerp_(now, new)


def set_learning_rate(optimizer: torch.optim.Optimizer, highest: float, share: float) -> None:
    """Set the learning rate after a share of the training: it rises, then falls as a cosine."""
    rate = highest * min(1, share / _WARM_UP) * (1 + math.cos(math.pi * share)) / 2
    for group in optimizer.param_groups:
        group["lr"] = rate
