"""Repaired digits with what is measured of each: PSNR, SSIM, and what a classifier reads."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vae_demo.evaluation.classifier import probabilities, shipped_classifier
from vae_demo.repair.measures import psnr, ssim
from vae_demo.ui.frame.catalogue import format_number, text


@dataclass(frozen=True, eq=False)
class Judged:
    """A picture (28, 28) uint8 beside the true one."""

    pixels: np.ndarray
    psnr: float  # dB, over the damaged pixels; infinite if nothing is different
    ssim: float  # over the whole picture
    read: int  # the digit that the classifier reads
    sure: float  # its probability
    right: bool  # whether it reads the same in the true picture


def judged(
    truth: np.ndarray, found: Mapping[str, np.ndarray], mask: np.ndarray | None = None
) -> dict[str, Judged]:
    """Measure pictures against the true one.

    Args:
        truth: (28, 28) uint8.
        found: Name -> picture (28, 28) uint8.
        mask: (28, 28) bool, the damaged pixels, over which PSNR is measured; None: all.
    """
    pictures = np.stack([truth, *found.values()])
    shares = probabilities(shipped_classifier(), pictures)
    alike = ssim(pictures[1:], np.repeat(truth[None], len(found), 0))
    read = shares.argmax(1)
    chosen = None if mask is None or not mask.any() else mask[None]
    return {
        name: Judged(
            pixels,
            psnr(pixels[None], truth[None], chosen),
            float(alike[i]),
            int(read[i + 1]),
            float(shares[i + 1].max()),
            bool(read[i + 1] == read[0]),
        )
        for i, (name, pixels) in enumerate(found.items())
    }


def decibels(value: float, language: str) -> str:
    """A PSNR with its unit."""
    if math.isinf(value):
        return text("repairs.same", language)
    return text("repairs.decibels", language, psnr=format_number(value, 1, language))


def lines(found: Judged, language: str) -> list[str]:
    """What is said below a picture."""
    said = text("repairs.psnr", language, psnr=format_number(found.psnr, 1, language))
    percent = text("frame.percent", language, percent=format_number(100 * found.sure, 0, language))
    return [
        decibels(found.psnr, language) if math.isinf(found.psnr) else said,
        text("repairs.ssim", language, ssim=format_number(found.ssim, 2, language)),
        text("repairs.read", language, digit=found.read, percent=percent),
    ]
