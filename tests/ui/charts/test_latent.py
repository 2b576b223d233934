"""What a figure draws: ten digits in a fixed order, the same points in each frame."""

from __future__ import annotations

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from vae_demo.training.history import LOSS_NAMES
from vae_demo.ui.charts import latent
from vae_demo.ui.charts.colours import DIGIT_COLOURS
from vae_demo.ui.charts.loss_curves import loss_curves

# Petroff 2021, arXiv:2107.02270, table of the ten-colour sequence.
PETROFF = [
    *("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6"),
    *("#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd"),
]
TEXT = {
    "epoch": "epoch",
    "distortion": "distortion",
    "rate": "rate",
    "train": "train",
    "test": "test",
}
RNG = np.random.default_rng(0)
LABELS = RNG.permutation(np.repeat(np.arange(10), 6)).astype(np.uint8)
FRAMES = RNG.normal(size=(4, 60, 2)).astype(np.float32)
AT = [0, 0.125, 0.5, 1]


def shown(traces: tuple, labels: np.ndarray) -> np.ndarray:
    """The points of ten digit traces, put back into their order in the probe."""
    points = np.full((len(labels), 2), np.nan, np.float32)
    for digit, trace in enumerate(traces[:10]):
        np.testing.assert_array_equal(trace.customdata, np.flatnonzero(labels == digit))
        points[np.array(trace.customdata, int)] = np.column_stack([trace.x, trace.y])
    return points


def strict(figure: go.Figure) -> dict:
    """The figure as a browser gets it; NaN is no JSON."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} in JSON")

    return json.loads(figure.to_json(), parse_constant=refuse)


def test_colours_are_petroff_s_ten_in_his_order() -> None:
    assert list(DIGIT_COLOURS) == PETROFF


def test_a_scatter_has_one_trace_per_digit_in_order() -> None:
    figure = latent.latent_scatter(FRAMES[0], LABELS)
    *digits, names = figure.data
    assert [trace.name for trace in digits] == list("0123456789")
    assert [trace.marker.color for trace in digits] == PETROFF
    assert {trace.type for trace in figure.data} == {"scatter"}
    for digit, trace in enumerate(digits):
        assert list(trace.customdata) == np.flatnonzero(digit == LABELS).tolist()
        assert set(trace.text) == {str(digit)}
    np.testing.assert_array_equal(shown(figure.data, LABELS), FRAMES[0])
    assert list(names.text) == [f"<b>{digit}</b>" for digit in range(10)]
    strict(figure)


def test_a_label_stands_at_the_median_of_its_digit() -> None:
    centres = latent.cluster_centres(FRAMES[0], LABELS)
    for digit in range(10):
        expected = np.median(FRAMES[0][digit == LABELS], axis=0)
        np.testing.assert_allclose(centres[digit], expected, rtol=1e-6)


def test_a_missing_digit_leaves_its_place_empty() -> None:
    """The other traces keep their number and colour, and no label is drawn for it."""
    keep = LABELS != 4
    points, labels = FRAMES[0][keep], LABELS[keep]
    figure = latent.latent_scatter(points, labels)
    assert len(figure.data) == 11
    assert len(figure.data[4].x) == 0
    assert [trace.marker.color for trace in figure.data[:10]] == PETROFF
    np.testing.assert_array_equal(shown(figure.data, labels), points)
    missing = np.isnan(latent.cluster_centres(points, labels)).all(1)
    assert np.flatnonzero(missing).tolist() == [4]
    strict(figure)


def test_the_range_is_square_and_holds_the_whole_run() -> None:
    frames = FRAMES * np.array([1, 2, 10, 3])[:, None, None]
    figure = latent.latent_scatter(frames[0], LABELS, latent.latent_range(frames))
    assert figure.layout.xaxis.range == figure.layout.yaxis.range
    low, high = figure.layout.xaxis.range
    assert -low == high
    assert (np.abs(frames) < high).mean() > 0.99
    assert figure.layout.yaxis.scaleanchor == "x"


@pytest.mark.parametrize("points", [np.zeros((3, 2)), np.empty((0, 2)), np.full((3, 2), 1e-9)])
def test_a_range_is_never_empty(points: np.ndarray) -> None:
    low, high = latent.latent_range(points)
    assert low < 0 < high


def test_a_stray_point_does_not_squeeze_the_cloud() -> None:
    points = RNG.normal(size=(1000, 2))
    calm = latent.latent_range(points)
    points[0] = 1e4
    assert latent.latent_range(points)[1] < 2 * calm[1]


def test_a_given_range_is_used() -> None:
    figure = latent.latent_scatter(FRAMES[0], LABELS, reach=(-7.0, 7.0))
    assert figure.layout.xaxis.range == (-7, 7)


def test_a_scatter_sends_float32() -> None:
    """Half the bytes of float64."""
    traces = latent.latent_scatter(FRAMES[0].astype(np.float64), LABELS).data[:10]
    assert {np.asarray(trace.x).dtype for trace in traces} == {np.dtype(np.float32)}


def test_loss_curves_show_the_four_losses_apart() -> None:
    losses = {name: RNG.uniform(size=4) for name in LOSS_NAMES}
    figure = loss_curves(np.array(AT), losses, TEXT)
    found = {
        (trace.name, trace.xaxis): (trace.y, trace.line.dash, trace.showlegend)
        for trace in figure.data
    }
    assert len(figure.data) == len(found) == 4
    for column, part in (("x", "distortion"), ("x2", "rate")):
        for split, dash in (("train", "dot"), ("test", "solid")):
            y, line, legend = found[split, column]
            np.testing.assert_array_equal(y, losses[f"{split}_{part}"])
            assert line == dash  # not by colour alone
            assert legend == (column == "x")
    strict(figure)


def test_a_code_is_a_bar_per_latent() -> None:
    bar = latent.code_bars(np.array([1.0, -2, 0.5]), ["z3", "z1", "z2"]).data[0]
    assert list(bar.x) == ["z3", "z1", "z2"]
    assert list(bar.y) == [1, -2, 0.5]
