"""What pages show of a model while it is trained."""

from __future__ import annotations

from typing import Any

from vae_demo.digits.probe import Probe
from vae_demo.models import Codec, code_vectors_many, rate_per_latent, reconstruct_many
from vae_demo.training.history import Snapshot

RATED = 200  # digits of the probe over which the rate of each latent is averaged


def preview(model: Codec, probe: Probe, snapshot: Snapshot | None = None) -> dict[str, Any]:
    """The fields `codes`, `strip` and `rates` of a `JobStatus`, the first two from a snapshot."""
    images = probe.images
    return {
        "codes": code_vectors_many(model, images) if snapshot is None else snapshot.codes,
        "strip": reconstruct_many(model, images[probe.strip])
        if snapshot is None
        else snapshot.strip,
        "rates": rate_per_latent(model, images[:RATED]) if model.generative else None,
    }
