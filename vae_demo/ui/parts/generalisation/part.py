"""Losses on test digits against those on training digits, of all runs."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import streamlit as st

from vae_demo import runs
from vae_demo.evaluation import generalisation
from vae_demo.evaluation.generalisation import Generalisation
from vae_demo.ui.charts import comparison
from vae_demo.ui.frame.language import n, t, t_or_name
from vae_demo.ui.frame.runs import run
from vae_demo.ui.parts.chart.part import chart_spec, show_chart
from vae_demo.ui.parts.scoreboard.part import USUAL
from vae_demo.ui.parts.scoreboard.report import REPORT_TEST, REPORT_TRAIN
from vae_demo.ui.server.shared_cache import shared

PLAINEST = "pca-20"  # has too few weights to memorise digits
log = logging.getLogger(__name__)


def gaps(names: Sequence[str]) -> None:
    """Show how much higher the loss of each run is on test digits than on training digits."""
    st.markdown(t("compare.gap.about"))
    found = {name: each for name, each in _measured().items() if name in names}
    if not found:
        st.info(t("compare.gap.none"))
        return
    order = sorted(found, key=lambda name: found[name].gap)
    show_chart(
        chart_spec(
            comparison.gaps,
            [_called(name) for name in order],
            [found[name].gap for name in order],
            [found[name].error for name in order],
            t("compare.gap.nats"),
        ),
        key="compare_gap",
        alt=t("compare.gap"),
    )
    least, most = order[0], order[-1]
    st.markdown(
        t(
            "compare.gap.seen",
            most=most,
            largest=n(found[most].gap, 1),
            least=least,
            smallest=n(found[least].gap, 1),
            report=n(REPORT_TEST[-1] - REPORT_TRAIN[-1], 1),
        )
    )
    if PLAINEST in found and found[PLAINEST].gap < 0:
        st.markdown(t("compare.gap.easier", run=PLAINEST, gap=n(-found[PLAINEST].gap, 1)))
    st.markdown(_table({name: found[name] for name in reversed(order)}))


def _table(found: dict[str, Generalisation]) -> str:
    """The losses and their difference as Markdown."""
    rows = [[t(f"compare.gap.{name}") for name in ("run", "train", "test", "gap")]]
    rows.append(["---", "---:", "---:", "---:"])
    for name, each in found.items():
        gap = f"{n(each.gap, 1)} ± {n(each.error, 1)}"
        rows.append([_called(name), n(each.train), n(each.test), gap])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _called(name: str) -> str:
    """The name of a run, with its likelihood and pixels where they are not the usual ones."""
    found = run(name)
    kind, pixels = found.likelihood, found.pixels
    others = [
        *([] if kind == USUAL[0] else [t_or_name(f"likelihood.{kind}", kind)]),
        *([] if pixels == USUAL[1] else [t(f"compare.pixels.{pixels}")]),
    ]
    return ", ".join([name, *others])


def _measured() -> dict[str, Generalisation]:
    path = generalisation.shipped()
    try:
        return _load(path.stat().st_mtime_ns)
    except (OSError, ValueError) as error:
        log.warning("%s", error)
        return {}


@shared(max_entries=1)
def _load(changed: int) -> dict[str, Generalisation]:
    return generalisation.load(generalisation.shipped(), runs.available())
