"""Adam (Kingma & Ba 2015), the optimizer of every training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.optim.adam import adam

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8  # the values of the paper


class Adam:
    """The same updates as `torch.optim.Adam(fused=True)`, in less time.

    It calls PyTorch's functional implementation directly. The checks that the class performs at
    every step take a measurable share of a step of a few milliseconds, and the first optimizer of a
    process imports PyTorch's compiler, for a second.
    """

    def __init__(self, parameters: Iterable[Tensor]) -> None:
        """Create the running averages of each parameter's gradient and squared gradient."""
        self._all = [
            (p, torch.zeros_like(p), torch.zeros_like(p), torch.zeros(())) for p in parameters
        ]

    def zero_grad(self) -> None:
        for parameter, *_ in self._all:
            parameter.grad = None

    @torch.no_grad()
    def step(self, lr: float, factors: Sequence[float] | None = None) -> None:
        """Update every parameter that has a gradient.

        Args:
            factors: What `lr` is multiplied with, for each parameter; by default 1.
        """
        moving: dict[float, list[tuple[Tensor, ...]]] = {}
        factors = factors or [1.0] * len(self._all)
        for (p, *state), factor in zip(self._all, factors, strict=True):
            if p.grad is not None:
                moving.setdefault(factor, []).append((p, p.grad, *state))
        for factor, rows in moving.items():
            parameters, gradients, means, squares, steps = map(list, zip(*rows, strict=True))
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
                lr=lr * factor,
                weight_decay=0.0,
                eps=EPSILON,
                maximize=False,
            )

    @torch.no_grad()
    def copy_from(self, other: Adam) -> None:
        """Take the running averages of the optimizer of an equal model, also those not finite."""
        for (_, *mine), (_, *theirs) in zip(self._all, other._all, strict=True):
            for tensor, source in zip(mine, theirs, strict=True):
                tensor.copy_(source)

    def arrays(self) -> dict[str, np.ndarray]:
        """A copy of the running averages as arrays, by the position of their parameter.

        "mean.0" and "square.0" have the shape of the first parameter; "steps" counts its updates.
        """
        found = {"steps": np.array([float(steps) for *_, steps in self._all], np.float32)}
        for i, (_, mean, square, _) in enumerate(self._all):
            found[f"mean.{i}"], found[f"square.{i}"] = mean.numpy().copy(), square.numpy().copy()
        return found

    @torch.no_grad()
    def load_arrays(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Restore the running averages from the result of `arrays()`.

        Raises:
            ValueError: if they belong to other parameters or have impossible values.
        """
        wanted = {name: array.shape for name, array in self.arrays().items()}
        if {name: array.shape for name, array in arrays.items()} != wanted:
            raise ValueError("its optimizer belongs to another model")
        for name, array in arrays.items():
            signed = name.startswith("mean")
            if array.dtype != np.float32 or not np.isfinite(array).all():
                raise ValueError(f"its optimizer's {name} are not finite 32-bit numbers")
            if not signed and (array < 0).any():
                raise ValueError(f"its optimizer's {name} are negative")
        for i, (_, mean, square, steps) in enumerate(self._all):
            mean.copy_(torch.from_numpy(arrays[f"mean.{i}"]))
            square.copy_(torch.from_numpy(arrays[f"square.{i}"]))
            steps.fill_(float(arrays["steps"][i]))
