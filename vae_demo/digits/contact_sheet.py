"""The contact sheet: all digits of the probe in one picture."""

from __future__ import annotations

import functools

from vae_demo.digits import mnist
from vae_demo.digits.pictures import png, tile

COLUMNS = 40


@functools.cache
def probe_sheet() -> bytes:
    """The 1,000 probe digits side by side, 40 in a row, as a grey PNG file without gaps."""
    return png(tile(mnist.probe().images, COLUMNS))
