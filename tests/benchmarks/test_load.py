"""The measurement of a class at work, in little: nobody is dropped and nothing fails."""

import pytest

from benchmarks import load


@pytest.mark.long
def test_six_visitors_one_of_them_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "LOOKS", (0.5, 1))
    found = load.measure(sessions=6, trainings=1, seconds=8)
    assert found.dropped == found.errors == []
    assert len(found.loads) >= 5  # all but one come before half of the time, at the latest
    assert found.trained == 1
    assert found.work > 0 and found.memory < 100e6


def test_the_report_tells_what_went_wrong() -> None:
    told = {"dropped": ["visitor 3: the connection was closed"], "errors": ["log: broken"]}
    numbers = {"memory_per_session_mb": 1.0, "work_per_run_s": 0.1, "hand": {}}
    rest = dict.fromkeys(
        ("sessions", "trainings", "seconds", "machine", "load_average", "python", "streamlit"), 1
    )
    text = load.report({"page load": load.spread([1.0, 3.0, 2.0]), **told, **numbers, **rest})
    assert "median   2.00 s   p95   3.00 s   of 3" in text
    assert "visitor 3: the connection was closed" in text and "log: broken" in text
