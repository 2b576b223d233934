"""Show a discrete code: its picture, its description, and its cost in bits."""

from __future__ import annotations

import math

import numpy as np
import streamlit as st

from vae_demo.digits import mnist
from vae_demo.models import Codec, embed_many
from vae_demo.models.vq import VQVAE
from vae_demo.ui.frame.language import n, t
from vae_demo.ui.frame.runs import model, run
from vae_demo.ui.parts.codebook.cells import Cell, as_html, bits, bits_in_use, picture
from vae_demo.ui.server.shared_cache import kept_with_model


def cells(name: str, code: np.ndarray) -> list[Cell]:
    """The cells of a run's discrete code (latent,); an empty list where the code is continuous."""
    net = model(name)
    if not isinstance(net, VQVAE):
        return []
    return _picture(net, tuple(code.tolist()))


def code_alt(shown: list[Cell]) -> str:
    """The description of the picture for screen readers."""
    return t("codebook.alt", words=", ".join(str(cell.word) for cell in shown))


def cost(name: str) -> str:
    """A line about the bits of this run's codes, under the prior and under the empirical one.

    The latter is that of all test digits, or of the test pictures that a run on other data holds.
    """
    net = model(name)
    paid = bits(net.latent, net.codebook_size)
    shown = run(name)
    images = mnist.test_digits().images if shown.data.is_mnist else shown.probe.images
    used = _bits_in_use(name, shown.results["distortion"], shown.data.checksum, net, images)
    return t(
        "codebook.cost",
        places=net.latent,
        words=net.codebook_size,
        bits=n(paid, 0),
        nats=n(paid * math.log(2)),
        used=n(used),
        count=n(len(images), 0),
    )


def show_discrete_code(name: str, code: np.ndarray) -> None:
    """Show the picture of a run's discrete code, and its cost."""
    shown = cells(name, code)
    st.html(as_html(shown, code_alt(shown)))
    st.caption(cost(name))


@kept_with_model(max_entries=100)
def _picture(net: VQVAE, code: tuple[float, ...]) -> list[Cell]:
    return picture(np.array(code), net.words.weight.detach().numpy())


@st.cache_resource(show_spinner=False, max_entries=32)
def _bits_in_use(
    name: str, distortion: float, data: str, _model: Codec, _images: np.ndarray
) -> float:
    """`bits_in_use` over test pictures, cached by the run's name, distortion and data."""
    return bits_in_use(embed_many(_model, _images))
