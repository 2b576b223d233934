"""What the server shares (digits, runs, models, jobs) and what a visitor has of their own."""

from __future__ import annotations

import atexit
import gc
import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.digits.contact_sheet import probe_sheet
from vae_demo.ui.server import cookie
from vae_demo.ui.server.visitor_files import VisitorFolders
from vae_demo.ui.server.visitors import Visitor, Visitors
from vae_demo.ui.server.web import FILES

if TYPE_CHECKING:
    from vae_demo.latent.code_space import CodeSpace
    from vae_demo.models import Codec, ModelConfig
    from vae_demo.training.config import TrainConfig
    from vae_demo.ui.server.training_job import TrainingJob
    from vae_demo.ui.server.trainings import TrainingJobs

log = logging.getLogger(__name__)


def visitor() -> Visitor:
    """This session's visitor."""
    if "visitor" not in st.session_state:
        st.session_state["visitor"] = _visitors().find(st.context.cookies.get(cookie.NAME))
    found: Visitor = st.session_state["visitor"]
    _visitors().mark_active(found)
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
    mine = visitor().model(name)
    return _shared_model(name) if mine is None else mine


def network(
    name: str, *, decoder_only: bool = False, encoder_only: bool = False
) -> dict[str, str] | None:
    """Where the browser finds a run's network: {"key", "url"}; None where it can't run it."""
    from vae_demo.models.network_file import browser_file

    mine = visitor().model(name)
    found = (
        _shared_network(name, decoder_only, encoder_only)
        if mine is None
        else browser_file(mine, decoder_only=decoder_only, encoder_only=encoder_only)
    )
    return FILES.offer(*found) if found else None


def probe_sheet_file() -> dict[str, str]:
    """Where the browser finds the probe's digits: {"key", "url"}."""
    from vae_demo.models.network_file import file_key

    return FILES.offer(file_key(probe_sheet()), probe_sheet())


def code_space(name: str) -> CodeSpace:
    """A run's code space, measured once for each content of its network."""
    found = network(name)
    return _code_space(found["key"] if found else name, model(name))


@st.cache_resource(show_spinner=False, max_entries=32)
def _code_space(key: str, _model: Codec) -> CodeSpace:
    from vae_demo.latent.code_space import measure_code_space

    return measure_code_space(_model)


@st.cache_resource(show_spinner=False, max_entries=32)
def _shared_run(name: str) -> runs.Run:
    return runs.find(name)


@st.cache_resource(show_spinner=False, max_entries=32)
def _shared_model(name: str) -> Codec:
    return _shared_run(name).build()


@st.cache_resource(show_spinner=False, max_entries=64)
def _shared_network(name: str, decoder_only: bool, encoder_only: bool) -> tuple[str, bytes] | None:
    from vae_demo.models.network_file import browser_file

    return browser_file(_shared_model(name), decoder_only=decoder_only, encoder_only=encoder_only)


@st.cache_resource(show_spinner=False)
def _visitors() -> Visitors:
    return Visitors(folders=VisitorFolders())


@st.cache_resource(show_spinner=False)
def training_jobs() -> TrainingJobs:
    """The one manager of training jobs on this server."""
    from vae_demo.ui.server.trainings import TrainingJobs

    return TrainingJobs()


def submit(config: ModelConfig, training: TrainConfig) -> TrainingJob:
    """A new training job; the operator's numbers count it."""
    from vae_demo.ui.server.metrics import LIVE

    job = training_jobs().submit(config, training)
    LIVE.follow(training_jobs(), job)
    return job


@st.cache_resource(show_spinner=False)
def warm_up() -> threading.Thread:
    """Import torch and unpack the digits behind the first picture, once per server."""

    def work() -> None:
        import plotly.graph_objects  # noqa: F401

        import vae_demo.training.loop
        import vae_demo.ui.server.trainings  # noqa: F401

        try:
            mnist.load()
        except mnist.DataError as error:  # the page that needs them says so, too
            log.error("%s", error)
        # Streamlit looks for garbage after each run of a page. What is here for good, a quarter
        # of a million objects, need not be looked through every time: it took 0.15 s.
        gc.collect()
        gc.freeze()
        atexit.register(gc.unfreeze)  # else torch complains that it was never tidied up

    thread = threading.Thread(target=work, name="warm-up", daemon=True)
    thread.start()
    return thread
