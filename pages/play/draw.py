"""Draw a digit; see it reconstructed and denoised while the hand moves."""

from functools import partial

import numpy as np
import streamlit as st

from vae_demo.digits import STAGES, DrawingError, mnist, open_picture, to_digit
from vae_demo.digits.damages import DAMAGES, damage
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import language, t, t_or_name
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.links import linked
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.session import model, network, run, run_names
from vae_demo.ui.parts.digit_choice.part import drew
from vae_demo.ui.parts.draw.data import NO_NOISE, place_map, studio_data
from vae_demo.ui.parts.draw.part import PAD_TEXTS, STUDIO_TEXTS, studio, studio_work
from vae_demo.ui.parts.draw.state import bench, write_address
from vae_demo.ui.parts.model_info.part import about_models

SOURCES = FIELDS["draw"]["source"].options
FIRST_RUNS = ["ae-30", "dae-500", "vae-20"]
MAP = "vae-2"
EXAMPLE = FIELDS["draw"]["index"].default  # a plain 3, so that the pad is never empty
KEY = "studio"


def sentence(error: DrawingError) -> str:
    return t(f"error.drawing.{error.code}", **error.details)


def uploaded() -> np.ndarray | None:
    """The digit of the last picture that was one; why this is none, a sentence says."""
    file = st.file_uploader(
        t("draw.upload"), ["png", "jpg", "jpeg", "gif", "webp", "bmp"], key="draw_upload"
    )
    if file:
        try:
            bench().uploaded = to_digit(open_picture(file.getvalue()))
        except DrawingError as error:
            st.error(sentence(error))
    return bench().uploaded


def numbered() -> np.ndarray:
    last = len(mnist.test_digits()) - 1
    index = linked(
        "draw",
        "index",
        lambda: st.number_input(t("draw.test", last=last), 0, last, key="index"),
    )
    return mnist.test_digits().images[index]


def short_name(run_name: str) -> str:
    """What the model of a run is called above its picture."""
    family = run(run_name).model["name"]
    return t_or_name(f"model.{family}.short", family)


def texts() -> dict[str, object]:
    kinds = (NO_NOISE, *DAMAGES)
    return {name: t(f"draw.part.{name}", value="{value}") for name in STUDIO_TEXTS} | {
        "pad": {name: t(f"draw.pad.{name}") for name in PAD_TEXTS},
        "noises": {name: t_or_name(f"noise.{name}", name) for name in kinds},
        "stageNames": {name: t(f"stage.{name}") for name in STAGES},
        "stageAbouts": {name: t(f"stage.{name}.about") for name in STAGES},
    }


heading("draw")
here = bench()
what_to_try(
    "draw",
    {
        "dropout": partial(here.add_noise, "dropout", 0.5),
        "gaussian": partial(here.add_noise, "gaussian", 0.4),
        "clean": partial(here.add_noise, NO_NOISE, 0.5),
    },
)
here.hear(studio_work(KEY))
source = pick(
    t("draw.source"),
    SOURCES,
    show=lambda name: t(f"draw.source.{name}"),
    key="source",
    page="draw",
    hide_label=True,
)
with st.container():  # an empty one keeps the place of what follows: else the pad is made anew
    digit = {"pad": lambda: here.drawn, "upload": uploaded, "test": numbered}[source]()
if digit is not None:
    drew(digit)
write_address(here.settings, None if source == "test" else digit)

place = st.container()
names = run_names()
if not names:
    st.error(t("error.no_runs"))
first = [name for name in FIRST_RUNS if name in names]
chosen = linked(
    "draw",
    "runs",
    lambda: st.multiselect(t("draw.runs"), names, key="runs", placeholder=t("frame.choose")),
    first=first,
    options=names,
)
if chosen:
    about_models(chosen)
st.caption(t("draw.errors"))

has_map = MAP in names and run(MAP).latent == 2
files = {name: network(name) for name in dict.fromkeys([*chosen, *([MAP] if has_map else [])])}
stand_in = mnist.test_digits().images[EXAMPLE]
with place:
    studio(
        studio_data(
            language=language(),
            text=texts(),
            digit=digit,
            stand_in=stand_in,
            settings=here.settings,
            models={name: (short_name(name), model(name), files.get(name)) for name in chosen},
            map=place_map(
                run(MAP).history.codes[-1],
                model(MAP),
                stand_in if digit is None else digit,
                title=t("draw.map", run=MAP),
                file=files.get(MAP),
            )
            if has_map
            else None,
            pad=source == "pad",
            picture=here.picture,
            trouble=sentence(here.trouble) if here.trouble else "",
            serial=here.serial,
            turn=here.turn,
        ),
        key=KEY,
    )
formula_and_code(
    "draw", r"\hat x = \mathrm{decoder}(\mathrm{encoder}(x + \text{noise}))", to_digit, damage
)
