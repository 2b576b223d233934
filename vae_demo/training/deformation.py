"""Random deformations of digits, so that a model does not learn its training digits by heart."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from vae_demo.models.losses import Images

TURN, SHEAR, SCALE = 0.05, 0.04, 0.025  # standard deviations; radians, and shares
WARP = 0.35  # standard deviation of the displacement of each knot, pixels
KNOTS = 6  # of the displacements, along each side; between them, they are interpolated


def deformed(x: Images, generator: torch.Generator) -> Images:
    """Each picture turned, sheared, scaled and warped a little at random, ink in [0, 1].

    The elastic deformations of Simard et al. 2003, with affine ones.
    """
    count, _, height, width = x.shape

    def normal(*shape: int) -> Tensor:
        return torch.randn((count, *shape), generator=generator)

    turn, shear = TURN * normal(), SHEAR * normal()
    wide, high = (SCALE * normal() for _ in range(2))
    none = torch.zeros(count)
    places = F.affine_grid(
        affine_maps(turn, shear, wide, high, none, none), [*x.shape], align_corners=False
    )
    # The unit of places is half a side.
    knots = 2 * WARP / width * normal(2, KNOTS, KNOTS)
    warp = F.interpolate(knots, (height, width), mode="bicubic", align_corners=True)
    places = places + warp.permute(0, 2, 3, 1)
    return F.grid_sample(x, places, mode="bicubic", align_corners=False).clamp(0, 1)


def affine_maps(
    turn: Tensor, shear: Tensor, wide: Tensor, high: Tensor, right: Tensor, down: Tensor
) -> Float[Tensor, "batch 2 3"]:
    """The affine maps of `torch.nn.functional.affine_grid`, from a number (batch,) for each change.

    Args:
        turn: Radians.
        shear: To the right, as a share of the height.
        wide, high: By which share the picture shrinks.
        right, down: Shifts in half sides.
    """
    rows = [
        torch.stack([(1 + wide) * turn.cos(), shear - turn.sin(), right], 1),
        torch.stack([turn.sin(), (1 + high) * turn.cos(), down], 1),
    ]
    return torch.stack(rows, 1)
