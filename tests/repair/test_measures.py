"""PSNR and SSIM, derived again number by number."""

import math

import numpy as np
import pytest

from vae_demo.digits import mnist
from vae_demo.repair.measures import psnr, ssim


def test_psnr_pools_the_squared_error_of_all_pixels() -> None:
    truth = np.zeros((2, 28, 28), np.uint8)
    found = truth.copy()
    found[0, 0, :4] = 51  # a fifth of full ink
    assert psnr(found, truth) == pytest.approx(10 * math.log10(2 * 784 / (4 * 0.04)))
    mask = np.zeros(truth.shape, bool)
    mask[0, 0, :2] = mask[1, 5, :2] = True
    assert psnr(found, truth, mask) == pytest.approx(10 * math.log10(4 / (2 * 0.04)))
    assert psnr(truth, truth) == math.inf
    with pytest.raises(ValueError, match="mask is empty"):
        psnr(found, truth, mask & False)


def test_ssim_is_the_mean_over_windows() -> None:
    truth = mnist.test_digits().images[:2]
    rng = np.random.default_rng(0)
    found = np.clip(truth + rng.normal(0, 40, truth.shape), 0, 255).astype(np.uint8)
    expected = []
    for a, b in zip(found / 255, truth / 255, strict=True):
        windows = []
        for y in range(18):
            for x in range(18):
                i, j = np.mgrid[-5:6, -5:6]
                w = np.exp(-(i**2 + j**2) / 4.5)
                w /= w.sum()
                p, q = a[y : y + 11, x : x + 11], b[y : y + 11, x : x + 11]
                mp, mq = (w * p).sum(), (w * q).sum()
                vp, vq = (w * (p - mp) ** 2).sum(), (w * (q - mq) ** 2).sum()
                cov = (w * (p - mp) * (q - mq)).sum()
                luminance = (2 * mp * mq + 1e-4) / (mp**2 + mq**2 + 1e-4)
                windows.append(luminance * (2 * cov + 9e-4) / (vp + vq + 9e-4))
        expected.append(np.mean(windows))
    np.testing.assert_allclose(ssim(found, truth), expected, atol=1e-9)
    np.testing.assert_allclose(ssim(truth, truth), 1)
