"""The choice of a run on a page, and the line that describes it."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from vae_demo.runs import Run
from vae_demo.ui.frame.language import count, n, t, t_of, t_or_name
from vae_demo.ui.frame.links import linked
from vae_demo.ui.frame.runs import model, run, run_names


def choose_run(
    on: str,
    wanted: Callable[[Run], bool] = lambda run: True,
    first: str = "vae-2",
    *,
    describe: bool = True,
    any_data: bool = False,
) -> Run | None:
    """Show a select box for a run on the page `on`, with a button that explains its model.

    The choice is stored in the link.

    Args:
        on: The page in `links.json`.
        wanted: Whether a run can be chosen.
        first: The run that is chosen at first.
        describe: Whether to show the run's line below.
        any_data: Whether the page can show runs that were trained on other data than MNIST.

    Returns:
        The run; None, after showing an error, if there is none, or, after a sentence, if it was
        trained on other data and the page can't show them.
    """
    from vae_demo.ui.parts.model_info.part import about_models

    names = run_names(wanted, any_data=True)
    if not names:
        st.error(t("error.no_runs"))
        return None
    label = {name: run_label(name) for name in names}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = linked(
            on,
            "run",
            lambda: st.selectbox(t("frame.run"), names, key="run", format_func=label.__getitem__),
            first=first if first in names else names[0],
            options=names,
        )
        about_models([name], names)
    chosen = run(name)
    if not (any_data or chosen.data.is_mnist):
        st.info(t("frame.other_data", run=name, data=chosen.data.name))
        return None
    if describe:
        show_run_line(chosen)
    return chosen


def run_label(name: str) -> str:
    """The name of a run in a choice, with the name of its data if these are not MNIST."""
    data = run(name).data
    return name if data.is_mnist else f"{name} · {data.name}"


def select_run(name: str) -> None:
    """Set the choice of `choose_run`; for the buttons of "What to try"."""
    st.session_state["run"] = name


def show_run_line(chosen: Run) -> None:
    """Show a line about a run: its model, and its results in nats per image."""
    described = {
        "model": t_or_name(f"model.{chosen.model['name']}", chosen.model["name"]),
        "latent": _latent_size(chosen),
        "epochs": count("epochs", chosen.history.epochs[-1]),
        "distortion": n(chosen.results["distortion"]),
    }
    if chosen.has_elbo:
        rate, neg_elbo = n(chosen.results["rate"]), n(chosen.results["neg_elbo"])
        line = t("frame.run_line", **described, rate=rate, neg_elbo=neg_elbo)
    else:
        line = t("frame.run_line.plain", **described)
    likelihood = t_or_name(f"likelihood.{chosen.likelihood}", chosen.likelihood)
    pixels = t(f"compare.pixels.{chosen.pixels}")
    measured = {"likelihood": likelihood, "pixels": pixels, "data": chosen.data.name}
    measured["count"] = n(chosen.results.get("images", 0), 0)
    st.caption(line, help=t_of("frame.run_line.about", chosen.data, **measured))


def _latent_size(chosen: Run) -> str:
    """The size of a run's code, and of its parts if it has several: "30 (20 style + 10 digit)"."""
    parts = model(chosen.name).code_parts()
    if len(parts) == 1:
        return str(chosen.latent)
    sizes = [f"{math.prod(shape)} {t(f'layers.{part}')}" for part, shape in parts.items()]
    return f"{chosen.latent} ({' + '.join(sizes)})"
