"""Generated digits: the controls, their quality, and the nearest training digits."""

from __future__ import annotations

from typing import get_args

import numpy as np
import streamlit as st

from vae_demo.datasets import DataDescription
from vae_demo.digits import mnist, pictures
from vae_demo.digits.probe import Probe
from vae_demo.distributions import Place
from vae_demo.distributions.places import (
    USUAL_TEMPERATURES,
    best_place,
    draw_pictures,
    has_kinds,
    most_components,
    possible_places,
)
from vae_demo.distributions.prior import has_prior
from vae_demo.evaluation.quality import CONFIDENT
from vae_demo.evaluation.samples import (
    COOLEST,
    COUNT,
    HOTTEST,
    INDEPENDENT,
    SIDE,
    Assessment,
    assess,
    sampling_modes,
)
from vae_demo.evaluation.scoreboard import decimals
from vae_demo.evaluation.walls import Spread, WallQuality, measured_walls, wall_quality
from vae_demo.models import Codec, reconstruct_many
from vae_demo.models.conditional import CLASSES
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import n, t, t_of
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.links import from_address, linked, to_address
from vae_demo.ui.parts.digits.part import Picture, digits
from vae_demo.ui.parts.number.part import Bounds, number, set_number
from vae_demo.ui.parts.slider.part import Range, slider
from vae_demo.ui.parts.wall.data import LEAST_CODES, DrawnWall, Sampling, drawn_from
from vae_demo.ui.server.shared_cache import kept_with_model

ANY = "any"
LINK = FIELDS["generate"]
SEEDS = LINK["seed"].high + 1
PRIORS = ("prior", "layers", "layers.own", "own", "alone", "uniform")  # texts of "prior"
PAIRS = 6  # number of generated digits shown beside their nearest training digits
MEASURED = 1000  # digits of which the Fréchet distance is measured


def places(model: Codec, probe: Probe) -> tuple[Place, ...]:
    """Where codes can be drawn from on the page: "prior" also for a model without one.

    Its latents are then drawn one by one, each from the normal distribution of its values. Nothing
    is fitted to the codes of very few pictures.
    """
    possible = possible_places(model) if len(probe) >= LEAST_CODES else ()
    return possible if "prior" in possible else ("prior", *possible)


def prior_name(model: Codec) -> str:
    """Which text names the prior of a model."""
    if not has_prior(model):
        return "alone"
    if model.codebook_size:
        return "uniform"
    if len(sampling_modes(model)) > 1:
        return "layers" if model.has_normal_latents else "layers.own"
    return "prior" if model.has_normal_latents else "own"


def take_place_from_link() -> None:
    """Take the place from a link; one that names none, as older ones do, means the prior."""
    if "from" not in st.session_state and set(st.query_params) & set(LINK):
        st.session_state["from"] = from_address("generate")["from"]


def choose_place(model: Codec, probe: Probe) -> Place:
    """Choose where codes are drawn from; at first the best, unless a link says otherwise."""
    possible, state = places(model, probe), st.session_state
    if state.get("from") not in possible:
        best = best_place(model)
        state["from"] = best if best in possible else possible[0]
        _use_usual_temperature()
    chosen = pick(
        t("generate.from"),
        possible,
        show=lambda place: _place_name(model, place),
        key="from",
        page="generate",
        on_change=_use_usual_temperature,
    )
    return next(place for place in get_args(Place) if place == chosen)


def _use_usual_temperature() -> None:
    st.session_state["temperature"] = USUAL_TEMPERATURES.get(st.session_state["from"], 1.0)


def _place_name(model: Codec, place: str) -> str:
    name = prior_name(model) if place == "prior" else place
    return "N(0, I)" if name == "prior" else t(f"generate.from.{name}")


def choose_sampling(model: Codec, place: Place, data: DataDescription) -> Sampling:
    """The controls that belong to a place.

    Args:
        data: What the run was trained on. Of other data than digits, only a conditional model has
            kinds to choose from: what is fitted to codes has none.
    """

    def another() -> None:
        set_number("seed", (st.session_state["seed"] + 1) % SEEDS)

    uniform = place == "prior" and bool(model.codebook_size)
    components, guidance = LINK["components"].default, LINK["guidance"].default
    label, mode = None, INDEPENDENT
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if place == "mixture" and most_components(model) > 1:
            components = int(
                linked(
                    "generate",
                    "components",
                    lambda: number(
                        t_of("generate.components", data),
                        Bounds(LINK["components"].low, LINK["components"].high),
                        key="components",
                        width=170,
                    ),
                )
            )
        if place in ("flow", "words"):
            guidance = linked(
                "generate",
                "guidance",
                lambda: slider(
                    t("generate.guidance"),
                    Range(LINK["guidance"].low, LINK["guidance"].high, 2),
                    key="guidance",
                    help=t("generate.guidance.help"),
                ),
            )
        temperature = linked(
            "generate",
            "temperature",
            lambda: slider(
                t("generate.temperature"),
                Range(COOLEST, HOTTEST),
                key="temperature",
                help=t("generate.temperature.help"),
                disabled=uniform,
            ),
        )
        seed = linked(
            "generate",
            "seed",
            lambda: number(t("generate.seed"), Bounds(0, SEEDS - 1), key="seed", width=150),
        )
        st.button(
            t_of("generate.again", data),
            on_click=another,
            icon=":material/casino:",
            key="generate_again",
        )
    kinds = has_kinds(model, place) and (data.is_mnist or place == "prior")
    if kinds:
        names = [ANY, *(str(k) for k in range(min(len(data.kinds), CLASSES)))]
        chosen = pick(
            t_of("generate.kind", data),
            names,
            show=lambda name: t("generate.any") if name == ANY else data.kinds[int(name)],
            key="kind",
            page="generate",
        )
        label = None if chosen == ANY else int(chosen)
    if place == "prior" and len(sampling_modes(model)) > 1:
        mode = pick(
            t("generate.arrangement"),
            sampling_modes(model),
            show=lambda name: t(f"generate.arrangement.{name}"),
            key="arrangement",
            page="generate",
        )
    shown = {
        "components": place == "mixture",
        "guidance": place in ("flow", "words"),
        "kind": kinds,
    }
    to_address("generate", **{name: None for name, here in shown.items() if not here})
    return Sampling(int(seed), place, temperature, label, components, guidance, mode)


