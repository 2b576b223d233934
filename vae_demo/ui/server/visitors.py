"""The visitors of this server with their runs and trainings; independent of Streamlit."""

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
from vae_demo.runs.checks import check_model
from vae_demo.ui.server.cookie import is_token, new_token
from vae_demo.ui.server.visitor_data import VisitorData
from vae_demo.ui.server.visitor_files import VisitorFolder, VisitorFolders

if TYPE_CHECKING:
    from vae_demo.models import Codec
    from vae_demo.ui.server.training_job import TrainingJob
    from vae_demo.ui.server.training_states import JobStatus

log = logging.getLogger(__name__)

REMEMBER_SECONDS = 30 * 60  # how long a visitor stays in memory after a visit
MAX_RUNS, MAX_VISITOR_BYTES = 20, 128 * 2**20  # of one visitor
MAX_BYTES_OF_ALL = int(os.environ.get("VAE_DEMO_MEMORY_MB", "1000")) * 10**6  # in memory


@dataclass(frozen=True)
class KeptRun:
    """The result of adding a run to a visitor's own runs."""

    on_disk: bool  # whether it was saved to the disk
    removed: tuple[str, ...] = ()  # names of the older runs that made room for it


@dataclass(eq=False)
class Visitor:
    """The runs, the training and the drawing of one visitor."""

    own_runs: dict[str, runs.Run] = field(default_factory=dict)  # name -> run, the oldest first
    own_models: dict[str, Codec] = field(default_factory=dict)  # built at the first access
    job: TrainingJob | None = None  # the training of the Train page
    token: str = field(default_factory=new_token)  # the value of their cookie
    digit: np.ndarray | None = None  # the last drawing as MNIST sees it, (28, 28) uint8
    folder: VisitorFolder | None = None  # the visitor's folder on the disk, if any
    data: VisitorData = field(default_factory=VisitorData)  # the data sets that they uploaded
    on_disk: set[str] = field(default_factory=set)  # names of the runs in that folder
    unloaded: bool = False  # whether the disk has runs that are not in `own_runs`
    lost_runs: tuple[str, ...] = ()  # runs and data deleted to free memory, not yet reported
    last_active: float = -math.inf  # by `time.monotonic`

    def keep_run(self, run: runs.Run) -> KeptRun:
        """Add a run, or replace the one of the same name. The oldest are removed to make room.

        Raises:
            RunError: if the run's model can't be built or shown, its history does not fit the
                probe, or a shipped or saved run has the same name.
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
        removed = []
        while self.own_runs and (
            len(self.own_runs) >= MAX_RUNS or self.run_bytes + _run_bytes(run) > MAX_VISITOR_BYTES
        ):
            removed.append(next(iter(self.own_runs)))
            self.delete_run(removed[-1])
        self.own_runs[run.name], self.own_models[run.name] = run, model
        return KeptRun(self._save(run), tuple(removed))

    def delete_run(self, name: str) -> None:
        """Delete one of the visitor's runs, also from the disk."""
        self.own_runs.pop(name, None)
        self.own_models.pop(name, None)
        self.on_disk.discard(name)
        if self.folder is not None:
            self.folder.delete(name)

    def model(self, name: str) -> Codec | None:
        """The model of one of the visitor's runs; None if there is no such run.

        Raises:
            RunError: if the model can't be built.
        """
        if name in self.own_runs and name not in self.own_models:
            self.own_models[name] = self.own_runs[name].build()
        return self.own_models.get(name)

    @property
    def run_bytes(self) -> int:
        """The size of the visitor's runs in bytes."""
        return sum(map(_run_bytes, self.own_runs.values()))

    @property
    def memory_bytes(self) -> int:
        """The size in bytes of the runs, their models, a training that has ended, and own data."""
        models = (_weight_bytes(self.own_runs[name]) for name in [*self.own_models])
        ended = self._ended_training()
        return self.run_bytes + sum(models) + (ended.bytes if ended else 0) + self.data.bytes

    def free_memory(self) -> None:
        """Unload the runs that are on the disk, and delete all others."""
        if ended := self._ended_training():
            self.job = None
            found_again = self.folder is not None and self.folder.has_progress()
            self.lost_runs += (ended.run.name,) if ended.run and not found_again else ()
        self.lost_runs += tuple(name for name in self.own_runs if name not in self.on_disk)
        self.lost_runs += tuple(self.data.free_memory())
        self.unloaded = self.unloaded or bool(self.on_disk)
        self.own_runs, self.own_models = {}, {}  # new dicts: a page may be reading the old ones

    def reload(self) -> None:
        """Load the runs that were unloaded to free memory."""
        if self.unloaded and self.folder is not None:
            self.unloaded = False
            self.own_runs = self.folder.load() | self.own_runs

    def _ended_training(self) -> JobStatus | None:
        """The last status of a training that has ended; None while it runs."""
        status = self.job.status if self.job else None
        return status if status and status.state.ended else None

    def _save(self, run: runs.Run) -> bool:
        """Write a run to the disk; False if that failed."""
        self.on_disk.discard(run.name)
        if self.folder is None:
            return False
        try:
            self.folder.save(run)
        except (runs.RunError, OSError) as error:  # the run stays in memory
            log.warning("%s", error)
            return False
        self.on_disk.add(run.name)
        return True


