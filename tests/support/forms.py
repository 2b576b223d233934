"""Values that a modified browser may send for the widgets and parts of a page.

A session is opened by AppTest; then values go in as they come over the wire, so that neither
Streamlit's browser side nor AppTest's own checks stand before the page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest

from tests.support.hostile import TEXT, WORD, look, opened
from vae_demo.ui.frame.language import LANGUAGES

SENDS = 4  # of one session

FLOAT = st.one_of(
    st.floats(), st.sampled_from([0.0, -0.0, 0.5, 1e-320, 1e308, float("nan"), float("-inf")])
)
INT = st.one_of(
    st.integers(-(2**63), 2**63 - 1), st.sampled_from([0, 1, -1, 7, 112, 784, 2**31, 2**53 + 1])
)
LEAF = st.one_of(
    st.none(),
    st.booleans(),
    FLOAT,
    INT,
    WORD,
    st.sampled_from(["x" * 10**6, 10**400, 10**4000, "\0", "\ud800", "__proto__", "bernoulli"]),
)
JSON = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(TEXT | st.just("turn"), inner, max_size=4)
    ),
    max_leaves=8,
)
NO_JSON = st.sampled_from(
    ["", "{", "[" * 100_000, '{"view":' * 5_000, "9" * 5_000, "NaN", '"\\ud800"', "\0", "nul"]
)

Kind = Callable[[str, Any], st.SearchStrategy[WidgetState]]  # of values: of a widget's id and proto


def widgets(at: AppTest) -> dict[str, Any]:
    """What was sent to the browser of each widget, chart and part, by its id."""
    protos = (getattr(node, "proto", None) for node in at._tree)
    return {p.id: p for p in protos if getattr(p, "id", "").startswith("$$")}


def key_of(widget: str) -> str:
    """The key that a page gave to a widget, out of its id."""
    return widget.split("-", 2)[-1]


# --- values ------------------------------------------------------------------------------------


def likely(key: str, data: dict[str, Any]) -> dict[str, Any]:
    """The message of a part when a control is released, from the data it has."""
    match key:
        case "explore_part":
            view = {"z": ",".join(["0.5"] * 20), "digit": 3, "plane": 0.5, "temperature": 1}
            return {"view": view | {"network": data["key"], "version": data["version"]}}
        case "draw_part":
            more = {"serial": data["serial"] + 1, "untouched": False, "png": None}
            return {"message": data["settings"] | more}
        case "epochs_part":
            return {
                "view": {
                    "version": data["following"]["version"],
                    "at": 1.0,
                    "digit": 18,
                    "plane": 0.5,
                }
            }
        case "morph_part":
            return {"at": 0.5}
    if key.endswith(".moved"):
        return {"moved": {"value": data["value"], "at": 1.0}}
    if key.endswith(".typed"):
        return {"typed": {"text": data["text"], "at": 1.0}}
    return {"view": None}


@st.composite
def part_state(draw: st.DrawFn, key: str, data: dict[str, Any]) -> str:
    """A part's state as JSON text: right but for an entry or two, or anything."""
    state = likely(key, data)
    name = draw(st.sampled_from(sorted(state)))
    inner = state[name]
    if isinstance(inner, dict) and draw(st.integers(0, 4)):
        for _ in range(draw(st.integers(1, 2))):
            field = draw(st.sampled_from(sorted(inner)))
            if draw(st.booleans()):
                inner[field] = draw(JSON)
            else:
                inner.pop(field, None)
    else:
        state[name] = draw(JSON)
    if draw(st.integers(0, 9)) == 0:
        state = draw(JSON)
    return json.dumps(state, ensure_ascii=True)


@st.composite
def selection(draw: st.DrawFn) -> str:
    """What is selected on a chart, as JSON text."""
    place = st.lists(st.one_of(st.integers(-3, 1200), JSON), max_size=2)
    point = st.fixed_dictionaries({}, optional={"customdata": place | JSON, "point_index": JSON})
    points = st.lists(point | JSON, max_size=3) | JSON
    parts = st.fixed_dictionaries({}, optional={"points": points, "point_indices": JSON})
    return json.dumps({"selection": draw(parts)})


def words(options: list[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from([*options, "x" * 10**6]), TEXT, WORD)


@st.composite
def wire(draw: st.DrawFn, widget: str, proto: Any) -> WidgetState:
    """A value of the kind that this widget's browser side sends, whatever its content."""
    state = WidgetState(id=widget)
    match proto.DESCRIPTOR.name:
        case "BidiComponent":
            (data,) = json.loads(proto.json) if proto.json else ({},)
            state.json_value = draw(part_state(key_of(widget), data))
        case "PlotlyChart":
            state.string_value = draw(selection())
        case "Selectbox" | "TextInput":
            state.string_value = draw(words(list(getattr(proto, "options", ()))))
        case "MultiSelect":
            chosen = st.lists(words(list(proto.options)), max_size=4)
            state.string_array_value.data.extend(draw(chosen))
        case "ButtonGroup":
            options = [option.content for option in proto.options]
            state.string_array_value.data.extend(draw(st.lists(words(options), max_size=3)))
        case "Slider":
            state.double_array_value.data.extend(draw(st.lists(FLOAT, max_size=3)))
        case "Checkbox":
            state.bool_value = draw(st.booleans())
        case "FileUploader":
            info = state.file_uploader_state_value.uploaded_file_info.add()
            info.file_id, info.name = draw(TEXT), draw(WORD)
        case _:  # buttons
            state.trigger_value = True
    return state


@st.composite
def foreign(draw: st.DrawFn, widget: str, _proto: Any) -> WidgetState:
    """A value of a kind that this widget's browser side never sends."""
    state = WidgetState(id=widget)
    match draw(st.integers(0, 6)):
        case 0:
            state.string_value = draw(WORD)
        case 1:
            state.int_value = draw(INT)
        case 2:
            state.double_value = draw(FLOAT)
        case 3:
            state.json_value = draw(st.one_of(JSON.map(json.dumps), NO_JSON))
        case 4:
            state.string_array_value.data.extend(draw(st.lists(WORD, max_size=3)))
        case 5:
            state.double_array_value.data.extend(draw(st.lists(FLOAT, max_size=3)))
        case _:
            state.bytes_value = draw(st.binary(max_size=20))
    return state


# --- a session ---------------------------------------------------------------------------------


KINDS: dict[str, Kind] = {"values": wire, "values of a wrong kind": foreign}


def enter_form(page: str, data: st.DataObject, kind: Kind) -> Iterator[int]:
    """Sends hostile values to a page, some at a time; yields their number after each answer.

    The page is there after each, with its title and without an error that it did not foresee;
    with values of a `foreign` kind it may say that something went wrong, without a traceback:
    Streamlit reads them before the page's code runs, and fails. After all of them the same session
    works again, or, since Streamlit remembers what it could not read, a new one.
    """
    language = data.draw(st.sampled_from(sorted(LANGUAGES)))
    at = opened(page, {"lang": language})
    there: dict[str, Any] = {}
    for _ in range(SENDS):
        there = widgets(at) or there  # an error may be all that there is
        hit = data.draw(
            st.lists(st.sampled_from(sorted(there)), min_size=1, max_size=3, unique=True)
        )
        at._run(WidgetStates(widgets=[data.draw(kind(each, there[each])) for each in hit]))
        if kind is wire:
            look(at, page)
        else:
            assert not any(error.stack_trace for error in at.exception)
        yield len(hit)
    if kind is wire:
        at._run(WidgetStates())
    look(at if kind is wire else opened(page, {}), page)
    yield 0
