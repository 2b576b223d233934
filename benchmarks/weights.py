"""How large the networks of the shipped runs are for a browser, and how exact.

    python benchmarks/weights.py            prints bytes and the largest difference of a pixel
    python benchmarks/weights.py --write    also writes checkpoints/network_bits.json

For each run made of dense layers and each way to store its weights: bytes, bytes after gzip, and
the largest difference of a pixel between its reconstructions of the 1,000 probe digits and those
of the weights in single precision, in units of 1/255. "8 bits" has one step for each row.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not

import numpy as np

from vae_demo import runs
from vae_demo.models.layers import Dense, Network
from vae_demo.models.network_file import (
    BITS,
    equal_bits,
    fewest_bits,
    file_key,
    largest_difference,
    network_file,
    probe_inputs,
    reconstruct,
)
from vae_demo.runs import library


def changed(network: Network, change: object) -> Network:
    """The network with other weights."""

    def layers(old: list[Dense]) -> list[Dense]:
        return [Dense(change(layer.weight), layer.bias, layer.activation) for layer in old]

    return Network(layers(network.encoder), layers(network.decoder), network.logvar_range)


def half(weight: np.ndarray) -> np.ndarray:
    return weight.astype(np.float16).astype(np.float32)


def eight_bits(weight: np.ndarray) -> np.ndarray:
    step = np.maximum(np.abs(weight).max(1, keepdims=True), 1e-12) / 127
    return (np.rint(weight / step) * step).astype(np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="write checkpoints/network_bits.json")
    options = parser.parse_args()
    x = probe_inputs()
    found: dict[str, list[float] | None] = {}
    print(f"{'run':<18}{'format':<14}{'bytes':>10}{'gzip':>10}{'largest difference':>20}")
    for name, path in runs.available().items():
        network = runs.find(name).build().network() if path.parent == library.SHIPPED else None
        if network is None:
            continue
        exact = reconstruct(network, x)
        fewest = fewest_bits(network, x)
        found[file_key(network_file(network))] = fewest
        raw = network_file(network)
        weights = sum(layer.weight.size for layer in network.encoder + network.decoder)
        rows = [
            ("half", len(raw), raw, np.abs(reconstruct(changed(network, half), x) - exact).max())
        ]
        off = np.abs(reconstruct(changed(network, eight_bits), x) - exact).max()
        rows.append(("8 bits a row", weights, b"", off))
        for label, bits in (("equal bits", equal_bits(network, x)), ("fewest bits", fewest)):
            if bits is not None:
                raw = network_file(network, bits)
                rows.append((label, len(raw), raw, largest_difference(network, bits, x)))
        for label, size, raw, difference in rows:
            packed = f"{len(gzip.compress(raw, mtime=0)):>10,}" if raw else f"{'':>10}"
            print(f"{name:<18}{label:<14}{size:>10,}{packed}{255 * difference:>13.2f} / 255")
    if options.write:
        BITS.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
        print(f"wrote {BITS}")


if __name__ == "__main__":
    main()
