"""Run files that are valid but unusual: each is refused in a sentence, or every page can show it.

Their checksums are right. `tests/ui/server/test_odd.py` shows some of them on pages,
`benchmarks/faults.py` all, of every family.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from tests.support.hostile import closed, look
from tests.support.small import SMALL
from vae_demo import runs
from vae_demo.models import ModelConfig, build
from vae_demo.runs import Run
from vae_demo.training.config import TrainConfig
from vae_demo.training.history import WIDE, History
from vae_demo.ui.server.visitors import Visitor

NAME = "odd"
# The field of each page's address that names a run; Train has none.
RUN_FIELDS = {
    "draw": "runs",
    "explore": "run",
    "morph": "vae",
    "generate": "run",
    "train": "",
    "epochs": "run",
    "compare": "curves",
}


@functools.cache
def plain(family: str, latent: int | None = None) -> Run:
    """An untrained run of a family, with nothing unusual about it."""
    config = ModelConfig(family, latent or SMALL[family])
    model, rng = build(config), np.random.default_rng(0)
    width = min(model.code_vectors(model.embed(_nothing())).shape[1], WIDE)
    decoder = {n: v.detach().numpy() for n, v in model.decoder.state_dict().items()}
    history = History(
        epochs=np.array([0, 1], np.float32),
        losses=np.ones((2, 4), np.float32),
        codes=rng.normal(size=(2, 1000, width)).astype(np.float16),
        strip=rng.integers(0, 256, (2, 10, 28, 28), np.uint8),
        decoder={n: np.stack([v, v]).astype(np.float16) for n, v in decoder.items()},
    )
    results = {"images": 10.0, "distortion": 40.0, "rate": 1.0, "neg_elbo": 41.0, "mse": 0.1}
    return runs.make_run(NAME, model, config, TrainConfig(), results, history)


def _nothing() -> Any:
    import torch

    return torch.zeros(1, 1, 28, 28)


# --- a run's way through the app ----------------------------------------------------------------


def keep(run: Run) -> Visitor:
    """A visitor who has uploaded the run.

    Raises:
        RunError: if it is refused.
    """
    visitor = Visitor()
    visitor.keep_run(runs.loads(runs.dumps(run), "a file"))
    return visitor


def show(run: Run, page: str) -> AppTest:
    """A page that shows the run to a visitor who has uploaded it."""
    at = closed(page, {RUN_FIELDS[page]: run.name} if RUN_FIELDS[page] else {})
    at.session_state["visitor"] = keep(run)
    at.run()
    look(at, page)
    for node in at._tree:
        proto = getattr(node, "proto", None)
        for field in ("json", "spec"):  # what browser parts and charts are given
            if text := getattr(proto, field, ""):
                json.loads(text, parse_constant=_no_json)
    return at


def _no_json(name: str) -> None:
    raise AssertionError(f"{name} is sent, which no browser reads as JSON")


# --- what may be odd: each makes one run out of another ---------------------------------------

Change = Callable[[Run], Run]


def weights(value: float) -> Change:
    """All weights the same."""
    return lambda run: replace(
        run, weights={n: np.full_like(w, value) for n, w in run.weights.items()}
    )


def noise(scale: float) -> Change:
    """All weights at random."""

    def change(run: Run) -> Run:
        rng = np.random.default_rng(0)
        drawn = {n: rng.normal(0, scale, w.shape) for n, w in run.weights.items()}
        return replace(run, weights={n: w.astype(np.float32) for n, w in drawn.items()})

    return change


def one_weight(value: float, which: int = -1) -> Change:
    """A single number, by default of the last bias."""

    def change(run: Run) -> Run:
        name = list(run.weights)[which]
        odd = run.weights[name].copy()
        odd.flat[0] = value
        return replace(run, weights=dict(run.weights) | {name: odd})

    return change


def shape(*sides: int, which: int = 0) -> Change:
    """Weights of another shape."""
    return lambda run: replace(
        run,
        weights=dict(run.weights) | {list(run.weights)[which]: np.zeros(sides, np.float32)},
    )


def without(which: int) -> Change:
    gone = lambda run: list(run.weights)[which]  # noqa: E731
    return lambda run: replace(
        run, weights={n: w for n, w in run.weights.items() if n != gone(run)}
    )


def layers(count: int) -> Change:
    """A chain of layers that no family has."""
    more = {f"decoder.{i}.weight": np.eye(4, dtype=np.float32) for i in range(100, 100 + count)}
    return lambda run: replace(run, weights=dict(run.weights) | more)


def past(**changes: Callable[[np.ndarray], np.ndarray]) -> Change:
    """Another history."""
    return lambda run: replace(
        run,
        history=replace(
            run.history, **{n: change(getattr(run.history, n)) for n, change in changes.items()}
        ),
    )


def past_decoder(change: Callable[[str, np.ndarray], tuple[str, np.ndarray]]) -> Change:
    return lambda run: replace(
        run,
        history=replace(
            run.history, decoder=dict(change(n, v) for n, v in run.history.decoder.items())
        ),
    )


def said(**fields: Any) -> Change:
    """Other words or numbers about the run."""
    return lambda run: replace(run, **fields)


def changed_field(part: str, **fields: Any) -> Change:
    return lambda run: replace(run, **{part: dict(getattr(run, part)) | fields})


def filled(value: float, kind: type | None = None) -> Callable[[np.ndarray], np.ndarray]:
    return lambda array: np.full(array.shape, value, kind or array.dtype)


LARGE = (30.0, 100.0, 1e3, 65504.0, 7e4, 1e30, 3e38, -3e38)
SMALL_ONES = (0.0, -0.0, 1e-45, 1e-38, 1.0, -1.0)

CHANGES: dict[str, Change] = {
    **{f"all weights {value:g}": weights(value) for value in (*LARGE, *SMALL_ONES)},
    **{
        f"weights at random, {scale:g}": noise(scale) for scale in (1e-3, 1.0, 5.0, 20.0, 1e4, 1e37)
    },
    **{f"a bias of {value:g}": one_weight(value) for value in LARGE},
    **{f"a weight of {value:g}": one_weight(value, 0) for value in LARGE},
    "a weight that is none": one_weight(float("nan")),
    "a hidden width of 1": shape(1, 784),
    "a hidden width of 100,000": shape(100_000, 1),
    "a hidden width of nothing": shape(0, 784),
    "a number for weights": shape(),
    "a weight of 9 dimensions": shape(*[1] * 9),
    "other channels": shape(3, 7, 3, 3),
    "no first weights": without(0),
    "no last weights": without(-1),
    "500 more layers": layers(500),
    "a layer with markup for a name": lambda run: replace(
        run, weights=dict(run.weights) | {"<b>![x](//evil)": np.zeros(1, np.float32)}
    ),
    "codes that are one point": past(codes=filled(0)),
    "codes that are one far point": past(codes=filled(65504)),
    "codes at both ends": past(codes=lambda c: np.where(c > 0, 65504, -65504).astype(c.dtype)),
    "codes with one stray": past(codes=lambda c: np.where(c == c.max(), 65504, 0).astype(c.dtype)),
    "tiny codes": past(codes=filled(6e-8)),
    "codes that are none": past(codes=filled(float("nan"))),
    "wide codes of 1e30": past(codes=filled(1e30, np.float32)),
    "codes of one latent": past(codes=lambda c: c[:, :, :1]),
    "codes of more latents": past(codes=lambda c: np.repeat(c, 40, 2)[:, :, :WIDE]),
    "codes of 3 digits": past(codes=lambda c: c[:, :3]),
    "codes of 2000 digits": past(codes=lambda c: np.repeat(c, 2, 1)),
    "losses of 3e38": past(losses=filled(3e38)),
    "losses of -3e38": past(losses=filled(-3e38)),
    "losses of nothing": past(losses=filled(0)),
    "losses that are none": past(losses=filled(float("nan"))),
    "epochs up to 3e38": past(epochs=lambda at: at * np.float32(3e38)),
    "epochs in 1e-30": past(epochs=lambda at: at * np.float32(1e-30)),
    "epochs from 999": past(epochs=lambda at: at + np.float32(999)),
    "epochs backwards": past(epochs=lambda at: at[::-1].copy()),
    "snapshots without ink": past(strip=filled(0)),
    "past decoders of 65504": past_decoder(lambda n, v: (n, np.full_like(v, 65504))),
    "past decoders of nothing": past_decoder(lambda n, v: (n, np.zeros_like(v))),
    "past decoders of other layers": past_decoder(lambda n, v: (f"x.{n}", v)),
    "past decoders of other shapes": past_decoder(lambda n, v: (n, v[:, :1])),
    "no past decoders": past(decoder=lambda _: {}),  # type: ignore[arg-type,return-value]
    "a latent of nothing": changed_field("model", latent=0),
    "another latent": changed_field("model", latent=7),
    "500 latents by name": changed_field("model", latent=500),
    "an endless latent": changed_field("model", latent=10**400),
    "latents as text": changed_field("model", latent="2"),
    "another family": changed_field("model", name="vae-conv"),
    "a family with markup": changed_field("model", name="<script>alert(1)</script>"),
    "a family that is none": changed_field("model", name="\u202eeav"),
    "a likelihood that is none": changed_field("model", likelihood="![x](//evil/x.png)"),
    "a likelihood of 1 MB": changed_field("model", likelihood="x" * 10**6),
    "an unknown field of the model": changed_field("model", hidden=100_000),
    "results of 1e308": changed_field("results", neg_elbo=1e308, distortion=1e308),
    "results of -1e308": changed_field("results", neg_elbo=-1e308, rate=-1e308),
    "results of nothing": changed_field("results", neg_elbo=0, rate=0, distortion=0, mse=0),
    "results below nothing": changed_field("results", neg_elbo=-1, rate=-1, distortion=-1, mse=-1),
    "a result that is none": changed_field("results", mse=float("nan")),
    "results with markup": changed_field("results", **{"<b>": 1.0, "![x](//evil)": 2.0}),
    "results as text": changed_field("results", rate="1.5"),
    "100,000 results": changed_field("results", **{f"r{i}": 1.0 for i in range(100_000)}),
    "a seed with markup": changed_field("training", seed="<img src=x onerror=alert(1)>"),
    "pixels that are none": changed_field("training", pixels=["grey"]),
    "epochs as text": changed_field("training", epochs="20"),
    "endless epochs": changed_field("training", epochs=10**400),
    "a training of 1 MB": changed_field("training", schedule="x" * 10**6),
    "an unknown field of the training": changed_field("training", colour="red"),
    "a training 500 deep": changed_field("training", more=json.loads("[" * 500 + "]" * 500)),
    "a name of 1 MB": said(name="x" * 10**6),
    "a name with markup": said(name="<b>bold</b>"),
    "a name that is a link": said(name="![x](//evil/x.png)"),
    "a name from right to left": said(name="\u202enaem"),
    "an Arabic name": said(name="\u0634\u0628\u0643\u0629"),
    "a name that is a path": said(name="../../etc/passwd"),
    "a name with a path in it": said(name="a/b"),
    "a name of a device": said(name="C:con"),
    "a hidden name": said(name=".bashrc"),
    "a name with a zero": said(name="a\0b"),
    "an underlined name": said(name="__a__"),
}
