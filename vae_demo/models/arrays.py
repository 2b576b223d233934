"""Run models on numpy arrays of digits, in chunks."""

from __future__ import annotations

import numpy as np
import torch

from vae_demo.models.codec import Codec
from vae_demo.models.losses import Images

CHUNK = 2000  # pictures at a time, which limits the memory for activations


def to_x(pixels: np.ndarray) -> Images:
    """Convert pixels (n, 28, 28) uint8 to x, (n, 1, 28, 28) float32 in [0, 1]."""
    return torch.tensor(pixels).unsqueeze(1).float().div_(255)


def to_pixels(x: Images) -> np.ndarray:
    """Convert x (n, 1, 28, 28) to pixels (n, 28, 28) uint8; values outside [0, 1] are clipped."""
    return x.clamp(0, 1).mul(255).round().to(torch.uint8).squeeze(1).numpy()


@torch.inference_mode()
def embed_many(model: Codec, pixels: np.ndarray) -> np.ndarray:
    """Encode pixels (n, 28, 28) uint8 to codes (n, latent) float32."""
    parts = [model.embed(to_x(pixels[i : i + CHUNK])).numpy() for i in range(0, len(pixels), CHUNK)]
    return np.concatenate(parts) if parts else np.empty((0, model.latent), np.float32)


@torch.inference_mode()
def code_vectors_many(model: Codec, pixels: np.ndarray) -> np.ndarray:
    """`Codec.code_vectors` of the codes of pixels (n, 28, 28) uint8, (n, numbers) float32."""
    return model.code_vectors(torch.from_numpy(embed_many(model, pixels))).numpy()


@torch.inference_mode()
def decode_many(model: Codec, codes: np.ndarray) -> np.ndarray:
    """Decode codes (n, latent) to pictures (n, 28, 28) uint8."""
    return to_pixels(model.decode(torch.tensor(codes, dtype=torch.float32)))


@torch.inference_mode()
def rate_per_latent(model: Codec, pixels: np.ndarray) -> np.ndarray:
    """Mean rate of each latent over pixels (n, 28, 28) uint8, (latent,) nats."""
    return model.rate_per_latent(to_x(pixels)).mean(0).numpy()


def reconstruct_many(model: Codec, pixels: np.ndarray) -> np.ndarray:
    """The deterministic reconstruction of pixels (n, 28, 28) uint8, same shape and type."""
    return decode_many(model, embed_many(model, pixels))
