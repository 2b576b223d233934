"""Networks that repair, as files that a browser computes with."""

from __future__ import annotations

from vae_demo.digits.mnist import SIDE
from vae_demo.models.module_layers import module_layers
from vae_demo.models.network_file import layers_file
from vae_demo.repair import networks
from vae_demo.ui.parts.array_file import ArrayFile, hashed
from vae_demo.ui.server.shared_cache import shared


@shared(max_entries=8)
def network_file(name: str, inputs: int = 1) -> ArrayFile:
    """A network of `checkpoints/repair/`, in half precision as in its own file.

    Args:
        inputs: The number of pictures that it sees.
    """
    layers = module_layers(networks.shipped_network(name), (inputs, SIDE, SIDE))
    return hashed(layers_file(layers))
