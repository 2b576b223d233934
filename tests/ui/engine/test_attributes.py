"""The ruler of the browser finds what Python's does, number for number."""

from __future__ import annotations

import numpy as np
import pytest

from tests.support.javascript import in_node
from vae_demo.digits import mnist
from vae_demo.digits.attributes import UNITS, enlarged, measure

MEASURE = """
    return a.map((pixels) => ({
      ...m.measure(pixels),
      holes: m.countHoles(pixels),
      fine: [...m.enlarge(pixels).cells],
    }));
"""
MODULES = ["engine/attributes.js", "engine/enlarged_digit.js", "engine/holes.js"]


def odd_pictures() -> dict[str, np.ndarray]:
    """What no data set has, (28, 28) uint8 each."""
    rng = np.random.default_rng(3)
    pictures = {
        name: np.zeros((28, 28), np.uint8) for name in ("blank", "frame", "faint", "corner")
    }
    pictures["frame"][[0, -1]] = pictures["frame"][:, [0, -1]] = 255
    pictures["faint"][9:15, 9] = 1
    pictures["corner"][0, 0] = 255
    noise = rng.integers(0, 256, (28, 28)).astype(np.uint8)
    shade = np.tile(np.linspace(40, 250, 28).astype(np.uint8), (28, 1))
    full = np.full((28, 28), 255, np.uint8)
    return pictures | {"noise": noise, "shade": shade, "full": full}


@pytest.fixture(scope="module")
def pictures() -> np.ndarray:
    return np.concatenate([mnist.test_digits().images[:150], [*odd_pictures().values()]])


@pytest.fixture(scope="module")
def found(pictures: np.ndarray) -> list[dict]:
    return in_node(MODULES, MEASURE, pictures.reshape(len(pictures), -1).tolist())


@pytest.mark.parametrize("name", UNITS)
def test_attributes_are_python_s(name: str, pictures: np.ndarray, found: list[dict]) -> None:
    answers = np.array([each[name] for each in found], float)  # JSON has null for NaN
    np.testing.assert_allclose(answers, measure(pictures)[name], rtol=0, atol=2e-3)


def test_hardly_a_cell_of_the_enlarged_digit_differs(
    pictures: np.ndarray, found: list[dict]
) -> None:
    """Sums of single precision in another order are cut off one below or above, rarely."""
    fine = np.array([each["fine"] for each in found]).reshape(-1, 112, 112)
    away = np.abs(fine - enlarged(pictures))
    assert away.max() <= 1 and np.count_nonzero(away) < 1e-4 * away.size


def test_holes_are_counted_where_paper_is_surrounded_by_ink() -> None:
    ring, eight, open_ring = np.zeros((3, 28, 28), np.uint8)
    for top, picture in ((4, ring), (4, eight), (13, eight), (4, open_ring)):
        picture[top : top + 10, 8:18] = 255
        picture[top + 3 : top + 7, 11:15] = 0
    open_ring[8, 14:18] = 0  # a gap of one pixel
    diamond = np.zeros((28, 28), np.uint8)  # around paper that touches other paper at corners only
    diamond[[4, 5, 5, 6], [5, 4, 6, 5]] = 255
    given = [each.ravel().tolist() for each in (ring, eight, open_ring, diamond)]
    assert in_node("engine/holes.js", "return a.map(m.countHoles);", given) == [1, 2, 0, 1]
