"""The history of a training: its losses and the codes of the probe at every snapshot.

Snapshots are taken of the untrained model, at ⅛, ¼ and ½ of the first epoch, and after every
epoch. This module imports only numpy, so that pages show a history without waiting for torch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

LOSS_NAMES = ("train_distortion", "train_rate", "test_distortion", "test_rate")
SCALES = {"decoder": "scale", "encoder": "encoder_scale"}  # side -> its scales in a file
WIDE = 32  # longer codes are stored as their first 32 principal components, or as fewer
MOST = 768_000  # numbers of longer codes in a history: 24 snapshots of 1,000 codes of 32 numbers


@dataclass(frozen=True)
class Snapshot:
    """The state of a training at one moment, as plain numbers and numpy arrays."""

    epochs: float  # epochs done; 0 is the untrained model
    train_distortion: float  # nats per image, mean over the batches since the last snapshot
    train_rate: float  # nats per image, mean over the same batches
    test_distortion: float  # nats per image, mean over all test digits
    test_rate: float  # nats per image, mean over all test digits
    codes: np.ndarray  # (probe, k) float16, `Codec.code_vectors` of the probe
    strip: np.ndarray  # (10, 28, 28) uint8, reconstructions of one probe digit of each class
    decoder: Mapping[str, np.ndarray] | None = None  # the decoder's weights, float16, if recorded
    encoder: Mapping[str, np.ndarray] | None = None  # the encoder's, likewise


@dataclass(frozen=True)
class History:
    """All snapshots of a run, stacked along the time axis t."""

    epochs: np.ndarray  # (t,) float32, epochs done
    losses: np.ndarray  # (t, 4) float32, nats per image, columns `LOSS_NAMES`
    codes: np.ndarray  # (t, probe, k) float16; k is at most `WIDE`
    strip: np.ndarray  # (t, 10, 28, 28) uint8
    decoder: Mapping[str, np.ndarray]  # name -> (t, ...) float16; {} if not recorded
    encoder: Mapping[str, np.ndarray] = field(default_factory=dict)  # likewise

    @classmethod
    def of(cls, snapshots: Sequence[Snapshot], *, narrow: bool = True) -> History:
        """Stack one or more snapshots; unless `narrow` is false, long codes are shortened."""
        codes = np.stack([m.codes for m in snapshots])
        return cls(
            epochs=np.array([s.epochs for s in snapshots], np.float32),
            losses=np.array([[getattr(m, n) for n in LOSS_NAMES] for m in snapshots], np.float32),
            codes=_narrow(codes) if narrow else codes,
            strip=np.stack([m.strip for m in snapshots]),
            decoder=_stacked([s.decoder for s in snapshots]),
            encoder=_stacked([s.encoder for s in snapshots]),
        )

    def __len__(self) -> int:
        return len(self.epochs)

    def snapshots(self) -> list[Snapshot]:
        """The snapshots, without weights; the inverse of `of`."""
        columns = (self.epochs.tolist(), *self.losses.T.tolist(), self.codes, self.strip)
        return [Snapshot(*each) for each in zip(*columns, strict=True)]

    @property
    def bytes(self) -> int:
        """The size of all arrays in bytes."""
        weights = (*self.decoder.values(), *self.encoder.values())
        arrays = (self.epochs, self.losses, self.codes, self.strip, *weights)
        return sum(array.nbytes for array in arrays)

    def loss(self, name: str) -> np.ndarray:
        """One of `LOSS_NAMES` over time, (t,) nats per image."""
        return self.losses[:, LOSS_NAMES.index(name)]

    def arrays(self) -> dict[str, np.ndarray]:
        """The history as named arrays for a file, the inverse of `from_arrays`.

        Weights are quantized to int8 with one scale per row, so that a run has less than 10 MB; the
        error is at most half a percent of the largest weight of the row.
        """
        found = {"at": self.epochs, "losses": self.losses, "codes": self.codes, "strip": self.strip}
        for side, scale in SCALES.items():
            for name, value in getattr(self, side).items():
                found[f"{side}.{name}"], found[f"{scale}.{name}"] = to_int8(value)
        return found

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], widest: int = WIDE) -> History:
        """Restore a history from the result of `arrays()`; a code has at most `widest` numbers.

        Raises:
            ValueError: if an array is missing or has a wrong type or shape.
        """
        names = {
            side: [n.removeprefix(f"{side}.") for n in arrays if n.startswith(f"{side}.")]
            for side in SCALES
        }
        scales = {f"{SCALES[side]}.{name}" for side in SCALES for name in names[side]}
        if missing := {"at", "losses", "codes", "strip", *scales} - arrays.keys():
            raise ValueError(f"its history lacks {', '.join(sorted(missing))}")
        weights = {
            side: {
                n: _from_int8(arrays[f"{side}.{n}"], arrays[f"{scale}.{n}"]) for n in names[side]
            }
            for side, scale in SCALES.items()
        }
        measured = (arrays["at"], arrays["losses"], arrays["codes"], arrays["strip"])
        history = cls(*measured, weights["decoder"], weights["encoder"])
        stacked = (*history.decoder.values(), *history.encoder.values())
        snapshots = len(history.epochs) if history.epochs.ndim == 1 else 0
        fits = (
            snapshots > 0
            and history.losses.shape == (snapshots, len(LOSS_NAMES))
            and history.codes.ndim == 3
            and len(history.codes) == snapshots
            and history.codes.shape[1] > 0
            and 0 < history.codes.shape[2] <= widest
            and history.strip.shape == (snapshots, 10, 28, 28)
            and history.epochs.dtype == np.float32
            and history.losses.dtype == np.float32
            and history.codes.dtype == np.float16
            and history.strip.dtype == np.uint8
            and all(len(value) == snapshots for value in stacked)
            and all(
                np.isfinite(array).all()
                for array in (history.epochs, history.losses, history.codes, *stacked)
            )
        )
        if not fits or history.epochs[0] < 0 or (np.diff(history.epochs) <= 0).any():
            raise ValueError("its history does not fit together")
        return history


def _stacked(
    snapshots: Sequence[Mapping[str, np.ndarray] | None],
) -> dict[str, np.ndarray]:
    """The weights of one side, name -> (t, ...); {} if the last snapshot has none."""
    return {
        name: np.stack([each[name] for each in snapshots if each is not None])
        for name in snapshots[-1] or {}
    }


def _narrow(codes: np.ndarray) -> np.ndarray:
    """Codes (t, probe, latent), projected to 32 principal components if they are longer.

    To fewer in a long history, so that a run has less than 10 MB. Of fewer pictures than components
    there are fewer components; zeros stand for the others.
    """
    if codes.shape[2] <= WIDE:
        return codes
    snapshots, pictures, _ = codes.shape
    width = min(WIDE, max(2, MOST // (snapshots * pictures)))
    wide = codes.astype(np.float32)
    centre = wide[-1].mean(0)
    axes = np.linalg.svd(wide[-1] - centre, full_matrices=False)[2][:width]
    found = np.zeros((snapshots, pictures, width), np.float16)
    found[..., : len(axes)] = (wide - centre) @ axes.T
    return found


def to_int8(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Quantize weights (t, ..., n) to int8; returns them and the scale, (t, ..., 1) float32."""
    wide = weights.astype(np.float32)
    scale = np.maximum(np.abs(wide).max(-1, keepdims=True), 1e-12) / 127
    return np.rint(wide / scale).astype(np.int8), scale


def _from_int8(steps: np.ndarray, scale: np.ndarray) -> np.ndarray:
    if steps.dtype != np.int8 or scale.shape != (*steps.shape[:-1], 1):
        raise ValueError("its past weights and their scales do not fit together")
    with np.errstate(over="ignore", invalid="ignore"):  # infinite values are refused later
        return (steps * scale).astype(np.float16)
