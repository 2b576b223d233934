"""What the browser keeps: the visitor's cookie, files that parts share, a copied link."""

from collections.abc import Mapping

import streamlit as st

from vae_demo.ui.components.bundle import CSS, bundle, heard, need

_KEEPER = st.components.v2.component("vae_demo_keeper", js=bundle("keeper.js"))
_COURIER = st.components.v2.component("vae_demo_courier", js=bundle("courier.js"))
_PARCEL = st.components.v2.component("vae_demo_parcel", js=bundle("parcel.js"))
_LINK = st.components.v2.component("vae_demo_link", css=CSS, js=bundle("link.js"))


def keep_cookie(name: str, token: str, seconds: int, language: str) -> None:
    """Puts `token` in the visitor's cookie `name`, for `seconds`; shows nothing.

    Python reads it back as `st.context.cookies[name]` in the sessions that begin after this. The
    browser also learns the page's language, which screen readers and translators go by.
    """
    told = {"name": name, "token": token, "seconds": seconds, "language": language}
    _KEEPER(key="keeper", data=told)


@st.fragment
def send_files(files: Mapping[str, bytes]) -> None:
    """Sees to it that the browser has these files, key -> content; shows nothing.

    The browser says which it lacks, in a rerun of this fragment alone; only those travel, once a
    session. The key is the hash of the content: see `vae_demo.network.file_key`.
    """
    _COURIER(key="courier", data={"keys": list(files)}, on_missing_change=lambda: None)
    missing = heard("courier", "missing")
    for key in files:
        if isinstance(missing, list) and key in missing:
            _PARCEL(key=f"parcel_{key}", data=key.encode() + files[key])


LINK_TEXTS = ("copy", "copied", "failed")
"""The texts that `copy_link` needs."""


def copy_link(*, key: str, text: Mapping[str, str]) -> None:
    """A button that copies the page's address; see `LINK_TEXTS`."""
    need("link", LINK_TEXTS, text)
    _LINK(key=key, data={"text": dict(text)}, width="content", height="content")
