"""The latent means by epoch."""

import numpy as np
import streamlit as st

from vae_demo import data, figures, pictures
from vae_demo.latent import project
from vae_demo.models import reconstruct
from vae_demo.ui.components import Picture, digits
from vae_demo.ui.frame import behind, choose_run, heading, what_to_try
from vae_demo.ui.live import map_sentence
from vae_demo.ui.state import model
from vae_demo.ui.text import n, t

STRIP_ROWS = 8


def show_run(name: str) -> None:
    st.session_state["run"] = name


def selected_digit(chart: object) -> int | None:
    """Position in the probe of the point that was clicked or first selected."""
    points = chart["selection"]["points"] if chart else []
    found = [p["customdata"] for p in points if "customdata" in p]
    value = found[0] if found else None
    return int(value[0] if isinstance(value, (list, tuple)) else value) if found else None


heading("epochs")
what_to_try(
    "epochs",
    {name: lambda name=name: show_run(name) for name in ("vae-2", "vae-20", "ae-30")},
)
run = choose_run()
if run is None:
    st.stop()

history, probe = run.history, data.probe()
view = project(history.codes[-1])
loss = history.loss("test_distortion") + history.loss("test_rate")
captions = [
    t("epochs.caption", at=f"{at:g}", loss=n(total), distortion=n(d), rate=n(r))
    for at, total, d, r in zip(
        history.at,
        loss,
        history.loss("test_distortion"),
        history.loss("test_rate"),
        strict=True,
    )
]
words = {k: t(f"epochs.{k}") for k in ("play", "pause", "loss")}
words["hover"] = t("picture.hover")
cloud, detail = st.columns([2.2, 1], gap="large")
with cloud:
    st.caption(map_sentence(view, history.codes.shape[2], run.latent))
    chart = st.plotly_chart(
        figures.latent_animation(
            view(history.codes), probe.labels, history.at, loss, captions=captions, text=words
        ),
        key=f"epochs_{run.name}",
        on_select="rerun",
        selection_mode="points",
        config=figures.QUIET,
        alt=t("epochs.alt", run=run.name),
    )
with detail:
    chosen = selected_digit(chart)
    if chosen is None:
        st.info(t("epochs.click"), icon=":material/touch_app:")
        chosen = int(data.strip_positions()[0])
    digit = probe.images[chosen]
    again = reconstruct(model(run.name), digit[None])[0]
    error = float(((digit / 255 - again / 255) ** 2).mean())
    digits(
        [
            Picture(digit, t("picture.digit"), str(probe.labels[chosen])),
            Picture(again, t("picture.reconstructed"), t("picture.error", mse=n(error, 4))),
        ],
        key="epochs_digit",
    )
    codes = history.codes[-1, chosen].astype(np.float32)
    if len(codes) == run.latent:
        st.caption(t("epochs.codes"))
    else:
        st.caption(t("epochs.codes_wide", count=len(codes), latent=run.latent))
    names = [str(i + 1) for i in range(len(codes))]
    st.plotly_chart(figures.code_bars(codes, names), key="epochs_codes", config=figures.QUIET)

st.subheader(t("epochs.strip"), anchor=False)
rows = np.unique(np.linspace(0, len(history) - 1, STRIP_ROWS).round().astype(int))
originals = probe.images[data.strip_positions()]
shown = [*(history.strip[i] for i in rows), originals]
labels = [t("epochs.row", at=f"{history.at[i]:g}") for i in rows] + [t("picture.original_row")]
for label, strip in zip(labels, shown, strict=True):
    left, right = st.columns([1, 7], vertical_alignment="center")
    left.caption(label)
    sheet = pictures.png(pictures.tile(strip, 10, scale=3, gap=6))
    right.image(sheet, output_format="PNG", alt=label)

behind("epochs", r"\text{PCA: } y = (z - \bar z)\,W^\top,\quad W W^\top = I_2", project)
