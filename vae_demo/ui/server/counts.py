"""What an operator can count: open pages, trainings by state, and how trainings ended."""

from __future__ import annotations

import threading
from collections import Counter as Tally
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import REGISTRY, Counter
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from streamlit.runtime import Runtime, stats

if TYPE_CHECKING:
    from vae_demo.ui.server.trainings import Job, Manager

ENDED = Counter("vae_demo_trainings_ended", "Trainings that are over, by outcome", ["outcome"])


class Now(Collector):
    """What holds at the moment somebody asks. The process's memory is counted by the library."""

    def __init__(self) -> None:
        self._manager: Manager | None = None
        self._alive: set[Job] = set()

    def follow(self, manager: Manager, job: Job) -> None:
        """Count a training until it is over, and then how it ended."""
        self._manager = manager
        self._alive.add(job)
        threading.Thread(target=self._see_off, args=(job,), name="counting", daemon=True).start()

    def _see_off(self, job: Job) -> None:
        job.wait()
        ENDED.labels(outcome=str(job.view().state)).inc()
        self._alive.discard(job)

    def trainings(self) -> dict[str, int]:
        """How many trainings are queued, running and paused."""
        counts = self._manager.counts() if self._manager else Tally()
        paused = len(self._alive) - counts["queued"] - counts["running"]
        return {"queued": counts["queued"], "running": counts["running"], "paused": max(0, paused)}

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily("vae_demo_sessions", "Pages that are open", value=_sessions())
        states = GaugeMetricFamily(
            "vae_demo_trainings", "Trainings that are not over, by state", labels=["state"]
        )
        for state, count in self.trainings().items():
            states.add_metric([state], count)
        yield states


def _sessions() -> float:
    """How many browser pages are connected, by Streamlit's own count."""
    if not Runtime.exists():
        return 0.0
    family = stats.ACTIVE_SESSIONS_FAMILY
    found = Runtime.instance().stats_mgr.get_stats(family_names=[family])[family]
    return float(sum(stat.value for stat in found))


NOW = Now()
REGISTRY.register(NOW)
