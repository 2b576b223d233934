"""One digit is normal, the nine others are strange: the protocol of Ruff et al. 2018 (Deep SVDD).

A model sees the training digits of one class only, and its scores of test digits must be higher for
the other classes. `python benchmarks/anomaly.py --ten-classes` runs it for all ten.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vae_demo.digits.damages import damage
from vae_demo.digits.mnist import PIXELS, Digits
from vae_demo.latent.subspaces import pca
from vae_demo.models import Codec, ModelConfig, build, to_x
from vae_demo.repair.anomaly import Pixels, Scores
from vae_demo.training.config import TrainConfig
from vae_demo.training.loop import train

LATENT = 16  # numbers in a code of the dense autoencoder
COMPONENTS = 25  # of the projection on principal components
BLUR = 1.5  # standard deviation of the blur of an error, pixels
TRAINING = TrainConfig(epochs=12)


def scores(digits: Digits, pixels: Pixels, seed: int) -> dict[str, Scores]:
    """How strange pictures are to models of one class, by method, higher = stranger.

    The error of an autoencoder and that of PCA, both after a blur, and both also relative to the
    ink Σx² of the picture, without which a 1 looks normal to all models: it has little ink, and so
    little error.

    Args:
        digits: The training digits, all of one class.
        pixels: (n, 28, 28) uint8, the pictures.
        seed: The seed of the autoencoder's training.
    """
    ink = np.maximum(np.square(pixels / 255).sum((1, 2)), 1)
    found = {
        "autoencoder": autoencoder_error(train_on(digits, seed), pixels),
        "pca": pca_error(digits, pixels),
    }
    return found | {f"{name}-by-ink": errors / ink for name, errors in found.items()}


def train_on(digits: Digits, seed: int) -> Codec:
    """A dense autoencoder, trained on digits of one class."""
    model = build(ModelConfig("ae", latent=LATENT), seed)
    for _ in train(model, digits, TRAINING, test=digits[:100]):
        pass
    return model


def autoencoder_error(model: Codec, pixels: Pixels) -> Scores:
    """The squared error of the reconstruction, after the error is blurred."""
    with torch.inference_mode():
        x = to_x(pixels)
        return _blurred(model(x) - x)


def pca_error(digits: Digits, pixels: Pixels) -> Scores:
    """The same for the projection on the first principal components of the digits."""
    mean, components = pca(digits.images, COMPONENTS)
    away = pixels.reshape(len(pixels), PIXELS) / 255 - mean
    rest = away - away @ components @ components.T
    return _blurred(torch.from_numpy(rest).view(-1, 1, 28, 28))


def _blurred(rest: Tensor) -> Scores:
    return damage(rest, "blur", BLUR, 0).square().sum((1, 2, 3)).double().numpy()
