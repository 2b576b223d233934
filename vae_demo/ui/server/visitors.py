"""Who is here, or was of late, and what each has of their own; nothing here is streamlit's."""

from __future__ import annotations

import logging
import math
import os
import threading
import time
import weakref
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from vae_demo import runs
from vae_demo.latent import Projection
from vae_demo.runs.checks import check_model
from vae_demo.ui.server.cookie import is_token, new_token
from vae_demo.ui.server.visitor_files import Shelf, Shelves

if TYPE_CHECKING:
    from vae_demo.models import Codec
    from vae_demo.ui.server.training_states import View
    from vae_demo.ui.server.trainings import Job

log = logging.getLogger(__name__)

REMEMBERED = 30 * 60  # seconds in memory
MOST_RUNS, MOST_BYTES = 20, 128 * 2**20  # of one visitor
MOST_BYTES_OF_ALL = int(os.environ.get("VAE_DEMO_MEMORY_MB", "1000")) * 10**6  # in memory


@dataclass(frozen=True)
class Kept:
    """What became of a run: whether it outlives the server, and which runs made room for it."""

    stored: bool
    gone: tuple[str, ...] = ()


@dataclass(eq=False)
class Visitor:
    """Everything one visitor has, in one session key.

    own_runs: trained or uploaded here, by name, the oldest first. own_models: their models, each
    built when it is first asked for. job: the training run of the Train page; projection: the flat
    view of its codes. digit: the last drawing as MNIST sees it, (28, 28) uint8. token: what the
    cookie holds. shelf: where the runs outlive the server, if anywhere; stored: those there. away:
    whether they are there alone. lost: what had to go for others, until the visitor is told.
    """

    own_runs: dict[str, runs.Run] = field(default_factory=dict)
    own_models: dict[str, Codec] = field(default_factory=dict)
    job: Job | None = None
    token: str = field(default_factory=new_token)
    projection: Projection | None = None
    digit: np.ndarray | None = None
    shelf: Shelf | None = None
    stored: set[str] = field(default_factory=set)
    away: bool = False
    lost: tuple[str, ...] = ()

    def keep(self, run: runs.Run) -> Kept:
        """Add a run, or replace the one of that name; the oldest make room.

        Raises:
            RunError: the weights make no model, or none that pages can show, the history is not of
                the digits they show, or a shipped or saved run has that name.
        """
        if run.name in runs.available():
            raise runs.RunError(
                "taken", f"there is a run {run.name!r} already; choose another name"
            )
        model = run.build()
        try:
            check_model(run, model)
        except ValueError as error:
            raise runs.RunError("unreadable", f"run {run.name!r} can't be shown: {error}") from None
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
        """Of the runs."""
        return sum(map(_bytes, self.own_runs.values()))

    @property
    def held(self) -> int:
        """Bytes of the runs, of their models, and of a training that is over."""
        models = (_weights(self.own_runs[name]) for name in [*self.own_models])
        return self.bytes + sum(models) + (over.bytes if (over := self._over()) else 0)

    def make_way(self) -> None:
        """Give up what takes up memory: what is stored can be had again, the rest is lost."""
        if over := self._over():
            self.job, self.projection = None, None
            self.lost += (over.run.name,) if over.run else ()
        self.lost += tuple(name for name in self.own_runs if name not in self.stored)
        self.away = self.away or bool(self.stored)
        self.own_runs, self.own_models = {}, {}  # new ones: a page may be reading the old

    def come_back(self) -> None:
        """Have again what is stored."""
        if self.away and self.shelf is not None:
            self.away = False
            self.own_runs = self.shelf.load() | self.own_runs

    def _over(self) -> View | None:
        """The last state of a training that is over; one that is not holds its place."""
        found = self.job.record if self.job else None
        return found if found and found.state.over else None

    def _drop(self, name: str) -> None:
        self.own_runs.pop(name)
        self.own_models.pop(name, None)
        self.stored.discard(name)
        if self.shelf is not None:
            self.shelf.remove(name)

    def _store(self, run: runs.Run) -> bool:
        self.stored.discard(run.name)
        if self.shelf is None:
            return False
        try:
            self.shelf.put(run)
        except (runs.RunError, OSError) as error:  # it stays in memory, and the page says so
            log.warning("%s", error)
            return False
        self.stored.add(run.name)
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
        # An open page holds its visitor, whether or not they are known still.
        self._seen: weakref.WeakKeyDictionary[Visitor, float] = weakref.WeakKeyDictionary()

    def find(self, token: str | None) -> Visitor:
        """The visitor of this token, or a new one with a token of their own."""
        token = token if isinstance(token, str) else ""
        known = self._recent(token)
        if known is not None:
            return known
        if self._shelves is None:
            return Visitor()
        if not self._shelves.has(token):
            new = Visitor(token=token) if is_token(token) else Visitor()
            new.shelf = self._shelves.of(new.token)
            return new
        shelf = self._shelves.of(token)
        own_runs = shelf.load() if shelf else {}
        back = Visitor(own_runs, token=token, shelf=shelf, stored=set(own_runs))
        with self._lock:  # two tabs may come at once: the first is it
            seen, first = self._known.get(token, (-math.inf, back))
            if time.monotonic() - seen < REMEMBERED:
                return first
            self._known[token] = (time.monotonic(), back)
        return back

    def note(self, visitor: Visitor) -> None:
        """This visitor is here now; the longest gone are forgotten, and make room."""
        now = time.monotonic()
        visitor.come_back()
        with self._lock:
            self._known[visitor.token] = (now, visitor)
            self._known.move_to_end(visitor.token)
            for token, (seen, known) in list(self._known.items()):
                if known is visitor or (now - seen < REMEMBERED and len(self._known) <= self._most):
                    break
                del self._known[token]
            self._seen[visitor] = now
            self._make_room(visitor)

    def _make_room(self, here: Visitor) -> None:
        """Where all hold too much, whoever was here longest ago makes way."""
        held = {each: each.held for each in list(self._seen)}
        total = sum(held.values())
        for each in sorted(held, key=self._seen.__getitem__):
            if total <= MOST_BYTES_OF_ALL:
                return
            if each is not here and held[each]:
                each.make_way()
                total -= held[each]

    def _recent(self, token: str) -> Visitor | None:
        with self._lock:
            seen, found = self._known.get(token, (-math.inf, None))
        return found if time.monotonic() - seen < REMEMBERED else None


def _bytes(run: runs.Run) -> int:
    return _weights(run) + run.history.bytes


def _weights(run: runs.Run) -> int:
    return sum(weight.nbytes for weight in run.weights.values())
