"""The Compress page: a digit written in every way, on a chart of bits against error."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import streamlit as st
import torch

from vae_demo.repair.compress import lossy
from vae_demo.repair.compress.rates import BITS_BACK, LOSSLESS, Written, every_way
from vae_demo.ui.charts.compression import Rated, rate_error
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import language, n, t
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.parts.chart.part import own_chart_spec, show_chart
from vae_demo.ui.parts.digits.part import Picture, digits
from vae_demo.ui.parts.repairs.data import strangeness
from vae_demo.ui.parts.repairs.judged import Judged, decibels, judged
from vae_demo.ui.parts.repairs.readable import if_readable
from vae_demo.ui.server.shared_cache import shared

WORDS = (  # of the chart
    *("bits", "error", "right", "wrong"),
    *("back", "formats", "codes", "pictures"),
)


def what_counts() -> tuple[str, str]:
    """Choose what is counted as bits: "data" or "file", and how many digits share the model."""
    counted = pick(
        t("compress.counted"),
        FIELDS["compress"]["counted"].options,
        show=lambda name: t(f"compress.counted.{name}"),
        key="counted",
        page="compress",
        help=t("compress.counted.help"),
    )
    with st.container(width=230):
        sharing = pick(
            t("compress.sharing"),
            FIELDS["compress"]["sharing"].options,
            show=lambda count: (
                t("compress.sharing.never")
                if count == "never"
                else t("compress.sharing.digits", count=n(int(count), 0))
            ),
            key="sharing",
            page="compress",
            box=True,
            help=t("compress.sharing.help"),
        )
    return counted, sharing


def say_if_strange(digit: np.ndarray) -> None:
    """Say of a picture (28, 28) uint8 that is hardly a digit what becomes of it."""
    if strange := strangeness(digit, language()):
        st.warning(f"{strange} {t('compress.strange')}", icon=":material/help:")


def rates_part(digit: np.ndarray, counted: str, sharing: str) -> None:
    """Show the chart of a digit (28, 28) uint8, and the pictures of its lossy points."""
    with st.spinner(t("compress.writing")):
        ways, seen = written(digit)
    bits = [_bits(way, counted, sharing) for way in ways]
    points = [
        Rated(
            _kind(way.method),
            t(f"compress.method.{way.method}"),
            setting(way.method, way.setting),
            each,
            _error(way.pixels[0], digit),
            seen[str(i)].right,
        )
        for i, (way, each) in enumerate(zip(ways, bits, strict=True))
    ]
    show_chart(
        own_chart_spec(rate_error, points, {word: t(f"compress.chart.{word}") for word in WORDS}),
        key="compress_chart",
        alt=t("compress.chart.alt"),
        revision=f"{counted} {sharing}",
    )
    st.markdown(t("compress.pictures"))
    order = sorted(
        (i for i, way in enumerate(ways) if way.method in {*lossy.CODES, *lossy.QUALITIES}),
        key=lambda i: bits[i],
    )
    digits(
        [Picture(digit, t("compress.truth"), t("compress.truth.about"), testid="truth")]
        + [_picture(ways[i], bits[i], seen[str(i)]) for i in order],
        key="compress_pictures",
        size=84,
    )


def setting(method: str, value: float) -> str:
    """A quality, a step or a weight, as shown; "" if the method has only one."""
    if method in lossy.QUALITIES:
        return t("compress.quality", quality=n(value, 0))
    if method == lossy.FEW_BITS:
        return f"λ {n(value, 0)}"
    steps = lossy.CODES.get(method, ())
    return t("compress.step", step=n(value, 1)) if len(steps) > 1 else ""


def noise() -> np.ndarray:
    """A picture (28, 28) uint8 of which no pixel says anything about another."""
    return np.random.default_rng(0).integers(0, 256, (28, 28)).astype(np.uint8)


@shared(max_entries=32)
def _written(pixels: bytes) -> tuple[tuple[Written, ...], dict[str, Judged]]:
    torch.set_num_threads(1)  # for this thread: a digit is small, and threads wait for each other
    digit = np.frombuffer(pixels, np.uint8).reshape(28, 28)
    codes = [
        name for name in lossy.CODES if if_readable(partial(lossy.weight_bytes, name)) is not None
    ]
    ways = tuple(every_way(digit[None], codes))
    return ways, judged(digit, {str(i): way.pixels[0] for i, way in enumerate(ways)})


def written(digit: np.ndarray) -> tuple[tuple[Written, ...], dict[str, Judged]]:
    """A digit in every way, and what is measured of each by its place."""
    return _written(digit.tobytes())


def _kind(method: str) -> str:
    kinds = {"back": BITS_BACK, "formats": LOSSLESS, "codes": lossy.CODES}
    return next((kind for kind, methods in kinds.items() if method in methods), "pictures")


def _bits(way: Written, counted: str, sharing: str) -> float:
    bits = float((way.file_bits if counted == "file" else way.bits)[0])
    return bits if sharing == "never" else bits + 8 * way.model_bytes / int(sharing)


def _error(pixels: np.ndarray, digit: np.ndarray) -> float:
    return math.sqrt(np.square(pixels.astype(float) - digit).mean())


def _picture(way: Written, bits: float, seen: Judged) -> Picture:
    name = f"{t(f'compress.method.{way.method}')} {setting(way.method, way.setting)}".strip()
    words = {"bits": n(bits, 0), "psnr": decibels(seen.psnr, language()), "digit": seen.read}
    caption = t("compress.read", **words) if seen.right else t("compress.misread", **words)
    return Picture(way.pixels[0], name, caption, testid="written", run=way.method)