class Visitors:
    """The recent visitors by the token in their cookie; one object per server.

    A reloaded page is a new session with the same cookie, and finds its runs and its training.
    After a restart of the server or a long time, it finds the runs that are on the disk.
    """

    def __init__(self, max_visitors: int = 200, folders: VisitorFolders | None = None) -> None:
        self._max_visitors = max_visitors
        self._folders = folders
        self._lock = threading.Lock()
        self._recent: OrderedDict[str, tuple[float, Visitor]] = OrderedDict()
        # An open page refers to its visitor, even if they are no longer among the recent ones.
        self._last_active: weakref.WeakKeyDictionary[Visitor, float] = weakref.WeakKeyDictionary()

    def find(self, token: str | None) -> Visitor:
        """The visitor with this token, or a new one."""
        token = token if isinstance(token, str) else ""
        recent = self._find_recent(token)
        if recent is not None:
            return recent
        if self._folders is None or not self._folders.contains(token):
            return self._first_visit(token)
        folder = self._folders.folder_of(token)
        own_runs = folder.load() if folder else {}
        returned = Visitor(own_runs, token=token, folder=folder, on_disk=set(own_runs))
        returned.data = VisitorData(folder)
        return self._add(returned)

    def _first_visit(self, token: str) -> Visitor:
        new = Visitor(token=token) if is_token(token) else Visitor()
        new.folder = self._folders.folder_of(new.token) if self._folders else None
        new.data = VisitorData(new.folder)
        return self._add(new)

    def _add(self, visitor: Visitor) -> Visitor:
        """Add a visitor and return it, or return the one that another tab has just added."""
        with self._lock:
            seen, first = self._recent.get(visitor.token, (-math.inf, visitor))
            if time.monotonic() - seen < REMEMBER_SECONDS:
                return first
            self._recent[visitor.token] = (time.monotonic(), visitor)
        return visitor

    def mark_active(self, visitor: Visitor) -> None:
        """Mark a visitor as active now. Removes old visitors and frees memory if needed."""
        now = time.monotonic()
        visitor.reload()
        visitor.last_active = now
        with self._lock:
            self._recent[visitor.token] = (now, visitor)
            self._recent.move_to_end(visitor.token)
            for token, (seen, known) in list(self._recent.items()):
                recent = now - seen < REMEMBER_SECONDS and len(self._recent) <= self._max_visitors
                if known is visitor or recent:
                    break
                del self._recent[token]
            self._last_active[visitor] = now
            self._free_memory(visitor)

    def _free_memory(self, active: Visitor) -> None:
        """Free the memory of the least recent visitors until the limit is no longer exceeded."""
        held = {each: each.memory_bytes for each in list(self._last_active)}
        total = sum(held.values())
        for each in sorted(held, key=self._last_active.__getitem__):
            if total <= MAX_BYTES_OF_ALL:
                return
            if each is not active and held[each]:
                each.free_memory()
                total -= held[each]

    def _find_recent(self, token: str) -> Visitor | None:
        with self._lock:
            seen, found = self._recent.get(token, (-math.inf, None))
        return found if time.monotonic() - seen < REMEMBER_SECONDS else None


def _run_bytes(run: runs.Run) -> int:
    return _weight_bytes(run) + run.history.bytes


def _weight_bytes(run: runs.Run) -> int:
    return sum(weight.nbytes for weight in run.weights.values())
