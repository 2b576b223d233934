"""What anomaly scores are compared with: codes, principal components, scores of digits.

They are in `checkpoints/anomaly/reference.safetensors`, in half precision, which
`python -m vae_demo repair calibrate --out FILE` makes.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float
from safetensors import SafetensorError
from safetensors.numpy import load, save

from vae_demo.shipped import shipped

SHIPPED = shipped("checkpoints") / "anomaly" / "reference.safetensors"
_ARRAYS = ("codes", "mean", "components")
_SCORE = "score."  # before the name of a score


@dataclass(frozen=True, eq=False)
class Reference:
    """Codes and principal components of training digits, and scores of held-out digits."""

    codes: Float[np.ndarray, "n latent"]  # of training digits, float32
    mean: Float[np.ndarray, " 784"]  # of the training digits, ink in [0, 1], float32
    components: Float[np.ndarray, "784 k"]  # their first principal components, float32
    scores: dict[str, Float[np.ndarray, " held"]]  # name -> in increasing order, float64

    def dumps(self) -> bytes:
        """Serialize to the bytes of a file."""
        arrays = {name: getattr(self, name).astype(np.float16) for name in _ARRAYS}
        scores = {_SCORE + name: each.astype(np.float32) for name, each in self.scores.items()}
        return save(arrays | scores)


def loads(path: Path) -> Reference:
    """The reference in a file.

    Raises:
        ValueError: if the file is missing, damaged or something else.
    """
    try:
        arrays = load(path.read_bytes())
        codes, mean, components = (arrays[name].astype(np.float32) for name in _ARRAYS)
    except (OSError, SafetensorError, KeyError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"{path} can't be read as a reference of scores: {reason}") from None
    scores = {
        name.removeprefix(_SCORE): np.sort(array.astype(np.float64))
        for name, array in arrays.items()
        if name.startswith(_SCORE)
    }
    return Reference(codes, mean, components, scores)


@functools.cache
def reference() -> Reference:
    """The shipped reference; do not change it."""
    return loads(SHIPPED)
