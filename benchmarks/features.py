"""What codes are good for: accuracy from few labels, maps by t-SNE and UMAP, more data by decoding.

A logistic regression gets 10, 50, 100 or 1,000 labelled training digits, as pixels, as 20 principal
components, or as the codes of each shipped run, which are all learned without labels; `cvae-20`,
which learns from labels, is left out. Its accuracy is measured on all test digits, for ten draws of
the labelled digits. The same is measured for pixels with ten more digits for each labelled one:
codes around it decoded, codes between two digits of a class decoded, or the digit shifted.

With --write it also computes the maps of the probe, by t-SNE (scikit-learn) and UMAP (umap-learn),
and writes the files of the page Features.

    python benchmarks/features.py [--seeds 10] [--runs vae-20 ...] [--json] [--write]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from safetensors.numpy import save as serialise
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from vae_demo import find, runs
from vae_demo.atomic import write_atomically
from vae_demo.datasets import mnist_data
from vae_demo.digits import mnist
from vae_demo.evaluation import few_labels
from vae_demo.evaluation.few_labels import SEEDS, Features
from vae_demo.latent.neighbour_map import centred, neighbour_map
from vae_demo.models.vae import VAE
from vae_demo.shipped import shipped

FOLDER = shipped("checkpoints") / "features"
DECODER = "vae-20"  # its decoder makes more data
SEED = 0  # of the maps


def shipped_runs() -> list[str]:
    """The names of the shipped runs that learn without labels."""
    folder = shipped("checkpoints")
    names = [name for name, path in runs.available().items() if path.parent == folder]
    return [name for name in names if not find(name).build().learns_labels]


def maps(features: Features) -> dict[str, np.ndarray]:
    """The probe in two dimensions by t-SNE and by UMAP, (1000, 2) float16, centred."""
    import umap

    inputs = features.test[mnist.probe_indices()]
    return {
        "tsne": neighbour_map(inputs, SEED),
        "umap": centred(umap.UMAP(random_state=SEED, n_jobs=1).fit_transform(inputs)),
    }


def measure(names: list[str], seeds: int, with_maps: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """The accuracies, and the arrays of the maps."""
    data = mnist_data()
    accuracy: dict[str, Any] = {}
    arrays: dict[str, np.ndarray] = {}
    inputs = {"pixels": few_labels.pixels, "components": few_labels.components} | {
        name: partial(few_labels.codes, find(name).build()) for name in names
    }
    for name, compute in tqdm(inputs.items(), disable=None):
        features = compute(data)
        accuracy[name] = {
            n: asdict(found) for n, found in few_labels.few_labels(features, data, seeds)
        }
        if with_maps:
            arrays |= {f"{name}.{way}": places for way, places in maps(features).items()}
            if name == "components":
                arrays[name] = features.test[mnist.probe_indices()].astype(np.float16)
    model = find(DECODER).build()
    assert isinstance(model, VAE)
    ways = {
        "none": None,
        "around": partial(few_labels.around, model),
        "between": partial(few_labels.between, model),
        "shifted": few_labels.shifted,
    }
    more = {
        way: {n: asdict(found) for n, found in few_labels.more_data(make, data, seeds)}
        for way, make in tqdm(ways.items(), disable=None)
    }
    return {"few_labels": accuracy, "more_data": more, "decoder": DECODER, "seeds": seeds}, arrays


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"draws of labels ({SEEDS})")
    parser.add_argument("--runs", nargs="+", help="runs to measure (all shipped ones)")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument("--write", action="store_true", help="write the files that the page shows")
    options = parser.parse_args()
    if options.seeds < 2:
        parser.error("seeds must be at least 2")
    found, arrays = measure(options.runs or shipped_runs(), options.seeds, options.write)
    found["machine"] = (
        f"{platform.machine()}, {os.cpu_count()} cores, scikit-learn {sklearn.__version__}"
    )
    if options.write:
        write_atomically(FOLDER / "accuracy.json", (json.dumps(found, indent=1) + "\n").encode())
        write_atomically(FOLDER / "maps.safetensors", serialise(arrays))
    if options.json:
        print(json.dumps(found, indent=2))
        return 0
    for title in ("few_labels", "more_data"):
        print(f"accuracy in %, mean ± standard deviation over {options.seeds} draws")
        for name, row in found[title].items():
            shares = [
                f"{n}: {100 * a['mean']:.1f} ± {100 * a['spread']:.1f}" for n, a in row.items()
            ]
            print(f"{name:18}" + "   ".join(shares))
    return 0


if __name__ == "__main__":
    sys.exit(main())
