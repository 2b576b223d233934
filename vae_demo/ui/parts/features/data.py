"""What the Features page shows: shipped measurements, and inputs and maps for the browser."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from safetensors.numpy import load_file

from vae_demo.datasets import MNIST
from vae_demo.digits import mnist
from vae_demo.digits.probe import Probe
from vae_demo.latent.neighbour_map import neighbour_map
from vae_demo.models import Codec, code_vectors_many
from vae_demo.runs import Run
from vae_demo.shipped import shipped
from vae_demo.ui.charts.colours import colours_of
from vae_demo.ui.parts.array_file import ArrayFile, array_file

FOLDER = shipped("checkpoints") / "features"  # made by benchmarks/features.py --write
WAYS = ("tsne", "umap")
INPUTS = ("pixels", "components")  # beside the codes of a run
WIDEST = 64  # numbers of a code that the browser gets; longer ones are projected
COMPONENTS = 20
FEWEST = 10  # pictures that are placed on a map


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
    components: int


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
    return array_file(arrays, _described(mnist.shown_probe(), MNIST.kinds, WAYS))


def run_file(name: str, model: Codec) -> ArrayFile:
    """The codes of the probe, (1000, k) float16, and their maps, (1000, 2) float16."""
    arrays = {"codes": _codes(model, mnist.shown_probe()).astype(np.float16)}
    return array_file(arrays | {way: _maps()[f"{name}.{way}"] for way in WAYS}, {})


def has_classes(run: Run) -> bool:
    """Whether a run on other data than MNIST can be shown: pictures of two classes or more."""
    found = run.has_pictures and not run.data.is_mnist and np.unique(run.probe.labels)
    return bool(found is not False and len(found) > 1 and len(run.probe) >= FEWEST)


def own_files(model: Codec, probe: Probe, kinds: tuple[str, ...]) -> LiveFiles:
    """The files of `common_file` and `run_file` for the n pictures of another probe.

    Their components are those of these pictures, at most `COMPONENTS`, and their only maps are made
    by t-SNE: the training pictures may be gone.
    """
    rows = probe.images.reshape(len(probe), -1)
    inputs = {
        "pixels": _unit(_narrow(rows.astype(np.float64), WIDEST)),
        "components": _unit(_narrow(rows.astype(np.float64), COMPONENTS)),
        "codes": _codes(model, probe),
    }
    maps = {name: neighbour_map(each) for name, each in inputs.items()}
    arrays = {"pixels": rows, "labels": probe.labels}
    arrays["components"] = inputs["components"].astype(np.float16)
    arrays |= {f"{name}.tsne": maps[name] for name in INPUTS}
    own = {"codes": inputs["codes"].astype(np.float16), "tsne": maps["codes"]}
    return LiveFiles(
        array_file(arrays, _described(probe, kinds, WAYS[:1])),
        array_file(own, {}),
        inputs["components"].shape[1],
    )


def _described(probe: Probe, kinds: Sequence[str], ways: Sequence[str]) -> dict[str, Any]:
    typical = [probe.typical_of(kind) for kind in range(len(kinds))]
    return {
        "colours": colours_of(kinds),
        "kinds": list(kinds),
        "typical": [at for at in typical if at is not None],
        "ways": list(ways),
    }


def _codes(model: Codec, probe: Probe) -> np.ndarray:
    """Codes of the pictures, (n, k) with k at most `WIDEST`, whose variances add up to 1."""
    return _unit(
        _narrow(code_vectors_many(model, probe.images)[:, model.unlabelled_latents()], WIDEST)
    )


def _narrow(values: np.ndarray, width: int) -> np.ndarray:
    """Centred values (n, k), longer ones projected onto principal components, (n, at most width).

    That keeps nearly all distances.
    """
    values = values - values.mean(0)
    if values.shape[1] <= width:
        return values
    return np.asarray(values @ np.linalg.svd(values, full_matrices=False)[2][:width].T)


def _unit(values: np.ndarray) -> np.ndarray:
    return np.asarray(values / max(np.sqrt(values.var(0).sum()), 1e-9))
