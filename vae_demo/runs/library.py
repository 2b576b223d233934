"""Find runs by name: those shipped with the project, and those saved by the user.

The name of a run in a folder is that of its file, in its normal form.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from vae_demo.runs.run import Run, RunError, normal_name
from vae_demo.runs.run_file import SUFFIX, load
from vae_demo.shipped import shipped

SHIPPED = shipped("checkpoints")
SAVED = Path(os.environ.get("VAE_DEMO_RUNS", "runs"))


def available() -> dict[str, Path]:
    """Name -> file of every shipped and saved run. Shipped runs take precedence."""
    found: dict[str, Path] = {}
    for name, path in _files():
        found.setdefault(name, path)
    return found


def hidden() -> list[Path]:
    """The files that can't be found by name, since another run has the same name."""
    found = available()
    return [path for name, path in _files() if path.resolve() != found[name].resolve()]


def find(name: str) -> Run:
    """Load a shipped or saved run by name, or a run file by its path.

    Raises:
        RunError: if there is no such run; the message lists the available ones.
    """
    known = normal_name(name)
    if path := available().get(known):
        return replace(load(path), name=known)
    if name.endswith(SUFFIX) or os.path.isfile(name):
        return load(Path(name))
    names = ", ".join(available()) or "none"
    raise RunError("unknown", f"unknown run {name!r}; there are: {names}")


def _files() -> Iterator[tuple[str, Path]]:
    for folder in (SHIPPED, SAVED):
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            yield normal_name(path.stem), path
