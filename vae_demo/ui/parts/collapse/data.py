"""The data of the part "collapse": the shipped histories, one file for each training."""

from __future__ import annotations

from vae_demo.digits import mnist
from vae_demo.runs.collapse_history import load
from vae_demo.training.collapse import CAUSES, SILENT, cured, cures, ill, name_of
from vae_demo.ui.parts.array_file import ArrayFile, array_file
from vae_demo.ui.parts.base64_text import base64_text
from vae_demo.ui.server.shared_cache import shared


@shared(max_entries=64)
def history_file(name: str) -> ArrayFile:
    """The history of a training as a file for browsers.

    Raises:
        ValueError: if its file is missing or damaged.
    """
    history = load(name)
    arrays = {"rates": history.rates, "losses": history.losses, "strip": history.strip}
    return array_file(arrays, {"epochs": history.epochs.tolist()})


def names_of_trainings() -> dict[str, dict[str, str]]:
    """Cause -> "" for the training that collapses, or a cure -> the name of the training."""
    return {
        cause: {"": name_of(ill(cause))}
        | {cure: name_of(cured(cause, cure)) for cure in cures(cause)}
        for cause in CAUSES
    }


def originals() -> str:
    """The ten digits that are reconstructed, base64 of (10, 28, 28) bytes."""
    return base64_text(mnist.probe().images[mnist.strip_positions()])


__all__ = ["SILENT", "history_file", "names_of_trainings", "originals"]
