"""The luminance and the colours of a picture, whatever its kind."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vae_demo.digits.picture_files import DrawingError

Floats = NDArray[np.float64]


def light_and_colour(picture: ArrayLike) -> tuple[Floats, Floats]:
    """The luminance `(h, w)` and the channels `(h, w, 1 or 3)` of a picture, in [0, 1].

    Transparent pixels get the luminance of the background.
    """
    array = np.asarray(picture)
    shape = array.shape
    if len(shape) == 2:
        shape = (*shape, 1)
    if len(shape) != 3 or shape[2] not in (1, 3, 4) or 0 in shape:
        raise DrawingError("shape", shape=array.shape)
    if array.dtype not in (np.uint8, bool) and not np.issubdtype(array.dtype, np.floating):
        raise DrawingError("type", dtype=str(array.dtype))
    values = array.reshape(shape).astype(np.float64) / (255 if array.dtype == np.uint8 else 1)
    if not np.isfinite(values).all():
        raise DrawingError("not_finite")
    if values.min() < -1e-3 or values.max() > 1 + 1e-3:  # tolerate rounding errors only
        raise DrawingError("range", low=float(values.min()), high=float(values.max()))
    if shape[2] == 1:
        return values[..., 0], values
    light: Floats = values[..., :3] @ np.array([0.299, 0.587, 0.114])  # luma of ITU-R BT.601
    alpha = values[..., 3] if shape[2] == 4 else np.ones_like(light)
    if np.mean(alpha > 0.5) > 0.5:  # an opaque area: extend its colour
        below = float(np.median(light[alpha > 0.5]))
    else:  # strokes on a transparent background: dark on white, light on black
        below = float((alpha * (light - 0.5)).sum() < 0)
    behind = (1 - alpha) * below
    return alpha * light + behind, alpha[..., None] * values[..., :3] + behind[..., None]
