"""What all tests share: shapes checked, one core, and small stand-ins for the digits."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is there; subprocesses inherit it
os.environ["VAE_DEMO_VISITORS"] = tempfile.mkdtemp(prefix="vae-demo-visitors-")

import pytest
from jaxtyping import install_import_hook

atexit.register(shutil.rmtree, os.environ["VAE_DEMO_VISITORS"], ignore_errors=True)

# Every shape in the signatures of these modules is checked at every call in the tests.
install_import_hook(
    [
        "vae_demo.distributions.flow",
        "vae_demo.distributions.mixture",
        "vae_demo.distributions.prior",
        "vae_demo.distributions.words",
        "vae_demo.models.losses",
        "vae_demo.models.arrays",
        "vae_demo.models.autoencoder",
        "vae_demo.models.codec",
        "vae_demo.models.conditional",
        "vae_demo.models.contractive",
        "vae_demo.models.convolutional",
        "vae_demo.models.hierarchical",
        "vae_demo.models.linear",
        "vae_demo.models.vae",
        "vae_demo.models.vq",
        "vae_demo.repair.compress.bits_back",
        "vae_demo.repair.compress.exact",
        "vae_demo.repair.compress.gaussians",
        "vae_demo.repair.compress.lossy",
        "vae_demo.repair.compress.model",
        "vae_demo.repair.compress.networks",
        "vae_demo.repair.denoise",
        "vae_demo.repair.energy",
        "vae_demo.repair.holes",
        "vae_demo.repair.inpaint",
        "vae_demo.repair.measures",
        "vae_demo.repair.networks",
        "vae_demo.repair.upscale",
    ],
    "beartype.beartype",
)

from vae_demo.digits import mnist  # noqa: E402
from vae_demo.digits.mnist import Digits  # noqa: E402


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of the cases of a test with `some(n)`, n run now and the others in the longer run."""
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("some") and not item.get_closest_marker("long"):
            cases.setdefault(item.nodeid.split("[")[0], []).append(item)
    for each in cases.values():
        marker = each[0].get_closest_marker("some")
        assert marker is not None
        now = marker.args[0]
        kept = {at * len(each) // now for at in range(now)}  # spread over all cases
        for at, item in enumerate(each):
            if at not in kept:
                item.add_marker(pytest.mark.long)


def pytest_collection_finish() -> None:
    """Leaves what has been imported out of all later garbage collections, which take a third."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Collects once what the tests left, rather than ten times as pytest does at its end."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says why a test was tried again, which pytest-rerunfailures does not."""
    for report in terminalreporter.stats.get("rerun", ()):
        terminalreporter.section(f"tried again: {report.nodeid}")
        terminalreporter.write_line(report.longreprtext)


@pytest.fixture(scope="session")
def few() -> Digits:
    """800 training digits: eight steps of 100, so the first epoch has all its snapshots."""
    return mnist.train_digits()[:800]


@pytest.fixture(scope="session")
def few_test() -> Digits:
    """200 test digits."""
    return mnist.test_digits()[:200]


@pytest.fixture
def small_world(
    few: Digits, few_test: Digits, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Digits, Digits]]:
    """The whole set is 800 training and 200 test digits; the probe stays the real one."""
    from vae_demo.evaluation import score

    monkeypatch.setattr(score, "PICTURES", 40)  # samples of a run, with each of two seeds
    monkeypatch.setattr(score, "DRAWS", 2)

    mnist.shown_probe()  # cached from the real test digits before they are replaced
    monkeypatch.setattr(mnist, "train_digits", lambda: few)
    monkeypatch.setattr(mnist, "test_digits", lambda: few_test)
    yield few, few_test
