"""Runs: what a trained model is kept as, its file, and where runs are found. numpy only."""

from vae_demo.runs.files import SUFFIX, dumps, load, loads, save
from vae_demo.runs.library import available, find
from vae_demo.runs.run import Run, RunError, check_name, make_run

__all__ = [
    "SUFFIX",
    "Run",
    "RunError",
    "available",
    "check_name",
    "dumps",
    "find",
    "load",
    "loads",
    "make_run",
    "save",
]
