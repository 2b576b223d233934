"""A digit pulled by handles, pixel by pixel: an affine map, a dilation or erosion, a factor.

An amount of 0 changes nothing. `vae_demo/ui/engine/transforms.js` computes the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8
from numpy.typing import NDArray

from vae_demo.digits.measured import ATTRIBUTES
from vae_demo.digits.mnist import SIDE

Pictures = Float[np.ndarray, "n 28 28"]
Amounts = Float[np.ndarray, "n 9"]
Numbers = NDArray[np.float64] | float

MIDDLE = (SIDE - 1) / 2  # of the frame, pixels
NARROWEST = 2.0  # pixels, of a width or a height that is asked for


@dataclass(frozen=True)
class Handle:
    """What a handle changes, and how far it can be pulled either way."""

    unit: str
    reach: float  # largest amount; the smallest is -reach


HANDLES = {
    "thickness": Handle("px", 1.0),
    "slant": Handle("°", 22.0),
    "width": Handle("px", 4.0),
    "height": Handle("px", 1.2),
    "rotation": Handle("°", 30.0),  # to the right
    "right": Handle("px", 4.0),
    "down": Handle("px", 4.0),
    "zoom": Handle("%", 30.0),
    "brightness": Handle("%", 70.0),
}
"""First the attributes that a model can be given, then transformations that MNIST never shows."""

NAMES = tuple(HANDLES)
REACH = np.array([handle.reach for handle in HANDLES.values()])


def transformed(
    images: UInt8[np.ndarray, "n 28 28"], amounts: Amounts, own: Float[np.ndarray, "n 4"]
) -> Pictures:
    """The digits, pulled by the amounts of all `HANDLES`, ink in [0, 1].

    Args:
        amounts: In the units of `HANDLES`.
        own: `ATTRIBUTES` of the digits in their units: by how much a digit must be stretched to
            become a pixel wider depends on its width.
    """
    x = thicker(images / 255, amounts[:, NAMES.index("thickness")])
    x = warped(x, inverse_affine(amounts, own))
    factor = 1 + amounts[:, NAMES.index("brightness")] / 100
    return np.clip(factor[:, None, None] * x, 0, 1)


def thicker(x: Pictures, pixels: Float[np.ndarray, " n"]) -> Pictures:
    """Strokes that are some pixels thicker, by grey dilation, or thinner, by erosion.

    One dilation by a cross, the highest value of a pixel and its four neighbours, makes a stroke
    two pixels thicker; less is a mean of both pictures.
    """
    wide = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    around = np.stack(
        [wide[:, 1:-1, 1:-1]]
        + [wide[:, 1 + dy : 29 + dy, 1 + dx : 29 + dx] for dy, dx in ((-1, 0), (1, 0), (0, -1))]
        + [wide[:, 1:-1, 2:]]
    )
    share = np.clip(np.abs(pixels) / 2, 0, 1)[:, None, None]
    other = np.where((pixels > 0)[:, None, None], around.max(0), around.min(0))
    return x + share * (other - x)


def inverse_affine(amounts: Amounts, own: Float[np.ndarray, "n 4"]) -> Float[np.ndarray, "n 2 3"]:
    """Where each pixel of the result is in the digit: (x, y) relative to the middle of the frame.

    The digit is stretched along its own slant, slanted, enlarged, turned and then moved.
    """
    pulled = dict(zip(NAMES, amounts.T, strict=True))
    mine = dict(zip(ATTRIBUTES, own.T, strict=True))
    before = np.tan(np.deg2rad(mine["slant"]))
    after = np.tan(np.deg2rad(np.clip(mine["slant"] + pulled["slant"], -60, 60)))
    wide, high = (
        np.maximum(mine[name] + pulled[name], NARROWEST) / np.maximum(mine[name], NARROWEST)
        for name in ("width", "height")
    )
    # The digit leans to the right if its top, where y is negative, is further right.
    upright = _matrices(1, before, 0, 1)
    stretched = _matrices(wide, 0, 0, high)
    slanted = _matrices(1, -after, 0, 1)
    zoom = 1 + pulled["zoom"] / 100
    angle = np.deg2rad(pulled["rotation"])
    turned = _matrices(
        zoom * np.cos(angle), -zoom * np.sin(angle), zoom * np.sin(angle), zoom * np.cos(angle)
    )
    back = np.linalg.inv(turned @ slanted @ stretched @ upright)
    moved = np.stack([pulled["right"], pulled["down"]], 1)[:, :, None]
    return np.concatenate([back, -back @ moved], 2)


def warped(x: Pictures, inverse: Float[np.ndarray, "n 2 3"]) -> Pictures:
    """Each picture, read where `inverse_affine` says, by bilinear interpolation; black outside."""
    y_to, x_to = np.mgrid[:SIDE, :SIDE].reshape(2, -1) - MIDDLE
    places = inverse @ np.stack([x_to, y_to, np.ones(SIDE * SIDE)]) + MIDDLE  # (n, 2, 784)
    corner = np.floor(places).astype(int)
    share_x, share_y = (places - corner).transpose(1, 0, 2)
    wide = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    owner = np.arange(len(x))[:, None]

    def ink(dy: int, dx: int) -> Float[np.ndarray, "n 784"]:
        column, row = (corner[:, i] + step + 1 for i, step in ((0, dx), (1, dy)))
        found: np.ndarray = wide[owner, np.clip(row, 0, 29), np.clip(column, 0, 29)]
        return found

    above = ink(0, 0) * (1 - share_x) + ink(0, 1) * share_x
    below = ink(1, 0) * (1 - share_x) + ink(1, 1) * share_x
    return (above * (1 - share_y) + below * share_y).reshape(x.shape)


def _matrices(a: Numbers, b: Numbers, c: Numbers, d: Numbers) -> Float[np.ndarray, "n 2 2"]:
    """[[a, b], [c, d]] for each of n, from numbers or arrays (n,)."""
    return np.stack(np.broadcast_arrays(a, b, c, d), -1).reshape(-1, 2, 2)
