"""The commands `sample` and `fit`: draw digits, and fit what their codes are drawn from."""

from __future__ import annotations

import argparse
import io
import json
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vae_demo import runs
from vae_demo.atomic import write_atomically
from vae_demo.commands.output import check_out, counted
from vae_demo.datasets import mnist_data
from vae_demo.digits import pictures
from vae_demo.distributions import NETWORKS

if TYPE_CHECKING:  # torch, which these import, is imported when a command needs it
    from vae_demo.distributions import files
    from vae_demo.distributions.places import TrainingCodes
    from vae_demo.models import Codec
    from vae_demo.runs import Run

EACH = "each"  # the digits 0, 1, ..., 9, 0, 1, ...
MOST = {".npz": 100_000, ".png": 10_000}  # digits in a file
_COLUMNS = 10  # of a picture of up to 100 digits
_SAID_EVERY = 500  # batches


def sample(options: argparse.Namespace) -> None:
    """Draw codes, decode them with a run, and save the digits.

    An .npz holds them as images (n, 28, 28) uint8 and, if they were asked for, their kinds.
    """
    from vae_demo.distributions import places

    out = Path(options.out)
    if out.suffix not in MOST:
        raise ValueError(f"out is {options.out!r}; it must be a file NAME.npz or NAME.png")
    check_out(out, replace=options.force)
    _check_numbers(options, MOST[out.suffix])
    run = runs.find(options.run)
    model = run.build()
    place = options.place or places.best_place(model)
    places.check_place(model, place)
    temperature = options.temperature
    if temperature is None:
        temperature = places.USUAL_TEMPERATURES.get(place, 1.0)
    settings = _settings(options, place, ("components", "guidance"))
    kinds = _kinds(options.kind, options.count)
    if kinds is not None:
        places.check_has_kinds(model, place)
    numbers = {"components": options.components, "guidance": options.guidance}
    drawn_from = places.distribution(model, place, lambda: _seen(run, model), **numbers)
    if temperature != 1 and not drawn_from.has_temperature:
        raise ValueError(f"temperature is {temperature:g}; the {place} of words has none")
    images = places.draw_pictures(
        model, drawn_from, options.count, options.seed, temperature, kinds
    )
    write_atomically(out, _packed(out.suffix, images, kinds))
    if options.json:
        told = {"run": run.name, "from": place, "count": len(images), "seed": options.seed}
        told |= {"temperature": temperature, "kind": options.kind, **settings}
        print(json.dumps(told | {"out": str(out)}))
    else:
        print(
            f"saved {out}: {counted(len(images), 'digit')} of {run.name}, codes drawn from {place}"
        )


def _seen(run: Run, model: Codec) -> TrainingCodes:
    """The codes that distributions are fitted to."""
    from vae_demo.distributions import places

    if run.data.is_mnist:
        return places.training_codes(model, mnist_data().train)
    return places.probe_codes(model, run.probe)


def fit(options: argparse.Namespace) -> None:
    """Fit a mixture, a flow, or a prior over words, to the codes of the 60,000 training digits."""
    from vae_demo.distributions import files, places
    from vae_demo.distributions.mixture import fit_mixture

    run = runs.find(options.run)
    model = run.build()
    if (options.place == "words") != bool(model.codebook_size):
        holds = "words" if model.codebook_size else "numbers, not words"
        raise ValueError(f"the codes of {run.name} are {holds}; {options.place} can't be fitted")
    if options.place != "mixture" and not run.data.is_mnist:
        raise ValueError(f"{options.place} needs digits; {run.name} was trained on {run.data.name}")
    _settings(options, options.place, ("components", "steps", "lr"))
    if options.steps is not None and options.steps < 1:
        raise ValueError(f"steps is {options.steps}; it must be at least 1")
    if options.lr is not None and not 0 < options.lr <= 1:
        raise ValueError(f"lr is {options.lr:g}; it must be above 0, at most 1")
    name = f"{run.name}-{options.place}{files.SUFFIX}"
    out = Path(options.out) if options.out else files.SAVED / files.FOLDER / name
    check_out(out, suffix=files.SUFFIX, replace=options.force)
    found: files.Fitted
    settings: dict[str, float] = {"seed": options.seed}
    if options.place == "mixture":
        components = options.components
        if components is None:
            components = places.usual_components(model)
        places.check_components(model, components)
        seen = _seen(run, model)
        found = fit_mixture(seen.codes, components, seen.labels, options.seed)
        settings["components"] = components
    else:
        found, settings = _trained(options, _seen(run, model), model.codebook_size)
    written = files.dumps(found, options.place, model, {"run": run.name, **settings})
    write_atomically(out, written)
    print(f"saved {out}")


