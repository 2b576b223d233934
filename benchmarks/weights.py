"""How large the networks of the shipped runs are for a browser, and how exact.

    python benchmarks/weights.py            prints bytes and the largest difference of a pixel
    python benchmarks/weights.py --write    also writes checkpoints/network_bits.json

For each run that browsers can compute and each way to store its weights: bytes, bytes after gzip,
and the largest difference of a pixel between its reconstructions of the 1,000 probe digits and
those of the weights in single precision, in units of 1/255. "8 bits" has one step for each row.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not

import numpy as np

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.models.layers import WEIGHTED, Layer
from vae_demo.models.network_file import BITS, file_key, network_file, network_inputs
from vae_demo.models.quantization import (
    equal_bits,
    fewest_bits,
    largest_difference,
    reconstructions,
    weighted,
)
from vae_demo.runs import library


def changed(layers: list[Layer], change: Callable[[np.ndarray], np.ndarray]) -> list[Layer]:
    """The layers with other weights."""
    return [
        replace(layer, weight=change(layer.weight)) if isinstance(layer, WEIGHTED) else layer
        for layer in layers
    ]


def half(weight: np.ndarray) -> np.ndarray:
    return weight.astype(np.float16).astype(np.float32)


def eight_bits(weight: np.ndarray) -> np.ndarray:
    largest = np.abs(weight).max(tuple(range(1, weight.ndim)), keepdims=True)
    step = np.maximum(largest, 1e-12) / 127
    return (np.rint(weight / step) * step).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="write checkpoints/network_bits.json")
    options = parser.parse_args()
    x = network_inputs(mnist.probe().images)
    found: dict[str, list[float] | None] = {}
    print(f"{'run':<18}{'format':<14}{'bytes':>10}{'gzip':>10}{'largest difference':>20}")
    for name, path in runs.available().items():
        network = runs.find(name).build().network() if path.parent == library.SHIPPED else None
        if network is None:
            continue
        layers, pictures = [*network.encoder, *network.decoder], reconstructions(network, x)
        exact = pictures(layers)
        fewest = fewest_bits(layers, pictures)
        found[file_key(network_file(network))] = fewest
        raw = network_file(network)
        weights = sum(layer.weight.size for layer in weighted(layers))
        rows = [("half", len(raw), raw, np.abs(pictures(changed(layers, half)) - exact).max())]
        off = np.abs(pictures(changed(layers, eight_bits)) - exact).max()
        rows.append(("8 bits a row", weights, b"", off))
        for label, bits in (("equal bits", equal_bits(layers, pictures)), ("fewest bits", fewest)):
            if bits is not None:
                raw = network_file(network, bits)
                rows.append((label, len(raw), raw, largest_difference(layers, bits, pictures)))
        for label, size, raw, difference in rows:
            packed = f"{len(gzip.compress(raw, mtime=0)):>10,}" if raw else f"{'':>10}"
            print(f"{name:<18}{label:<14}{size:>10,}{packed}{255 * difference:>13.2f} / 255")
    if options.write:
        BITS.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
        print(f"wrote {BITS}")


if __name__ == "__main__":
    main()
