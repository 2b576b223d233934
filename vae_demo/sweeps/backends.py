"""Where the points of a sweep are measured: on this machine, or on a Ray cluster that is there."""

from __future__ import annotations

import multiprocessing
import signal
import socket
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import torch

from vae_demo.sweeps.sweep import Backend, Outcome, Point, measure

ROOT = Path(__file__).parents[2]
NOT_NEEDED = (".git", ".venv", "pages", "checkpoints", "docs", "runs", "site", "tests")
NO_RAY = "Ray is not installed here; pip install 'ray[default]' brings it"


def local_processes(workers: int) -> Backend:
    """So many processes of this machine, each with one thread."""

    def outcomes(points: Sequence[Point]) -> Generator[Outcome, None, None]:
        if not points:
            return
        others = set(multiprocessing.active_children())
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(workers, len(points)), context, _settle) as pool:
            try:
                for done in as_completed([pool.submit(measure, point) for point in points]):
                    yield done.result()
            except BrokenProcessPool:
                raise ChildProcessError(
                    "a worker process was ended, for want of memory perhaps; "
                    "the same command with fewer workers goes on from here"
                ) from None
            except BaseException:  # interrupted: no one waits for what is under way
                pool.shutdown(wait=False, cancel_futures=True)
                for child in set(multiprocessing.active_children()) - others:
                    child.terminate()
                    child.join()
                raise

    return outcomes


def ray_cluster(address: str) -> Backend:
    """The Ray cluster at an address, one core for each point; this code travels there.

    Its machines need what `requirements.txt` lists, and the Python and Ray that are used here.
    """

    def outcomes(points: Sequence[Point]) -> Generator[Outcome, None, None]:
        try:
            import ray
        except ImportError:
            raise ValueError(NO_RAY) from None
        _reach(address)
        code = {"working_dir": str(ROOT), "excludes": [f"/{name}" for name in NOT_NEEDED]}
        try:
            ray.init(address, runtime_env=code, log_to_driver=False, logging_level="ERROR")
            pending = [ray.remote(measure).remote(point) for point in points]
            while pending:
                done, pending = ray.wait(pending)
                yield from ray.get(done)
        except (RuntimeError, ray.exceptions.RayError) as error:  # another version, a lost machine
            cause = " ".join(str(getattr(error, "cause", None) or error).split())
            raise ChildProcessError(f"the Ray cluster at {address} failed: {cause}") from None
        finally:
            ray.shutdown()

    return outcomes


def _reach(address: str) -> None:
    """Refuse an address at which nothing listens; Ray itself would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not port.isdecimal():
        return  # "auto", or what Ray refuses by itself
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
    except (OSError, OverflowError) as error:
        raise ConnectionError(f"there is no Ray cluster at {address}: {error}") from None


def _settle() -> None:
    """A worker computes with one thread, and leaves Ctrl-C to the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    torch.set_num_threads(1)
