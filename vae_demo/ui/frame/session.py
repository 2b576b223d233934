"""The visitor of the session, and their training jobs."""

from __future__ import annotations

import logging
import sys
import time
from typing import TYPE_CHECKING

import streamlit as st

from vae_demo.ui.server import cookie
from vae_demo.ui.server.shared_cache import shared
from vae_demo.ui.server.visitor_files import VisitorFolders
from vae_demo.ui.server.visitors import Visitor, Visitors

if TYPE_CHECKING:
    from vae_demo.datasets import DataSet
    from vae_demo.models import ModelConfig
    from vae_demo.runs.progress import Progress
    from vae_demo.training.config import TrainConfig
    from vae_demo.ui.server.training_job import TrainingJob
    from vae_demo.ui.server.trainings import TrainingJobs

log = logging.getLogger(__name__)

ACTIVE_SECONDS = 30  # least time between two updates of a visitor's last activity by fragments


def visitor() -> Visitor:
    """The visitor of this session."""
    found: Visitor | None = st.session_state.get("visitor")
    if found is None:
        return start_visit()
    if found.unloaded or time.monotonic() - found.last_active > ACTIVE_SECONDS:
        _visitors().mark_active(found)
    return found


def start_visit() -> Visitor:
    """The visitor of this session, marked as active; called at the start of each run of a page."""
    found: Visitor | None = st.session_state.get("visitor")
    if found is None:
        found = _visitors().find(st.context.cookies.get(cookie.NAME))
        st.session_state["visitor"] = found
    _visitors().mark_active(found)
    return found


@shared(max_entries=1)
def _visitors() -> Visitors:
    return Visitors(folders=VisitorFolders())


@shared(max_entries=1)
def training_jobs() -> TrainingJobs:
    """All training jobs of this server."""
    from vae_demo.ui.server.trainings import TrainingJobs

    return TrainingJobs()


def submit(
    config: ModelConfig,
    training: TrainConfig,
    progress: Progress | None = None,
    data: DataSet | None = None,
) -> TrainingJob:
    """Start a training job of the visitor, or go on with `progress`; count it in the metrics.

    Raises:
        TooManyJobs: if the server can't start another job.
    """
    from vae_demo.ui.server.metrics import LIVE

    job = training_jobs().submit(config, training, visitor().folder, progress, data)
    LIVE.follow(training_jobs(), job)
    return job


def stop_trainings(seconds: float) -> None:
    """Interrupt all trainings, which save their progress, and wait until they have ended."""
    if "vae_demo.ui.server.trainings" not in sys.modules:  # none was ever started
        return
    if not training_jobs().close(seconds):
        log.warning("a training has not ended within %s seconds", seconds)
