"""Kill processes, and fill disks, while runs are trained and saved."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from tests.support.small import tiny_run
from vae_demo import runs
from vae_demo.cli import main as command
from vae_demo.digits import mnist

TRAIN = ("train", "--model", "ae-shallow", "--latent", "2", "--epochs", "1")


def forked(work: Callable[[], object]) -> int:
    """Fork a child process that runs `work` without output; returns its process ID."""
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
    """Whether a process was still working when it was killed after `seconds`."""
    child = forked(work)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def kills_in_training(count: int, rng: random.Random, folder: Path) -> Counter[str]:
    """Kill `train --out` at random times while it overwrites a run; it trains on 2,000 digits."""
    path = folder / "mine.safetensors"
    mnist.strip_positions()  # of the whole set, before there is less of it
    digits, test = mnist.train_digits()[:2000], mnist.test_digits()[:1000]
    mnist.load = lambda: (digits, test)
    mnist.test_digits = lambda: test

    def train(turn: int) -> None:
        assert command([*TRAIN, "--seed", str(turn), "--out", str(path), "--force"]) == 0

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
    """Kill a process at random times while it repeatedly overwrites a run."""
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
    """Save a run with a limit on the file size, from 0 to almost the size of the run."""
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
    """Save a run to a full file system of 64 kB; no case if mounting is not permitted."""
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
