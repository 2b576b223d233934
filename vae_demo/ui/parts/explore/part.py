"""Explore the code space of a run with sliders and a map, and see the decoded digit."""

from __future__ import annotations

import streamlit as st
import torch

from vae_demo.datasets import DataDescription
from vae_demo.latent.code_space import CodeSpace
from vae_demo.models import to_x
from vae_demo.runs import Run
from vae_demo.ui.frame.language import language, n, t, t_of
from vae_demo.ui.frame.runs import code_space, model, network, sheet_file
from vae_demo.ui.frame.runs import run as find_run
from vae_demo.ui.parts.around.part import around_part
from vae_demo.ui.parts.array_file import ArrayFile
from vae_demo.ui.parts.explore.data import MAX_SLIDERS, classifier_file, space_file, view_data
from vae_demo.ui.parts.explore.state import KEY, current_view, view_to_send
from vae_demo.ui.parts.mount import browser_part

_EXPLORE = browser_part("explore")

TEXTS = (
    *("decoded", "start", "digit", "random", "zero", "temperature", "plane", "map", "hint"),
    *("spacing", "linear", "probability", "spaced"),
    *("original", "reconstruction", "sliders", "back"),
    *("nearest", "density", "dense", "sparse", "empty"),
)
RUN_TEXTS = (  # of which a run needs some
    *("map_one", "map_two", "map_many", "rest"),
    *("sleeping", "awake", "still", "asleep", "rate", "spread"),
    *("reading", "reads", "strength"),
)
PLACEHOLDERS = (  # in the texts, filled in by the browser
    *("digit", "percent", "run", "x", "y", "position", "shown", "latent", "dimension", "says"),
    *("asleep", "distance", "kind"),
)


@st.fragment
def explore_part(run: str) -> None:
    """Show the code space of a run, and the losses of the chosen test picture.

    The browser computes everything that moves. When the visitor releases a control, only this
    fragment runs again.
    """
    files = {part: network(run, part) for part in ("network", "decoder", "encoder")}
    assert files["network"] is not None, f"{run} can't be decoded in the browser"
    key, space, chosen = files["network"]["key"], code_space(run), find_run(run)
    view = current_view(key, space, chosen.probe)
    version, sent, is_new = view_to_send(key)
    _EXPLORE(
        key=KEY,
        data={
            "run": run,
            "key": key,
            "decoder": files["decoder"],
            "encoder": files["encoder"],
            "sheet": sheet_file(chosen.probe),
            "space": space_address(run),
            "classifier": dict(classifier_file().offer()) if chosen.data.is_mnist else None,
            "view": view_data(model(run), space, chosen.probe, sent, pictures=is_new),
            "version": version,
            "text": _texts(space, chosen.data),
            "language": language(),
        },
        on_view_change=lambda: None,
        height="content",
    )
    if view.digit is not None:
        _losses(chosen, view.digit)
        around_part(run, view.digit)


def _texts(space: CodeSpace, data: DataDescription) -> dict[str, str]:
    """The texts of the part, without those that this code space or these data do not need."""
    needed = {
        "map_one": space.latent == 1,
        "map_two": space.latent == 2,
        "map_many": space.latent > 2,
        "rest": space.latent > MAX_SLIDERS,
        "sleeping": space.generative and not space.active.all(),
        "awake": space.generative and space.active.all(),
        "still": not space.generative and not space.active.all(),
        "asleep": space.generative and not space.active.all(),
        "rate": space.generative,
        "spread": not space.generative,
        **dict.fromkeys(("reading", "reads", "strength"), data.is_mnist),
    }
    places = {name: f"{{{name}}}" for name in PLACEHOLDERS}
    names = (*TEXTS, *(name for name in RUN_TEXTS if needed[name]))
    texts = {name: t_of(f"explore.part.{name}", data, **places) for name in names}
    return texts | {"percent": t("frame.percent", **places)}


def space_address(run: str) -> dict[str, str]:
    """The address of the file of a run's code space, for the browser."""
    file = network(run)
    return dict(_space_file(file["key"] if file else run, run).offer())


def _losses(run: Run, position: int) -> None:
    """Show the losses of a test picture in this run, in nats."""
    image = run.probe.images[run.probe.positions == position]
    with torch.inference_mode():
        losses = model(run.name).losses(to_x(image))
    numbers = {"position": position, "distortion": n(float(losses.distortion))}
    if run.has_elbo:
        numbers |= {"rate": n(float(losses.rate)), "neg_elbo": n(float(losses.neg_elbo))}
        st.caption(t_of("explore.measured", run.data, **numbers))
    else:
        st.caption(t_of("explore.measured.plain", run.data, **numbers))


@st.cache_resource(show_spinner=False, max_entries=32)
def _space_file(network: str, _run: str) -> ArrayFile:
    found = find_run(_run)
    return space_file(code_space(_run), found.probe, found.data)
