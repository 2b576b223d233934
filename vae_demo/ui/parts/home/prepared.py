"""What the part "home" shows of its run, computed beforehand: the first page of a new server waits
neither for the digits nor for the run.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from vae_demo.atomic import write_atomically
from vae_demo.ui.parts.array_file import ArrayFile, hashed

RUN = "vae-2"
FILE = Path(__file__).with_name("prepared.safetensors")
NUMBERS = FILE.with_suffix(".json")  # the fields of `HomeData` but the file


@dataclass(frozen=True)
class HomeData:
    """What the part needs of a run with two latents, except for its decoder."""

    file: ArrayFile  # the snapshots of its training
    middle: Sequence[float]  # (x, y) of the map
    reach: Sequence[float]  # (x, y), from there to its sides
    stops: Sequence[Sequence[float]]  # the codes (x, y) that the ring visits
    first: str  # what the trained decoder makes of the first of them: base64 of 784 bytes
    epochs: float  # that the training took


@functools.cache
def prepared() -> HomeData:
    """The data of `RUN`."""
    return HomeData(hashed(FILE.read_bytes()), **json.loads(NUMBERS.read_text("utf-8")))


def write(data: HomeData) -> None:
    """Write what `prepared` reads."""
    numbers = asdict(data)
    del numbers["file"]
    write_atomically(FILE, data.file.raw)
    write_atomically(NUMBERS, (json.dumps(numbers) + "\n").encode())
