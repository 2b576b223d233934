"""Pictures of 28x28 pixels, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vae_demo.ui.parts.base64_text import base64_text
from vae_demo.ui.parts.mount import browser_part

_DIGITS = browser_part("digits")


@dataclass(frozen=True, eq=False)
class Picture:
    """A 28x28 picture with its texts."""

    pixels: NDArray[np.uint8]  # (28, 28), 0 black to 255 white
    label: str  # short title above the picture
    caption: str = ""  # a line below it, such as the error
    testid: str = ""  # `data-testid` of the canvas: "digit-28", "reconstruction", "decoded"
    run: str = ""  # name of the run, as `data-run` of the canvas
    alt: str = ""  # description for screen readers; "": the label

    def __post_init__(self) -> None:
        if self.pixels.shape != (28, 28) or self.pixels.dtype != np.uint8:
            came = f"{self.pixels.dtype} {self.pixels.shape}"
            raise ValueError(f"a picture is uint8 (28, 28), 0 black to 255 white; this is {came}")


def digits(
    pictures: Sequence[Picture], *, key: str, size: int = 112, columns: int | None = None
) -> None:
    """Show 28x28 pictures side by side with sharp pixels, in as many rows as needed.

    Args:
        pictures: The pictures, in order.
        key: Streamlit's key. With the same key, new pictures replace the old without flicker.
        size: Width and height of a picture in CSS pixels; multiples of 28 look best.
        columns: Pictures per row, reduced in size if necessary; None for as many as fit.
    """
    _DIGITS(
        key=key,
        data={
            "pixels": base64_text(b"".join(p.pixels.tobytes() for p in pictures)),
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
