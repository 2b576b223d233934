"""Charts that set runs side by side: what they hold, and that odd input breaks none."""

from __future__ import annotations

import numpy as np
import pytest

from vae_demo.ui.charts.comparison import (
    DASHES,
    LINE_COLOURS,
    learning_curves,
    rate_distortion,
)
from vae_demo.ui.charts.sweeps import sensitivity

CURVE_TEXT = {"epoch": "epoch", "nats": "nats"}
PLANE_TEXT = {
    **{"rate": "rate", "distortion": "distortion", "equal": "{nats} nats"},
    **{"paid": "paid", "free": "free"},
}
SETTING_TEXT = {"setting": "beta", "nats": "nats", "active": "active", "all": "all"}


def test_a_curve_begins_in_the_first_epoch_and_its_learning_sets_the_scale() -> None:
    at = np.array([0, 0.25, 0.5, 1, 2, 4], np.float32)
    nats = np.array([550, 300, 200, 140, 120, 110], np.float32)
    figure = learning_curves({"a": (at, nats)}, {"report": ((1, 2), (150.0, 130.0))}, CURVE_TEXT)
    line, marks = figure.data
    assert line.x.tolist() == [0.5, 1, 2, 4] and line.y.tolist() == [200, 140, 120, 110]
    assert (marks.x, marks.y) == ((1, 2), (150.0, 130.0))
    low, high = figure.layout.yaxis.range
    assert 100 < low < 110 and 150 < high < 160
    assert figure.layout.xaxis.range[1] == pytest.approx(np.log10(4.4))


def test_many_curves_differ_in_colour_or_dash() -> None:
    one = np.array([1.0, 2.0]), np.array([5.0, 4.0])
    figure = learning_curves({f"run {i}": one for i in range(25)}, {}, CURVE_TEXT)
    looks = [(line.line.color, line.line.dash) for line in figure.data]
    assert len(set(looks)) == 25 <= len(LINE_COLOURS) * len(DASHES)


def test_no_curve_and_a_run_stopped_early_are_charts_too() -> None:
    early = np.array([0.0, 0.125]), np.array([500.0, 300.0])
    assert learning_curves({"early": early}, {}, CURVE_TEXT).data[0].x.tolist() == []
    assert not learning_curves({}, {}, CURVE_TEXT).data


@pytest.mark.parametrize(
    ("rates", "distortions"),
    [
        ([0.0], [64.0]),
        ([0.0, 25.0, 6.0], [64.0, 74.0, 144.0]),
        ([3.0, 2.0], [1.0, 2.0]),
        ([200.0], [0.0]),
    ],
)
def test_all_runs_lie_inside_the_plane_and_lines_have_equal_sums(
    rates: list[float], distortions: list[float]
) -> None:
    names = [f"run {i}" for i in range(len(rates))]
    figure = rate_distortion(rates, distortions, names, PLANE_TEXT)
    (left, right), (low, top) = figure.layout.xaxis.range, figure.layout.yaxis.range
    assert all(left <= x < right for x in rates) and all(low <= y < top for y in distortions)
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert lines
    labels = {float(label.text.split()[0]): label for label in figure.layout.annotations}
    assert len(labels) == len(figure.layout.annotations) > len(lines) / 2
    for line in lines:
        total = line.x[0] + line.y[0]
        assert np.add(line.x, line.y).tolist() == pytest.approx([total, total])
        label = labels.pop(round(total), None)
        assert label is None or label.x + label.y == pytest.approx(total)
        assert left <= min(line.x) and max(line.x) <= right
    assert not labels
    marks = [trace for trace in figure.data if trace.mode != "lines"]
    assert sorted(name for trace in marks for name in trace.text) == names
    for trace in marks:
        assert all((x > 0) == (trace.name == "paid") for x in trace.x)


def test_sensitivity_is_the_mean_over_the_seeds_with_its_spread() -> None:
    at = np.array([0.5, 2.0])
    nats = {"rate": np.array([[10.0, 14.0], [4.0, np.nan]]), "sum": np.full((2, 2), 90.0)}
    active = np.array([[3.0, 4.0], [2.0, np.nan]])
    figure = sensitivity(at, ["½", "2"], nats, active, np.array([5, 5]), SETTING_TEXT)
    rate, total, used, whole = figure.data
    assert [line.name for line in figure.data] == ["rate", "sum", "active", "all"]
    assert rate.y.tolist() == [12, 4] and total.y.tolist() == [90, 90]
    assert (rate.error_y.array.tolist(), rate.error_y.arrayminus.tolist()) == ([2, 0], [2, 0])
    assert used.y.tolist() == [3.5, 2] and whole.y.tolist() == [5, 5]
    assert (rate.yaxis, used.yaxis, whole.yaxis) == ("y", "y2", "y2")
    assert len({(line.line.color, line.marker.symbol) for line in (rate, total, used)}) == 3
    assert figure.layout.xaxis2.type == "log"
    assert figure.layout.xaxis2.tickvals.tolist() == [0.5, 2]
    assert figure.layout.xaxis2.ticktext == ("½", "2")
    low, high = figure.layout.yaxis2.range
    assert low == 0 and high > 4


def test_a_setting_that_no_seed_has_is_a_gap() -> None:
    nothing = np.full((1, 2), np.nan)
    one = np.array([2.0])
    figure = sensitivity(one, ["2"], {"rate": nothing}, nothing, one, SETTING_TEXT)
    assert np.isnan(figure.data[0].y).all()
