"""What the Features page shows: shipped measurements, and inputs and maps for the browser."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from vae_demo.digits import mnist
from vae_demo.models import Codec, code_vectors_many
from vae_demo.shipped import shipped
from vae_demo.ui.charts.colours import DIGIT_COLOURS
from vae_demo.ui.parts.array_file import ArrayFile, array_file

FOLDER = shipped("checkpoints") / "features"  # made by benchmarks/features.py --write
WAYS = ("tsne", "umap")
INPUTS = ("pixels", "components")  # beside the codes of a run
WIDEST = 64  # numbers of a code that the browser gets; longer ones are projected


@functools.cache
def measured() -> dict[str, Any]:
    """The measured accuracies: "few_labels", "more_data", "decoder" and "seeds"."""
    found: dict[str, Any] = json.loads((FOLDER / "accuracy.json").read_text("utf-8"))
    return found


@functools.cache
def _maps() -> dict[str, np.ndarray]:
    return load_file(FOLDER / "maps.safetensors")


def measured_runs() -> list[str]:
    """The runs whose codes were measured."""
    return [name for name in measured()["few_labels"] if name not in INPUTS]


@dataclass(frozen=True)
class LiveFiles:
    """Files for the browser: see `features/part.js`."""

    common: ArrayFile  # of the pixels and the components
    run: ArrayFile  # of the codes of a run


@functools.cache
def common_file() -> ArrayFile:
    """The probe as pixels and as components, with maps of both.

    - pixels: (1000, 784) uint8; components: (1000, 20) float16; labels: (1000,) uint8.
    - pixels.tsne, pixels.umap, components.tsne, components.umap: (1000, 2) float16, in [-1, 1].
    """
    probe, maps = mnist.probe(), _maps()
    arrays = {"pixels": probe.images.reshape(len(probe), -1), "labels": probe.labels}
    arrays["components"] = maps["components"]
    arrays |= {f"{name}.{way}": maps[f"{name}.{way}"] for name in INPUTS for way in WAYS}
    described = {"colours": list(DIGIT_COLOURS), "typical": mnist.strip_positions().tolist()}
    return array_file(arrays, described)


def run_file(name: str, model: Codec) -> ArrayFile:
    """The codes of the probe, (1000, k) float16, and their maps, (1000, 2) float16.

    Codes longer than `WIDEST` are projected onto as many principal components, which keeps nearly
    all distances.
    """
    codes = code_vectors_many(model, mnist.probe().images)[:, model.unlabelled_latents()]
    codes = codes - codes.mean(0)
    if codes.shape[1] > WIDEST:
        axes = np.linalg.svd(codes, full_matrices=False)[2][:WIDEST]
        codes = codes @ axes.T
    codes = codes / np.sqrt(codes.var(0).sum())
    arrays = {"codes": codes.astype(np.float16)}
    return array_file(arrays | {way: _maps()[f"{name}.{way}"] for way in WAYS}, {})
