"""Find runs by name: those shipped with the project, and those saved by the user."""

from __future__ import annotations

import os
from pathlib import Path

from vae_demo.runs.files import SUFFIX, load
from vae_demo.runs.run import Run, RunError
from vae_demo.shipped import shipped

SHIPPED = shipped("checkpoints")
SAVED = Path(os.environ.get("VAE_DEMO_RUNS", "runs"))


def available() -> dict[str, Path]:
    """Name -> file of every shipped and saved run. Shipped runs take precedence."""
    found: dict[str, Path] = {}
    for folder in (SHIPPED, SAVED):
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            found.setdefault(path.stem, path)
    return found


def find(name: str) -> Run:
    """Load a shipped or saved run by name, or a run file by its path.

    Raises:
        RunError: if there is no such run; the message lists the available ones.
    """
    path = available().get(name)
    if path is None and name.endswith(SUFFIX):
        path = Path(name)
    if path is None:
        names = ", ".join(available()) or "none"
        raise RunError("unknown", f"unknown run {name!r}; there are: {names}")
    return load(path)
