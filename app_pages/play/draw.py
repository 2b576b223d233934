"""Draw a digit; see it reconstructed and denoised."""

import base64

import numpy as np
import streamlit as st
import torch

from vae_demo import data, figures
from vae_demo.corruptions import CORRUPTIONS, corrupt
from vae_demo.drawing import DrawingError, open_picture, to_digit
from vae_demo.latent import project
from vae_demo.models import embed_many, to_pixels, to_x
from vae_demo.ui.choices import pick
from vae_demo.ui.components import PAD_TEXTS, Picture, digits, pad
from vae_demo.ui.frame import behind, heading, what_to_try
from vae_demo.ui.state import model, run, run_names, visitor
from vae_demo.ui.text import n, t

SOURCES = ("pad", "upload", "test")
FIRST_RUNS = ["ae-30", "dae-500", "vae-20"]
MAP = "vae-2"
NO_NOISE = "none"
EXAMPLE = 112  # a plain 3 of the test set, so that nothing is ever empty


def add_noise(kind: str, strength: float) -> None:
    st.session_state["noise"], st.session_state["strength"] = kind, strength


def prepared(picture: bytes) -> np.ndarray | None:
    """The picture as MNIST sees it; where it can't be one, a sentence says why."""
    try:
        return to_digit(open_picture(picture))
    except DrawingError as error:
        st.error(t(f"error.drawing.{error.code}", **error.details))
        return None


def given_digit() -> np.ndarray | None:
    """The visitor's digit, from the chosen source; None while there is none."""
    source = pick(
        t("draw.source"),
        SOURCES,
        show=lambda name: t(f"draw.source.{name}"),
        key="source",
        in_address=True,
        hide_label=True,
    )
    if source == "upload":
        file = st.file_uploader(
            t("draw.upload"), ["png", "jpg", "jpeg", "gif", "webp", "bmp"], key="draw_upload"
        )
        return prepared(file.getvalue()) if file else None
    if source == "test":
        last = len(data.test_digits()) - 1
        asked = st.query_params.get("index", "0")
        sane = asked.isdecimal() and len(asked) < 9  # Streamlit 1.67 fails at infinite ones
        index = st.number_input(
            t("draw.test", last=last),
            0,
            last,
            EXAMPLE,
            key="index",
            bind="query-params" if sane else None,
        )
        return data.test_digits().images[index]
    drawing = pad(key="pad", text={name: t(f"pad.{name}") for name in PAD_TEXTS})
    return prepared(base64.b64decode(drawing)) if drawing else None


def noise() -> tuple[str, float, int]:
    """Kind, strength and seed of the noise to add on purpose."""
    kind = pick(
        t("draw.noise"),
        [NO_NOISE, *CORRUPTIONS],
        show=lambda name: t(f"noise.{name}"),
        key="noise",
        in_address=True,
    )
    if kind == NO_NOISE:
        return kind, 0.0, 0
    strength = st.slider(
        t("draw.strength"), 0.0, 0.9, 0.5, 0.05, key="strength", bind="query-params"
    )
    seed = st.session_state.setdefault("noise_seed", 0)
    st.button(t("draw.again"), key="draw_again", on_click=next_seed)
    return kind, strength, seed


def next_seed() -> None:
    st.session_state["noise_seed"] += 1


def first_runs() -> list[str]:
    return [name for name in FIRST_RUNS if name in run_names()]


heading("draw")
what_to_try(
    "draw",
    {
        "dropout": lambda: add_noise("dropout", 0.5),
        "gaussian": lambda: add_noise("gaussian", 0.4),
        "clean": lambda: add_noise(NO_NOISE, 0.5),
    },
)
left, right = st.columns([1, 1.7], gap="large")
with left:
    digit = given_digit()
    kind, strength, seed = noise()
with right:
    if digit is None:
        digit = data.test_digits().images[EXAMPLE]
        st.caption(t("draw.example"))
    else:
        visitor().digit = digit
    x = to_x(digit[None])
    seen = x if kind == NO_NOISE else corrupt(x, kind, strength, seed)
    parts = [Picture(digit, t("draw.seen"), t("draw.seen.about"), testid="digit-28")]
    if kind != NO_NOISE:
        damage = float((seen.clamp(0, 1) - x).square().mean())
        caption = t("picture.error", mse=n(damage, 4))
        parts.append(Picture(to_pixels(seen)[0], t("draw.damaged"), caption, testid="damaged"))
    digits(parts, key="draw_digit", size=140)

    chosen = st.multiselect(
        t("draw.runs"), run_names(), first_runs(), key="runs", bind="query-params"
    )
    repaired = []
    for name in chosen:
        with torch.inference_mode():
            x_hat = model(name)(seen)
        error = t("picture.error", mse=n(float((x_hat - x).square().mean()), 4))
        label = t(f"model.{run(name).model['name']}.short")
        repaired.append(
            Picture(to_pixels(x_hat)[0], f"{name} · {label}", error, "reconstruction", name)
        )
    digits(repaired, key="draw_repaired", size=140)
    st.caption(t("draw.errors"))

    probe = data.probe()
    codes = run(MAP).history.codes[-1]
    view = project(codes)
    chart = figures.latent_scatter(view(codes), probe.labels, hover=t("picture.hover"), height=380)
    place = view(embed_many(model(MAP), digit[None]))[0]
    figures.with_marker(chart, place, t("draw.here"))
    st.subheader(t("draw.map", run=MAP), anchor=False)
    st.plotly_chart(chart, key="draw_map", config=figures.QUIET, alt=t("draw.map", run=MAP))

behind("draw", r"\hat x = \mathrm{decoder}(\mathrm{encoder}(x + \text{noise}))", to_digit, corrupt)
