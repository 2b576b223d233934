"""The contact sheet: all pictures of a probe in one picture."""

from __future__ import annotations

import functools

from vae_demo.digits.pictures import png, tile
from vae_demo.digits.probe import Probe

COLUMNS = 40


@functools.lru_cache(maxsize=8)
def probe_sheet(probe: Probe) -> bytes:
    """The pictures of a probe side by side, 40 in a row, as a grey PNG file without gaps."""
    return png(tile(probe.images, COLUMNS))
