"""Turn and crop a picture before it is read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAX_DEGREES = 45
MIN_SHARE = 0.05  # of a side; the smallest part of a picture


@dataclass(frozen=True)
class Crop:
    """A turn, and the part of the turned picture that is kept."""

    quarters: int = 0  # quarter turns clockwise, first
    degrees: float = 0  # clockwise, around the middle, in the same frame
    left: float = 0  # shares of the turned picture's width and height
    top: float = 0
    right: float = 1
    bottom: float = 1

    def __post_init__(self) -> None:
        shares = (self.left, self.top, self.right, self.bottom)
        least = min(self.right - self.left, self.bottom - self.top)
        if not (
            self.quarters in range(4)
            and abs(self.degrees) <= MAX_DEGREES
            and all(0 <= share <= 1 for share in shares)
            and least > MIN_SHARE - 1e-9  # the browser's sums are rounded
        ):
            raise ValueError(
                f"{self} is not a crop: quarters are from 0 to 3, degrees from -{MAX_DEGREES} to "
                f"{MAX_DEGREES}, left and right as well as top and bottom from 0 to 1 and at least "
                f"{MIN_SHARE} apart"
            )

    def of(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The part of a picture (h, w, channels), turned; its edge fills what the turn leaves."""
        turned = np.rot90(picture, -self.quarters)
        h, w = turned.shape[:2]
        if self.degrees:
            import cv2

            matrix = cv2.getRotationMatrix2D(((w - 1) / 2, (h - 1) / 2), -self.degrees, 1)
            turned = cv2.warpAffine(
                np.ascontiguousarray(turned), matrix, (w, h), borderMode=cv2.BORDER_REPLICATE
            ).reshape(turned.shape)
        x0, y0 = min(round(self.left * w), w - 1), min(round(self.top * h), h - 1)
        x1, y1 = max(round(self.right * w), x0 + 1), max(round(self.bottom * h), y0 + 1)
        return np.ascontiguousarray(turned[y0:y1, x0:x1])
