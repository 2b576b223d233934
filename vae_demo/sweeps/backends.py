"""Backends that measure the points of a sweep: local processes, or a Ray cluster."""

from __future__ import annotations

import multiprocessing
import signal
import socket
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

import torch

from vae_demo.shipped import INSTALLED, PACKAGE, REPOSITORY
from vae_demo.sweeps.sweep import Backend, Outcome, Point, measure

EXCLUDED = (".git", ".venv", "pages", "checkpoints", "docs", "runs", "site", "tests")
NO_RAY = "Ray is not installed; pip install 'ray[default]' installs it"


def local_processes(workers: int) -> Backend:
    """A backend of `workers` processes on this machine, each with one thread."""

    def outcomes(points: Sequence[Point]) -> Generator[Outcome, None, None]:
        if not points:
            return
        others = set(multiprocessing.active_children())
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(workers, len(points)), context, _initialise_worker) as pool:
            try:
                for done in as_completed([pool.submit(measure, point) for point in points]):
                    yield done.result()
            except BrokenProcessPool:
                raise ChildProcessError(
                    "a worker process was killed, perhaps because memory ran out; "
                    "run the same command with fewer workers to continue"
                ) from None
            except BaseException:  # interrupted: stop the running trainings
                pool.shutdown(wait=False, cancel_futures=True)
                for child in set(multiprocessing.active_children()) - others:
                    child.terminate()
                    child.join()
                raise

    return outcomes


def ray_cluster(address: str) -> Backend:
    """A backend on the Ray cluster at an address, with one core for each point.

    The project's code is sent to the cluster. The machines need the packages of `requirements.txt`
    and the same versions of Python and Ray.
    """

    def outcomes(points: Sequence[Point]) -> Generator[Outcome, None, None]:
        try:
            import ray
        except ImportError:
            raise ValueError(NO_RAY) from None
        _check_address(address)
        try:
            ray.init(address, runtime_env=_code(), log_to_driver=False, logging_level="ERROR")
            pending = [ray.remote(measure).remote(point) for point in points]
            while pending:
                done, pending = ray.wait(pending)
                yield from ray.get(done)
        except (
            RuntimeError,
            ray.exceptions.RayError,
        ) as error:  # for example another version or a lost machine
            cause = " ".join(str(getattr(error, "cause", None) or error).split())
            raise ChildProcessError(f"the Ray cluster at {address} failed: {cause}") from None
        finally:
            ray.shutdown()

    return outcomes


def _code() -> dict[str, object]:
    """The project's code and the digits, as a runtime environment of Ray."""
    if INSTALLED:
        return {"py_modules": [str(PACKAGE)]}
    return {"working_dir": str(REPOSITORY), "excludes": [f"/{name}" for name in EXCLUDED]}


def _check_address(address: str) -> None:
    """Check that a server listens at an address; Ray itself would wait for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not port.isdecimal():
        return  # "auto", or an address that Ray checks itself
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
    except (OSError, OverflowError) as error:
        raise ConnectionError(f"there is no Ray cluster at {address}: {error}") from None


def _initialise_worker() -> None:
    """Use one thread, and ignore Ctrl-C, which the parent process handles."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)
