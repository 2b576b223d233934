"""Runs: trained models as files, and how to find them by name. Imports only numpy."""

from vae_demo.runs.library import available, find, hidden
from vae_demo.runs.run import Run, RunError, check_name, is_name, make_run, normal_name
from vae_demo.runs.run_file import SUFFIX, dumps, load, loads, save

__all__ = [
    "SUFFIX",
    "Run",
    "RunError",
    "available",
    "check_name",
    "dumps",
    "find",
    "hidden",
    "is_name",
    "load",
    "loads",
    "make_run",
    "normal_name",
    "save",
]
