"""The app's pages for tests that need no browser."""

import functools
import itertools
import json
from pathlib import Path
from typing import Any

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from vae_demo.ui.frame.menu import PAGES

# For each page AppTest searches all installed packages for components, which takes longer than most
# pages do. The app's components are in none; once is enough.
manifest_scanner.scan_component_manifests = functools.cache(
    manifest_scanner.scan_component_manifests
)
ROOT = Path(__file__).resolve().parents[2]
MAIN = str(ROOT / "vae_demo" / "ui" / "main.py")


def page_file(name: str) -> str:
    """A page's file, from the folder of the main script, as `AppTest.switch_page` takes it."""
    return "/".join(filter(None, ("../../pages", PAGES[name][0], f"{name}.py")))


def opened_page(name: str, locale: str = "en-GB", **link: str) -> AppTest:
    """A new visitor, whose browser has this language, on a page with these fields in its link."""
    at = AppTest.from_file(MAIN, default_timeout=60)
    at.context = {"locale": locale}
    at.query_params.update(link)
    at.switch_page(page_file(name)).run()
    assert not at.exception
    return at


def given(at: AppTest, part: str) -> dict[str, Any]:
    """What the only part of this name on a page was given."""
    name = f"vae_demo_{part}"
    (found,) = (p.proto for p in at.get("bidi_component") if p.proto.component_name == name)
    (data,) = json.loads(found.json)
    assert isinstance(data, dict)
    return data


_moments = itertools.count(1)


def number_fields(at: AppTest) -> dict[str, dict[str, Any]]:
    """What the browser was given of each field for a number, by the field's key."""
    return _given(at, "typed")


def sliders(at: AppTest) -> dict[str, dict[str, Any]]:
    """What the browser was given of each slider, by its key."""
    return _given(at, "moved")


def type_number(at: AppTest, key: str, text: str) -> AppTest:
    """Type a text into a field for a number, together with whatever else is set on the page."""
    return _send(at, f"{key}.typed", "typed", {"text": text})


def move_slider(at: AppTest, key: str, value: float) -> AppTest:
    """Release a slider at a value, together with whatever else is set on the page."""
    return _send(at, f"{key}.moved", "moved", {"value": value})


def send_view(at: AppTest, key: str, message: object) -> AppTest:
    """Have a part of a `LinkView` send a message."""
    return _send(at, key, "view", message)


def _given(at: AppTest, state: str) -> dict[str, dict[str, Any]]:
    """What the parts that send this state were given, by the keys of their values."""
    found = {}
    for part in at.get("bidi_component"):
        key = part.proto.id.split("-", 2)[-1]
        if key.endswith(f".{state}"):
            (found[key.removesuffix(f".{state}")],) = json.loads(part.proto.json)
    return found


def _send(at: AppTest, key: str, state: str, message: object) -> AppTest:
    states = at._tree.get_widget_states()
    (widget,) = (
        part.proto.id for part in at.get("bidi_component") if part.proto.id.split("-", 2)[-1] == key
    )
    if isinstance(message, dict):  # Python hears only of messages that differ from the last one
        message = message | {"at": next(_moments)}
    sent = {state: message}
    states.widgets.add(id=widget, json_value=json.dumps(sent))
    return at._run(states)
