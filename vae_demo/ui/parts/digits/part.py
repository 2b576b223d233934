"""Pictures of 28x28 pixels, side by side."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vae_demo.ui.parts.mount import browser_part

_DIGITS = browser_part("digits")


@dataclass(frozen=True, eq=False)
class Picture:
    """One 28x28 picture and what is written around it.

    Attributes:
        pixels: (28, 28) uint8, 0 black to 255 white.
        label: Short title above the picture.
        caption: One line below it, such as its error.
        testid: `data-testid` of the canvas: "digit-28", "reconstruction", "decoded".
        run: Name of the run that made it, as `data-run` of the canvas.
        alt: What a screen reader says; the label where this is empty.
    """

    pixels: NDArray[np.uint8]
    label: str
    caption: str = ""
    testid: str = ""
    run: str = ""
    alt: str = ""

    def __post_init__(self) -> None:
        if self.pixels.shape != (28, 28) or self.pixels.dtype != np.uint8:
            came = f"{self.pixels.dtype} {self.pixels.shape}"
            raise ValueError(f"a picture is uint8 (28, 28), 0 black to 255 white; this is {came}")


def digits(
    pictures: Sequence[Picture], *, key: str, size: int = 112, columns: int | None = None
) -> None:
    """Shows 28x28 pictures side by side with hard-edged pixels, wrapped where the row is full.

    Args:
        pictures: What to show, in order.
        key: Streamlit's key. With the same key, new pictures replace the old without a flicker.
        size: Width and height of one picture in CSS pixels; multiples of 28 look best.
        columns: Pictures in a row, made smaller where there is no room; None for as many as fit.
    """
    _DIGITS(
        key=key,
        data={
            # One text for all pixels: raw bytes can travel only where nothing else does.
            "pixels": base64.b64encode(b"".join(p.pixels.tobytes() for p in pictures)).decode(),
            "pictures": [
                {
                    "label": p.label,
                    "caption": p.caption,
                    "testid": p.testid,
                    "run": p.run,
                    "alt": p.alt,
                }
                for p in pictures
            ],
            "size": size,
            "columns": columns,
        },
        height="content",
    )
