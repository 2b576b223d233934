"""How a browser part comes onto a page: two lines that import its module over HTTP."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from vae_demo.ui.server.web import module_address

_MOUNT = """const module = new URL("{address}", document.baseURI).href;
export default async (component) => (await import(module)).default(component);
"""


def browser_part(name: str) -> Callable[..., Any]:
    """Registers the part of the folder `name`, whose `part.js` draws it; to be called at import."""
    js = _MOUNT.format(address=module_address(f"parts/{name}/part.js"))
    mounted: Callable[..., Any] = st.components.v2.component(f"vae_demo_{name}", js=js)
    return mounted


def need(part: str, names: Sequence[str], text: Mapping[str, str]) -> None:
    """Refuses texts in which a name that the part shows is missing."""
    missing = [name for name in names if name not in text]
    if missing:
        raise ValueError(f"the {part} needs the texts {', '.join(names)}; no {', '.join(missing)}")


def heard(key: str, name: str) -> Any:
    """What the part `key` told last as `name`; None before it did.

    It comes from the browser and may be anything that JSON can hold: whoever asks must look.
    """
    told = st.session_state.get(key)
    return told.get(name) if isinstance(told, Mapping) else None
