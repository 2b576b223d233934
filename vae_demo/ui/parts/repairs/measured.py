"""What `benchmarks/repair.py --write` has measured, as tables."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import streamlit as st

from vae_demo.repair import CLASSICAL, LEARNED
from vae_demo.repair.networks import SHIPPED
from vae_demo.ui.frame.language import language, n, t
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.repairs.judged import decibels

RESULTS = SHIPPED / "results.json"


def measured() -> dict[str, Any]:
    """The results of the benchmark."""
    found: dict[str, Any] = json.loads(RESULTS.read_text("utf-8"))
    return found


def measured_table(task: str) -> None:
    """A table of a task: PSNR and the share that is read right, damaged and repaired."""
    found = measured()
    section("measured", t("repairs.measured", count=n(found["count"], 0)))
    head = [t("repairs.case"), t("repairs.damaged"), t("repairs.classical"), t("repairs.learned")]
    rows = []
    for row in found["rows"]:
        if row["task"] == task:
            best = [_best(task, row, names) for names in (CLASSICAL[task], LEARNED[task])]
            case = t(f"{task}.case.{row['case'].replace(' ', '-')}")
            rows.append([case, _numbers(row["damaged"]), *best])
    show_table(head, rows)
    st.caption(t("repairs.reading"))


def show_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table whose first column names the rows; on a narrow screen it scrolls by itself."""
    import pandas as pd

    st.table(pd.DataFrame(rows, columns=head).set_index(head[0]))


def _best(task: str, row: dict[str, Any], names: tuple[str, ...]) -> str:
    """The method with the highest PSNR and its numbers."""
    name = max(names, key=lambda each: row["methods"][each]["psnr"])
    return f"{t(f'{task}.method.{name}')}: {_numbers(row['methods'][name])}"


def _numbers(found: dict[str, Any]) -> str:
    percent = t("frame.percent", percent=n(100 * found["read_right"]))
    psnr = math.inf if found["psnr"] is None else found["psnr"]
    return f"{decibels(psnr, language())}, {percent}"
