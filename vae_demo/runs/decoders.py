"""The decoder of a run at every snapshot of its training, for the browser and for Python."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from vae_demo.models import Codec
from vae_demo.models.layers import Network
from vae_demo.models.network_file import network_file
from vae_demo.runs import Run


def models_by_snapshot(run: Run) -> Iterator[Codec]:
    """Yield the run's model with the decoder of each snapshot; it is always the same object.

    Raises:
        RuntimeError: if the weights in the history do not fit the run's decoder.
    """
    model = run.build()
    for snapshot in range(len(run.history) if run.history.decoder else 0):
        # In half precision; the model's own numbers are float32.
        weights = {
            name: torch.tensor(value[snapshot]) for name, value in run.history.decoder.items()
        }
        model.decoder.load_state_dict(weights)
        yield model


def decoder_files(run: Run) -> list[bytes]:
    """The decoder of each snapshot as a network file without an encoder.

    Returns:
        One file for each snapshot, in the format of `network_file`. The list is empty if the
        history has no decoders, if a browser can't compute them, or if they do not fit the model.
    """
    files = []
    try:
        for model in models_by_snapshot(run):
            network = model.network()
            if network is None:
                return []
            files.append(network_file(Network([], network.decoder)))
    except RuntimeError:
        return []
    return files
