"""Where the sampled codes lie: among the codes of the test digits, and under the prior."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vae_demo.digits import mnist
from vae_demo.latent import project
from vae_demo.models import Codec
from vae_demo.ui.charts.prior import Normal, samples_over_codes
from vae_demo.ui.frame.language import t
from vae_demo.ui.frame.session import code_space
from vae_demo.ui.parts.chart.part import chart_spec, show_chart

WORDS = ("digit", "recognised", "not_recognised")


def cloud(run: str, model: Codec, sampled: np.ndarray, recognised: np.ndarray) -> None:
    """Show sampled codes (m, latent) over those of the test digits, and which are recognised.

    Of a model with a prior, only the latents whose prior is N(0, I) are shown.
    """
    space = code_space(run)
    part = model.normal_latents() if model.generative else slice(None)
    codes, spread = space.codes[:, part], space.spread[part]
    flat = space.flat if codes.shape == space.codes.shape else project(codes)
    fitted = flat(codes.mean(0)), (flat.axes * spread**2) @ flat.axes.T
    normals: dict[str, Normal] = {} if model.generative else {t("generate.cloud.fitted"): fitted}
    normals["N(0, I)"] = flat(np.zeros_like(spread)), flat.axes @ flat.axes.T
    about = t(f"generate.cloud.{'prior' if model.generative else 'no_prior'}")
    show_chart(
        chart_spec(
            samples_over_codes,
            flat(codes),
            mnist.probe().labels,
            flat(sampled[:, part]),
            recognised,
            normals,
            {name: t(f"generate.cloud.{name}") for name in WORDS},
        ),
        key="generate_cloud",
        alt=about,
    )
    st.caption(about)
