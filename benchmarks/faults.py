"""Faults, counted: kills, full disks, damaged files, hostile input. Nothing may be lost or break.

    python benchmarks/faults.py [--kills 200] [--damaged 1000] [--inputs 10000] [--pages 400]
                                [--only "kills in saving"] [--seed 0] [--json]

Each line says how many cases there were and how many went wrong; the exit status is 1 where any
did. Kills need a system that forks.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import io
import json
import logging
import os
import platform
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["VAE_DEMO_VISITORS"] = "/dev/null/none"  # nobody here keeps anything
sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not
import torch
from hypothesis import HealthCheck, Phase, given, seed, settings
from tqdm import tqdm

from tests import hostile
from tests.test_runs import tiny_run
from vae_demo import data, runs
from vae_demo.__main__ import main as command

TRAIN = ("train", "--model", "ae-shallow", "--latent", "2", "--epochs", "1")


def forked(work: Callable[[], object]) -> int:
    """The process of a child that does some work, silently, and ends."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, 1)
            os.dup2(null, 2)
            work()
            status = 0
        finally:
            os._exit(status)
    return child


def killed_after(work: Callable[[], object], seconds: float) -> bool:
    """Whether some work was still going on when it was killed."""
    child = forked(work)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def kills_in_training(count: int, rng: random.Random, folder: Path) -> Counter[str]:
    """`train --out` over a run that is there, on 2,000 digits, killed at any time."""
    path = folder / "mine.safetensors"
    data.strip_positions()  # of the whole set, before there is less of it
    digits, test = data.train_digits()[:2000], data.test_digits()[:1000]
    data.load = lambda: (digits, test)
    data.test_digits = lambda: test

    def train(turn: int) -> None:
        assert command([*TRAIN, "--seed", str(turn), "--out", str(path)]) == 0

    start = time.perf_counter()
    assert os.waitpid(forked(lambda: train(0)), 0)[1] == 0
    whole = time.perf_counter() - start
    found, before = Counter[str](), 0
    for turn in tqdm(range(1, count + 1), "kills in training", disable=None, leave=False):
        cut = killed_after(lambda turn=turn: train(turn), rng.uniform(0, 1.2 * whole))
        found["cases"] += 1
        found["cut"] += cut
        try:
            now = runs.load(path).training["seed"]
            runs.load(path).build()
        except runs.RunError:
            found["wrong"] += 1
            continue
        found["wrong"] += now not in ((before, turn) if cut else (turn,))
        before = now
    return found


def kills_in_saving(count: int, rng: random.Random, folder: Path) -> Counter[str]:
    """Saving again and again over a run that is there, killed at any time."""
    path = folder / "mine.safetensors"
    run = runs.find("vae-20")
    runs.save(run, path)

    def save() -> None:
        for turn in range(10**6):
            runs.save(replace(run, results=dict(run.results) | {"turn": float(turn)}), path)

    found = Counter[str]()
    for _ in tqdm(range(count), "kills in saving", disable=None, leave=False):
        killed_after(save, rng.uniform(0, 0.2))
        rest = [p for p in folder.iterdir() if p != path]
        found["cases"] += 1
        found["left half a file beside it"] += bool(rest)
        try:
            runs.load(path).build()
        except runs.RunError:
            found["wrong"] += 1
        found["wrong"] += set(runs.available().values()) & set(rest) != set()
        for stray in rest:
            os.utime(stray, (0, 0))  # as if long ago: the next save takes it away
    runs.save(run, path)
    found["wrong"] += len(list(folder.iterdir())) - 1
    return found


