"""Read and write runs as safetensors files with JSON metadata; nothing is ever unpickled.

This module imports only numpy, so that a page can show a run's history before torch is loaded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as parse
from safetensors.numpy import save as serialise

from vae_demo.atomic import write_atomically
from vae_demo.runs.checks import (
    PICTURE_ARRAYS,
    check_metadata,
    check_run,
    description,
    probe_of,
)
from vae_demo.runs.run import Run, RunError, check_name, unreadable
from vae_demo.training.history import History

SUFFIX = ".safetensors"
MAX_RUN_BYTES = 64 * 2**20  # size of a file
MAX_HEADER = 2**20  # bytes of names and shapes; a run has a few thousand
MAX_METADATA = 2**18  # characters of JSON; a run has a few hundred, and the names of its kinds
_FORMAT = "vae_demo run"
_VERSION = 1
_DAMAGED = (  # exceptions that reading a damaged file raises
    SafetensorError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)


def dumps(run: Run) -> bytes:
    """Serialize a run to the bytes of its file."""
    described = {
        "name": run.name,
        "model": dict(run.model),
        "training": dict(run.training),
        "results": dict(run.results),
        "data": asdict(run.data),
    }
    tensors = {f"weights.{n}": w for n, w in run.weights.items()}
    tensors |= {f"history.{n}": a for n, a in run.history.arrays().items()}
    if run.pictures is not None:
        tensors |= {f"probe.{n}": getattr(run.pictures, n) for n in PICTURE_ARRAYS}
    return pack(_FORMAT, described, tensors)


def loads(raw: bytes, source: str = "this file") -> Run:
    """Restore a run from the bytes of its file.

    Args:
        source: The name of the file in error messages.

    Raises:
        RunError: if the file is not a run, is damaged, has a newer format, or is too large.
    """
    with readable(source):
        described, tensors = unpack(raw, source, _FORMAT)
        check_metadata(described)
        data = description(described.get("data"))
        pictures = part(tensors, "probe.")
        run = Run(
            name=check_name(described["name"]),
            model=described["model"],
            training=described["training"],
            results={name: float(value) for name, value in described["results"].items()},
            history=History.from_arrays(part(tensors, "history.")),
            weights=part(tensors, "weights."),
            data=data,
            pictures=probe_of(pictures, data) if pictures else None,
        )
        check_run(run)
    return run


def pack(format: str, described: object, tensors: Mapping[str, np.ndarray]) -> bytes:
    """Arrays and their description as the bytes of a safetensors file, with a checksum."""
    tensors = {n: np.ascontiguousarray(a) for n, a in tensors.items()}
    text = json.dumps(described)
    metadata = {"format": format, "version": str(_VERSION), "run": text}
    return serialise(tensors, metadata | {"sha256": checksum(text, tensors)})


def unpack(raw: bytes, source: str, format: str) -> tuple[Any, dict[str, np.ndarray]]:
    """The description and the arrays of a file that `pack` made.

    Raises:
        RunError: if the file has another format, a newer version of it, or is too large.
        Exception: of many types, if it is damaged: call it inside `readable`.
    """
    if len(raw) > MAX_RUN_BYTES:
        size = f"{len(raw) / 2**20:.0f} MB"
        raise unreadable(source, f"it has {size}, more than {MAX_RUN_BYTES // 2**20} MB")
    if (length := int.from_bytes(raw[:8], "little")) > MAX_HEADER:
        if length > len(raw):
            raise ValueError("it does not begin as a .safetensors file does")
        raise ValueError(f"its header has {length} bytes, more than {MAX_HEADER}")
    tensors = parse(raw)
    metadata = json.loads(raw[8 : 8 + length]).get("__metadata__") or {}
    if metadata.get("format") != format:
        raise unreadable(source, f"it does not contain a {format.removeprefix('vae_demo ')}")
    if int(metadata["version"]) > _VERSION:
        raise unreadable(source, f"its format {metadata['version']} is newer than this app")
    if missing := {"run", "sha256"} - metadata.keys():
        raise ValueError(f"it lacks {', '.join(sorted(missing))}")
    text = metadata["run"]
    if metadata["sha256"] != checksum(text, tensors):
        raise ValueError("its checksum is wrong: part of it was changed or lost")
    if len(text) > MAX_METADATA:
        raise ValueError(f"its metadata has {len(text)} characters, more than {MAX_METADATA}")
    return json.loads(text), tensors


@contextmanager
def readable(source: str) -> Iterator[None]:
    """Raise a `RunError` that names the file instead of what reading a damaged file raises."""
    try:
        yield
    except RunError:
        raise
    except _DAMAGED as e:
        raise unreadable(source, f"{e}" or type(e).__name__) from None


def save(run: Run, path: Path) -> None:
    """Write a run to `path`. If that fails, a file that was there before is unchanged.

    Raises:
        RunError: if the disk is full or the folder is not writable.
    """
    try:
        write_atomically(path, dumps(run))
    except OSError as error:
        reason = error.strerror or error
        raise RunError("disk", f"run {run.name!r} was not saved to {path}: {reason}") from None


def load(path: Path) -> Run:
    """Load a run from a file.

    Raises:
        RunError: if the file does not exist or is not a run.
    """
    try:
        if path.stat().st_size > MAX_RUN_BYTES:
            raise unreadable(str(path), f"it has more than {MAX_RUN_BYTES // 2**20} MB")
        return loads(path.read_bytes(), str(path))
    except OSError as error:
        raise unreadable(str(path), error.strerror or str(error)) from None


def checksum(text: str, tensors: Mapping[str, np.ndarray]) -> str:
    """SHA-256 of a run's metadata and of all tensors, sorted by name."""
    found = hashlib.sha256(text.encode())
    for name in sorted(tensors):
        found.update(f"{name} {tensors[name].dtype} {tensors[name].shape}".encode())
        found.update(tensors[name].tobytes())
    return found.hexdigest()


def part(tensors: Mapping[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    """The arrays whose names begin with `prefix`, by the rest of their names."""
    return {n.removeprefix(prefix): a for n, a in tensors.items() if n.startswith(prefix)}
