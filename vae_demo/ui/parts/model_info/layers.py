"""A model's layers as a picture on a page."""

from __future__ import annotations

import streamlit as st

from vae_demo.models import ModelConfig, build
from vae_demo.models.architecture import Block, architecture, as_html, as_text
from vae_demo.ui.frame.language import t

PARTS = ("style", "kind", "top", "bottom", "words")  # of codes that have several, or odd ones


def show_architecture(config: ModelConfig) -> None:
    """The layers of a model from the picture to the code and back."""
    columns = _columns(config.name, config.latent)
    names = {part: t(f"layers.{part}") for part in PARTS}
    st.html(as_html(columns, names, t("layers.about", steps=as_text(columns))))


@st.cache_resource(show_spinner=False, max_entries=64)
def _columns(name: str, latent: int | None) -> list[list[Block]]:
    return architecture(build(ModelConfig(name, latent)))
