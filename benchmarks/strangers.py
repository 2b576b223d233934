"""What strangers send: run files, pictures, links, names, commands, addresses, form values."""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.support import forms, hostile, odd
from tests.support.forms import Kind
from tests.support.small import tiny_run
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.models import MODELS


def damaged_files(count: int, seed: int) -> Counter[str]:
    """A run cut at every per cent, then with bytes changed; and headers that promise too much."""
    raw = runs.dumps(tiny_run())
    found = Counter[str]()
    for bad in (*hostile.damaged(raw, count, seed), *hostile.hostile_heads()):
        found["cases"] += 1
        try:
            runs.loads(bad, "a file").build()
            found["wrong"] += 1  # a damage that nobody sees
        except runs.RunError as error:
            found["wrong"] += "\n" in str(error)
        except Exception as error:
            found["wrong"] += 1
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
    return found


def odd_runs(pages: int, seeded: int) -> Counter[str]:
    """Whole but odd run files of every family; of those that are kept, some on a page by lot."""
    found, kept = Counter[str](), []
    for family, (what, change) in itertools.product(MODELS, odd.CHANGES.items()):
        found["cases"] += 1
        try:
            odd.keep(change(odd.plain(family)))
            kept.append((family, what))
        except runs.RunError as error:
            found["refused"] += 1
            found["wrong"] += "\n" in str(error)
        except Exception as error:
            found["wrong"] += 1
            print(f"{what}, {family}: {type(error).__name__}: {error!s:.300}", file=sys.stderr)
    shown = [(*each, page) for each in kept for page in odd.ASKED]
    for family, what, page in random.Random(seeded).sample(shown, pages):
        found["shown on a page"] += 1
        start = time.perf_counter()
        try:
            odd.show(odd.CHANGES[what](odd.plain(family)), page)
        except Exception as error:
            found["wrong"] += 1
            print(f"{what}, {family}, {page}: {type(error).__name__}: {error!s:.300}")
        found["longest ms"] = max(found["longest ms"], round(1000 * (time.perf_counter() - start)))
    return found


def inputs(name: str, count: int, seeded: int, folder: Path) -> Counter[str]:
    """Made-up input through one entry point; nothing may be written to `folder`."""
    made, enter = (
        (hostile.queries(name), functools.partial(hostile.enter_page, name))
        if name in hostile.KEYS
        else hostile.ENTRIES[name]
    )
    found = Counter[str]()

    def one(value: object) -> None:
        found["cases"] += 1
        start = time.perf_counter()
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                enter(value)
        except Exception as error:
            found["wrong"] += 1
            print(f"{name}: {type(error).__name__}: {error!s:.300} for {value!r:.300}")
        found["longest ms"] = max(found["longest ms"], round(1000 * (time.perf_counter() - start)))

    _many(one, made, count, seeded)
    found["wrong"] += len(list(folder.iterdir()))
    return found


def form_values(page: str, kind: Kind, count: int, seeded: int) -> Counter[str]:
    """Made-up values for the widgets and parts of a page, a few at a time, session by session."""
    found = Counter[str]()
    digits, strip = mnist.train_digits()[:800], mnist.strip_positions  # for what gets trained
    strip()

    def one(drawn: st.DataObject) -> None:
        start = time.perf_counter()
        try:
            for sent in forms.enter_form(page, drawn, kind):
                found["cases"] += sent
                took = round(1000 * (time.perf_counter() - start))
                found["longest ms"] = max(found["longest ms"], took)
                start = time.perf_counter()
        except Exception as error:
            found["wrong"] += 1
            print(f"{page}: {type(error).__name__}: {error!s:.300}", file=sys.stderr)

    with patch.object(mnist, "train_digits", lambda: digits):
        _many(one, st.data(), -(-count // forms.SENDS), seeded)
    return found


def _many(one: Callable[[Any], None], made: st.SearchStrategy, count: int, seeded: int) -> None:
    """Hypothesis' own ways to make things up, without its search for a smaller case."""
    many = settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    seed(seeded)(many(given(made)(one)))()
