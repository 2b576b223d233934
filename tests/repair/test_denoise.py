"""Every method of removing noise: the libraries' own results, and what the networks reach."""

import cv2
import numpy as np
import pytest
import torch

from vae_demo.digits import mnist
from vae_demo.digits.damages import DAMAGES, damage
from vae_demo.evaluation.classifier import load_classifier, probabilities
from vae_demo.models import to_pixels, to_x
from vae_demo.repair import CLASSICAL, LEARNED, denoise
from vae_demo.repair.measures import psnr

DIGITS = mnist.test_digits()[1000:1100]  # not those of the benchmark
NOISY = to_pixels(damage(to_x(DIGITS.images), "gaussian", 0.5, 3))


def test_the_names_that_are_known_without_torch_are_the_methods() -> None:
    assert tuple(denoise.METHODS) == LEARNED["denoise"] + CLASSICAL["denoise"]


def test_classical_methods_are_the_libraries_own() -> None:
    picture = NOISY[0]
    total = np.empty_like(picture)
    cv2.denoise_TVL1([picture], total, 1.0, 50)
    expected = {
        "median": cv2.medianBlur(picture, 3),
        "total-variation": total,
        "non-local-means": cv2.fastNlMeansDenoising(picture, None, 60, 3, 21),
    }
    for name, found in expected.items():
        assert np.array_equal(denoise.METHODS[name](NOISY[:2])[0], found), name


@pytest.mark.long
def test_pca_projects_on_the_components_with_the_most_variance() -> None:
    """A projection changes nothing the second time, and no other plane leaves less behind."""
    from sklearn.decomposition import PCA

    fitted = PCA(40, svd_solver="covariance_eigh").fit(
        mnist.train_digits().images.reshape(-1, 784) / 255
    )
    again = fitted.inverse_transform(fitted.transform(NOISY.reshape(-1, 784) / 255))
    expected = np.rint(again.clip(0, 1) * 255).reshape(NOISY.shape)
    found = denoise.METHODS["pca"](NOISY)
    assert np.abs(found - expected).max() <= 1
    assert (found == expected).mean() > 0.95  # the components are in half precision


@pytest.mark.parametrize("name", denoise.METHODS)
def test_every_method_keeps_shape_type_and_input(name: str) -> None:
    before = NOISY.copy()
    found = denoise.METHODS[name](NOISY[:3])
    assert found.shape == (3, 28, 28) and found.dtype == np.uint8
    assert np.array_equal(NOISY, before)
    assert np.array_equal(found[1:2], denoise.METHODS[name](NOISY[1:2]))  # each for itself
    assert denoise.METHODS[name](NOISY[:0]).shape == (0, 28, 28)
    one_colour = np.full((1, 28, 28), 255, np.uint8)
    assert denoise.METHODS[name](one_colour).shape == (1, 28, 28)


@pytest.mark.some(2)
@pytest.mark.parametrize(
    ("kind", "strength", "least"),
    [
        ("dropout", 0.5, 20.2),
        ("gaussian", 0.5, 19.2),
        ("salt_and_pepper", 0.3, 19.4),
        ("blur", 2.0, 22.6),
        ("gaussian", 0.0, 27.0),
    ],
)
def test_the_network_beats_every_classical_method(kind: str, strength: float, least: float) -> None:
    bad = to_pixels(damage(to_x(DIGITS.images), kind, strength, 3))
    found = denoise.METHODS["unet"](bad)
    assert psnr(found, DIGITS.images) > least
    right = probabilities(load_classifier(), found).argmax(1) == DIGITS.labels
    assert right.mean() >= 0.95
    if strength:
        rivals = [psnr(denoise.METHODS[name](bad), DIGITS.images) for name in CLASSICAL["denoise"]]
        assert psnr(found, DIGITS.images) > max(rivals) + 2


def test_training_damage_is_of_every_kind_and_sometimes_none() -> None:
    """The same for a group of digits; it stays in [0, 1] and comes from the generator."""
    x = to_x(mnist.train_digits().images[: 4 * 800])
    generator = torch.Generator().manual_seed(0)
    found = denoise.random_damage(x, generator)
    assert found.shape == x.shape and found.min() >= 0 and found.max() <= 1
    untouched = (found == x).flatten(1).all(1).reshape(800, 4)
    assert 40 < untouched.all(1).sum() < 160  # one in nine, and empty rectangles
    assert torch.equal(found, denoise.random_damage(x, torch.Generator().manual_seed(0)))
    assert DAMAGES.keys() == denoise.STRONGEST_TRAINED.keys()
