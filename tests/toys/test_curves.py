"""The curves: where they pass, their lengths, and the browser's are the same."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.javascript import in_node
from vae_demo.toys.curves import CURVES, SHORTEST, SPACE_CURVES, Points, stroke

T = np.linspace(0, 1, 2001)
DRAWN = np.array([[0.0, 0.0], [0.6, 0.0], [0.6, 0.0], [0.6, 0.3], [-0.2, 0.9]])


def length(points: Points) -> float:
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def test_curves_lie_where_their_formulas_say() -> None:
    assert np.allclose(
        CURVES["arms"](np.array([0, 0.5, 1])), [[0.7, -0.75], [-0.8, 0], [0.7, 0.75]]
    )
    assert np.allclose(np.hypot(*CURVES["circle"](T).T), 0.75)
    assert length(CURVES["circle"](T)) == pytest.approx(1.5 * np.pi, rel=1e-5)
    radius = np.hypot(*CURVES["spiral"](T).T)
    assert np.allclose(np.diff(radius), 0.7 / 2000)  # Archimedean: evenly spaced turns
    left, right = CURVES["moons"](T[:1000]), CURVES["moons"](T[1000:])
    assert left[:, 1].min() > -0.151 and right[:, 1].max() < 0.151
    assert length(left) == pytest.approx(0.6 * np.pi, rel=5e-3)
    x, y, z = SPACE_CURVES["helix"](T).T
    assert np.allclose(np.hypot(x, y), 0.45) and np.allclose(np.diff(z), 2 / 2000)
    x, y, z = SPACE_CURVES["cone"](T).T
    assert np.allclose(np.hypot(x, y), 0.4 + 0.25 * z)
    for curve in (CURVES | SPACE_CURVES).values():
        assert np.abs(curve(T)).max() <= 1


def test_a_stroke_is_followed_at_constant_speed() -> None:
    points = stroke(DRAWN)(T)
    assert np.allclose(points[[0, -1]], DRAWN[[0, -1]])
    assert length(points) == pytest.approx(length(DRAWN), abs=1e-3)
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    assert np.median(steps) == pytest.approx(length(DRAWN) / 2000)
    assert steps.max() < 1.001 * np.median(steps)


@pytest.mark.parametrize(
    "points", [np.zeros((1, 2)), np.zeros((4, 2)), np.array([[0.0, 0.0], [0.0, SHORTEST - 0.1]])]
)
def test_a_stroke_that_is_too_short_is_refused(points: Points) -> None:
    with pytest.raises(ValueError, match=rf"at least 0\.5 long; this one has {len(points)} points"):
        stroke(points)
    body = "return m.strokeCurve(a)"
    assert in_node("engine/toy_curves.js", body, points.flatten().tolist()) is None


def test_the_browser_s_curves_are_the_same() -> None:
    body = """
        const curves = { ...m.CURVES, ...m.SPACE_CURVES, stroke: m.strokeCurve(a) };
        return Object.fromEntries(Object.entries(curves).map(
            ([name, curve]) => [name, [...m.pointsOf(curve, 200)]]));
    """
    found = in_node("engine/toy_curves.js", body, DRAWN.flatten().tolist())
    curves = CURVES | SPACE_CURVES | {"stroke": stroke(DRAWN)}
    assert list(found) == list(curves)
    t = (np.arange(200) + 0.5) / 200
    for name, curve in curves.items():
        np.testing.assert_allclose(found[name], curve(t).flatten(), atol=1e-13, err_msg=name)
