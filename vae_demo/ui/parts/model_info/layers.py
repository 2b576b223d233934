"""Show the architecture of a model as a diagram; torch is imported where it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from vae_demo.ui.frame.language import language, t
from vae_demo.ui.server.shared_cache import shared

if TYPE_CHECKING:
    from vae_demo.models import ModelConfig

PARTS = ("style", "kind", "attributes", "top", "bottom", "words")  # of codes, that have a label


def show_architecture(config: ModelConfig) -> None:
    """Show the layers of a model from the picture to the code and back."""
    st.html(_drawing(config.name, config.latent, language()))


@shared(max_entries=128)
def _drawing(name: str, latent: int | None, language: str) -> str:
    """The diagram as HTML, in the visitor's language."""
    from vae_demo.models import ModelConfig, build
    from vae_demo.models.architecture import architecture, as_html, as_text

    columns = architecture(build(ModelConfig(name, latent)))
    names = {part: t(f"layers.{part}") for part in PARTS}
    return as_html(columns, names, t("layers.about", steps=as_text(columns)))
