"""Data on pages of runs: the choice where several runs are shown, and the way back to digits."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vae_demo.datasets import MNIST, DataDescription
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import t, t_or_name
from vae_demo.ui.frame.runs import run

KEY_LENGTH = 12  # characters of a checksum


def choose_data(on: str, names: Sequence[str]) -> tuple[DataDescription, list[str]]:
    """Choose the data whose runs the page `on` shows, if the runs were trained on several.

    Args:
        on: The page in `links.json`, whose field "data" stores the choice.
        names: At least one name of a run.

    Returns:
        The data, and the names of those runs that were trained on them.
    """
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(data_key(run(name).data), []).append(name)
    described = {key: run(group[0]).data for key, group in groups.items()}
    if MNIST.name in groups:  # of which the first may be fine-tuned on drawings, too
        described[MNIST.name] = MNIST
    chosen = next(iter(groups))
    if len(groups) > 1:
        options = sorted(groups, key=lambda key: key != MNIST.name)
        chosen = pick(
            t("data.choose"),
            options,
            show=lambda key: t_or_name(f"data.name.{described[key].name}", described[key].name),
            key="data",
            page=on,
        )
    return described[chosen], groups[chosen]


def leave_other_data(first: str) -> None:
    """Choose the run `first` if the chosen one was trained on other data; for callbacks."""
    chosen = st.session_state.get("run")
    if chosen and not run(chosen).data.is_mnist:
        st.session_state["run"] = first


def data_key(data: DataDescription) -> str:
    """How a link names data: "mnist", or the beginning of the checksum."""
    return MNIST.name if data.is_mnist else data.checksum[:KEY_LENGTH]
