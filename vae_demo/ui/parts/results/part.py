"""The results of all runs: a table and charts, of which the visitor chooses one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from vae_demo.datasets import DataDescription
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import language, t, t_of
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.links import from_address, to_address
from vae_demo.ui.frame.runs import run
from vae_demo.ui.frame.section import section
from vae_demo.ui.parts.generalisation.part import gaps
from vae_demo.ui.parts.scoreboard.charts import learning_curves, rate_and_distortion
from vae_demo.ui.parts.scoreboard.part import comparable, lines, show_board
from vae_demo.ui.parts.scoreboard.report import report
from vae_demo.ui.parts.stability.part import seeds_compared
from vae_demo.ui.parts.sweep_charts.part import sweeps

KEY = "tab"  # key in the session, and the field of the link


@st.fragment
def results(names: Sequence[str], data: DataDescription) -> None:
    """Show one of `TABS` for these runs, all trained on `data`; the choice is stored in the link.

    Only what is shown is computed, and another choice runs only this fragment again.
    """
    tabs = [name for name in TABS if name != "plane" or any(comparable(run(n)) for n in names)]
    if not data.is_mnist:  # the others were measured with shipped runs
        tabs = [name for name in tabs if name in ANY_DATA]
    asked = from_address("compare")
    st.session_state.setdefault(KEY, asked[KEY] or implied_tab(asked))
    title = t_of("compare.results", data)
    section("results", title)
    shown = pick(title, tabs, key=KEY, show=lambda name: t(f"compare.tab.{name}"), hide_label=True)
    TABS[shown](names)
    implied = implied_tab(from_address("compare"))
    to_address("compare", **{KEY: None if shown == implied else shown})


def implied_tab(asked: Mapping[str, Any]) -> str:
    """The tab of a link that names none: the one whose settings the link holds."""
    if asked["curves"] is not None:
        return "curves"
    fields = FIELDS["compare"]
    for tab in ("sweep", "stability"):
        if any(asked[f] != fields[f].default for f in fields if f.startswith(f"{tab}_")):
            return tab
    return "board"


def _board(names: Sequence[str]) -> None:
    st.markdown(t("compare.board.about"))
    rows = lines(names)
    show_board(rows, language())
    if not run(names[0]).data.is_mnist:
        return
    st.info(t("compare.board.apart"), icon=":material/balance:")
    if not all(line.measured for line in rows):
        st.caption(t("compare.board.gaps"))


def _curves(names: Sequence[str]) -> None:
    learning_curves(names)
    if not run(names[0]).data.is_mnist:
        return
    section("compare_report", t("compare.report"), small=True)
    report(names)


def _sweep(_names: Sequence[str]) -> None:
    sweeps()


def _stability(_names: Sequence[str]) -> None:
    seeds_compared()


ANY_DATA = ("board", "curves", "plane")  # the tabs of runs on other data than MNIST
TABS: dict[str, Callable[[Sequence[str]], None]] = {
    "board": _board,
    "curves": _curves,
    "plane": rate_and_distortion,
    "gap": gaps,
    "sweep": _sweep,
    "stability": _stability,
}
