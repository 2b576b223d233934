"""What the server shares (digits, runs, models, jobs) and what a visitor has of their own."""

from __future__ import annotations

import logging
import math
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from vae_demo import data, runs
from vae_demo.latent import Projection

if TYPE_CHECKING:
    from vae_demo.landscape import Landscape
    from vae_demo.models import Codec
    from vae_demo.ui.jobs import Job, Manager


log = logging.getLogger(__name__)

COOKIE = "vae_demo_visitor"
REMEMBERED = 30 * 60  # seconds


@dataclass
class Visitor:
    """Everything one visitor has, in one session key.

    own_runs: trained or uploaded here, by name. own_models: their models, built once.
    job: the training run of the Train page; projection: the flat view of its codes.
    digit: the last drawing as MNIST sees it, (28, 28) uint8. token: what the cookie holds.
    """

    own_runs: dict[str, runs.Run] = field(default_factory=dict)
    own_models: dict[str, Codec] = field(default_factory=dict)
    job: Job | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    projection: Projection | None = None
    digit: np.ndarray | None = None

    def keep(self, run: runs.Run) -> None:
        """Add a run, or replace the one of that name.

        Raises:
            RunError: the weights make no model, or a shipped or saved run has that name.
        """
        if run.name in runs.available():
            raise runs.RunError(
                "taken", f"there is a run {run.name!r} already; choose another name"
            )
        self.own_models[run.name] = run.build()
        self.own_runs[run.name] = run


class Visitors:
    """Who was here of late, by the token in their browser's cookie; one per server.

    A reloaded page is a new session with the old cookie: it finds its runs and its training.
    """

    def __init__(self, most: int = 200) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, Visitor]] = OrderedDict()

    def find(self, token: str | None) -> Visitor:
        """The visitor of this token, or a new one with a token of their own."""
        with self._lock:
            seen, found = self._known.get(token or "", (-math.inf, None))
            recent = time.monotonic() - seen < REMEMBERED
        return found if found is not None and recent else Visitor()

    def note(self, visitor: Visitor) -> None:
        """This visitor is here now; the longest gone make room."""
        with self._lock:
            self._known[visitor.token] = (time.monotonic(), visitor)
            self._known.move_to_end(visitor.token)
            while len(self._known) > self._most:
                self._known.popitem(last=False)


def visitor() -> Visitor:
    """This session's visitor."""
    if "visitor" not in st.session_state:
        st.session_state["visitor"] = _visitors().find(st.context.cookies.get(COOKIE))
    found: Visitor = st.session_state["visitor"]
    _visitors().note(found)
    return found


def run_names(wanted: Callable[[runs.Run], bool] = lambda run: True) -> list[str]:
    """Names of the visitor's own runs, then of the shipped and saved ones, that are `wanted`.

    A file that can't be read is left out and reported to the log.
    """

    def fits(name: str) -> bool:
        try:
            return wanted(run(name))
        except runs.RunError as error:
            log.warning("%s", error)
            return False

    return list(filter(fits, dict.fromkeys([*visitor().own_runs, *runs.available()])))


def run(name: str) -> runs.Run:
    """A run by name, the visitor's own first.

    Raises:
        RunError: there is none of that name, or its file is damaged.
    """
    return visitor().own_runs.get(name) or _shared_run(name)


def model(name: str) -> Codec:
    """The model of a run, shared and therefore never to be trained or changed."""
    mine = visitor().own_models.get(name)
    return _shared_model(name) if mine is None else mine


def network(name: str, *, drawer: bool = False) -> tuple[str, bytes] | None:
    """Key and bytes of a run's network, or its drawer, for the browser; None where it has none."""
    from vae_demo.network import browser_file

    mine = visitor().own_models.get(name)
    return _shared_network(name, drawer) if mine is None else browser_file(mine, drawer=drawer)


def landscape(name: str) -> Landscape:
    """A run's code space, measured once for each content of its network."""
    found = network(name)
    return _landscape(found[0] if found else name, model(name))


@st.cache_resource(show_spinner=False, max_entries=32)
def _landscape(key: str, _model: Codec) -> Landscape:
    from vae_demo.landscape import survey

    return survey(_model)


@st.cache_resource(show_spinner=False, max_entries=32)
def _shared_run(name: str) -> runs.Run:
    return runs.find(name)


@st.cache_resource(show_spinner=False, max_entries=32)
def _shared_model(name: str) -> Codec:
    return _shared_run(name).build()


@st.cache_resource(show_spinner=False, max_entries=64)
def _shared_network(name: str, drawer: bool) -> tuple[str, bytes] | None:
    from vae_demo.network import browser_file

    return browser_file(_shared_model(name), drawer=drawer)


@st.cache_resource(show_spinner=False)
def _visitors() -> Visitors:
    return Visitors()


@st.cache_resource(show_spinner=False)
def jobs() -> Manager:
    """The one manager of training jobs on this server."""
    from vae_demo.ui.jobs import Manager

    return Manager()


@st.cache_resource(show_spinner=False)
def warm_up() -> threading.Thread:
    """Import torch and unpack the digits behind the first picture, once per server."""

    def work() -> None:
        import vae_demo.training  # noqa: F401

        try:
            data.load()
        except data.DataError as error:  # the page that needs them says so, too
            log.error("%s", error)

    thread = threading.Thread(target=work, name="warm-up", daemon=True)
    thread.start()
    return thread
