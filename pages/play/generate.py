"""Generate: codes sampled at random, decoded, and assessed."""

import numpy as np
import streamlit as st

from vae_demo.digits import mnist, pictures
from vae_demo.evaluation.quality import CONFIDENT
from vae_demo.evaluation.samples import (
    COOLEST,
    COUNT,
    HOTTEST,
    INDEPENDENT,
    SIDE,
    Assessment,
    assess,
    has_prior,
    label_count,
    sample_digits,
    sampling_modes,
)
from vae_demo.ui.frame.choices import pick
from vae_demo.ui.frame.language import n, t
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.links import linked
from vae_demo.ui.frame.page import choose_run, formula_and_code, heading, select_run, what_to_try
from vae_demo.ui.frame.session import model, run_names
from vae_demo.ui.parts.digits.part import Picture, digits

ANY = "any"
SEEDS = FIELDS["generate"]["seed"].high + 1
PAIRS = 6  # samples shown beside the training digit most like them


def ask(name: str | None, temperature: float) -> None:
    """What a button sets: a run, where there is one of that name, and a temperature."""
    shown = st.session_state.get("run")  # none yet, where a button is quicker than the page
    if name is None and shown in run_names() and model(shown).codebook_size:
        name = "vae-20"  # words have no temperature
    if name in run_names():
        select_run(name)
    st.session_state["temperature"] = temperature


def another() -> None:
    st.session_state["seed"] = (st.session_state["seed"] + 1) % SEEDS


@st.cache_resource(show_spinner=False, max_entries=64)
def _assessed(made: np.ndarray) -> Assessment:
    return assess(made)


@st.cache_resource(show_spinner=False)
def _real() -> Assessment:
    """The same assessment of real digits that no training has used."""
    return assess(mnist.test_digits().images[:COUNT])


heading("generate")
what_to_try(
    "generate",
    {
        "typical": lambda: ask("vae-20", 1.0),
        "cool": lambda: ask(None, 0.5),
        "plain": lambda: ask("ae-20", 1.0),
    },
)
run = choose_run("generate", first="vae-20")
if run is None:
    st.stop()
net = model(run.name)

with st.container(horizontal=True, vertical_alignment="bottom"):
    temperature = linked(
        "generate",
        "temperature",
        lambda: st.slider(
            t("generate.temperature"),
            COOLEST,
            HOTTEST,
            step=0.1,
            format="localized",
            key="temperature",
            help=t("generate.temperature.help"),
            disabled=bool(net.codebook_size),
        ),
    )
    seed = linked(
        "generate",
        "seed",
        lambda: st.number_input(t("generate.seed"), 0, SEEDS - 1, key="seed", width=140),
    )
    st.button(t("generate.again"), on_click=another, icon=":material/casino:")
label, mode = None, INDEPENDENT
if label_count(net):
    names = [ANY, *(str(k) for k in range(label_count(net)))]
    chosen = pick(
        t("generate.kind"),
        names,
        show=lambda name: t("generate.any") if name == ANY else name,
        key="kind",
        page="generate",
    )
    label = None if chosen == ANY else int(chosen)
if len(sampling_modes(net)) > 1:
    mode = pick(
        t("generate.arrangement"),
        sampling_modes(net),
        show=lambda name: t(f"generate.arrangement.{name}"),
        key="arrangement",
        page="generate",
    )

made = sample_digits(net, int(seed), temperature, label=label, mode=mode)
left, right = st.columns([1.5, 1], gap="large")
with left:
    sheet = pictures.png(pictures.tile(made, SIDE, scale=2, gap=4))
    st.image(sheet, output_format="PNG", width="stretch", alt=t("generate.alt", run=run.name))
    drawn = "words" if net.codebook_size else "prior" if has_prior(net) else "no_prior"
    st.caption(t(f"generate.{drawn}"))
found, real = _assessed(made), _real()  # after the samples, which are shown first
with right:
    for name, value in (
        ("recognised", lambda it: n(int(it.recognised.sum()), 0)),
        ("kinds", lambda it: n(it.kinds, 1)),
        ("apart", lambda it: n(float(np.median(it.apart)), 3)),
    ):
        about = t(f"generate.{name}.help", percent=n(100 * CONFIDENT, 0))
        st.metric(t(f"generate.{name}", of=COUNT), value(found), help=about)
        st.caption(t("generate.beside", of=COUNT, value=value(real)))
    st.download_button(
        t("generate.png"), sheet, f"{run.name}-{seed}.png", "image/png", on_click="ignore"
    )

st.subheader(t("generate.copies"), anchor=False)
st.caption(t("generate.copies.about"))
closest = np.argsort(found.apart, kind="stable")[:PAIRS]
train = mnist.train_digits()
shown = []
for place in closest:
    position = int(found.nearest[place])
    shown.append(Picture(made[place], t("generate.made"), n(float(found.apart[place]), 3)))
    shown.append(
        Picture(
            train.images[position],
            t("generate.training", digit=int(train.labels[position])),
            f"{position}",
        )
    )
digits(shown, key="generate_pairs", size=84, columns=4)

formula_and_code(
    "generate", r"z \sim p(z),\qquad \hat x = \mathrm{decoder}(z)", sample_digits, assess
)
