"""The data of the part "home": a training as a file, and the path of the ring.

    python -m vae_demo.ui.parts.home.data     writes what `prepared.py` reads

To be called again when the run or this module has changed.
"""

from __future__ import annotations

import numpy as np

from vae_demo.digits import mnist
from vae_demo.training.history import History
from vae_demo.ui.parts.base64_text import base64_text
from vae_demo.ui.parts.epochs.data import map_of, snapshots_file
from vae_demo.ui.parts.home.prepared import RUN, HomeData, write

FIRST = 3  # the digit of the first stop; the others follow in order, and 0 comes after 9
NEIGHBOURS = 30  # that tell how alike the digits around a code are


def home_data(history: History) -> HomeData:
    """The data of a training with two latents; the map has room for the codes after its end.

    The first stop is a digit whose picture the history holds: it is shown before the decoder is
    loaded.
    """
    codes, labels = history.codes.astype(np.float32), mnist.probe().labels
    stops = typical_codes(codes[-1], labels)
    stops[FIRST] = codes[-1, mnist.strip_positions()[FIRST]]
    return HomeData(
        snapshots_file(codes, labels, history.epochs),
        *map_of(codes[-1:]),
        stops=[(x, y) for x, y in np.roll(stops.astype(float), -FIRST, axis=0).round(4).tolist()],
        first=base64_text(history.strip[-1, FIRST]),
        epochs=float(history.epochs[-1]),
    )


def typical_codes(codes: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """For each digit 0 to 9 the code with the most codes of that digit around it.

    Args:
        codes: (n, 2).
        labels: (n,) their digits, each at least once.

    Returns:
        (10, 2), codes of the given ones.
    """
    away = ((codes[:, None] - codes) ** 2).sum(-1)
    nearest = np.argpartition(away, min(NEIGHBOURS, len(codes) - 1))[:, :NEIGHBOURS]
    alike = (labels[nearest] == labels[:, None]).sum(1)
    return np.stack([codes[np.where(labels == digit, alike, -1).argmax()] for digit in range(10)])


if __name__ == "__main__":
    from vae_demo import runs

    write(home_data(runs.find(RUN).history))
