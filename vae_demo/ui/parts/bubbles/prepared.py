"""The digits and the first weights of the part "bubbles", computed beforehand."""

import functools
from pathlib import Path

from vae_demo.ui.parts.array_file import ArrayFile, hashed

FILE = Path(__file__).with_name("prepared.safetensors")


@functools.cache
def prepared() -> ArrayFile:
    """The file that `data.py` has written."""
    return hashed(FILE.read_bytes())
