"""The app's pages for tests that need no browser."""

import itertools
import json
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from vae_demo.ui.frame.page import PAGES

ROOT = Path(__file__).resolve().parents[2]
MAIN = str(ROOT / "vae_demo" / "ui" / "main.py")


def page_file(name: str) -> str:
    """A page's file, from the folder of the main script, as `AppTest.switch_page` takes it."""
    return "/".join(filter(None, ("../../pages", PAGES[name][0], f"{name}.py")))


_moments = itertools.count(1)


def number_fields(at: AppTest) -> dict[str, dict[str, Any]]:
    """What the browser was given of each field for a number, by the field's key."""
    found = {}
    for part in at.get("bidi_component"):
        key = part.proto.id.split("-", 2)[-1]
        if key.endswith(".typed"):
            found[key.removesuffix(".typed")] = json.loads(part.proto.json)
    return found


def type_number(at: AppTest, key: str, text: str) -> AppTest:
    """Type a text into a field for a number, together with whatever else is set on the page."""
    states = at._tree.get_widget_states()
    (field,) = (
        part.proto.id
        for part in at.get("bidi_component")
        if part.proto.id.split("-", 2)[-1] == f"{key}.typed"
    )
    typed = {"typed": {"text": text, "at": next(_moments)}}
    states.widgets.add(id=field, json_value=json.dumps(typed))
    return at._run(states)
