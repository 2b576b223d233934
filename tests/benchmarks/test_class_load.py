"""The load test of a class in little: over a restart, nothing is lost."""

import argparse

import pytest

from benchmarks import class_load


@pytest.mark.long
def test_three_pupils_and_a_restart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_load, "SENDS", (1.1, 1.5))
    found = class_load.measure(argparse.Namespace(pupils=3, trainings=0, seconds=18))
    assert found.lost == found.refused == found.errors == []
    assert found.sent > 10 and found.resent > 0  # some were sent while the server was away
    assert len(found.pages) >= 3 and len(found.looks) > 5
