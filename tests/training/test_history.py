"""A history comes back from its arrays as it was, small enough for a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from sklearn.decomposition import PCA

from vae_demo.training import history as history_module
from vae_demo.training.history import LOSS_NAMES, WIDE, History, Snapshot

PROBE = 60


def snapshots(count: int = 4, latent: int = 3, *, decoder: bool = False) -> list[Snapshot]:
    rng = np.random.default_rng(1)

    def weights() -> dict[str, np.ndarray]:
        return {
            "0.weight": rng.normal(size=(6, latent)).astype(np.float16),
            "0.bias": rng.normal(size=6).astype(np.float16),
        }

    return [
        Snapshot(
            at,
            *rng.uniform(1, 500, 4),
            codes=rng.normal(size=(PROBE, latent)).astype(np.float16),
            strip=rng.integers(0, 256, (10, 28, 28), np.uint8),
            decoder=weights() if decoder else None,
        )
        for at in [0, 0.125, 0.25, 0.5, 1, 2, 3][:count]
    ]


def test_moments_are_stacked_along_time() -> None:
    kept = snapshots()
    history = History.of(kept)
    assert len(history) == 4
    assert history.epochs.tolist() == [0, 0.125, 0.25, 0.5]
    for i, snapshot in enumerate(kept):
        np.testing.assert_array_equal(history.codes[i], snapshot.codes)
        np.testing.assert_array_equal(history.strip[i], snapshot.strip)
        for name in LOSS_NAMES:
            assert history.loss(name)[i] == np.float32(getattr(snapshot, name))
    assert history.decoder == {}


def test_one_moment_is_enough_and_an_unknown_loss_is_not() -> None:
    history = History.of(snapshots(1))
    assert len(history) == 1
    with pytest.raises(ValueError):
        history.loss("train_loss")


@pytest.mark.parametrize("latent", [1, 2, WIDE])
def test_arrays_and_back_is_exact_without_a_decoder(latent: int) -> None:
    history = History.of(snapshots(latent=latent))
    again = History.from_arrays(history.arrays())
    for name in ("epochs", "losses", "codes", "strip"):
        mine, yours = getattr(history, name), getattr(again, name)
        np.testing.assert_array_equal(mine, yours)
        assert mine.dtype == yours.dtype
    assert again.decoder == {}


def test_decoder_weights_come_back_within_half_a_step() -> None:
    """A step is 1/127 of the row's largest weight; float16 adds half a thousandth of a weight."""
    history = History.of(snapshots(decoder=True))
    arrays = history.arrays()
    again = History.from_arrays(arrays)
    assert set(again.decoder) == {"0.weight", "0.bias"}
    for name, weights in history.decoder.items():
        assert arrays[f"decoder.{name}"].dtype == np.int8
        wide = weights.astype(np.float64)
        largest = np.abs(wide).max(-1, keepdims=True)
        error = np.abs(again.decoder[name].astype(np.float64) - wide)
        assert (error <= largest / 254 + np.abs(wide) * 2**-10 + 1e-6).all()
        assert error.max() > 0  # it is a rounding, and the bound above is not empty
        assert again.decoder[name].dtype == np.float16


def test_a_row_of_zeros_stays_zero() -> None:
    kept = [replace(m, decoder={"0.weight": np.zeros((6, 3), np.float16)}) for m in snapshots(2)]
    again = History.from_arrays(History.of(kept).arrays())
    assert not again.decoder["0.weight"].any()


def test_wide_codes_are_narrowed_to_the_principal_components_of_the_last_moment() -> None:
    kept = snapshots(3, latent=50)
    history = History.of(kept)
    assert history.codes.shape == (3, PROBE, WIDE)
    assert history.codes.dtype == np.float16
    pca = PCA(WIDE, svd_solver="full").fit(kept[-1].codes.astype(np.float64))
    for i, snapshot in enumerate(kept):  # one basis for all snapshots, so points keep their place
        expected = pca.transform(snapshot.codes.astype(np.float64))
        found = history.codes[i].astype(np.float64)
        sign = np.sign((pca.transform(kept[-1].codes) * history.codes[-1]).sum(0))
        np.testing.assert_allclose(found, expected * sign, atol=5e-3)


def test_wide_codes_are_narrowed_to_fewer_components_in_a_long_history(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = snapshots(3, latent=50)
    wide = History.of(kept).codes
    monkeypatch.setattr(history_module, "MOST", 3 * PROBE * 7 + 1)
    np.testing.assert_allclose(History.of(kept).codes, wide[..., :7], rtol=2e-3, atol=2e-3)


# --- arrays that do not fit --------------------------------------------------------------------

Spoil = Callable[[dict[str, np.ndarray]], object]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda a: a.pop("at"),
        lambda a: a.pop("losses"),
        lambda a: a.pop("codes"),
        lambda a: a.pop("strip"),
        lambda a: a.pop("scale.0.weight"),
        lambda a: a.update(at=a["at"][:-1]),
        lambda a: a.update(at=np.float32(1)),
        lambda a: a.update({n: v[:0] for n, v in a.items()}),
        lambda a: a.update(at=a["at"].astype(np.int64)),
        lambda a: a.update(at=a["at"] * np.nan),
        lambda a: a.update(losses=a["losses"][:, :3]),
        lambda a: a.update(losses=a["losses"] * np.inf),
        lambda a: a.update(codes=a["codes"][0]),
        lambda a: a.update(codes=a["codes"][1:]),
        lambda a: a.update(codes=a["codes"][:, :0]),
        lambda a: a.update(codes=a["codes"][:, :, :0]),
        lambda a: a.update(codes=a["codes"] * np.float16(np.nan)),
        lambda a: a.update(codes=a["codes"].astype(np.int8)),
        lambda a: a.update(strip=a["strip"][:, :9]),
        lambda a: a.update(strip=a["strip"].astype(np.float32)),
        lambda a: a.update({"decoder.0.bias": a["decoder.0.bias"].astype(np.float32)}),
        lambda a: a.update({"decoder.0.bias": a["decoder.0.bias"][1:]}),
        lambda a: a.update({"scale.0.bias": a["scale.0.bias"][..., 0]}),
        lambda a: a.update({"scale.0.bias": a["scale.0.bias"] * np.nan}),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(spoil: Spoil) -> None:
    arrays = History.of(snapshots(decoder=True)).arrays()
    History.from_arrays(arrays)
    spoil(arrays)
    with pytest.raises(ValueError, match=r"lacks|fit together") as error:
        History.from_arrays(arrays)
    assert "\n" not in str(error.value)


def test_what_is_missing_is_named() -> None:
    arrays = History.of(snapshots(decoder=True)).arrays()
    del arrays["at"], arrays["scale.0.bias"]
    with pytest.raises(ValueError, match=r"lacks at, scale\.0\.bias"):
        History.from_arrays(arrays)


def test_long_codes_of_few_pictures_have_as_many_components_as_those_of_many() -> None:
    codes = np.random.default_rng(0).normal(size=(2, 5, 100)).astype(np.float16)
    strip = np.zeros((10, 28, 28), np.uint8)
    found = History.of([Snapshot(at, *[1.0] * 4, codes[at], strip) for at in (0, 1)]).codes
    assert found.shape == (2, 5, WIDE)
    apart = [np.linalg.norm(c[1, 0].astype(float) - c[1, 1]) for c in (codes, found)]
    assert apart[1] == pytest.approx(apart[0], rel=1e-2)  # the last ones lie in their components
