"""The files of what was fitted to codes: `checkpoints/distributions/RUN-PLACE.safetensors`.

A file holds the numbers in half precision and, as JSON, how they were fitted and the fingerprint of
the model whose codes they were fitted to: after another training, the codes lie elsewhere.
"""

from __future__ import annotations

import functools
import hashlib
import json
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from vae_demo.distributions import Place
from vae_demo.distributions.distribution import KINDS
from vae_demo.distributions.flow import CodeFlow
from vae_demo.distributions.mixture import CodeMixture
from vae_demo.distributions.words import WordPrior
from vae_demo.models import Codec
from vae_demo.runs.library import SAVED
from vae_demo.shipped import shipped

FOLDER = "distributions"
SHIPPED = shipped("checkpoints") / FOLDER
SUFFIX = ".safetensors"
_FINGERPRINT = 16  # hexadecimal digits
_MIXTURE = ("weights", "means", "roots")  # the arrays of a mixture

Network = CodeFlow | WordPrior
Fitted = Network | CodeMixture

_fingerprints: weakref.WeakKeyDictionary[Codec, str] = weakref.WeakKeyDictionary()


def fingerprint(model: Codec) -> str:
    """The fingerprint of a model's weights, which must not change any more."""
    if known := _fingerprints.get(model):
        return known
    digest = hashlib.sha256()
    for name, value in sorted(model.state_dict().items()):
        digest.update(name.encode() + value.numpy().tobytes())
    return _fingerprints.setdefault(model, digest.hexdigest()[:_FINGERPRINT])


def new_network(place: Place, model: Codec) -> Network:
    """An unfitted network for the codes of a model."""
    if place == "words":
        return WordPrior(model.latent, model.codebook_size)
    return CodeFlow(model.latent)


def dumps(found: Fitted, place: Place, model: Codec, fitted: dict[str, Any]) -> bytes:
    """Serialize a fitted distribution to the bytes of its file.

    Args:
        fitted: How it was fitted, for a reader.
    """
    if isinstance(found, CodeMixture):
        numbers = {name: getattr(found, name) for name in _MIXTURE}
    else:
        numbers = found.state_dict()
    halves = {name: value.half().contiguous() for name, value in numbers.items()}
    described = {"place": place, "model": fingerprint(model), "fitted": fitted}
    return save(halves, {"distribution": json.dumps(described)})


def fitted_places(model: Codec) -> dict[Place, Path]:
    """The files of what was fitted to the codes of a model; shipped ones first."""
    wanted = fingerprint(model)
    found: dict[Place, Path] = {}
    for path in _files():
        place, of_model = _described(path, path.stat().st_mtime_ns)
        if of_model == wanted:
            found.setdefault(place, path)
    return found


def load_fitted(path: Path, model: Codec) -> Fitted:
    """The distribution of a file, for the model that it was fitted to.

    Raises:
        ValueError: if the file is damaged or holds something else.
    """
    try:
        with safe_open(path, "pt") as file:
            place = json.loads((file.metadata() or {})["distribution"])["place"]
            weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        if place == "mixture":
            return _mixture(weights, model)
        network = new_network(place, model)
        network.load_state_dict(weights)
    except (OSError, SafetensorError, RuntimeError, LookupError, TypeError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"{path} can't be read as a distribution of codes: {reason}") from None
    return network.eval().requires_grad_(False)


def _mixture(numbers: dict[str, torch.Tensor], model: Codec) -> CodeMixture:
    count = len(numbers["weights"])
    for name, shape in zip(_MIXTURE, ((), (model.latent,), (model.latent,) * 2), strict=True):
        if numbers[name].shape != (count, *shape) or count == 0 or count % KINDS:
            raise ValueError(f"{name} of a mixture have the shape {tuple(numbers[name].shape)}")
    return CodeMixture(**numbers, has_kinds=True)


def _files() -> Iterator[Path]:
    for folder in (SHIPPED, SAVED / FOLDER):
        yield from sorted(folder.glob(f"*{SUFFIX}"))


@functools.lru_cache(maxsize=64)
def _described(path: Path, _changed: int) -> tuple[Place, str]:
    """What a file holds, and the fingerprint of its model; both are "" if it can't be read."""
    try:
        with safe_open(path, "pt") as file:
            described = json.loads((file.metadata() or {})["distribution"])
        return described["place"], described["model"]
    except (OSError, SafetensorError, LookupError, TypeError, ValueError):
        return "", ""  # type: ignore[return-value]
