"""How long the browser's engine trains the tiny autoencoders of the page Manifold.

    python benchmarks/toy_training.py [--trials 5] [--json]

Seconds of one core for a whole training, in Node.js, whose engine is that of Chromium. Printed are
the median of the trials and the fastest one, and the loss of the last batch of the last trial.
"""

from __future__ import annotations

import json
import platform
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
from tests.support.javascript import in_node
from tests.support.trials import trial_options

PLANE = [[2, 32, 32, 2], ["tanh", "tanh", "linear"]]
SPACE = [[3, 32, 32, 1, 32, 32, 3], ["tanh", "tanh", "linear", "tanh", "tanh", "linear"]]
TRAININGS = {
    "plain": (*PLANE, "arms", {"steps": 1000}),
    "denoising": (*PLANE, "arms", {"steps": 1000, "noise": 0.15}),
    "contractive": (*PLANE, "arms", {"steps": 1000, "penalty": 0.01, "depth": 3}),
    "in space": (*SPACE, "helix", {"steps": 2000}),
}
TRAIN = """
    const [sizes, activations, name, options] = a.training;
    const curve = { ...m.CURVES, ...m.SPACE_CURVES }[name];
    const seconds = [];
    let loss = NaN;
    for (let trial = 0; trial < a.trials; trial++) {
      const training = new m.ToyTraining(sizes, activations, { ...options, curve, seed: trial });
      const before = process.cpuUsage();
      while (!training.done) training.next();
      const { user, system } = process.cpuUsage(before);
      seconds.push((user + system) / 1e6);
      loss = training.loss;
    }
    return { seconds, loss, node: process.version };
"""


def main() -> None:
    options = trial_options(__doc__, 5)
    modules = ["engine/toy_training.js", "engine/toy_curves.js"]
    found = {
        name: in_node(modules, TRAIN, {"training": training, "trials": options.trials})
        for name, training in TRAININGS.items()
    }
    machine = platform.processor() or platform.machine()
    if options.json:
        print(json.dumps({"trials": options.trials, "machine": machine, "found": found}, indent=1))
        return
    print(f"{machine}, {options.trials} trials, seconds of one core: median (fastest), last loss")
    for name, each in found.items():
        seconds = f"{statistics.median(each['seconds']):.2f} ({min(each['seconds']):.2f})"
        print(f"{name:<12} {seconds}   {each['loss']:.4f}")


if __name__ == "__main__":
    main()
