"""The trainings of the page Collapse: ill and cured, each followed through its epochs.

Writes one history for each different training to checkpoints/collapse and prints how each ends.
Those that are there already are trained again only if they are named.

    python benchmarks/collapse.py [NAME ...] [--out FOLDER] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from vae_demo.datasets import mnist_data
from vae_demo.runs.collapse_history import FOLDER, CollapseHistory, load, save
from vae_demo.training.collapse import active_units, follow, setups


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help="trainings to repeat; without, all that lack")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder (checkpoints/collapse)")
    parser.add_argument("--json", action="store_true", help="print as JSON")
    options = parser.parse_args()
    known = setups()
    if unknown := set(options.names) - known.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are: {', '.join(known)}")
    options.out.mkdir(parents=True, exist_ok=True)
    there = {path.stem for path in options.out.glob("*.npz")}
    data = mnist_data()
    for name in tqdm(options.names or sorted(known.keys() - there, key=list(known).index)):
        save(CollapseHistory.of(list(follow(known[name], data))), name, options.out)
    rows = [
        row(name, load(name, options.out))
        for name in known
        if (options.out / f"{name}.npz").exists()
    ]
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    for each in rows:
        print("  ".join(f"{name} {value}" for name, value in each.items()))


def row(name: str, history: CollapseHistory) -> dict[str, object]:
    """What a training ended with."""
    distortion, rate = map(float, history.losses[-1])
    return {
        "name": name,
        "active": int(active_units(history.rates[-1])),
        "latents": history.rates.shape[1],
        "distortion": round(distortion, 2),
        "rate": round(rate, 2),
        "neg_elbo": round(distortion + rate, 2),
    }


if __name__ == "__main__":
    main()
