"""Adam (Kingma & Ba 2015), the optimizer of every training."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import nn
from torch.optim.adam import adam

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8  # the values of the paper


class Adam:
    """The same updates as `torch.optim.Adam(fused=True)`, in less time.

    It calls PyTorch's functional implementation directly. The checks that the class performs at
    every step take a measurable share of a step of a few milliseconds.
    """

    def __init__(self, parameters: Iterable[nn.Parameter]) -> None:
        """Create the running averages of each parameter's gradient and squared gradient."""
        self._all = [
            (p, torch.zeros_like(p), torch.zeros_like(p), torch.zeros(())) for p in parameters
        ]

    def zero_grad(self) -> None:
        for parameter, *_ in self._all:
            parameter.grad = None

    @torch.no_grad()
    def step(self, lr: float) -> None:
        """Update every parameter that has a gradient."""
        moving = [(p, p.grad, *rest) for p, *rest in self._all if p.grad is not None]
        parameters, gradients, means, squares, steps = map(list, zip(*moving, strict=True))
        adam(
            parameters,
            gradients,
            means,
            squares,
            [],  # for the variant AMSGrad
            steps,
            fused=True,
            amsgrad=False,
            beta1=BETA1,
            beta2=BETA2,
            lr=lr,
            weight_decay=0.0,
            eps=EPSILON,
            maximize=False,
        )
