"""Holes of every kind: where they are, and that nothing but the seed decides."""

import numpy as np
import pytest
import torch

from vae_demo.repair import holes


def test_every_kind_depends_on_its_seed_alone() -> None:
    for kind in holes.HOLES:
        found = holes.hole(kind, 50, 1)
        assert found.shape == (50, 28, 28) and found.dtype == bool
        share = found.mean((1, 2))
        assert share.min() > 0 and share.max() < 1, kind
        assert np.array_equal(found, holes.hole(kind, 50, 1))
        fixed = kind in ("lower-half", "upper-half", "every-second")
        assert np.array_equal(found, holes.hole(kind, 50, 2)) == fixed, kind
    with pytest.raises(ValueError, match="unknown hole 'moth'; there are: patch, lower-half"):
        holes.hole("moth", 1, 1)


def test_each_kind_is_where_it_should_be() -> None:
    for mask in holes.hole("patch", 50, 1):
        rows, columns = np.nonzero(mask)
        assert len(rows) == 100 and np.ptp(rows) == np.ptp(columns) == 9
        assert min(rows.min(), columns.min()) >= 4 and max(rows.max(), columns.max()) <= 23
    lower, upper = holes.hole("lower-half", 1, 1), holes.hole("upper-half", 1, 1)
    assert np.array_equal(np.unique(np.nonzero(lower)[1]), np.arange(14, 28))
    assert np.array_equal(lower, ~upper)
    chess = holes.hole("every-second", 1, 1)[0]
    assert chess.sum() == 392 and not (chess[1:] & chess[:-1]).any()
    assert 0.48 < holes.hole("random-half", 50, 1).mean() < 0.52


def test_a_stroke_is_the_pixels_near_a_segment() -> None:
    """Against the distance to 2,000 points of the segment."""
    start, end = torch.tensor([[3.2], [20.0]]), torch.tensor([[24.0], [5.5]])
    found = holes._stroke(start, end, torch.tensor([3.0]))[0].numpy()
    along = torch.linspace(0, 1, 2000)
    points = (start + (end - start) * along).numpy()  # (2, 2000)
    rows, columns = np.mgrid[:28, :28]
    away = np.hypot(rows[..., None] - points[0], columns[..., None] - points[1]).min(-1)
    clear = np.abs(away - 1.5) > 0.01
    assert np.array_equal(found[clear], (away < 1.5)[clear])


def test_holes_to_train_on_are_of_every_size() -> None:
    found = holes.random_holes(400, torch.Generator().manual_seed(0))
    assert torch.equal(found, holes.random_holes(400, torch.Generator().manual_seed(0)))
    share = found.float().mean((1, 2))
    assert share.quantile(0.1) < 0.15 and share.quantile(0.9) > 0.5
    x = torch.rand(400, 1, 28, 28)
    seen = holes.with_hole(x, found)
    assert torch.equal(seen[:, 1] > 0, found)
    assert not seen[:, 0][found].any() and torch.equal(seen[:, 0][~found], x[:, 0][~found])
