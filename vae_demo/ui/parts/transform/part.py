"""A digit pulled by handles, four ways at once, and what a ruler measures on each."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.digits.attributes import measure
from vae_demo.digits.measured import ATTRIBUTES, scales, standardised
from vae_demo.digits.transforms import HANDLES, NAMES, transformed
from vae_demo.evaluation.classifier import Classifier, load_classifier, probabilities
from vae_demo.latent.code_maps import FOLDER, CodeMaps, load_code_maps
from vae_demo.latent.obedience import ask
from vae_demo.models import decode_many, embed_many
from vae_demo.models.attribute import AttributeVAE
from vae_demo.ui.frame.language import language, n, t
from vae_demo.ui.frame.link_view import LinkView
from vae_demo.ui.frame.session import model, network
from vae_demo.ui.parts.array_file import ArrayFile, hashed
from vae_demo.ui.parts.base64_text import base64_text
from vae_demo.ui.parts.explore.data import classifier_file
from vae_demo.ui.parts.explore.part import space_address
from vae_demo.ui.parts.mount import browser_part
from vae_demo.ui.server.shared_cache import shared

_TRANSFORM = browser_part("transform")
_KEY = "transform_part"  # Streamlit's key of the part

VIEW = LinkView("transform", _KEY, NAMES)
ATTRIBUTE_RUN = "attribute-vae-8"
WAYS = ("pixels", "direction", "map", "attributes")
TEXTS = ("digit", "reset", "reads", "map", "ruler", "target")


@st.fragment
def transform_part(run: str, digit: np.ndarray) -> None:
    """Show a digit (28, 28) uint8 pulled by handles, with a run that has maps of codes.

    While a handle moves, the browser computes all pictures; on release, Python measures them.
    """
    values = VIEW.current()
    amounts = np.array([values[name] for name in NAMES])
    start = Start(run, digit)
    asked, pictures = start.pulled(amounts)
    text: dict[str, object] = {
        name: t(f"transform.part.{name}", digit="{digit}", percent="{percent}") for name in TEXTS
    }
    text["handles"] = {name: t(f"transform.handle.{name}") for name in NAMES}
    text["units"] = {name: handle.unit for name, handle in HANDLES.items()}
    text["ways"] = {name: t(f"transform.way.{name}", run=run) for name in WAYS}
    _TRANSFORM(
        key=_KEY,
        data={
            "view": VIEW.data(),
            "text": text,
            "language": language(),
            "pixels": base64_text(digit),
            "own": dict(zip(ATTRIBUTES, start.own[0].tolist(), strict=True)),
            "code": start.code[0].tolist(),
            "style": start.style[0].tolist(),
            "label": int(start.label[0]),
            "asked": asked[0].tolist(),
            "for": [values[name] for name in ATTRIBUTES],
            "spread": scales()[1].tolist(),
            "measured": measured_rows(pictures, start.own[0] + amounts[: len(ATTRIBUTES)]),
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


class Start:
    """A digit as the ruler, a run and the model with attributes see it."""

    def __init__(self, run: str, digit: np.ndarray) -> None:
        self.run = run
        self.digit = digit[None]
        ruled = measure(self.digit)
        middle, _ = scales()
        own = np.stack([ruled[name] for name in ATTRIBUTES], 1)
        self.own = np.where(np.isfinite(own), own, middle).astype(float)
        self.code = embed_many(model(run), self.digit)
        self.teller = model(ATTRIBUTE_RUN)
        if not isinstance(self.teller, AttributeVAE):
            raise TypeError(f"{ATTRIBUTE_RUN} is no VAE with attributes")
        self.style = embed_many(self.teller, self.digit)[:, : self.teller.style]
        self.label = probabilities(_reader(), self.digit).argmax(1)

    def pulled(self, amounts: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """What the model with attributes is asked for, and the four pictures, (28, 28) uint8."""
        maps, row = code_maps(self.run), amounts[None]
        wanted = self.own + row[:, : len(ATTRIBUTES)]
        teller = self.teller
        assert isinstance(teller, AttributeVAE)
        drawn, asked = ask(
            teller,
            self.style,
            self.label,
            standardised({name: wanted[:, i] for i, name in enumerate(ATTRIBUTES)}),
        )
        pixels = np.rint(255 * transformed(self.digit, row, self.own)).astype(np.uint8)
        straight, mapped = (
            decode_many(model(self.run), codes)
            for codes in (maps.along(self.code, row), maps.moved(self.code, row))
        )
        return asked, dict(zip(WAYS, (pixels[0], straight[0], mapped[0], drawn[0]), strict=True))


def measured_rows(
    pictures: dict[str, np.ndarray], target: np.ndarray
) -> dict[str, dict[str, list[str]]]:
    """Attribute -> way -> what the ruler measures and the target, as written."""
    ruled = measure(np.stack(list(pictures.values())))
    return {
        name: {
            way: [n(float(ruled[name][k]), 1), n(float(target[i]), 1)]
            for k, way in enumerate(pictures)
        }
        for i, name in enumerate(ATTRIBUTES)
    }


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


@shared(max_entries=1)
def _reader() -> Classifier:
    return load_classifier()
