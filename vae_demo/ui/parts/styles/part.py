"""The ten digits in several styles: that of a digit that the visitor chooses, and of others."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.digits import mnist
from vae_demo.evaluation.classifier import probabilities, shipped_classifier
from vae_demo.latent.styles import in_style_of
from vae_demo.models import MODELS, Codec
from vae_demo.models.conditional import CLASSES, ConditionalVAE
from vae_demo.ui.frame.language import n, t
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.links import linked
from vae_demo.ui.frame.runs import model, run_names
from vae_demo.ui.parts.digit_choice.pad import PadState
from vae_demo.ui.parts.digit_choice.part import choose_pad, one_digit
from vae_demo.ui.parts.digit_choice.source import upload_to_pad
from vae_demo.ui.parts.digits.part import Picture, digits
from vae_demo.ui.parts.number.part import Bounds, number
from vae_demo.ui.server.shared_cache import kept_with_model

FIRST_RUN = "attribute-vae-8"
FIRST_EXAMPLE = 3  # of the test digits of the class that is chosen at first
OTHERS = 4  # styles of other test digits
LAST_SEED = FIELDS["generate"]["style_seed"].high


@st.fragment
def styles_part() -> None:
    """Choose a digit and a conditional model; show the ten digits in its style, and in others'."""
    names = run_names(lambda run: issubclass(MODELS.get(run.model["name"], Codec), ConditionalVAE))
    if not names:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _upload()
        own, _ = one_digit("generate", "style", t("styles.digit"), FIRST_EXAMPLE)
        name = linked(
            "generate",
            "style_run",
            lambda: st.selectbox(t("styles.run"), names, key="style_run", width=170),
            first=FIRST_RUN if FIRST_RUN in names else names[0],
            options=names,
        )
        seed = linked(
            "generate",
            "style_seed",
            lambda: number(t("styles.seed"), Bounds(0, LAST_SEED), key="style_seed", width=150),
        )
    sources = np.concatenate([own[None], other_digits(int(seed))])
    drawn = _drawn(model(name), sources.tobytes())
    shown = []
    for source, ten in zip(sources, drawn, strict=True):
        shown.append(Picture(source, "", testid="style-source", alt=t("styles.source")))
        shown += [Picture(each, "", testid="styled", alt=f"{k}") for k, each in enumerate(ten)]
    digits(shown, key="styles", size=56, columns=1 + CLASSES)
    right = _read_right(model(name), sources.tobytes())
    st.caption(t("styles.about", right=n(right, 0), of=n(len(drawn) * CLASSES, 0)))


def _upload() -> None:
    """Let the visitor upload a picture of a digit, whose style is then shown."""
    pad: PadState = st.session_state.setdefault("styles pad", PadState())
    before = pad.placed
    upload_to_pad("generate", pad)
    if pad.placed != before:
        choose_pad("style")


def other_digits(seed: int) -> np.ndarray:
    """Test digits at random, (OTHERS, 28, 28) uint8."""
    images = mnist.test_digits().images
    return images[np.random.default_rng(seed).choice(len(images), OTHERS, replace=False)]


@kept_with_model(max_entries=32)
def _drawn(model: Codec, sources: bytes) -> np.ndarray:
    assert isinstance(model, ConditionalVAE)
    return in_style_of(model, np.frombuffer(sources, np.uint8).reshape(-1, 28, 28))


@kept_with_model(max_entries=32)
def _read_right(model: Codec, sources: bytes) -> int:
    """How many of the drawn digits the classifier reads as the digit that they should be."""
    drawn = np.concatenate(_drawn(model, sources))
    read = probabilities(shipped_classifier(), drawn).argmax(1)
    return int((read.reshape(-1, CLASSES) == np.arange(CLASSES)).sum())
