"""Arrays for a browser part as one file, which the browser fetches over HTTP and keeps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from safetensors.numpy import save

from vae_demo.ui.server.web import FILES

FileAddress = Mapping[str, str]
"""Where a browser finds a file: {"key": hash of its content, "url": relative to the app}."""


@dataclass(frozen=True)
class ArrayFile:
    """A file for browsers, with the hash of its content as its key."""

    key: str
    raw: bytes

    def offer(self) -> FileAddress:
        """Hold the file on this server; returns where it is."""
        return FILES.offer(self.key, self.raw)


def hashed(raw: bytes) -> ArrayFile:
    """The bytes of a file with their hash."""
    return ArrayFile(hashlib.sha256(raw).hexdigest(), raw)


def array_file(arrays: Mapping[str, np.ndarray], described: Mapping[str, Any]) -> ArrayFile:
    """Named arrays and what describes them, as a safetensors file.

    Args:
        arrays: uint8, int8, uint16, float16 or float32, of any shape.
        described: Anything that JSON can hold; it stands in the file's metadata as "described".
    """
    packed = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    # One entry: safetensors writes several in any order, and the same content must have one key.
    return hashed(save(packed, {"described": json.dumps(dict(described), ensure_ascii=False)}))
