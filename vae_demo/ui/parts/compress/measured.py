"""What `benchmarks/compress.py --write` has measured, as tables."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from vae_demo.repair.compress.networks import SHIPPED
from vae_demo.repair.compress.rates import BITS_BACK, LOSSLESS
from vae_demo.ui.frame.language import language, n, t
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.compress.part import setting
from vae_demo.ui.parts.repairs.judged import decibels
from vae_demo.ui.parts.repairs.measured import show_table

RESULTS = SHIPPED / "results.json"


def measured() -> dict[str, Any]:
    """The results of the benchmark."""
    found: dict[str, Any] = json.loads(RESULTS.read_text("utf-8"))
    return found


def measured_part() -> None:
    """Tables of bits a pixel without loss, and of bits, PSNR and what is read with loss."""
    found = measured()
    section(
        "compress_measured",
        t("compress.measured"),
        t("compress.measured.lossless", count=n(found["count"], 0)),
    )
    show_table(
        [
            t("compress.measured.method"),
            *(t(f"compress.measured.{name}") for name in ("file", "each", "together")),
        ],
        [_lossless(found, name) for name in (*BITS_BACK, *LOSSLESS)],
    )
    st.caption(_bound(found))
    with st.expander(t("compress.measured.lossy", count=n(found["few"], 0)), key="compress_lossy"):
        show_table(
            [t(f"compress.measured.{name}") for name in ("method", "bits", "psnr", "right")],
            [_lossy(row) for row in sorted(found["lossy"], key=lambda row: row["bits"])],
        )


def _lossless(found: dict[str, Any], name: str) -> list[str]:
    """A row: with headers, each for itself, and all together."""
    title = t(f"compress.method.{name}")
    if name in BITS_BACK:
        return [title, "", "", n(found[name]["bits"], 3)]
    each, together = found["formats"]["each"], found["formats"]["together"]
    packed = n(together[name], 3) if name in together else ""
    return [title, n(each[name], 3), n(each[LOSSLESS[name]], 3), packed]


def _lossy(row: dict[str, Any]) -> list[str]:
    method = row["method"]
    name = f"{t(f'compress.method.{method}')} {setting(method, row['setting'])}".strip()
    percent = t("frame.percent", percent=n(100 * row["read_right"]))
    return [name, n(row["bits"]), decibels(row["psnr"], language()), percent]


def _bound(found: dict[str, Any]) -> str:
    row = found["vae"]
    return t(
        "compress.measured.bound",
        count=n(row["decoded"], 0),
        bound=n(row["bound"], 4),
        coded=n(row["coded"], 4),
        apart=n(100 * abs(row["coded"] / row["bound"] - 1), 2),
        milliseconds=n(row["encode_ms"], 1),
        decode=n(row["decode_ms"], 1),
        weighs=n(row["model_bytes"] / 1e6, 1),
        share=n(8 * row["model_bytes"] / 10_000 / 784, 2),
        binary=n(found["sampled"]["bits"], 4),
        threshold=n(found["split"]["bits"], 4),
    )
