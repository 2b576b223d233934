"""Runs: trained models as files, and how to find them by name. Imports only numpy."""

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
