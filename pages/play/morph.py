"""From one digit to another, in pixel space and in latent space."""

import math

import numpy as np
import streamlit as st

from vae_demo.digits import pictures
from vae_demo.latent import between
from vae_demo.models import MODELS
from vae_demo.runs import Run
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.links import from_address, linked, to_address
from vae_demo.ui.frame.page import formula_and_code, heading, what_to_try
from vae_demo.ui.frame.session import model, network, run_names
from vae_demo.ui.parts.digit_choice.ends import choose_ends, end_digit
from vae_demo.ui.parts.model_info.part import about_models
from vae_demo.ui.parts.morph.data import Way, morph_data
from vae_demo.ui.parts.morph.part import MORPH_TEXTS, morph
from vae_demo.ui.parts.mount import heard

FRAMES = 41  # of the animation to keep
SHOWN = 9  # pictures on a film strip
PART = "morph_part"


def one_of(key: str, names: list[str], first: str) -> str:
    """A box to choose one run of a kind."""
    if not names:
        st.error(t("error.no_runs"))
        st.stop()
    return linked(
        "morph",
        key,
        lambda: st.selectbox(t(f"morph.{key}"), names, key=key),
        first=first if first in names else names[0],
        options=names,
    )


def is_live(run: Run, *, prior: bool) -> bool:
    """Whether the browser can decode with this run, and it has, or lacks, a prior."""
    family = MODELS[str(run.model["name"])]
    return family.generative == prior and network(run.name, decoder_only=True) is not None


def place() -> float | None:
    """Where the hand let go last, or where the link says; None as long as it only plays."""
    told = heard(PART, "at")
    if type(told) in (int, float) and math.isfinite(told):
        st.session_state["morph_at"] = min(max(float(told), 0.0), 1.0)
    elif "morph_at" not in st.session_state:
        st.session_state["morph_at"] = from_address("morph")["at"]
    at: float | None = st.session_state["morph_at"]
    to_address("morph", at=at)
    return at


def animation() -> bytes:
    """All ways side by side, as a GIF."""
    films = [way.pictures(ends, np.linspace(0, 1, FRAMES)) for way in ways]
    frames = [
        pictures.tile(np.stack(digits), len(ways), scale=4, gap=8)
        for digits in zip(*films, strict=True)
    ]
    return pictures.gif(np.stack(frames))


def all_strips() -> bytes:
    """The film strips of all ways below each other, as a PNG."""
    return pictures.png(pictures.tile(np.concatenate(strips), SHOWN, scale=4, gap=8))


heading("morph")
what_to_try(
    "morph",
    {
        "three_eight": lambda: choose_ends(3, 8),
        "one_seven": lambda: choose_ends(1, 7),
        "four_nine": lambda: choose_ends(4, 9),
    },
)
left, right, models = st.columns([1, 1, 2])
with left.container(horizontal=True, vertical_alignment="bottom"):
    first = end_digit("from")
with right.container(horizontal=True, vertical_alignment="bottom"):
    second = end_digit("to")
ends = np.stack([first, second])
with models.container(horizontal=True, vertical_alignment="bottom"):
    vaes = run_names(lambda run: is_live(run, prior=True))
    vae = one_of("vae", vaes, "vae-20")
    aes = run_names(lambda run: is_live(run, prior=False))
    ae = one_of("ae", aes, "ae-20")
    about_models([vae, ae], vaes + aes)

networks = {name: found for name in (vae, ae) if (found := network(name, decoder_only=True))}
ways = [Way(t("morph.path.pixel"))]
for key, name, path in (
    ("vae_linear", vae, "linear"),
    ("vae_spherical", vae, "spherical"),
    ("ae_linear", ae, "linear"),
):
    called = t(f"morph.path.{key}", vae=vae, ae=ae)
    ways.append(Way(called, path, model(name), networks[name]))
at = place()
words = {key: t(f"morph.part.{key}", percent="{percent}") for key in MORPH_TEXTS}
morph(morph_data(ends, ways, text=words, at=at, play=at is None), key=PART)

strips = [way.pictures(ends, np.linspace(0, 1, SHOWN)) for way in ways]
for way, strip in zip(ways, strips, strict=True):
    st.caption(way.name)
    sheet = pictures.png(pictures.tile(strip, SHOWN, scale=3, gap=4))
    st.image(sheet, output_format="PNG", alt=way.name)
st.caption(t("morph.reading"))
with st.container(horizontal=True):
    for key, content, name, kind in (
        ("gif", animation, "morph.gif", "image/gif"),
        ("png", all_strips, "morph.png", "image/png"),
    ):
        st.download_button(
            t(f"morph.{key}"), content, name, kind, on_click="ignore", key=f"save_{key}"
        )

formula_and_code(
    "morph",
    r"z(t) = (1-t)\,z_0 + t\,z_1 \qquad"
    r"z(t) = \Big((1-t)\lVert z_0\rVert + t\lVert z_1\rVert\Big)"
    r"\left(\frac{\sin((1-t)\theta)}{\sin\theta}\,\frac{z_0}{\lVert z_0\rVert}"
    r" + \frac{\sin(t\theta)}{\sin\theta}\,\frac{z_1}{\lVert z_1\rVert}\right)",
    between,
)
