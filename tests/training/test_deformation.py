"""Random deformations of digits."""

import math

import pytest
import torch

from vae_demo.training import deformation
from vae_demo.training.deformation import affine_maps, deformed

ALL = ("TURN", "SHEAR", "SCALE", "WARP")
COUNT = 2000


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def spots(x: float, y: float, size: float = 2.0) -> torch.Tensor:
    """The same smooth spot in many pictures, x and y pixels from the middle."""
    at = torch.arange(28) - 13.5
    spot = torch.exp(-((at[:, None] - y) ** 2 + (at - x) ** 2) / (2 * size**2))
    return spot.expand(COUNT, 1, 28, 28)


def centres(pictures: torch.Tensor) -> torch.Tensor:
    """The centre of the ink of each picture, pixels from the middle, (n, 2)."""
    at, ink = torch.arange(28) - 13.5, pictures[:, 0]
    whole = ink.sum((1, 2))
    return torch.stack([(ink.sum(1) @ at) / whole, (ink.sum(2) @ at) / whole], 1)


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """All deformations but some are switched off; those are given with their sizes."""
    for name in ALL:
        monkeypatch.setattr(deformation, name, request.param.get(name, 0.0))


@pytest.mark.parametrize("only", [{}], indirect=True)
def test_without_any_deformation_pictures_stay(only: None) -> None:
    x = torch.rand((5, 1, 28, 28), generator=seeded())
    torch.testing.assert_close(deformed(x, seeded(1)), x, rtol=0, atol=1e-5)


@pytest.mark.parametrize("only", [{"TURN": 0.2}], indirect=True)
def test_a_turned_spot_stays_as_far_from_the_middle(only: None) -> None:
    found = centres(deformed(spots(6, 0), seeded(1)))
    angles = torch.atan2(found[:, 1], found[:, 0])
    torch.testing.assert_close(found.norm(dim=1), torch.full((COUNT,), 6.0), rtol=0, atol=0.05)
    assert abs(angles.mean()) < 5 * 0.2 / math.sqrt(COUNT)
    assert abs(angles.std() - 0.2) < 5 * 0.2 / math.sqrt(2 * COUNT)


@pytest.mark.parametrize("only", [{"SCALE": 0.05}], indirect=True)
def test_a_scaled_spot_moves_by_its_share_of_the_way(only: None) -> None:
    found = centres(deformed(spots(6, -4), seeded(1)))
    for axis, way in ((0, 6), (1, -4)):
        shares = way / found[:, axis] - 1  # the maps go from the new picture to the old one
        assert abs(shares.std() - 0.05) < 0.005
    assert abs(torch.corrcoef(found.T)[0, 1]) < 5 / math.sqrt(COUNT)


@pytest.mark.parametrize("only", [{"SHEAR": 0.1}], indirect=True)
def test_a_sheared_spot_moves_by_its_height(only: None) -> None:
    found = centres(deformed(spots(0, 6), seeded(1)))
    assert abs(found[:, 0].std() - 0.6) < 5 * 0.6 / math.sqrt(2 * COUNT)
    assert found[:, 1].std() < 0.02


@pytest.mark.parametrize("only", [{"WARP": 0.5}], indirect=True)
def test_a_warp_moves_what_is_close_alike_and_what_is_far_apart_not(only: None) -> None:
    left, near, right = (
        centres(deformed(spots(x, 0, 1.0), seeded(1)))[:, 0] for x in (-7.0, -6.0, 7.0)
    )
    assert 0.25 < left.std() < 0.55  # pixels; least between two knots
    assert torch.corrcoef(torch.stack([left, near]))[0, 1] > 0.9
    assert abs(torch.corrcoef(torch.stack([left, right]))[0, 1]) < 0.2


def test_deformed_digits_come_from_the_generator_alone_and_are_ink() -> None:
    x, before = torch.rand((5, 1, 28, 28), generator=seeded()).round(), torch.get_rng_state()
    first, again, other = (deformed(x, seeded(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert first.min() >= 0
    assert first.max() <= 1
    assert torch.equal(torch.get_rng_state(), before)


def test_maps_are_those_of_affine_grid() -> None:
    """A shift of half a side to the right shows what is there: the picture moves to the left."""
    none, one = torch.zeros(1), torch.ones(1)
    x = torch.rand((1, 1, 4, 4), generator=seeded())
    maps = affine_maps(none, none, none, none, one, none)
    places = torch.nn.functional.affine_grid(maps, [1, 1, 4, 4], align_corners=False)
    found = torch.nn.functional.grid_sample(x, places, align_corners=False)
    torch.testing.assert_close(found[..., :2], x[..., 2:])
    assert not found[..., 2:].any()
