"""The Denoise page's part: a digit, its damage, and what every method makes of it."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from vae_demo.digits import mnist
from vae_demo.digits.damages import DAMAGES
from vae_demo.models.module_layers import module_layers
from vae_demo.models.network_file import layers_file
from vae_demo.repair import denoise, networks
from vae_demo.ui.frame.language import language, t
from vae_demo.ui.parts.array_file import ArrayFile, hashed
from vae_demo.ui.parts.denoise.data import MAX_SEED, DenoiseSettings, denoise_data, read_message
from vae_demo.ui.parts.denoise.state import denoise_session, write_address
from vae_demo.ui.parts.digit_choice.part import store_drawing
from vae_demo.ui.parts.draw.data import SEEDS_AHEAD, noise_file, pad_picture
from vae_demo.ui.parts.draw.part import PAD_TEXTS
from vae_demo.ui.parts.mount import browser_part, part_state
from vae_demo.ui.parts.repairs.data import card, groups
from vae_demo.ui.parts.repairs.judged import judged
from vae_demo.ui.parts.repairs.readable import if_readable
from vae_demo.ui.server.shared_cache import shared

_DENOISE = browser_part("denoise")
_KEY = "denoise_part"
LIVE = {"unet": "denoise-unet", "dense": "denoise-dense"}  # method -> network, in the browser
EXAMPLE = 112  # position of a plain 3 in the test set, shown while the pad is empty

TEXTS = ("truth", "damaged", "example", "difference", "psnr", "noise", "hint")
CONTROLS = ("strength", "again", "where", "everywhere", "paint", "brush", "wipe")


@st.fragment
def denoise_part(source: str, given: np.ndarray | None) -> None:
    """Show a digit, how it is damaged, and what every method makes of it.

    While the visitor drags, the browser computes the damage and the networks. When the visitor
    releases, only this fragment runs again, and Python computes all methods and their numbers.

    Args:
        source: "pad" for the drawing; "upload" or "test" for the `given` digit.
        given: (28, 28) uint8, or None if there is none.
    """
    session = denoise_session()
    session.receive(read_message(part_state(_KEY, "message")), pad=source == "pad")
    digit = session.drawn if source == "pad" else given
    if digit is not None:
        store_drawing(digit)
    settings = session.settings
    write_address(settings, None if source == "test" else digit)
    example = mnist.test_digits().images[EXAMPLE]
    picture = None if session.drawn is None else pad_picture(session.drawn)
    seeds = [(settings.seed + i) % (MAX_SEED + 1) for i in range(SEEDS_AHEAD)]
    _DENOISE(
        key=_KEY,
        data=denoise_data(
            language=language(),
            text=_texts(),
            digit=digit,
            example=example,
            settings=settings,
            pad=source == "pad",
            picture=hashed(picture).offer()["url"] if picture else None,
            serial=session.serial,
            revision=session.revision,
            placed=session.placed,
            noises=[{"seed": seed, "file": noise_file(seed).offer()} for seed in seeds],
            networks={method: _layers(name).offer() for method, name in LIVE.items()},
            results=results(example if digit is None else digit, settings),
        ),
        on_message_change=lambda: None,
        height="content",
    )


def results(truth: np.ndarray, settings: DenoiseSettings) -> dict[str, Any]:
    """The cards of the damaged digit and of all methods."""
    damaged = settings.apply(truth)
    found: dict[str, np.ndarray] = {}
    for name, method in denoise.METHODS.items():
        pixels = if_readable(partial(method, damaged[None]))
        if pixels is not None:
            found[name] = pixels[0]
    measured = judged(truth, {"damaged": damaged} | found, settings.mask)
    seen = measured.pop("damaged")
    return {
        "damaged": card("damaged", t("denoise.part.damaged"), "", seen),
        "groups": groups("denoise", measured),
    }


def _texts() -> dict[str, Any]:
    return {
        **{name: t(f"denoise.part.{name}", value="{value}") for name in TEXTS},
        **{name: t(f"draw.part.{name}") for name in CONTROLS},
        "pad": {name: t(f"draw.pad.{name}") for name in PAD_TEXTS},
        "noises": {name: t(f"noise.{name}") for name in DAMAGES},
    }


@shared(max_entries=len(LIVE))
def _layers(name: str) -> ArrayFile:
    """A network for the browser, in half precision as in its file."""
    layers = module_layers(networks.shipped_network(name), (1, 28, 28))
    return hashed(layers_file(layers))
