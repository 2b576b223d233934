"""A run's decoder at every snapshot of its training, for the browser and for Python."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import torch
from safetensors.numpy import save

from vae_demo.models import Codec
from vae_demo.runs import Run
from vae_demo.training.history import to_int8


def models_by_snapshot(run: Run) -> Iterator[Codec]:
    """The run's model with the decoder of each snapshot: one model, changed from step to step.

    Raises:
        RuntimeError: the history's weights are not those of the run's decoder.
    """
    model = run.build()
    for snapshot in range(len(run.history) if run.history.decoder else 0):
        weights = {
            name: torch.tensor(value[snapshot].astype(np.float32))
            for name, value in run.history.decoder.items()
        }
        model.decoder.load_state_dict(weights)
        yield model


def decoders_file(run: Run) -> bytes | None:
    """All decoders of a run as one safetensors file; None where it keeps none, or none that fit.

    Layer i has `i.weight` (t, outputs, inputs) int8 and the size of a step of each row, `i.scale`
    (t, outputs, 1) float32, with `i.bias` (t, outputs) float32; metadata as moments.js reads it.
    """
    snapshots = []
    try:
        for model in models_by_snapshot(run):
            network = model.network()
            if network is None:
                return None
            # A copy: the layers share their memory with a model that goes on changing.
            snapshots.append([(x.weight.copy(), x.bias.copy()) for x in network.decoder])
    except RuntimeError:
        return None
    if not snapshots or network is None:
        return None
    tensors = {}
    for i, layer in enumerate(zip(*snapshots, strict=True)):
        weights, biases = (np.stack(arrays) for arrays in zip(*layer, strict=True))
        tensors[f"{i}.weight"], tensors[f"{i}.scale"] = to_int8(weights)
        tensors[f"{i}.bias"] = np.ascontiguousarray(biases, np.float32)
    activations = [layer.activation for layer in network.decoder]
    return save(tensors, {"activations": json.dumps(activations)})
