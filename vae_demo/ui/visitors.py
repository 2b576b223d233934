"""Who is here, or was of late, and what each has of their own; nothing here is streamlit's."""

from __future__ import annotations

import logging
import math
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from vae_demo import runs
from vae_demo.latent import Projection
from vae_demo.ui.shelf import DAYS, Shelf, Shelves

if TYPE_CHECKING:
    from vae_demo.models import Codec
    from vae_demo.ui.jobs import Job

log = logging.getLogger(__name__)

REMEMBERED = 30 * 60  # seconds in memory
MOST_RUNS, MOST_BYTES = 20, 128 * 2**20  # of one visitor
_MOST_BYTES_OF_ALL = 2**30  # remembered; whoever is here has theirs in any case


@dataclass(frozen=True)
class Kept:
    """What became of a run: whether it outlives the server, and which runs made room for it."""

    stored: bool
    gone: tuple[str, ...] = ()


@dataclass
class Visitor:
    """Everything one visitor has, in one session key.

    own_runs: trained or uploaded here, by name, the oldest first. own_models: their models, each
    built when it is first asked for. job: the training run of the Train page; projection: the flat
    view of its codes. digit: the last drawing as MNIST sees it, (28, 28) uint8. token: what the
    cookie holds. shelf: where the runs outlive the server, if anywhere.
    """

    own_runs: dict[str, runs.Run] = field(default_factory=dict)
    own_models: dict[str, Codec] = field(default_factory=dict)
    job: Job | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    projection: Projection | None = None
    digit: np.ndarray | None = None
    shelf: Shelf | None = None

    def keep(self, run: runs.Run) -> Kept:
        """Add a run, or replace the one of that name; the oldest make room.

        Raises:
            RunError: the weights make no model, or a shipped or saved run has that name.
        """
        if run.name in runs.available():
            raise runs.RunError(
                "taken", f"there is a run {run.name!r} already; choose another name"
            )
        model = run.build()
        self.own_runs.pop(run.name, None)
        gone = []
        while self.own_runs and (
            len(self.own_runs) >= MOST_RUNS or self.bytes + _bytes(run) > MOST_BYTES
        ):
            gone.append(next(iter(self.own_runs)))
            self._drop(gone[-1])
        self.own_runs[run.name], self.own_models[run.name] = run, model
        return Kept(self._store(run), tuple(gone))

    def model(self, name: str) -> Codec | None:
        """The model of an own run, None where there is none of that name.

        Raises:
            RunError: it makes no model.
        """
        if name in self.own_runs and name not in self.own_models:
            self.own_models[name] = self.own_runs[name].build()
        return self.own_models.get(name)

    @property
    def bytes(self) -> int:
        return sum(map(_bytes, self.own_runs.values()))

    @property
    def remembered(self) -> int:
        """Seconds for which the cookie is of use."""
        return REMEMBERED if self.shelf is None else DAYS * 24 * 3600

    def _drop(self, name: str) -> None:
        self.own_runs.pop(name)
        self.own_models.pop(name, None)
        if self.shelf is not None:
            self.shelf.remove(name)

    def _store(self, run: runs.Run) -> bool:
        if self.shelf is None:
            return False
        try:
            self.shelf.put(run)
        except (runs.RunError, OSError) as error:  # it stays in memory, and the page says so
            log.warning("%s", error)
            return False
        return True


class Visitors:
    """Who was here of late, by the token in their browser's cookie; one per server.

    A reloaded page is a new session with the old cookie: it finds its runs and its training.
    After a restart, or a long time, it finds the runs that are on the disk.
    """

    def __init__(self, most: int = 200, shelves: Shelves | None = None) -> None:
        self._most = most
        self._shelves = shelves
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, Visitor]] = OrderedDict()

    def find(self, token: str | None) -> Visitor:
        """The visitor of this token, or a new one with a token of their own."""
        token = token if isinstance(token, str) else ""
        known = self._recent(token)
        if known is not None:
            return known
        if self._shelves is None:
            return Visitor()
        if not self._shelves.has(token):  # made up, or nothing is kept for it
            new = Visitor()
            new.shelf = self._shelves.of(new.token)
            return new
        shelf = self._shelves.of(token)
        back = Visitor(own_runs=shelf.load() if shelf else {}, token=token, shelf=shelf)
        with self._lock:  # two tabs may come at once: the first is it
            seen, first = self._known.get(token, (-math.inf, back))
            if time.monotonic() - seen < REMEMBERED:
                return first
            self._known[token] = (time.monotonic(), back)
        return back

    def note(self, visitor: Visitor) -> None:
        """This visitor is here now; the longest gone are forgotten, and make room."""
        now = time.monotonic()
        with self._lock:
            self._known[visitor.token] = (now, visitor)
            self._known.move_to_end(visitor.token)
            held = sum(known.bytes for _, known in self._known.values())
            for token, (seen, known) in list(self._known.items()):
                over = len(self._known) > self._most or held > _MOST_BYTES_OF_ALL
                if known is visitor or (now - seen < REMEMBERED and not over):
                    break
                held -= known.bytes
                del self._known[token]

    def _recent(self, token: str) -> Visitor | None:
        with self._lock:
            seen, found = self._known.get(token, (-math.inf, None))
        return found if time.monotonic() - seen < REMEMBERED else None


def _bytes(run: runs.Run) -> int:
    history = (a.nbytes for a in run.history.arrays().values())
    return sum(w.nbytes for w in run.weights.values()) + sum(history)
