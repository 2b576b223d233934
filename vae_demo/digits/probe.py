"""The probe: the fixed test pictures whose codes every training records, and ten typical ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PROBE_SEED = 3
PROBE_SIZE = 1000
STRIP = 10


@dataclass(frozen=True, eq=False)
class Probe:
    """At most 1,000 test pictures with their labels, and which ten of them are typical."""

    images: np.ndarray  # (n, 28, 28) uint8
    labels: np.ndarray  # (n,) uint8
    strip: np.ndarray  # (10,) int64, indices of ten pictures, see `typical`
    positions: np.ndarray  # (n,) int64, the number of each picture on pages and in links

    def __len__(self) -> int:
        return len(self.images)

    def index(self, position: int | None) -> int | None:
        """The index of the picture with this number; None if there is none."""
        if position is None:
            return None
        found = np.flatnonzero(self.positions == position)
        return int(found[0]) if len(found) else None

    def typical_of(self, kind: int) -> int | None:
        """The index of a typical picture of a kind, or else of its first; None if it has none."""
        known = [i for i in self.strip if self.labels[i] == kind]
        found = known or np.flatnonzero(self.labels == kind)
        return int(found[0]) if len(found) else None

    def start(self, kind: int) -> int:
        """The index of the picture to begin with: a typical one of a kind, or of the first."""
        found = self.typical_of(kind)
        return int(self.strip[0]) if found is None else found


def probe_positions(labels: np.ndarray, kinds: int) -> np.ndarray:
    """Positions of the probe among test pictures with these labels, (n,) int64.

    The probe has equally many pictures of each of the kinds 0, 1, ..., or all where there are
    fewer. They are drawn with a fixed seed and shuffled, so that its first pictures are a random
    sample too.
    """
    rng = np.random.default_rng(PROBE_SEED)
    each = PROBE_SIZE // kinds
    chosen = []
    for kind in range(kinds):
        there = np.flatnonzero(labels == kind)
        chosen.append(rng.choice(there, min(each, len(there)), replace=False))
    return rng.permutation(np.concatenate(chosen))


def typical(images: np.ndarray, labels: np.ndarray, kinds: int) -> np.ndarray:
    """Positions of the picture nearest to the mean of each of the first ten kinds, (10,) int64.

    With fewer kinds, other pictures follow, from the first one on.
    """
    pixels = images.astype(np.float64)
    found: list[int] = []
    for kind in range(min(kinds, STRIP)):
        there = np.flatnonzero(labels == kind)
        if len(there):
            distance = ((pixels[there] - pixels[there].mean(0)) ** 2).sum((1, 2))
            found.append(int(there[distance.argmin()]))
    others = [position for position in range(len(images)) if position not in found]
    return np.resize(np.array([*found, *others]), STRIP)