def wall_png(wall: DrawnWall) -> bytes:
    """The digits of a wall side by side as a PNG file."""
    return pictures.png(pictures.tile(wall.digits, SIDE, scale=2, gap=4))


def quality(run: str, model: Codec, sampling: Sampling, wall: DrawnWall) -> None:
    """Show the quality of a wall beside that of real test digits."""
    found, real = assessed(wall.digits), _assessed_test_digits()
    for name, value in (
        ("recognised", lambda it: n(int(it.recognised.sum()), 0)),
        ("agreed", lambda it: n(int(it.agreed.sum()), 0)),
        ("kinds", lambda it: n(it.kinds, 1)),
    ):
        about = t(f"generate.{name}.help", percent=n(100 * CONFIDENT, 0), of=COUNT)
        beside = t("generate.beside", of=COUNT, value=value(real))
        _metric(t(f"generate.{name}"), value(found), about, beside)
    known, about = _known(run, model, sampling), t("generate.distance.help")
    if known is None:
        measurable = sampling.place in possible_places(model) and sampling.mode == INDEPENDENT
        if measurable and st.button(
            t("generate.measure"), help=about, icon=":material/speed:", key="generate_measure"
        ):
            st.session_state["measured wall"] = (run, sampling)
            st.rerun()
    else:
        beside = t("generate.beside_many", value=_spread(measured_walls().real["distance"]))
        _metric(t("generate.distance"), known, about, beside)
    near = [n(float(np.median(each.apart)), 3) for each in (found, real, _reconstructed(model))]
    beside = t("generate.beside_reconstructed", value=near[1], smooth=near[2])
    _metric(t("generate.apart"), near[0], t("generate.apart.help"), beside)


def _metric(label: str, value: str, about: str, beside: str) -> None:
    with st.container(gap=None):
        st.metric(label, value, help=about)
        st.caption(beside)


def _known(run: str, model: Codec, sampling: Sampling) -> str | None:
    """The Fréchet distance of these settings: as measured for all, or now if that was asked for."""
    usual = Sampling(sampling.seed, sampling.place, sampling.temperature)
    if sampling == usual:
        for wall in measured_walls().walls:
            if (wall.run, wall.place, wall.temperature) == (
                run,
                sampling.place,
                sampling.temperature,
            ):
                return _spread(wall.numbers["distance"])
    if st.session_state.get("measured wall") == (run, sampling):
        return n(_measured(model, sampling).distance, 1)
    return None


def _spread(numbers: Spread) -> str:
    mean, spread = numbers
    digits = decimals(1, spread)
    return f"{n(mean, digits)} ± {n(spread, digits)}"


@kept_with_model(max_entries=16)
def _measured(model: Codec, sampling: Sampling) -> WallQuality:
    kinds = None if sampling.label is None else np.full(MEASURED, sampling.label, np.uint8)
    found = drawn_from(model, sampling, mnist.shown_probe())
    asked = (MEASURED, sampling.seed, sampling.temperature, kinds)
    return wall_quality(draw_pictures(model, found, *asked))


def nearest_training_digits(generated: np.ndarray) -> None:
    """Show the generated digits that are most similar to a training digit, beside that digit."""
    found, train = assessed(generated), mnist.train_digits()
    shown = []
    for i in np.argsort(found.apart, kind="stable")[:PAIRS]:
        position = int(found.nearest[i])
        shown.append(Picture(generated[i], t("generate.made"), n(float(found.apart[i]), 3)))
        label = t("generate.training", digit=int(train.labels[position]))
        shown.append(Picture(train.images[position], label, f"{position}"))
    digits(shown, key="generate_pairs", size=84, columns=4)


@st.cache_resource(show_spinner=False, max_entries=64)
def assessed(generated: np.ndarray) -> Assessment:
    """The assessment of generated digits (COUNT, 28, 28) uint8."""
    return assess(generated, mnist.train_digits())


@st.cache_resource(show_spinner=False)
def _assessed_test_digits() -> Assessment:
    return assess(mnist.test_digits().images[:COUNT], mnist.train_digits())


@kept_with_model(max_entries=1)
def _reconstructed(model: Codec) -> Assessment:
    pictures = reconstruct_many(model, mnist.test_digits().images[:COUNT])
    return assess(pictures, mnist.train_digits())
