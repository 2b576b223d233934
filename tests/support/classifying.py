"""The small classifier as PyTorch computes it from its file."""

import torch
from safetensors.torch import load_file

from vae_demo.evaluation.small_classifier import FILE, SmallClassifier


def small_classifier() -> SmallClassifier:
    """The shipped one."""
    stored = load_file(FILE)
    model = SmallClassifier()
    layers = [layer for layer in model if hasattr(layer, "weight")]
    for i, layer in enumerate(layers):
        layer.load_state_dict({n: stored[f"layers.{i}.{n}"].float() for n in ("weight", "bias")})
    return model


read_small = torch.inference_mode()(small_classifier())
