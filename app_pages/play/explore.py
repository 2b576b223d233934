"""Latent sliders and the decoded digit."""

import numpy as np
import streamlit as st

from vae_demo import data, figures, pictures
from vae_demo.latent import grid, project
from vae_demo.models import decode_many, embed_many
from vae_demo.ui.components import Picture, digits
from vae_demo.ui.exploring import MOST, Landscape, survey
from vae_demo.ui.frame import behind, choose_run, heading, what_to_try
from vae_demo.ui.state import model
from vae_demo.ui.text import n, t

PLANE = 17  # digits on a side of the decoded plane


def key(dimension: int) -> str:
    return f"z_{run.name}_{dimension}"


def put(code: np.ndarray) -> None:
    """Set every slider; the latents without one are kept beside them."""
    code = land.clip(code)
    st.session_state[f"rest_{run.name}"] = code
    for dimension in land.order[:MOST]:
        st.session_state[key(dimension)] = float(code[dimension])


def start_from(label: int) -> None:
    """The code of a test digit that shows `label`, another one each time."""
    turn = st.session_state["explore_turn"] = st.session_state.get("explore_turn", 10) + 1
    positions = data.test_digits().of(label)
    position = int(positions[turn % len(positions)])
    st.session_state[f"from_{run.name}"] = position
    put(embed_many(model(run.name), data.test_digits().images[[position]])[0])


def start_again() -> None:
    """A digit was chosen; a second click on it takes the choice, not the digit, away."""
    if (label := st.session_state["explore_label"]) is not None:
        start_from(label)


def reset() -> None:
    st.session_state.pop(f"from_{run.name}", None)
    put(land.centre)


def draw() -> None:
    st.session_state.pop(f"from_{run.name}", None)
    put(land.draw(np.random.default_rng()))


heading("explore")
run = choose_run(first="vae-20")
if run is None:
    st.stop()
land: Landscape = survey(run, model(run.name))
if key(int(land.order[0])) not in st.session_state:
    start_from(3)
what_to_try("explore", {"random": draw, "three": lambda: start_from(3), "reset": reset})

picture, sliders = st.columns([1, 1.6], gap="large")
with sliders:
    st.pills(
        t("explore.start"), list(range(10)), key="explore_label", on_change=start_again, wrap=True
    )
    st.caption(t("explore.sliders", shown=min(MOST, run.latent), latent=run.latent))
    code = st.session_state.get(f"rest_{run.name}", land.centre).copy()
    for i, dimension in enumerate(land.order[:MOST]):
        low, high = (float(end[dimension]) for end in (land.low, land.high))
        if i % 2 == 0:
            pair = st.columns(2)  # row by row, so that a phone keeps the order
        code[dimension] = pair[i % 2].slider(
            land.name(int(dimension), t, n),
            low,
            high,
            step=(high - low) / 200,
            key=key(int(dimension)),
            persist_state="session",
            format="%.2f",
        )
    if run.latent == 2:
        points = project(run.history.codes[-1])(run.history.codes[-1])
        chart = figures.latent_scatter(points, data.probe().labels, hover=t("picture.hover"))
        figures.with_marker(chart, code, t("explore.here"))
        st.plotly_chart(chart, key="explore_map", config=figures.QUIET, alt=t("train.map"))
with picture:
    shown = decode_many(model(run.name), code[None])[0]
    decoded = Picture(shown, t("explore.decoded"), testid="decoded", run=run.name)
    digits([decoded], key="explore_decoded", size=252)
    position = st.session_state.get(f"from_{run.name}")
    if position is not None:
        original = data.test_digits().images[position]
        started = Picture(original, t("explore.from"), t("explore.which", position=position))
        digits([started], key="explore_from", size=84)

if run.latent == 2:
    st.subheader(t("explore.plane"), anchor=False)
    plane = decode_many(model(run.name), grid(PLANE))
    st.caption(t("explore.plane.about"))
    sheet = pictures.png(pictures.tile(plane, PLANE, scale=2))
    st.image(sheet, output_format="PNG", alt=t("explore.plane"))

behind(
    "explore",
    r"\hat x = \mathrm{sigmoid}\big(\mathrm{decoder}(z)\big),\qquad z \sim \mathcal N(0, I)",
    type(model(run.name)).decode,
    decode_many,
)
