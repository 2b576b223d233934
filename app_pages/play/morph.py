"""From one digit to another, in pixel space and in latent space."""

import numpy as np
import streamlit as st

from vae_demo import data, pictures
from vae_demo.latent import interpolate
from vae_demo.models import decode_many, embed_many
from vae_demo.ui.choices import pick
from vae_demo.ui.components import FILM_TEXTS, film
from vae_demo.ui.frame import behind, heading, what_to_try
from vae_demo.ui.state import model, run_names, visitor
from vae_demo.ui.text import t

FRAMES = 41  # on the way from one digit to the other
SHOWN = 9  # of them on a film strip
DRAWN = "drawn"
FIRST_TURN = {"from": 11, "to": 55}  # a plain 3 and a plain 8 among the test digits


def choose_digits(first: int, second: int) -> None:
    st.session_state["from"], st.session_state["to"] = str(first), str(second)


def another(end: str) -> None:
    """The next test digit of the same kind."""
    turns = st.session_state.setdefault("morph_turns", dict(FIRST_TURN))
    turns[end] += 1


def end_digit(end: str, default: int) -> np.ndarray:
    """The digit at one end: a test digit of the chosen kind, or the visitor's own."""
    options = [str(k) for k in range(10)] + ([DRAWN] if visitor().digit is not None else [])
    kind = pick(
        t(f"morph.{end}"),
        options,
        show=lambda name: t("morph.drawn") if name == DRAWN else name,
        key=end,
        default=str(default),
        in_address=True,
        box=True,
    )
    if kind == DRAWN:
        return visitor().digit
    st.button(t("morph.another", digit=kind), on_click=another, args=(end,), key=f"another_{end}")
    test = data.test_digits()
    positions = test.of(int(kind))
    turn = st.session_state.get("morph_turns", FIRST_TURN)[end]
    return test.images[positions[turn % len(positions)]]


def one_of(key: str, names: list[str], first: str) -> str:
    """A box to choose one run of a kind."""
    if not names:
        st.error(t("error.no_runs"))
        st.stop()
    index = names.index(first) if first in names else 0
    return st.selectbox(t(f"morph.{key}"), names, index=index, key=key, bind="query-params")


def decoded_path(name: str, path: str) -> np.ndarray:
    """Pictures along the path between the codes of both ends, (FRAMES, 28, 28) uint8."""
    codes = embed_many(model(name), ends)
    return decode_many(model(name), interpolate(codes[0], codes[1], FRAMES, path))


heading("morph")
what_to_try(
    "morph",
    {
        "three_eight": lambda: choose_digits(3, 8),
        "one_seven": lambda: choose_digits(1, 7),
        "four_nine": lambda: choose_digits(4, 9),
    },
)
left, right, runs_of_vae, runs_of_ae = st.columns(4)
with left:
    first = end_digit("from", 3)
with right:
    second = end_digit("to", 8)
ends = np.stack([first, second])
with runs_of_vae:
    vaes = run_names(lambda run: run.model["name"] == "vae")
    vae = one_of("vae", vaes, "vae-20")
with runs_of_ae:
    plain = run_names(lambda run: run.model["name"] != "vae")
    ae = one_of("ae", plain, "ae-20")

films = {
    "pixel": interpolate(first, second, FRAMES).round().astype(np.uint8),
    "vae_linear": decoded_path(vae, "linear"),
    "vae_spherical": decoded_path(vae, "spherical"),
    "ae_linear": decoded_path(ae, "linear"),
}
names = {key: t(f"morph.path.{key}", vae=vae, ae=ae) for key in films}
chosen = np.linspace(0, FRAMES - 1, SHOWN).round().astype(int)
panels = np.stack(
    [
        pictures.tile(np.stack(frames), 4, scale=4, gap=8)
        for frames in zip(*films.values(), strict=True)
    ]
)
animation = pictures.gif(panels)

film(
    np.stack(list(films.values())),
    list(names.values()),
    key="morph_film",
    text={name: t(f"film.{name}", percent="{percent}") for name in FILM_TEXTS},
)
for key, frames in films.items():
    st.caption(names[key])
    strip = pictures.png(pictures.tile(frames[chosen], SHOWN, scale=3, gap=4))
    st.image(strip, output_format="PNG", alt=names[key])
st.caption(t("morph.reading"))

rows = np.concatenate([frames[chosen] for frames in films.values()])
with st.container(horizontal=True):
    st.download_button(
        t("morph.gif"), animation, "morph.gif", "image/gif", on_click="ignore", key="save_gif"
    )
    st.download_button(
        t("morph.png"),
        pictures.png(pictures.tile(rows, SHOWN, scale=4, gap=8)),
        "morph.png",
        "image/png",
        on_click="ignore",
        key="save_png",
    )

behind(
    "morph",
    r"z(t) = (1-t)\,z_0 + t\,z_1 \qquad"
    r"z(t) = \frac{\sin((1-t)\theta)}{\sin\theta}\,z_0 + \frac{\sin(t\theta)}{\sin\theta}\,z_1",
    interpolate,
)
