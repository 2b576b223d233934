"""Geometry of code space: paths between codes, planes of codes, projections, active latents.

numpy in, numpy out; `models.embed_many` and `models.decode_many` go to and from pictures.
"""

from vae_demo.latent.activity import active, by_importance
from vae_demo.latent.paths import PATHS, between, grid, interpolate
from vae_demo.latent.projection import Projection, project

__all__ = [
    "PATHS",
    "Projection",
    "active",
    "between",
    "by_importance",
    "grid",
    "interpolate",
    "project",
]
