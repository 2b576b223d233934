"""What a figure draws: ten digits in a fixed order, the same points in each frame."""

from __future__ import annotations

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from vae_demo.training.history import LOSS_NAMES
from vae_demo.ui.charts import latent

# Petroff 2021, arXiv:2107.02270, table of the ten-colour sequence.
PETROFF = [
    *("#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6"),
    *("#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd"),
]
TEXT = {
    "play": "Play",
    "pause": "Pause",
    "epoch": "epoch",
    "loss": "nats",
    "hover": "digit %{text}",
    "distortion": "distortion",
    "rate": "rate",
    "train": "train",
    "test": "test",
}
RNG = np.random.default_rng(0)
LABELS = RNG.permutation(np.repeat(np.arange(10), 6)).astype(np.uint8)
FRAMES = RNG.normal(size=(4, 60, 2)).astype(np.float32)
AT = [0, 0.125, 0.5, 1]
LOSSES = np.array([500.0, 200, 150, 120])
CAPTIONS = [f"caption {i}" for i in range(4)]


def animation(frames: np.ndarray = FRAMES, labels: np.ndarray = LABELS, **more: int) -> go.Figure:
    return latent.latent_animation(frames, labels, AT, LOSSES, captions=CAPTIONS, text=TEXT, **more)


def shown(traces: tuple, labels: np.ndarray) -> np.ndarray:
    """The points of ten digit traces, put back into their order in the probe.

    By their ids; a frame has none and keeps those of the start, which go up with the probe.
    """
    points = np.full((len(labels), 2), np.nan, np.float32)
    for digit, trace in enumerate(traces[:10]):
        rising = np.flatnonzero(labels == digit)
        places = rising if trace.ids is None else np.array(trace.ids, int)
        np.testing.assert_array_equal(places, rising)
        points[places] = np.column_stack([trace.x, trace.y])
    return points


def strict(figure: go.Figure) -> dict:
    """The figure as a browser gets it; NaN is no JSON."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} in JSON")

    return json.loads(figure.to_json(), parse_constant=refuse)


def test_colours_are_petroff_s_ten_in_his_order() -> None:
    assert list(latent.DIGIT_COLOURS) == PETROFF


def test_a_scatter_has_one_trace_per_digit_in_order() -> None:
    figure = latent.latent_scatter(FRAMES[0], LABELS)
    *digits, names = figure.data
    assert [trace.name for trace in digits] == list("0123456789")
    assert [trace.marker.color for trace in digits] == PETROFF
    assert {trace.type for trace in figure.data} == {"scatter"}  # scattergl cannot be animated
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
    strict(animation(FRAMES[:, keep], labels))


def test_a_point_is_the_same_digit_in_every_frame() -> None:
    figure = animation()
    ids = [list(trace.ids) for trace in figure.data[:10]]
    assert sum(len(part) for part in ids) == 60
    assert len({i for part in ids for i in part}) == 60
    for i, frame in enumerate(figure.frames):
        assert all(trace.ids is None for trace in frame.data[:10])  # those of the start stay
        np.testing.assert_array_equal(shown(frame.data, LABELS), FRAMES[i])


def test_a_frame_updates_the_cloud_and_the_mark_and_leaves_the_curve() -> None:
    figure = animation()
    curve, mark = 11, 12
    assert figure.data[curve].mode == "lines"
    np.testing.assert_allclose(figure.data[curve].y, LOSSES)
    for i, frame in enumerate(figure.frames):
        assert list(frame.traces) == [*range(11), mark]
        assert len(frame.data) == len(frame.traces)
        assert (frame.data[-1].x[0], frame.data[-1].y[0]) == (i, LOSSES[i])


@pytest.mark.parametrize(("start", "first"), [(-1, 3), (0, 0), (2, 2)])
def test_the_moment_shown_first(start: int, first: int) -> None:
    figure = animation(start=start)
    np.testing.assert_array_equal(shown(figure.data, LABELS), FRAMES[first])
    slider = figure.layout.sliders[0]
    assert slider.active == first
    assert [step.label for step in slider.steps] == CAPTIONS
    assert [step.args[0] for step in slider.steps] == [(frame.name,) for frame in figure.frames]
    assert [frame.name for frame in figure.frames] == ["0", "0.125", "0.5", "1"]


def test_ranges_are_fixed_square_and_hold_the_whole_run() -> None:
    frames = FRAMES * np.array([1, 2, 10, 3])[:, None, None]
    figure = animation(frames)
    assert figure.layout.xaxis.range == figure.layout.yaxis.range
    low, high = figure.layout.xaxis.range
    assert -low == high
    assert (np.abs(frames) < high).mean() > 0.99
    assert figure.layout.yaxis.scaleanchor == "x"
    for frame in figure.frames:
        assert frame.layout.xaxis.range is None


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


def test_an_animation_sends_float32() -> None:
    """Half the bytes of float64, for a picture that is a megabyte."""
    frame = animation(FRAMES.astype(np.float64)).frames[1]
    assert {np.asarray(trace.x).dtype for trace in frame.data[:11]} == {np.dtype(np.float32)}


def test_loss_curves_show_the_four_losses_apart() -> None:
    losses = {name: RNG.uniform(size=4) for name in LOSS_NAMES}
    figure = latent.loss_curves(np.array(AT), losses, TEXT)
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


def test_a_marker_is_added_above_the_cloud() -> None:
    figure = latent.with_marker(
        latent.latent_scatter(FRAMES[0], LABELS), np.array([1.5, -2.0]), "you"
    )
    mark = figure.data[-1]
    assert len(figure.data) == 12
    assert (mark.x[0], mark.y[0], mark.text[0]) == (1.5, -2.0, "you")
