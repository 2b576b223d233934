"""Damages: the mask of the course, the stated noise, and nobody else's random numbers."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from vae_demo.digits.damages import (
    DAMAGES,
    NOISES,
    blur,
    damage,
    damage_mask,
    dropout,
    gaussian,
    noise_field,
    salt_and_pepper,
)

KINDS = list(DAMAGES)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def pictures(n: int = 64) -> torch.Tensor:
    """Uniform in (0.25, 0.75): no pixel is 0, mid-grey by chance only, or 1."""
    return 0.25 + 0.5 * torch.rand(n, 1, 28, 28, generator=generator(1))


def near_share(count: int, n: int, p: float) -> bool:
    """A binomial count lies within five standard deviations of its mean (2 in a million fail)."""
    return abs(count - n * p) <= 5 * math.sqrt(n * p * (1 - p))


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_dropout_is_the_mask_of_the_course(p: float) -> None:
    x = pictures()
    bad = dropout(x, p, generator())
    signed, came = 2 * x - 1, 2 * bad - 1
    dropped = came == 0
    assert near_share(int(dropped.sum()), x.numel(), p)
    assert torch.all(bad[dropped] == 0.5)
    torch.testing.assert_close(came[~dropped], signed[~dropped] / (1 - p), rtol=1e-4, atol=1e-5)


def test_dropout_takes_the_two_values_of_torch() -> None:
    """`nn.Dropout(p)(ones)` holds 0 and 1 / (1 - p); so does ours where 2x - 1 is 1."""
    torch_mask = nn.Dropout(0.75)(torch.ones(20, 1, 28, 28))
    ours = 2 * dropout(torch.ones(20, 1, 28, 28), 0.75, generator()) - 1
    assert set(ours.unique().tolist()) == set(torch_mask.unique().tolist()) == {0.0, 4.0}


def test_dropout_leaves_the_range() -> None:
    assert dropout(torch.ones(1, 1, 28, 28), 0.5, generator()).max() == 1.5


@pytest.mark.parametrize("std", [0.02, 0.04])
def test_gaussian_has_the_stated_mean_and_deviation(std: float) -> None:
    x = pictures()  # at least six deviations from 0 and 1: nothing is clipped
    noise = gaussian(x, std, generator()) - x
    n = x.numel()
    assert abs(noise.mean().item()) < 5 * std / math.sqrt(n)
    assert abs(noise.std().item() - std) < 5 * std / math.sqrt(2 * n)


def test_gaussian_is_clipped() -> None:
    bad = gaussian(pictures(), 2.0, generator())
    assert bad.min() == 0 and bad.max() == 1


@pytest.mark.parametrize("p", [0.05, 0.5, 1.0])
def test_salt_and_pepper_come_equally_often(p: float) -> None:
    x = pictures()
    bad = salt_and_pepper(x, p, generator())
    salt, pepper = bad == 1, bad == 0
    assert near_share(int(salt.sum()), x.numel(), p / 2)
    assert near_share(int(pepper.sum()), x.numel(), p / 2)
    rest = ~(salt | pepper)
    assert torch.equal(bad[rest], x[rest])
    assert p < 1 or not rest.any()


@pytest.mark.parametrize("strength", [1e-200, 0.7, 2.0, 1e200])
def test_blur_is_a_weighted_mean(strength: float) -> None:
    """Written anew as a sum over the neighbours of one pixel, in double precision."""
    x = pictures(1)
    y, x0 = 3, 20
    weights = np.array(
        [
            [
                math.exp(-(((i - y) / strength) ** 2 + ((j - x0) / strength) ** 2) / 2)
                for j in range(28)
            ]
            for i in range(28)
        ]
        if strength > 1e-100
        else np.eye(28 * 28)[y * 28 + x0].reshape(28, 28)
    )
    expected = (weights * x[0, 0].double().numpy()).sum() / weights.sum()
    assert blur(x, strength, generator())[0, 0, y, x0].item() == pytest.approx(expected, abs=1e-6)
    flat = torch.full((1, 1, 28, 28), 0.3)
    torch.testing.assert_close(blur(flat, strength, generator()), flat)


@pytest.mark.parametrize("kind", KINDS)
def test_shape_kind_and_input_are_kept(kind: str) -> None:
    x = pictures(3)
    before = x.clone()
    bad = damage(x, kind, 0.3, 0)
    assert bad.shape == x.shape and bad.dtype == x.dtype
    assert not torch.equal(bad, x) and torch.equal(x, before)


@pytest.mark.parametrize("kind", KINDS)
def test_no_strength_changes_nothing(kind: str) -> None:
    x = pictures(3)
    assert torch.equal(damage(x, kind, 0.0, 0), x)


@pytest.mark.parametrize("kind", KINDS)
def test_chance_comes_from_the_generator_alone(kind: str) -> None:
    x = pictures(3)
    before = torch.get_rng_state()
    a, b, c = (damage(x, kind, 0.3, seed) for seed in (7, 7, 8))
    assert torch.equal(a, b) and torch.equal(a, c) == (kind not in NOISES)
    assert torch.equal(a, damage(x, kind, 0.3, generator(7)))
    assert torch.equal(a, DAMAGES[kind](x, 0.3, generator(7)))
    going_on = generator(7)
    again = torch.equal(damage(x, kind, 0.3, going_on), damage(x, kind, 0.3, going_on))
    assert again == (kind not in NOISES)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    ("kind", "strength", "sentence"),
    [
        ("dropout", 1.0, r"dropout is a share in \[0, 1\), not 1"),
        ("dropout", -0.1, r"dropout is a share in \[0, 1\), not -0.1"),
        ("gaussian", -1.0, r"gaussian is a standard deviation in \[0, inf\), not -1"),
        ("gaussian", math.inf, r"in \[0, inf\), not inf"),
        ("salt_and_pepper", 1.5, r"salt_and_pepper is a share in \[0, 1\], not 1.5"),
        ("blur", -0.5, r"blur is a standard deviation in pixels, in \[0, inf\), not -0.5"),
        ("blur", math.nan, "not nan"),
        ("dropout", math.nan, "not nan"),
        ("gaussian", math.nan, "not nan"),
        ("salt_and_pepper", math.nan, "not nan"),
        ("foo", 0.5, "unknown damage 'foo'; there are: dropout, gaussian, salt_and_pepper, blur"),
    ],
)
def test_bad_strengths_and_kinds_have_their_sentence(
    kind: str, strength: float, sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        damage(pictures(1), kind, strength, 0)


# --- chance apart from the formula, and damage in places -----------------------------------------


def test_the_field_holds_the_numbers_that_torch_draws() -> None:
    shape = (1, 1, 28, 28)
    uniform = torch.rand(shape, generator=generator(9))[0, 0].numpy()
    normal = torch.randn(shape, generator=generator(9))[0, 0].numpy()
    for kind, expected in zip(NOISES, (uniform, normal, uniform), strict=True):
        field = noise_field(kind, 9)
        assert field.dtype == np.float32 and np.array_equal(field, expected)
        assert not np.array_equal(field, noise_field(kind, 10))


@pytest.mark.parametrize("kind", NOISES)
def test_every_kind_is_a_formula_of_its_field(kind: str) -> None:
    """Written anew, pixel by pixel, in numpy's double precision."""
    x = pictures(1)
    v, strength, u = x.double().numpy()[0, 0], 0.25, noise_field(kind, 5)
    expected = {
        "dropout": 0.5 + (v - 0.5) * (u < 0.75) / 0.75,
        "gaussian": np.clip(v + 0.25 * u.astype(float), 0, 1),
        "salt_and_pepper": np.select([u < 0.125, u < 0.25], [0, 1], v),
    }
    found = damage(x, kind, strength, 5)[0, 0].numpy()
    np.testing.assert_allclose(found, expected[kind], atol=1e-6, rtol=0)