def _trained(
    options: argparse.Namespace, seen: TrainingCodes, codebook_size: int
) -> tuple[files.Network, dict[str, float]]:
    """A flow or a prior over words that was trained on codes, and the settings."""
    from tqdm import tqdm

    from vae_demo.distributions import flow, words

    assert seen.labels is not None
    usual = words if options.place == "words" else flow
    total, lr = options.steps or usual.FIT_STEPS, options.lr or usual.LR
    settings = {"seed": options.seed, "steps": total, "lr": lr}
    steps = (
        words.fit_words(seen.codes, seen.labels, codebook_size, **settings)
        if options.place == "words"
        else flow.fit_flow(seen.codes, seen.labels, **settings)
    )
    start, losses = time.perf_counter(), []
    for step in tqdm(steps, total=total, unit="batch", disable=None, leave=False):
        losses.append(step.loss)
        if step.batch % _SAID_EVERY == 0 or step.batch == total:
            mean, seconds = sum(losses) / len(losses), time.perf_counter() - start
            tqdm.write(f"batch {step.batch:>6} of {total}  loss {mean:.4f}  {seconds:6.1f} s")
            losses.clear()
    return step.network, settings


def _check_numbers(options: argparse.Namespace, most: int) -> None:
    if not 1 <= options.count <= most:
        raise ValueError(f"count is {options.count}; it must be 1..{most:,}")
    if not 0 <= options.seed < 2**63:
        raise ValueError(f"seed is {options.seed}; it must be 0..{2**63 - 1}")
    for name in ("temperature", "guidance"):
        value = getattr(options, name)
        if value is not None and not (math.isfinite(value) and 0 <= value <= 10):
            raise ValueError(f"{name} is {value:g}; it must be 0..10")


def _settings(options: argparse.Namespace, place: str, names: tuple[str, ...]) -> dict[str, float]:
    """Those of the options that were given.

    Raises:
        ValueError: if one of them does not belong to the place.
    """
    settings = {}
    for name in names:
        value = getattr(options, name)
        if value is None:
            continue
        belongs_to = ("mixture",) if name == "components" else NETWORKS
        if place not in belongs_to:
            raise ValueError(f"{place} has no {name}; {' and '.join(belongs_to)} have")
        settings[name] = value
    return settings


def _kinds(kind: str | None, count: int) -> np.ndarray | None:
    """The digit of each picture, (count,) uint8; None if any will do."""
    if kind is None:
        return None
    if kind == EACH:
        return (np.arange(count) % 10).astype(np.uint8)
    if kind not in list("0123456789"):
        raise ValueError(f"kind is {kind!r}; it must be a digit 0..9, or {EACH}")
    return np.full(count, int(kind), np.uint8)


def _packed(suffix: str, images: np.ndarray, kinds: np.ndarray | None) -> bytes:
    """The bytes of the file."""
    if suffix == ".png":
        columns = max(_COLUMNS, math.isqrt(len(images) - 1) + 1)
        return pictures.png(pictures.tile(images, min(columns, len(images)), scale=2, gap=4))
    buffer = io.BytesIO()
    if kinds is None:
        np.savez_compressed(buffer, images=images)
    else:
        np.savez_compressed(buffer, images=images, kinds=kinds)
    return buffer.getvalue()
