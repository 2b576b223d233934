"""Describe the models of a page, and explain why other models are not available on it.

Torch is imported where it is used, so that a page can be shown before it is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from vae_demo.ui.frame.language import t, t_or_name
from vae_demo.ui.frame.runs import run, run_names
from vae_demo.ui.parts.model_info.layers import show_architecture

REASONS = ("words", "parts", "layers")


@st.fragment
def about_models(shown: Sequence[str], offered: Sequence[str] | None = None) -> None:
    """Show a button that opens a description of the models of runs.

    The description is computed when it is opened; that runs only this fragment again.

    Args:
        shown: The runs to describe; runs with the same model are described together.
        offered: The runs that can be chosen on this page; for all other runs the reason is given.
            None for all runs.
    """
    label = t("about.many") if len(shown) > 1 else t("about.one")
    popover = st.popover(
        label, icon=":material/account_tree:", key="about_models", on_change="rerun"
    )
    if not popover.open:
        return
    from vae_demo.models import ModelConfig

    with popover:
        for (model, latent), names in _alike(shown).items():
            st.markdown(f"**{', '.join(names)}** · {t_or_name(f'model.{model}', model)}")
            st.caption(t_or_name(f"model.{model}.about", ""))
            show_architecture(ModelConfig(model, latent))
        for reason, names in _absent(offered).items():
            st.caption(t(f"about.absent.{reason}", runs=", ".join(names)))


def reason_of(model: str) -> str:
    """Why a model's code space can't be explored in the browser, one of `REASONS`."""
    from vae_demo.models import MODELS, Codec

    family = MODELS[model]
    if family.codebook_size:
        return "words"
    return "layers" if family.code_parts is Codec.code_parts else "parts"


def _alike(names: Iterable[str]) -> dict[tuple[str, int], list[str]]:
    """(model, latent size) -> runs."""
    found: dict[tuple[str, int], list[str]] = {}
    for name in names:
        chosen = run(name)
        found.setdefault((str(chosen.model["name"]), chosen.latent), []).append(name)
    return found


def _absent(offered: Iterable[str] | None) -> dict[str, list[str]]:
    """Reason -> the runs that are not offered."""
    if offered is None:
        return {}
    from vae_demo.models import MODELS

    present = set(offered)
    found: dict[str, list[str]] = {}
    for name in run_names(lambda run: run.model["name"] in MODELS):
        if name not in present:
            found.setdefault(reason_of(str(run(name).model["name"])), []).append(name)
    return found