def test_other_kinds_have_no_field() -> None:
    with pytest.raises(ValueError, match="unknown noise 'foo'; there are: dropout, gaussian, salt"):
        noise_field("foo", 0)


@pytest.mark.parametrize("kind", KINDS)
def test_damage_stays_where_it_is_painted(kind: str) -> None:
    x = pictures(3)
    where = torch.zeros_like(x)
    where[..., :14] = 1
    where[..., 13:15, 14:] = 0.25
    bad, whole = damage(x, kind, 0.5, 7, where=where), damage(x, kind, 0.5, 7)
    assert torch.equal(bad[where == 1], whole[where == 1])
    assert torch.equal(bad[where == 0], x[where == 0])
    part = where == 0.25
    torch.testing.assert_close(bad[part], x[part] + (whole[part] - x[part]) / 4)
    assert torch.equal(damage(x, kind, 0.0, 7, where=where), x)


# --- masks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_mask_tells_what_was_damaged_and_not_what_is_seen(kind: str) -> None:
    x = pictures(3)
    where = torch.zeros_like(x)
    where[..., :14] = 0.5
    for chosen in (None, where):
        mask = damage_mask(x, kind, 0.4, 7, where=chosen)
        assert torch.equal(mask, damage_mask(torch.rand_like(x), kind, 0.4, 7, where=chosen))
        changed = damage(x, kind, 0.4, 7, where=chosen) != x
        if kind == "dropout":  # the others are moved away from mid-grey
            changed &= damage(x, kind, 0.4, 7) == 0.5
        assert torch.equal(mask, changed)
    assert not damage_mask(x, kind, 0.0, 7).any()
    with pytest.raises(ValueError, match="not -1"):
        damage_mask(x, kind, -1.0, 7)
