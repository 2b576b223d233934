"""Mount a browser part on a page: a few lines of JavaScript import its module over HTTP."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from vae_demo.ui.server.web import imported_modules, imported_styles, module_address

# All files are preloaded at once: otherwise the browser finds imports only after each module. Those
# that the page's HTML or another part has named are not named again.
_MOUNT = """const base = new URL("{base}", document.baseURI).href;
const named = new Set(Array.from(document.head.querySelectorAll("link"), ({{ href }}) => href));
const preload = (name, attributes) => named.has(base + name) || document.head.append(
  Object.assign(document.createElement("link"), {{ href: base + name, ...attributes }}));
for (const name of {modules}) preload(name, {{ rel: "modulepreload" }});
for (const name of {styles}) preload(name, {{ rel: "preload", as: "fetch", crossOrigin: "" }});
const part = import(base + "{name}");
export default async (component) =>
  (await part).default({{ ...component, data: component.data?.[0] }});
"""


def browser_part(name: str, *, isolate_styles: bool = True) -> Callable[..., Any]:
    """Register the part in the folder `name`, drawn by its `part.js`; call it at import time.

    Its elements are in a shadow root, unless their styles are not isolated from the page's.
    """
    module = f"parts/{name}/part.js"
    js = _MOUNT.format(
        base=module_address(module).removesuffix(module),
        modules=json.dumps(imported_modules(module)),
        styles=json.dumps(imported_styles(module)),
        name=module,
    )
    mounted: Callable[..., Any] = st.components.v2.component(
        f"vae_demo_{name}", js=js, isolate_styles=isolate_styles
    )

    def mount(*, data: Mapping[str, Any] | None = None, **options: Any) -> Any:
        # In a list, since Streamlit would import pandas to look for tables in a dictionary.
        return mounted(data=None if data is None else [data], **options)

    return mount


def need(part: str, names: Sequence[str], text: Mapping[str, str]) -> None:
    """Check that all texts of a part are given.

    Raises:
        ValueError: if one of `names` is missing.
    """
    missing = [name for name in names if name not in text]
    if missing:
        raise ValueError(f"the {part} needs the texts {', '.join(names)}; no {', '.join(missing)}")


def part_state(key: str, name: str) -> Any:
    """The state `name` that the browser has set in the part `key`; None if it has not.

    The value is not trusted: it may be any JSON value, so check it before use.
    """
    states = st.session_state.get(key)
    return states.get(name) if isinstance(states, Mapping) else None
