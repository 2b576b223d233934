"""How a browser part comes onto a page: a few lines that import its module over HTTP."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from vae_demo.ui.server.web import imported_modules, imported_styles, module_address

# All files are requested at once: a module would name those that it imports only when it is here.
_MOUNT = """const base = new URL("{base}", document.baseURI).href;
const preload = (name, attributes) => document.head.append(
  Object.assign(document.createElement("link"), {{ href: base + name, ...attributes }}));
for (const name of {modules}) preload(name, {{ rel: "modulepreload" }});
for (const name of {styles}) preload(name, {{ rel: "preload", as: "fetch", crossOrigin: "" }});
const part = import(base + "{name}");
export default async (component) => (await part).default(component);
"""


def browser_part(name: str) -> Callable[..., Any]:
    """Registers the part of the folder `name`, whose `part.js` draws it; to be called at import."""
    module = f"parts/{name}/part.js"
    js = _MOUNT.format(
        base=module_address(module).removesuffix(module),
        modules=json.dumps(imported_modules(module)),
        styles=json.dumps(imported_styles(module)),
        name=module,
    )
    mounted: Callable[..., Any] = st.components.v2.component(f"vae_demo_{name}", js=js)
    return mounted


def need(part: str, names: Sequence[str], text: Mapping[str, str]) -> None:
    """Refuses texts in which a name that the part shows is missing."""
    missing = [name for name in names if name not in text]
    if missing:
        raise ValueError(f"the {part} needs the texts {', '.join(names)}; no {', '.join(missing)}")


def part_state(key: str, name: str) -> Any:
    """The state `name` that the browser has set in the part `key`; None before it did.

    It comes from the browser and may be anything that JSON can hold: check it before use.
    """
    states = st.session_state.get(key)
    return states.get(name) if isinstance(states, Mapping) else None
