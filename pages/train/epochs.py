"""The latent means by epoch."""

from typing import Any

import numpy as np
import streamlit as st

from vae_demo.digits import mnist, pictures
from vae_demo.latent import project
from vae_demo.models import Reconstruction, reconstruct
from vae_demo.models.network_file import file_key
from vae_demo.runs.decoders import decoders_file
from vae_demo.ui.charts import latent
from vae_demo.ui.charts.show import Spec, made, show_chart
from vae_demo.ui.frame.language import language, n, short, t
from vae_demo.ui.frame.page import choose_run, formula_and_code, heading, select_run, what_to_try
from vae_demo.ui.frame.session import model, network, probe_sheet_file
from vae_demo.ui.parts.codebook.part import show_words
from vae_demo.ui.parts.digits.part import Picture, digits
from vae_demo.ui.parts.timeline.data import Choice, plane_over, timeline_data, with_view
from vae_demo.ui.parts.timeline.part import CHOICE_TEXTS, TIMELINE_TEXTS, timeline
from vae_demo.ui.parts.timeline.state import (
    PART,
    clicked,
    first_digit,
    follow,
    kept,
    sent_view,
    watched,
)
from vae_demo.ui.parts.training.part import map_sentence
from vae_demo.ui.server.web import FILES

STRIP_ROWS = 8
HEIGHT = 460  # of the cloud under the hand, in CSS pixels


def point_clicked() -> None:
    """Follow the point of the chart that was clicked or first selected."""
    point = clicked(st.session_state[chart_key]["selection"])
    if point is not None:
        follow(int(mnist.probe_indices()[point]))


def captions() -> list[str]:
    """What each moment cost, in a sentence."""
    parts = history.loss("test_distortion"), history.loss("test_rate")
    return [
        t("epochs.caption", at=short(at), loss=n(d + r), distortion=n(d), rate=n(r))
        for at, d, r in zip(history.epochs, *parts, strict=True)
    ]


def moving() -> dict[str, Any]:
    """All that the time machine is given of a run, but for what is seen of it."""
    codes = history.codes.astype(np.float32)
    flat = run.latent == 2 and decoders is not None
    texts = (*TIMELINE_TEXTS, *CHOICE_TEXTS)
    trained = network(run.name)
    return timeline_data(
        view(history.codes),
        probe.labels,
        history.strip,
        history.epochs,
        text={k: t(f"timeline.{k}", at="{at}", digit="{digit}") for k in texts},
        language=language(),
        height=HEIGHT,
        captions=captions(),
        plane=plane_over(codes, FILES.offer(file_key(decoders), decoders)) if flat else None,
        choice=Choice(
            mnist.probe_indices(),
            probe_sheet_file(),
            trained,
        ),
    )


def reconstructed(position: int) -> Reconstruction:
    """A test digit through the trained run."""
    return reconstruct(model(run.name), mnist.test_digits().images[position])


@st.fragment
def time_machine() -> None:
    """The cloud under the hand. When the hand lets go, this alone runs again."""
    before = st.session_state.get("epochs_view")
    now = watched(run)
    if before is not None and before.digit != now.digit:
        st.rerun()  # the page below shows the digit, too
    turn, first = sent_view()
    pair = reconstructed(first.digit)
    timeline(with_view(given, first, np.stack([pair.digit, pair.pixels]), turn), key=PART)


def chart() -> Spec:
    """The same as a Plotly chart."""
    words = {k: t(f"epochs.{k}") for k in ("play", "pause", "loss")} | {"hover": t("picture.hover")}
    loss = history.loss("test_distortion") + history.loss("test_rate")
    figure = latent.latent_animation(
        view(history.codes), probe.labels, history.epochs, loss, captions=captions(), text=words
    )
    return figure.to_dict()


heading("epochs")
what_to_try(
    "epochs",
    {name: lambda name=name: select_run(name) for name in ("vae-2", "vae-20", "ae-30")},
)
run = choose_run("epochs")
if run is None:
    st.stop()
history, probe = run.history, mnist.probe()
view = kept("view", run, "", lambda: project(history.codes[-1]))
decoders = kept("decoders", run, "", lambda: decoders_file(run))
st.caption(map_sentence(view, run.model))
given = kept("timeline", run, language(), moving)
time_machine()

st.subheader(t("epochs.chart"), anchor=False)
cloud, detail = st.columns([2.2, 1], gap="large")
chart_key = f"epochs_{run.name}"
with cloud:
    show_chart(
        kept("chart", run, language(), chart),
        key=chart_key,
        on_select=point_clicked,
        selection_mode="points",
        config=latent.SAVABLE,
        alt=t("epochs.alt", run=run.name),
    )
with detail:
    position = st.session_state["epochs_view"].digit
    chosen = int(np.flatnonzero(mnist.probe_indices() == position)[0])
    if position == first_digit():
        st.info(t("epochs.click"), icon=":material/touch_app:")
    found = reconstructed(position)
    digits(
        [
            Picture(found.digit, t("picture.digit"), str(probe.labels[chosen])),
            Picture(
                found.pixels, t("picture.reconstructed"), t("picture.error", mse=n(found.error, 4))
            ),
        ],
        key="epochs_digit",
    )
    if model(run.name).codebook_size:
        st.caption(t("codebook.code"))
        show_words(run.name, found.code)
    else:
        codes = history.codes[-1, chosen].astype(np.float32)
        about = t("epochs.codes")
        if len(codes) != run.latent:
            about = t("epochs.codes_wide", count=len(codes), latent=run.latent)
        st.caption(about)
        names = [str(i + 1) for i in range(len(codes))]
        show_chart(made(latent.code_bars, codes, names), key="epochs_codes", alt=about)

st.subheader(t("epochs.strip"), anchor=False)
rows = np.unique(np.linspace(0, len(history) - 1, STRIP_ROWS).round().astype(int))
originals = probe.images[mnist.strip_positions()]
shown = [*(history.strip[i] for i in rows), originals]
labels = [t("epochs.row", at=short(history.epochs[i])) for i in rows] + [t("picture.original_row")]
for label, strip in zip(labels, shown, strict=True):
    left, right = st.columns([1, 7], vertical_alignment="center")
    left.caption(label)
    sheet = pictures.png(pictures.tile(strip, 10, scale=3, gap=6))
    right.image(sheet, output_format="PNG", alt=label)

formula_and_code("epochs", r"\text{PCA: } y = (z - \bar z)\,W^\top,\quad W W^\top = I_2", project)
