"""The results of the course report beside those of the runs."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vae_demo.digits.mnist import PIXELS
from vae_demo.ui.frame.catalogue import ERROR_DECIMALS
from vae_demo.ui.frame.language import n, t
from vae_demo.ui.frame.runs import run

# The report's tables: the loss of its VAE by epoch, and the results of its two models.
REPORT_EPOCHS = (1, 5, 10, 15, 20)
REPORT_TRAIN = (163.2, 142.5, 136.8, 133.4, 131.2)
REPORT_TEST = (147.8, 139.2, 134.1, 131.7, 129.9)
REPORT = {"vae": ("vae-20", "129.9", "0.0423"), "ae": ("ae-20", "0.0891", "0.0398")}


def report(names: Sequence[str]) -> None:
    """Show the report's table, and the conversion of its loss per pixel to nats per image."""
    st.markdown(report_table(names))
    loss = float(REPORT["ae"][1])
    vae = n(REPORT_TEST[-1])
    st.markdown(t("compare.report.about", loss=n(loss, 4), nats=n(loss * PIXELS), vae=vae))


def report_table(names: Sequence[str]) -> str:
    """The report's results, each above that of the corresponding run, if any, as Markdown."""
    head = [t(f"compare.report.{name}") for name in ("model", "loss", "error")]
    rows = [head, ["---", "---:", "---:"]]
    for family, (name, loss, error) in REPORT.items():
        written = n(float(loss), len(loss.split(".")[1])), n(float(error), 4)
        rows.append([t(f"compare.report.{family}"), *written])
        if name in names:
            results = run(name).results
            mse = n(results["mse"], ERROR_DECIMALS) if "mse" in results else ""
            rows.append([t("compare.report.ours", run=name), n(results["neg_elbo"]), mse])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
