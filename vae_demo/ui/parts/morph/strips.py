"""Interpolations as film strips, and as files to download."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from vae_demo.datasets import DataDescription
from vae_demo.digits import pictures
from vae_demo.ui.frame.language import t, t_of
from vae_demo.ui.parts.morph.data import Interpolation

GIF_FRAMES = 41
STRIP_FRAMES = 9


def film_strips(
    ends: np.ndarray, interpolations: Sequence[Interpolation], data: DataDescription
) -> None:
    """Show each interpolation between `ends` (2, 28, 28) uint8 as a strip, with two downloads."""
    strips = [each.frames(ends, np.linspace(0, 1, STRIP_FRAMES)) for each in interpolations]
    for each, strip in zip(interpolations, strips, strict=True):
        st.caption(each.name)
        sheet = pictures.png(pictures.tile(strip, STRIP_FRAMES, scale=3, gap=4))
        st.image(sheet, output_format="PNG", alt=each.name)
    st.caption(t_of("morph.reading", data))

    def gif() -> bytes:
        films = [each.frames(ends, np.linspace(0, 1, GIF_FRAMES)) for each in interpolations]
        frames = [
            pictures.tile(np.stack(digits), len(interpolations), scale=4, gap=8)
            for digits in zip(*films, strict=True)
        ]
        return pictures.gif(np.stack(frames))

    def png() -> bytes:
        return pictures.png(pictures.tile(np.concatenate(strips), STRIP_FRAMES, scale=4, gap=8))

    with st.container(horizontal=True):
        for kind, content in (("gif", gif), ("png", png)):
            st.download_button(
                t(f"morph.{kind}"),
                content,
                f"morph.{kind}",
                f"image/{kind}",
                on_click="ignore",
                key=f"save_{kind}",
            )
