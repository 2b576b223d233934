"""Parts that show nothing or little: the visitor's cookie, files, a link, what has just begun."""

import json
from collections.abc import Mapping
from copy import copy

import streamlit as st

from vae_demo.ui.components.bundle import CSS, bundle, heard, need

_KEEPER = st.components.v2.component("vae_demo_keeper", js=bundle("keeper.js"))
_COURIER = st.components.v2.component("vae_demo_courier", js=bundle("courier.js"))
_PARCEL = st.components.v2.component("vae_demo_parcel", js=bundle("parcel.js"))
_REVEAL = st.components.v2.component("vae_demo_reveal", js=bundle("reveal.js"))
_LINK = st.components.v2.component("vae_demo_link", css=CSS, js=bundle("link.js"))

MOST = 2**22  # bytes in one portion of files, whatever the browser asks for


def keep_cookie(name: str, token: str, seconds: int, language: str) -> None:
    """Puts `token` in the visitor's cookie `name`, for `seconds`; shows nothing.

    Python reads it back as `st.context.cookies[name]` in the sessions that begin after this. The
    browser also learns the page's language, which screen readers and translators go by.
    """
    told = {"name": name, "token": token, "seconds": seconds, "language": language}
    _KEEPER(key="keeper", data=told)


def send_files(files: Mapping[str, bytes]) -> None:
    """Sees to it that the browser has these files, key -> content; shows nothing.

    The browser says which it lacks, in reruns of a fragment, and only those travel, in this order
    and in portions: see courier.js. The key is the hash of the content: see
    `vae_demo.network.file_key`. To be called last on a page, for it looks at the page's controls.
    """
    _send_files(files, _controls())


@st.fragment
def _send_files(files: Mapping[str, bytes], shown: Mapping[str, object]) -> None:
    # The browser sends a click along with what a part tells in the same moment, and then asks for
    # a run of this fragment alone: the page would not show what its controls say.
    if any(shown.get(key) != now for key, now in _controls().items() if now is not False):
        st.rerun()
    _COURIER(key="courier", data={"keys": list(files)}, on_wants_change=lambda: None)
    if portion := _portion(files, heard("courier", "wants")):
        _PARCEL(key="parcel", data=portion)


def _controls() -> dict[str, object]:
    """What the page's controls say, but for parts'; a button is back at False after its run."""
    plain = (str, int, float, list, tuple)
    state = st.session_state
    return {str(key): copy(now) for key, now in state.items() if isinstance(now, plain)}


def _portion(files: Mapping[str, bytes], wants: object) -> bytes:
    """The next pieces of the files that the browser lacks, as parcel.js takes them apart."""
    match wants:
        case {"missing": list(missing), "have": int(have), "room": int(room)}:
            room = min(max(room, 1), MOST)
        case _:  # nothing was asked for yet, or nothing that can be understood
            return b""
    told, pieces = [], []
    for key in files:
        if key in missing and room:
            piece = files[key][max(have, 0) :][:room]
            told.append([key, max(have, 0), len(piece), len(files[key])])
            pieces.append(piece)
            room -= len(piece)
            have = 0  # of the first one only
    return b"".join([json.dumps(told).encode(), b"\n", *pieces]) if told else b""


def reveal(turn: int, *, key: str) -> None:
    """Scrolls what is below to where it is seen, at each new `turn`; shows nothing.

    On a phone, what a button starts may begin below the screen.
    """
    _REVEAL(key=key, data={"turn": turn}, height="content")


LINK_TEXTS = ("copy", "copied", "failed")
"""The texts that `copy_link` needs."""


def copy_link(*, key: str, text: Mapping[str, str]) -> None:
    """A button that copies the page's address; see `LINK_TEXTS`."""
    need("link", LINK_TEXTS, text)
    _LINK(key=key, data={"text": dict(text)}, width="content", height="content")
