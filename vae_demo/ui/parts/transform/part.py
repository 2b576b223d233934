"""A digit pulled by handles, four ways at once, and what a ruler measures on each."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.digits.measured import scales
from vae_demo.digits.transforms import HANDLES, NAMES
from vae_demo.evaluation.classifier import probabilities, shipped_classifier
from vae_demo.latent.code_maps import FOLDER, CodeMaps, load_code_maps
from vae_demo.latent.obedience import CLOSE, ROUNDS, STEP
from vae_demo.models import embed_many
from vae_demo.models.attribute import FURTHEST, AttributeVAE
from vae_demo.ui.frame.language import language, n, t
from vae_demo.ui.frame.link_view import LinkView
from vae_demo.ui.frame.runs import model, network
from vae_demo.ui.parts.array_file import ArrayFile, hashed
from vae_demo.ui.parts.digit_choice.pad import PadMessage, PadState, read_pad_message
from vae_demo.ui.parts.digit_choice.part import keep_drawn
from vae_demo.ui.parts.draw.data import PAD_TEXTS, example_digit
from vae_demo.ui.parts.explore.data import classifier_file
from vae_demo.ui.parts.explore.part import space_address
from vae_demo.ui.parts.mount import browser_part, part_state
from vae_demo.ui.server.shared_cache import shared

_TRANSFORM = browser_part("transform")
_KEY = "transform_part"  # Streamlit's key of the part

VIEW = LinkView("transform", _KEY, NAMES)
ATTRIBUTE_RUN = "attribute-vae-8"
WAYS = ("pixels", "direction", "map", "attributes")
TEXTS = ("digit", "reset", "reads", "map", "ruler", "target", "holes", "likeness", "same")


@st.fragment
def transform_part(pad: PadState, given: np.ndarray | None, run: str) -> None:
    """Show a digit pulled by handles, with a run that has maps of codes.

    The browser computes all pictures and measures them. On release of the pen or of a handle, only
    this fragment runs again.

    Args:
        pad: The state of the drawing pad.
        given: A test digit (28, 28) uint8; None for the drawing on the pad.
        run: Its name.
    """
    drawing = given is None
    pad.receive(read_pad_message(part_state(_KEY, "view"), PadMessage), pad=drawing)
    if drawing:
        keep_drawn("transform", "shown", pad)
    VIEW.current()
    chosen = pad.drawn if given is None else given
    digit = (example_digit() if chosen is None else chosen)[None]
    middle, spread = scales()
    _TRANSFORM(
        key=_KEY,
        data={
            **pad.data(chosen, pad=drawing),
            "view": VIEW.data(),
            "text": _texts(run),
            "language": language(),
            "code": _short(embed_many(model(run), digit)[0]),
            "style": _short(embed_many(attribute_model(), digit)[0, : attribute_model().style]),
            "label": int(probabilities(shipped_classifier(), digit)[0].argmax()),
            "scales": {"middle": _short(middle), "spread": _short(spread)},
            "loop": {
                "rounds": ROUNDS,
                "step": STEP,
                "close": CLOSE,
                "furthest": FURTHEST,
            },
            "files": {
                "decoder": network(run, "decoder"),
                "attributes": network(ATTRIBUTE_RUN, "decoder"),
                "maps": dict(_maps_file(run).offer()),
                "classifier": dict(classifier_file().offer()),
                "space": space_address(run),
            },
        },
        on_view_change=lambda: None,
        height="content",
    )


def _short(values: np.ndarray) -> list[float]:
    """Numbers with four decimals, of which no picture depends on more."""
    return [round(float(value), 4) for value in values]


def _texts(run: str) -> dict[str, object]:
    return {
        **{
            name: t(f"transform.part.{name}", digit="{digit}", percent="{percent}")
            for name in TEXTS
        },
        "example": t("draw.part.example"),
        "pad": {name: t(f"draw.pad.{name}") for name in PAD_TEXTS},
        "handles": {name: t(f"transform.handle.{name}") for name in NAMES},
        "says": {name: t(f"transform.says.{name}") for name in NAMES},
        "amounts": {name: _amount(handle.unit) for name, handle in HANDLES.items()},
        "ways": {name: t(f"transform.way.{name}", run=run) for name in WAYS},
    }


def _amount(unit: str) -> str:
    """How an amount is written, with {value} for its number."""
    number = "{value}"
    if unit == "%":
        return t("frame.percent", percent=number)
    return number + unit if unit == "°" else f"{number} {unit}"


def attribute_model() -> AttributeVAE:
    """The model with attributes."""
    found = model(ATTRIBUTE_RUN)
    if not isinstance(found, AttributeVAE):
        raise TypeError(f"{ATTRIBUTE_RUN} is not a VAE with attributes")
    return found


def explained_table(run: str) -> list[tuple[str, str]]:
    """How well a linear function of the run's codes explains each attribute, in percent."""
    return [
        (t(f"transform.attribute.{name}"), t("frame.percent", percent=n(100 * value, 0)))
        for name, value in code_maps(run).explained.items()
    ]


def pull(**amounts: float) -> None:
    """Pull some handles, and put the others back; for callbacks."""
    VIEW.set(**(dict.fromkeys(NAMES, 0.0) | amounts))


def has_maps(run: str) -> bool:
    """Whether maps are shipped for a run."""
    return (FOLDER / f"{run}.safetensors").is_file()


@shared(max_entries=8)
def code_maps(run: str) -> CodeMaps:
    """The maps of a run."""
    return load_code_maps(run)


@shared(max_entries=8)
def _maps_file(run: str) -> ArrayFile:
    return hashed((FOLDER / f"{run}.safetensors").read_bytes())
