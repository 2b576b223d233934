"""Arrays for a browser part as a file, which the browser fetches over HTTP and caches."""

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
"""The address of a file: {"key": hash of its content, "url": relative to the app}."""


@dataclass(frozen=True)
class ArrayFile:
    """A file for browsers."""

    key: str  # hash of the content
    raw: bytes  # the content

    def offer(self) -> FileAddress:
        """Store the file on the server and return its address."""
        return FILES.offer(self.key, self.raw)


def hashed(raw: bytes) -> ArrayFile:
    """A file with the hash of its content as the key."""
    return ArrayFile(hashlib.sha256(raw).hexdigest()[:32], raw)  # 128 bits tell files apart


def array_file(arrays: Mapping[str, np.ndarray], described: Mapping[str, Any]) -> ArrayFile:
    """Named arrays and their description as a safetensors file.

    Args:
        arrays: uint8, int8, uint16, float16 or float32, of any shape.
        described: Values for JSON, stored in the metadata as "described".
    """
    packed = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    # The metadata have a single entry: safetensors does not fix the order of several, but equal
    # content must have equal keys.
    return hashed(save(packed, {"described": json.dumps(dict(described), ensure_ascii=False)}))
