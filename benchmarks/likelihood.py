"""-log p(x) of a run as papers report it: the importance-weighted bound with many samples.

It is measured on dynamically binarised test digits, in parts of 1,000 with the seeds 0 to 9. After
each part, the mean so far and its standard error are printed; with --json, only the last as JSON.

    OMP_NUM_THREADS=1 python benchmarks/likelihood.py vae-deep-40 [--samples 5000] [--parts 10]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from vae_demo import runs, test_digits
from vae_demo.evaluation.likelihood import negative_log_likelihood

PART = 1000  # digits


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", help="a name of `python -m vae_demo list`, or a file")
    parser.add_argument("--samples", type=int, default=5000, help="draws of z per digit (5000)")
    parser.add_argument("--parts", type=int, default=10, help="of 1,000 digits each (10, all)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    if options.samples < 1 or not 1 <= options.parts <= 10:
        parser.error("samples must be positive, parts from 1 to 10")
    file = Path(options.run)
    run = runs.load(file) if file.suffix == runs.SUFFIX else runs.find(options.run)
    model, test = run.build(), test_digits()
    found: list[np.ndarray] = []
    start = time.perf_counter()
    for part in range(options.parts):
        digits = test[part * PART : (part + 1) * PART]
        found.append(negative_log_likelihood(model, digits, options.samples, seed=part))
        bound = np.concatenate(found)
        mean, error = float(bound.mean()), float(bound.std() / len(bound) ** 0.5)
        if not options.json:
            print(
                f"{run.name}: {mean:.2f} ± {error:.2f} nats, {options.samples} draws, "
                f"{len(bound)} digits, {time.perf_counter() - start:.0f} s",
                flush=True,
            )
    if options.json:
        result = {"run": run.name, "nats": mean, "error": error, "digits": len(bound)}
        print(json.dumps(result | {"samples": options.samples}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
