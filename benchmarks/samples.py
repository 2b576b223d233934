"""How good samples are, by where their codes are drawn from, beside real test digits.

    python benchmarks/samples.py                       5 seeds of 1,000 digits for each wall
    python benchmarks/samples.py vae-20 --from prior flow --seeds 3 --json
    python benchmarks/samples.py --write               also writes what the page Generate shows; it
                                                       keeps the other walls

recognised: share that the classifier reads with a probability of 0.9; distance: Fréchet distance
of its features to those of the test digits; kinds: effective number of digits; nearest: median
distance to the nearest training digit, root mean square per pixel. Mean and standard deviation over
the seeds.
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
from dataclasses import asdict, fields
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not

import msgspec
import numpy as np
import torch
from tqdm import tqdm

from vae_demo import runs
from vae_demo.atomic import write_atomically
from vae_demo.digits import mnist
from vae_demo.distributions import PLACES
from vae_demo.distributions.places import (
    distribution,
    draw_pictures,
    possible_places,
    training_codes,
)
from vae_demo.evaluation.walls import (
    RESULTS,
    Spread,
    WallQuality,
    measured_walls,
    wall_quality,
)

RUNS = ("vae-20", "vae-deep-40", "ae-conv-20", "ae-20", "cvae-20", "hvae-64", "vqvae-16")
TEMPERATURES = {"mixture": (1.0, 0.9)}  # of the others, 1
COLUMNS = tuple(field.name for field in fields(WallQuality))


def spread(found: list[WallQuality]) -> dict[str, Spread]:
    """Mean and standard deviation of each number."""
    rows = [asdict(each) for each in found]
    return {
        name: (float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else 0.0)
        for name in COLUMNS
        for values in [[row[name] for row in rows]]
    }


def real(count: int, seeds: int) -> dict[str, Spread]:
    """The same for test digits, which are among those that the distance is measured to."""
    images = mnist.test_digits().images
    chosen = (np.random.default_rng(s).choice(len(images), count, False) for s in range(seeds))
    return spread([wall_quality(images[each]) for each in chosen])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("run", nargs="*", default=RUNS)
    parser.add_argument("--from", nargs="+", dest="places", default=PLACES, choices=PLACES)
    parser.add_argument("--count", type=int, default=1000, help="digits of each seed")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    walls = []
    for name in tqdm(options.run, disable=None):
        model = runs.find(name).build()
        seen = functools.cache(functools.partial(training_codes, model, mnist.train_digits()))
        for place in [p for p in possible_places(model) if p in options.places]:
            drawn_from = distribution(model, place, seen)
            for temperature in TEMPERATURES.get(place, (1.0,)):
                found = [
                    wall_quality(draw_pictures(model, drawn_from, options.count, seed, temperature))
                    for seed in range(options.seeds)
                ]
                wall = {"run": name, "place": place, "temperature": temperature}
                walls.append(wall | {"numbers": spread(found)})
    results = {
        "count": options.count,
        "seeds": options.seeds,
        "real": real(options.count, options.seeds),
        "walls": walls,
    }
    if options.write:
        kept = msgspec.to_builtins(measured_walls().walls) if RESULTS.exists() else []
        new = {(wall["run"], wall["place"]) for wall in walls}
        kept = [wall for wall in kept if (wall["run"], wall["place"]) not in new]
        text = json.dumps(results | {"walls": kept + walls}, indent=1)
        write_atomically(RESULTS, text.encode() + b"\n")
    if options.json:
        print(json.dumps(results, indent=1))
        return
    print("| run | codes drawn from | recognised | distance | kinds | nearest |")
    print("| --- | --- | ---: | ---: | ---: | ---: |")
    for wall in [*walls, {"run": "real test digits", "place": "", "numbers": results["real"]}]:
        cooled = f" at {wall['temperature']}" if wall.get("temperature", 1) != 1 else ""
        print(f"| {wall['run']} | {wall['place']}{cooled} | {line(wall['numbers'])} |")


def line(numbers: dict[str, Spread]) -> str:
    """The cells of a row."""
    cells = []
    for name in COLUMNS:
        mean, deviation = numbers[name]
        if name == "recognised":
            cells.append(f"{100 * mean:.1f} ± {100 * deviation:.1f} %")
        else:
            decimals = {"distance": 1, "kinds": 2}.get(name, 3)
            cells.append(f"{mean:.{decimals}f} ± {deviation:.{decimals}f}")
    return " | ".join(cells)


if __name__ == "__main__":
    main()
