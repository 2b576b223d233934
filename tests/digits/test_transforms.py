"""Transformations: by PyTorch's own sampling, by the ruler, and number for number in JavaScript."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from tests.support.javascript import in_node
from vae_demo.digits import measured, mnist
from vae_demo.digits.attributes import measure
from vae_demo.digits.measured import ATTRIBUTES
from vae_demo.digits.transforms import HANDLES, NAMES, REACH, thicker, transformed
from vae_demo.ui.frame.link_fields import FIELDS

COUNT = 60
IMAGES = mnist.probe().images[:COUNT]
OWN = np.stack([measured.test_attributes()[name] for name in ATTRIBUTES], 1)[
    mnist.probe_indices()[:COUNT]
].astype(float)


def pulled(**amounts: float) -> np.ndarray:
    rows = np.zeros((COUNT, len(NAMES)))
    for name, amount in amounts.items():
        rows[:, NAMES.index(name)] = amount
    return transformed(IMAGES, rows, OWN)


def test_no_amount_changes_nothing() -> None:
    np.testing.assert_allclose(pulled(), IMAGES / 255, atol=1e-12)


@pytest.mark.parametrize(
    "amounts", [{"rotation": 20.0}, {"right": 2.5, "down": -1.25}, {"zoom": 25.0}], ids=str
)
def test_a_turn_a_shift_and_a_zoom_are_pytorch_s(amounts: dict[str, float]) -> None:
    """In its coordinates, -1 to 1 from edge to edge; a turn is clockwise on the screen."""
    angle = np.deg2rad(amounts.get("rotation", 0))
    scale = 1 / (1 + amounts.get("zoom", 0) / 100)
    shift = np.array([amounts.get("right", 0), amounts.get("down", 0)]) / 14
    back = scale * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    theta = torch.tensor(np.column_stack([back, -back @ shift])).expand(COUNT, -1, -1)
    x = torch.tensor(IMAGES / 255)[:, None]
    grid = F.affine_grid(theta, [COUNT, 1, 28, 28], align_corners=False)
    expected = F.grid_sample(x, grid, align_corners=False)[:, 0].numpy()
    np.testing.assert_allclose(pulled(**amounts), expected, atol=1e-9)


@pytest.mark.parametrize(
    ("name", "amount", "within"), [("slant", 15, 2.0), ("slant", -15, 2.0), ("width", 2, 0.7)]
)
def test_the_ruler_finds_what_was_asked_for(name: str, amount: float, within: float) -> None:
    found = measure(np.rint(255 * pulled(**{name: amount})).astype(np.uint8))[name]
    wanted = OWN[:, ATTRIBUTES.index(name)] + amount
    assert np.median(np.abs(found - wanted)) < within / 2
    assert np.quantile(np.abs(found - wanted), 0.9) < within


def test_a_stroke_becomes_two_pixels_thicker_or_thinner() -> None:
    stroke = np.zeros((1, 28, 28))
    stroke[0, 8:20, 12:16] = 1
    for amount, columns in ((2.0, range(11, 17)), (-2.0, range(13, 15))):
        row = thicker(stroke, np.array([amount]))[0, 14]
        assert np.flatnonzero(row == 1).tolist() == list(columns)
    between = thicker(stroke, np.array([1.0]))[0, 14]
    assert between[10:17].tolist() == [0, 0.5, 1, 1, 1, 1, 0.5]


def test_links_hold_what_handles_reach() -> None:
    for name, handle in HANDLES.items():
        field = FIELDS["transform"][name]
        assert (field.low, field.high, field.default) == (-handle.reach, handle.reach, 0), name


def test_the_browser_computes_the_same() -> None:
    rng = np.random.default_rng(0)
    count = 8
    amounts = rng.uniform(-1, 1, (count, len(NAMES))) * REACH
    expected = transformed(IMAGES[:count], amounts, OWN[:count])
    found = in_node(
        "engine/transforms.js",
        "return a.map(({ pixels, amounts, own }) => [...m.transformed(pixels, amounts, own)]);",
        [
            {
                "pixels": image.ravel().tolist(),
                "amounts": dict(zip(NAMES, row.tolist(), strict=True)),
                "own": dict(zip(ATTRIBUTES, own.tolist(), strict=True)),
            }
            for image, row, own in zip(IMAGES[:count], amounts, OWN[:count], strict=True)
        ],
    )
    np.testing.assert_allclose(np.array(found).reshape(count, 28, 28), expected, atol=2e-6)
