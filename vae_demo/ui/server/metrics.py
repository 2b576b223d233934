"""Metrics for the operator at /metrics, in the text format of Prometheus.

They are the open pages, the trainings by state and by outcome, and the memory and processor time
that the client library adds.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vae_demo.ui.server.session_limit import open_sessions

if TYPE_CHECKING:
    from vae_demo.ui.server.training_job import TrainingJob
    from vae_demo.ui.server.trainings import TrainingJobs

TRAININGS_ENDED = Counter(
    "vae_demo_trainings_ended", "Trainings that have ended, by outcome", ["outcome"]
)


class LiveMetrics(Collector):
    """Metrics that are computed when /metrics is requested."""

    def __init__(self) -> None:
        self._all_jobs: TrainingJobs | None = None
        self._alive: set[TrainingJob] = set()

    def follow(self, all_jobs: TrainingJobs, job: TrainingJob) -> None:
        """Count a training until it ends, then count its outcome."""
        self._all_jobs = all_jobs
        self._alive.add(job)
        threading.Thread(target=self._await_end, args=(job,), name="metrics", daemon=True).start()

    def trainings(self) -> dict[str, int]:
        """The number of trainings that are queued, running and paused."""
        counts = self._all_jobs.counts() if self._all_jobs else {"queued": 0, "running": 0}
        return counts | {"paused": max(0, len(self._alive) - sum(counts.values()))}

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield GaugeMetricFamily("vae_demo_sessions", "Open pages", value=open_sessions())
        trainings = GaugeMetricFamily(
            "vae_demo_trainings", "Trainings that have not ended, by state", labels=["state"]
        )
        for state, count in self.trainings().items():
            trainings.add_metric([state], count)
        yield trainings

    def _await_end(self, job: TrainingJob) -> None:
        job.wait()
        TRAININGS_ENDED.labels(outcome=str(job.status.state)).inc()
        self._alive.discard(job)


def metrics(request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


LIVE = LiveMetrics()
REGISTRY.register(LIVE)
ROUTES = [Route("/metrics", metrics)]
