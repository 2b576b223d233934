"""The shipped histories of collapse: what `training.collapse.follow` measured, one file each."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vae_demo.atomic import write_atomically
from vae_demo.shipped import shipped

if TYPE_CHECKING:
    from vae_demo.training.collapse import CollapseSnapshot

FOLDER = shipped("checkpoints") / "collapse"


@dataclass(frozen=True)
class CollapseHistory:
    """The snapshots of one training, stacked along the time axis t."""

    epochs: np.ndarray  # (t,) float32, epochs done
    rates: np.ndarray  # (t, latent) float32, nats
    losses: np.ndarray  # (t, 2) float32, distortion and rate, nats per image
    strip: np.ndarray  # (t, 10, 28, 28) uint8

    @classmethod
    def of(cls, snapshots: Sequence[CollapseSnapshot]) -> CollapseHistory:
        """Stack one or more snapshots."""
        return cls(
            np.array([each.epochs for each in snapshots], np.float32),
            np.stack([each.rates for each in snapshots]).astype(np.float32),
            np.stack([each.losses for each in snapshots]),
            np.stack([each.strip for each in snapshots]),
        )


def save(history: CollapseHistory, name: str, folder: Path = FOLDER) -> None:
    """Write a history to NAME.npz."""
    raw = io.BytesIO()
    np.savez_compressed(raw, **vars(history))
    write_atomically(folder / f"{name}.npz", raw.getvalue())


def load(name: str, folder: Path = FOLDER) -> CollapseHistory:
    """A history by the name of its training in `training.collapse.setups`.

    Raises:
        ValueError: if the file is missing or damaged.
    """
    path = folder / f"{name}.npz"
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return CollapseHistory(**arrays)
    except (OSError, TypeError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path} can't be read as a history of collapse: {error}") from None
