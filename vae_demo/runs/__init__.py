"""Runs on disk: one trained model, its configuration, weights and history, one file.

safetensors with JSON metadata; nothing is ever unpickled, nothing in a file is executed.
numpy only, so that a page can show a run's history before torch is there.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as _parse
from safetensors.numpy import save as _serialise

from vae_demo.runs.checks import check_run, check_weights
from vae_demo.shipped import shipped
from vae_demo.training.history import History

if TYPE_CHECKING:
    from vae_demo.models import Codec, ModelConfig
    from vae_demo.training.config import TrainConfig

SHIPPED = shipped("checkpoints")
SAVED = Path(os.environ.get("VAE_DEMO_RUNS", "runs"))
SUFFIX = ".safetensors"
MAX_BYTES = 64 * 2**20
MOST_HEADER = 2**20  # bytes of names, shapes and words; ours have some thousand
_FORMAT = "vae_demo run"
_VERSION = 1
_STALE = 600  # seconds; a save takes far less
_NAME = re.compile(r"\w[\w .-]{0,39}")
_MOST_WORDS = 2**14  # signs about a run; ours have some hundred
_DAMAGE = (  # all that reading a damaged file was seen to raise
    SafetensorError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)


class RunError(ValueError):
    """A run can't be found, read or saved. The message is one sentence for its user.

    `code` names the kind of trouble for translation: unknown, name, unreadable, disk.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True)
class Run:
    """One trained model.

    model, training: the fields of `ModelConfig` and `TrainConfig`. results: what `evaluate`
    measured, nats per image. weights: name -> float32 array, as in the model's state dict.
    """

    name: str
    model: Mapping[str, Any]
    training: Mapping[str, Any]
    results: Mapping[str, float]
    history: History
    weights: Mapping[str, np.ndarray] = field(repr=False)

    @property
    def latent(self) -> int:
        return int(self.model["latent"])

    def build(self) -> Codec:
        """A new model with these weights, ready to embed and decode.

        Raises:
            RunError: configuration or weights do not make a model of this project.
        """
        import torch

        from vae_demo.models import ModelConfig, build

        try:
            model = build(ModelConfig(**self.model))
            check_weights(model, self.weights)
            model.load_state_dict({n: torch.tensor(w) for n, w in self.weights.items()})
        except (TypeError, ValueError, RuntimeError) as error:
            reason = str(error).splitlines()[0]
            raise _unreadable(f"run {self.name!r}", f"it makes no model: {reason}") from None
        return model


def make_run(
    name: str,
    model: Codec,
    config: ModelConfig,
    training: TrainConfig,
    results: Mapping[str, float],
    history: History,
) -> Run:
    """A run from a trained model; the weights are copied."""
    weights = {n: w.detach().numpy().copy() for n, w in model.state_dict().items()}
    return Run(check_name(name), asdict(config), asdict(training), results, history, weights)


def check_name(name: str) -> str:
    """`name` itself if it can name a run.

    Raises:
        RunError: it is empty, too long, or has signs that a file name must not have.
    """
    if not _NAME.fullmatch(name):
        raise RunError(
            "name",
            f"{name!r:.60} can't name a run; a name has 1 to 40 letters, digits, spaces, "
            f"'.', '-' or '_' and begins with a letter or a digit",
        )
    return name


def dumps(run: Run) -> bytes:
    """The run as the bytes of its file."""
    described = {
        "name": run.name,
        "model": dict(run.model),
        "training": dict(run.training),
        "results": dict(run.results),
    }
    tensors = {f"weights.{n}": w for n, w in run.weights.items()}
    tensors |= {f"history.{n}": a for n, a in run.history.arrays().items()}
    tensors = {n: np.ascontiguousarray(a) for n, a in tensors.items()}
    text = json.dumps(described)
    metadata = {"format": _FORMAT, "version": str(_VERSION), "run": text}
    return _serialise(tensors, metadata | {"sha256": _digest(text, tensors)})


