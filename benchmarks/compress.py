"""How few bits digits take: formats of files, VAEs with bits back, and codes with an error.

Without loss, over the same test digits: every digit as a file of its own, all packed together, and
all in one file with bits back, which is decoded again and compared. Beside it the bound, computed
without a coder: −ELBO, or the importance-weighted one if the coder draws several codes for a digit.
The model for pixels of 0 and 1 codes digits that are sampled with their grey as probability (as in
BB-ANS), and the first digits split at half ink. With loss, over the first digits: bits, PSNR, and
the share that the classifier reads right.

    python benchmarks/compress.py [--count 10000] [--few 1000] [--seed 0] [--json] [--write]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from vae_demo import Digits, test_digits
from vae_demo.atomic import write_atomically
from vae_demo.evaluation.classifier import load_classifier, probabilities
from vae_demo.repair.compress import lossless, lossy
from vae_demo.repair.compress.bits_back import (
    digits_before_all_samples,
    importance_bound,
    neg_elbo,
)
from vae_demo.repair.compress.bits_files import compress, decompress
from vae_demo.repair.compress.networks import SHIPPED, network
from vae_demo.repair.compress.rates import BITS_BACK, every_way
from vae_demo.repair.compress.training import binarised
from vae_demo.repair.measures import psnr

PIXELS = 28 * 28
SAMPLES = 4  # of z for −ELBO
TIMES = 2  # draws of all codes of a digit, for the importance-weighted bound


def formats(images: np.ndarray) -> dict[str, dict[str, float]]:
    """Bits a pixel of every format: each digit for itself, and all packed together."""
    each = [lossless.bits_of(image) for image in tqdm(images, disable=None, leave=False)]
    alone = {name: sum(one[name] for one in each) / images.size for name in each[0]}
    together = lossless.bits_together(images)
    return {
        "each": alone,
        "together": {name: bits / images.size for name, bits in together.items()},
    }


def bits_back(name: str, images: np.ndarray, few: int, seed: int) -> dict[str, float]:
    """Bits a pixel of one file of all digits, its bound, and the time a digit takes."""
    model = network(name)
    start = time.process_time()
    found = compress(images, model)
    coded = time.process_time()
    part = images[:few]
    again = decompress(found.raw if len(images) == few else compress(part, model).raw)
    if not np.array_equal(again, part):
        raise RuntimeError(f"{name}: the decoded digits differ")
    decoded = time.process_time()
    # the first digits borrow less, so they have no part in the comparison with the bound
    first = digits_before_all_samples(model)
    if model.settings.samples > 1:
        bound = importance_bound(part[first:], model, TIMES, seed)
    else:
        bound = neg_elbo(part[first:], model, SAMPLES, seed)
    nets = np.array([each.net for each in found.digits[first:few]])
    return {
        "bits": found.bits / images.size,
        "file_bits": 8 * len(found.raw) / images.size,
        "bound": float(bound.mean()) / PIXELS,
        "coded": float(nets.mean()) / PIXELS,
        "error": float((nets - bound).std() / np.sqrt(len(nets))) / PIXELS,
        "encode_ms": 1000 * (coded - start) / len(images),
        "decode_ms": 1000 * (decoded - coded) / len(part),
        "decoded": len(part),
        "model_bytes": model.file_bytes,
    }


def with_loss(digits: Digits) -> list[dict[str, Any]]:
    """Bits, PSNR and the share that is read right, of every lossy way."""
    rows = []
    classifier = load_classifier()
    for way in every_way(digits.images):
        if way.method in {*lossy.CODES, *lossy.QUALITIES}:
            right = probabilities(classifier, way.pixels).argmax(1) == digits.labels
            rows.append(
                {
                    "method": way.method,
                    "setting": way.setting,
                    "bits": float(way.bits.mean()),
                    "file_bits": float(way.file_bits.mean()),
                    "psnr": psnr(way.pixels, digits.images),
                    "read_right": float(right.mean()),
                    "model_bytes": way.model_bytes,
                }
            )
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000, help="test digits (10000)")
    parser.add_argument("--few", type=int, default=1000, help="of them, for what takes long (1000)")
    parser.add_argument("--seed", type=int, default=0, help="of sampled pixels and codes (0)")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    parser.add_argument("--write", action="store_true", help="write the file that the page shows")
    options = parser.parse_args()
    if not 100 <= options.few <= options.count <= 10_000:
        parser.error("100 <= few <= count <= 10000 must hold")
    digits = test_digits()[: options.count]
    generator = torch.Generator().manual_seed(options.seed)
    sampled = binarised(torch.from_numpy(digits.images.copy()), generator).numpy() * np.uint8(255)
    split = np.where(digits.images > 127, 255, 0).astype(np.uint8)
    found: dict[str, Any] = {
        "count": options.count,
        "few": options.few,
        "seed": options.seed,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, torch {torch.__version__}",
        "formats": formats(digits.images),
    }
    for name in BITS_BACK:
        found[name] = bits_back(name, digits.images, options.few, options.seed)
    for name, images in (("sampled", sampled), ("split", split[: options.few])):
        found[name] = bits_back("binary", images, options.few, options.seed)
    found["lossy"] = with_loss(digits[: options.few])
    if options.write:
        path = SHIPPED / "results.json"
        write_atomically(path, (json.dumps(found, indent=1) + "\n").encode())
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        show(found)
    return 0


def show(found: dict[str, Any]) -> None:
    print(f"without loss, {found['count']} test digits, bits a pixel")
    for how, rows in found["formats"].items():
        for name, bits in rows.items():
            print(f"  {name:10} {how:9} {bits:.4f}")
    for name in (*BITS_BACK, "sampled", "split"):
        row = found[name]
        apart = 100 * (row["coded"] / row["bound"] - 1)
        print(
            f"  {name:14} {row['bits']:.4f}   {row['decoded']} digits: coder {row['coded']:.4f}, "
            f"bound {row['bound']:.4f} ({apart:+.2f} %, standard error "
            f"{100 * row['error'] / row['bound']:.2f} %), {row['encode_ms']:.1f} ms to code, "
            f"{row['decode_ms']:.1f} ms to decode, model {row['model_bytes']:,} bytes"
        )
    print(f"with loss, {found['few']} test digits")
    for row in found["lossy"]:
        print(
            f"  {row['method']:10} {row['setting']:5g}  {row['bits']:8.1f} bits "
            f"({row['file_bits']:.1f} with headers)  {row['psnr']:.2f} dB  "
            f"{row['read_right']:.1%} read right"
        )


if __name__ == "__main__":
    sys.exit(main())
