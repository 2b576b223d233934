"""The data of the part "bubbles": some digits, and a VAE that has learned them for some steps.

    python -m vae_demo.ui.parts.bubbles.data     writes what `prepared.py` reads, in some seconds

To be called again when this module or the training has changed.
"""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.utils import parameters_to_vector

from vae_demo.atomic import write_atomically
from vae_demo.digits import mnist
from vae_demo.latent.bubbles import HIDDEN, train_bubbles
from vae_demo.latent.gaussian_fit import quadrature
from vae_demo.models.vae import LOGVAR_RANGE
from vae_demo.repair.upscale import shrink
from vae_demo.ui.charts.colours import DIGIT_COLOURS
from vae_demo.ui.parts.array_file import ArrayFile, array_file
from vae_demo.ui.parts.bubbles.prepared import FILE

EACH = 4  # bubbles of each digit
SIDE = 14  # pixels of a picture, so that a step takes a few milliseconds in the browser
STEPS = 400  # of the training that the page begins with
NODES = 3  # of the quadrature of the pushes, in each latent


def few_digits() -> tuple[np.ndarray, np.ndarray]:
    """Small pictures of some digits of each class, (n, 14, 14) uint8, and their labels, (n,)."""
    probe = mnist.probe()
    chosen = np.concatenate([probe.of(digit)[:EACH] for digit in range(10)])
    return shrink(probe.images[chosen], SIDE), probe.labels[chosen]


def bubbles_data(steps: int) -> ArrayFile:
    """The digits, and the weights after some steps on all of them at once."""
    torch.set_num_threads(1)  # the digits are few, and threads would wait for each other
    pictures, labels = few_digits()
    model = train_bubbles(torch.from_numpy(pictures).flatten(1).float() / 255, steps)
    weights = {
        side: parameters_to_vector(getattr(model, side).parameters()).detach().numpy()
        for side in ("encoder", "decoder")
    }
    noise, shares = quadrature(NODES)
    return array_file(
        {"pictures": pictures, "labels": labels.astype(np.uint8), **weights},
        {
            "colours": list(DIGIT_COLOURS),
            "hidden": HIDDEN,
            "logvar_range": LOGVAR_RANGE,
            "quadrature": {"noise": noise.ravel().tolist(), "weights": shares.tolist()},
        },
    )


if __name__ == "__main__":
    write_atomically(FILE, bubbles_data(STEPS).raw)