def full_disks(count: int, folder: Path) -> Counter[str]:
    """Saving where a file can't grow beyond a share of the run, from none to almost all of it."""
    path = folder / "mine.safetensors"
    run = runs.find("vae-20")
    runs.save(run, path)
    before = path.read_bytes()

    def save(size: int) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        try:
            runs.save(run, path)
        except runs.RunError as error:
            if error.code == "disk":
                os._exit(7)

    found = Counter[str]()
    for case in range(count):
        ended = os.waitpid(forked(lambda case=case: save(len(before) * case // count)), 0)[1]
        found["cases"] += 1
        found["wrong"] += os.waitstatus_to_exitcode(ended) != 7
        found["wrong"] += path.read_bytes() != before or len(list(folder.iterdir())) != 1
    return found


def full_file_system(folder: Path) -> Counter[str]:
    """A file system of 64 kB, really full; where this may not mount one, no case."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        return Counter(cases=0)
    found = Counter[str](cases=20)
    try:
        small, large = folder / "small.safetensors", folder / "large.safetensors"
        runs.save(tiny_run(), small)
        for _ in range(20):
            try:
                runs.save(runs.find("vae-20"), large)
            except runs.RunError as error:
                found["wrong"] += error.code != "disk"
            else:
                found["wrong"] += 1
            found["wrong"] += [p.name for p in folder.iterdir()] != [small.name]
        runs.load(small)
    finally:
        subprocess.run(["umount", str(folder)], check=True)
    return found


def damaged_files(count: int, seed: int) -> Counter[str]:
    """A run cut at every per cent, then with bytes changed; and headers that promise too much."""
    raw = runs.dumps(tiny_run())
    found = Counter[str]()
    for bad in (*hostile.damaged(raw, count, seed), *hostile.hostile_heads()):
        found["cases"] += 1
        try:
            runs.loads(bad, "a file").build()
            found["wrong"] += 1  # a damage that nobody sees
        except runs.RunError as error:
            found["wrong"] += "\n" in str(error)
        except Exception as error:
            found["wrong"] += 1
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
    return found


def inputs(name: str, count: int, seeded: int, folder: Path) -> Counter[str]:
    """Made-up input through one entry point; nothing may be written to `folder`."""
    made, enter = (
        (hostile.queries(name), functools.partial(hostile.enter_page, name))
        if name in hostile.KEYS
        else hostile.ENTRIES[name]
    )
    found = Counter[str]()

    def one(value: object) -> None:
        found["cases"] += 1
        start = time.perf_counter()
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                enter(value)
        except Exception as error:
            found["wrong"] += 1
            print(f"{name}: {type(error).__name__}: {error!s:.300} for {value!r:.300}")
        found["longest ms"] = max(found["longest ms"], round(1000 * (time.perf_counter() - start)))

    many = settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    seed(seeded)(many(given(made)(one)))()
    found["wrong"] += len(list(folder.iterdir()))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="half of them in saving (200)")
    parser.add_argument("--damaged", type=int, default=1000, help="run files (1000)")
    parser.add_argument("--inputs", type=int, default=10_000, help="of all entry points (10000)")
    parser.add_argument("--pages", type=int, default=400, help="addresses of all pages (400)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", action="append", help="a line of the table; repeatable (all)")
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    rng = random.Random(options.seed)
    data.load()

    each, some = options.inputs // len(hostile.ENTRIES), options.pages // len(hostile.KEYS)
    work: dict[str, Callable[[Path], Counter[str]]] = {
        "run files, damaged or hostile": lambda _: damaged_files(options.damaged, options.seed),
        "a full file system": full_file_system,
        "files that can't grow": functools.partial(full_disks, 100),
        "kills in saving": functools.partial(kills_in_saving, options.kills // 2, rng),
        **{name: functools.partial(inputs, name, each, options.seed) for name in hostile.ENTRIES},
        **{name: functools.partial(inputs, name, some, options.seed) for name in hostile.KEYS},
        "kills in training": functools.partial(kills_in_training, options.kills // 2, rng),
    }  # the last one replaces the digits
    table: dict[str, Counter[str]] = {}
    home = os.getcwd()
    for name, count in work.items():
        if options.only and name not in options.only:
            continue
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)  # what a hostile name wrote, it would write here
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