def loads(raw: bytes, source: str = "this file") -> Run:
    """A run from the bytes of its file; `source` names it in errors.

    Raises:
        RunError: not a run, damaged, of a newer version, or too large.
    """
    if len(raw) > MAX_BYTES:
        size = f"{len(raw) / 2**20:.0f} MB"
        raise _unreadable(source, f"it has {size}, more than {MAX_BYTES // 2**20} MB")
    try:
        if (promised := int.from_bytes(raw[:8], "little")) > MOST_HEADER:
            raise ValueError(f"its header has {promised} bytes, more than {MOST_HEADER}")
        tensors = _parse(raw)
        header = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])
        metadata = header.get("__metadata__") or {}
        if metadata.get("format") != _FORMAT:
            raise _unreadable(source, "it holds no run of this project")
        if int(metadata["version"]) > _VERSION:
            raise _unreadable(source, f"its format {metadata['version']} is newer than this app")
        if missing := {"run", "sha256"} - metadata.keys():
            raise ValueError(f"it lacks {', '.join(sorted(missing))}")
        if metadata["sha256"] != _digest(metadata["run"], tensors):
            raise ValueError("its checksum is wrong, so part of it was changed or lost")
        if (signs := len(metadata["run"])) > _MOST_WORDS:
            raise ValueError(f"what is said of it has {signs} signs, more than {_MOST_WORDS}")
        described = json.loads(metadata["run"])
        if missing := {"name", "model", "training", "results"} - described.keys():
            raise ValueError(f"it lacks {', '.join(sorted(missing))}")
        history = _part(tensors, "history.")
        run = Run(
            name=check_name(described["name"]),
            model=dict(described["model"]),
            training=dict(described["training"]),
            results={str(n): float(v) for n, v in described["results"].items()},
            history=History.from_arrays(history),
            weights=_part(tensors, "weights."),
        )
        check_run(run)
    except RunError:
        raise
    except _DAMAGE as e:
        raise _unreadable(source, f"{e}" or type(e).__name__) from None
    return run


def save(run: Run, path: Path) -> None:
    """Write a run so that `path` holds either all of it or what it held before.

    Raises:
        RunError: the disk is full or the folder can't be written.
    """
    raw = dumps(run)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise RunError("disk", f"run {run.name!r} was not saved to {path}: {error}") from None


def _sweep(path: Path) -> None:
    """Remove what saves of this run left that were killed; a new one may still be written."""
    for rest in path.parent.glob(f".{glob.escape(path.name)}.*"):
        with contextlib.suppress(OSError):
            if time.time() - rest.stat().st_mtime > _STALE:
                rest.unlink()


def load(path: Path) -> Run:
    """The run in a file.

    Raises:
        RunError: no such file, or not a run.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _unreadable(str(path), f"it has more than {MAX_BYTES // 2**20} MB")
        return loads(path.read_bytes(), str(path))
    except OSError as error:
        raise _unreadable(str(path), error.strerror or str(error)) from None


def available() -> dict[str, Path]:
    """Name -> file of every shipped and saved run; a saved one never hides a shipped one."""
    found: dict[str, Path] = {}
    for folder in (SHIPPED, SAVED):
        for path in sorted(folder.glob(f"*{SUFFIX}")):
            found.setdefault(path.stem, path)
    return found


def find(name: str) -> Run:
    """A shipped or saved run by name, or a run file by its path.

    Raises:
        RunError: there is none; the message lists those there are.
    """
    path = available().get(name)
    if path is None and name.endswith(SUFFIX):
        path = Path(name)
    if path is None:
        there = ", ".join(available()) or "none"
        raise RunError("unknown", f"unknown run {name!r}; there are: {there}")
    return load(path)


def _digest(text: str, tensors: Mapping[str, np.ndarray]) -> str:
    """SHA-256 of a run's description and of every tensor, in the order of their names."""
    found = hashlib.sha256(text.encode())
    for name in sorted(tensors):
        found.update(f"{name} {tensors[name].dtype} {tensors[name].shape}".encode())
        found.update(tensors[name].tobytes())
    return found.hexdigest()


def _part(tensors: Mapping[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    return {n.removeprefix(prefix): a for n, a in tensors.items() if n.startswith(prefix)}


def _unreadable(source: str, reason: str) -> RunError:
    reason = " ".join(reason.split())  # one line, whatever a file puts into it
    return RunError("unreadable", f"{source:.100} can't be read as a run: {reason[:200]}")
