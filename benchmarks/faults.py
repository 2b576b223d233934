"""Fault injection: killed processes, full disks, damaged files and invalid input.

    python benchmarks/faults.py [--kills 200] [--damaged 1000] [--odd 200] [--inputs 10000]
                                [--pages 400] [--forms 2000] [--only "kills in saving"] [--seed 0]
                                [--json]

Each line prints the number of cases and the number of failures; the exit status is 1 if there are
failures. Killing processes needs a system with fork.
"""

from __future__ import annotations

import argparse
import functools
import json
import logging
import os
import platform
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["VAE_DEMO_GRACE"] = "1"  # end trainings started by form values soon
os.environ["VAE_DEMO_VISITORS"] = "/dev/null/none"  # store no runs
sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
import torch
from streamlit import config

from benchmarks.support.invalid_input import damaged_files, form_values, inputs, odd_runs
from benchmarks.support.kills import (
    full_disks,
    full_file_system,
    kills_in_saving,
    kills_in_training,
)
from tests.support import forms, hostile
from vae_demo.digits import mnist


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="half of them in saving (200)")
    parser.add_argument("--damaged", type=int, default=1000, help="run files (1000)")
    parser.add_argument("--odd", type=int, default=200, help="odd runs on pages (200)")
    parser.add_argument("--inputs", type=int, default=10_000, help="of all entry points (10000)")
    parser.add_argument("--pages", type=int, default=400, help="addresses of all pages (400)")
    parser.add_argument("--forms", type=int, default=2000, help="values for all pages (2000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", action="append", help="a line of the table; repeatable (all)")
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    config.set_option("logger.enableRich", False)  # as in .streamlit/config.toml, unread elsewhere
    rng = random.Random(options.seed)
    mnist.load()

    each, some = options.inputs // len(hostile.ENTRIES), options.pages // len(hostile.KEYS)
    values = options.forms // len(hostile.KEYS) // len(forms.KINDS)

    def filled(page: str, kind: forms.Kind, _: Path) -> Counter[str]:
        return form_values(page, kind, values, options.seed)

    work: dict[str, Callable[[Path], Counter[str]]] = {
        "run files, damaged or hostile": lambda _: damaged_files(options.damaged, options.seed),
        "run files, whole but odd": lambda _: odd_runs(options.odd, options.seed),
        "a full file system": full_file_system,
        "files that can't grow": functools.partial(full_disks, 100),
        "kills in saving": functools.partial(kills_in_saving, options.kills // 2, rng),
        **{name: functools.partial(inputs, name, each, options.seed) for name in hostile.ENTRIES},
        **{name: functools.partial(inputs, name, some, options.seed) for name in hostile.KEYS},
        **{
            f"{name}, {what}": functools.partial(filled, name, kind)
            for name in hostile.KEYS
            for what, kind in forms.KINDS.items()
        },
        "kills in training": functools.partial(kills_in_training, options.kills // 2, rng),
    }  # the last one replaces the digits
    table: dict[str, Counter[str]] = {}
    home = os.getcwd()
    for name, count in work.items():
        if options.only and name not in options.only:
            continue
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)  # relative paths in invalid names would be written here
            table[name] = count(Path(folder))
            os.chdir(home)
        if not options.json:
            say(name, table[name])
    machine = {
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "torch": torch.__version__,
    }
    if options.json:
        print(json.dumps({"machine": machine, "faults": table}, indent=2))
    else:
        print("  ".join(machine.values()))
    return int(any(found["wrong"] for found in table.values()))


def say(name: str, found: Counter[str]) -> None:
    rest = {what: n for what, n in found.items() if what not in ("cases", "wrong")}
    more = "  ".join(f"{what} {n}" for what, n in rest.items())
    print(f"{name:<30} {found['cases']:>6} cases  {found['wrong']:>3} wrong  {more}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
