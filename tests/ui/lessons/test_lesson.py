"""Lessons in links: there and back, whatever came of them on the way, and pages that open them."""

from __future__ import annotations

import ast
import json
import random
import re
import urllib.parse
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import msgspec
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from tests.support.pages import MAIN, page_file
from vae_demo.ui.frame.catalogue import catalogue
from vae_demo.ui.frame.link_fields import EVERY, FIELDS
from vae_demo.ui.frame.packing import base64_of, bytes_of
from vae_demo.ui.frame.qr_code import qr_code
from vae_demo.ui.lessons.address import address, page_state, step_query, written_state
from vae_demo.ui.lessons.lesson import (
    LONGEST,
    LONGEST_WORDS,
    MOST_STEPS,
    VERSION,
    Lesson,
    LessonError,
    LessonStep,
    Words,
    in_base64,
    in_digits,
    pack,
    unpack,
)
from vae_demo.ui.lessons.shipped import SHIPPED, read_lesson, shipped_lesson
from vae_demo.ui.parts.lesson_maker.draft import Draft

EN, TR = catalogue("en"), catalogue("tr")
LESSON = Lesson(
    (
        LessonStep("explore", {"run": "vae-2", "z": "0.5,-1"}, Words("What?", "Ne?"), Words("<b>")),
        LessonStep("morph", {"at": "0.5"}, hidden=("answer", "explore_part/latent-slider:3")),
        LessonStep("home", question=Words(tr="Şimdi 🙂\nserbest")),
    ),
    Words("Two pages"),
)
TEXT = pack(LESSON)
FIRST_VERSION = (  # what the first version made of the same lesson
    "AainmE6rxhQiwc3YXBoOjH17mJ1-qdgcbJNkp1SLFJOwQIPZl1gCsQLVX1BDdJSQU4Q-JEHqFudkAlOplTFKCgGlIi"
    "VUJ4JddXReZm5KpsKH-TObYvKKU4uSQDmktjZWBy3kQsrzFUBGFQMlAQ"
)


def by_hand(content: bytes, version: int = VERSION) -> str:
    """The text of any content, with a checksum that is right."""
    packed = zlib.compressobj(9, wbits=-15)
    body = packed.compress(content) + packed.flush()
    checksum = zlib.crc32(bytes((version,)) + body).to_bytes(4, "big")
    return base64_of(bytes((version,)) + checksum + body)


def step(**fields: object) -> bytes:
    """A lesson of one step, as JSON."""
    return json.dumps({"steps": [{"page": "home"} | fields]}).encode()


def test_a_lesson_comes_back_and_a_short_one_is_short() -> None:
    assert unpack(TEXT) == LESSON and read_lesson(TEXT) == LESSON
    assert len(TEXT) < 300
    assert unpack(by_hand(step(page="draw"))) == Lesson((LessonStep("draw"),))
    one = LessonStep("draw", {}, Words("ş" * LONGEST_WORDS), Words(en="x\ny"))
    assert unpack(pack(Lesson((one,) * MOST_STEPS))).steps == (one,) * MOST_STEPS


def test_links_of_the_first_version_are_read() -> None:
    assert unpack(FIRST_VERSION) == LESSON == unpack(in_digits(FIRST_VERSION))
    assert len(TEXT) < len(FIRST_VERSION)
    for end in range(len(FIRST_VERSION)):
        with pytest.raises(LessonError, match="damaged"):
            unpack(FIRST_VERSION[:end])


def test_in_digits_a_lesson_is_the_same_and_its_qr_code_has_fewer_modules() -> None:
    digits = in_digits(TEXT)
    assert digits.isdecimal() and unpack(digits) == LESSON and in_base64(digits) == TEXT
    assert in_base64(TEXT) == TEXT and in_base64("week-8") == "week-8"
    head = "https://classroom.example.org/?lesson="
    short, long = (modules(qr_code(head + text)) for text in (digits, TEXT))
    assert short < 0.9 * long
    at = opened(lesson=digits)
    assert {**at.query_params}["lesson"] == TEXT
    for other in (digits[:-1], "9" * len(digits), digits + "7"):
        with pytest.raises(LessonError, match="damaged"):
            unpack(other)


def modules(picture: str | None) -> int:
    """How many squares a QR code has in all."""
    assert picture is not None
    (side,) = re.findall(r"viewBox='0 0 (\d+) ", urllib.parse.unquote(picture))
    return int(side) ** 2


def test_words_stand_in_for_those_of_the_other_language() -> None:
    assert (Words("a")["tr"], Words(tr="b")["en"], Words("a", "b")["tr"]) == ("a", "b", "b")


def test_every_text_that_was_cut_or_altered_is_noticed() -> None:
    for end in range(len(TEXT)):
        with pytest.raises(LessonError, match="damaged"):
            unpack(TEXT[:end])
    rng = random.Random(5)
    raw = bytes_of(TEXT)
    assert raw is not None
    for at in range(len(raw)):
        other = bytearray(raw)
        other[at] ^= 1 << rng.randrange(8)
        with pytest.raises(LessonError, match="damaged"):
            unpack(base64_of(bytes(other)))


NESTED = b'{"steps":' + b"[" * 50_000
FAULTY = {
    "no base64": ("%00<b>", "damaged"),
    "spaces": (TEXT + " ", "damaged"),
    "twice": (TEXT + TEXT, "damaged"),
    "another alphabet": ("ÿ" * 40, "damaged"),
    "newer": (by_hand(b"anything", VERSION + 1), "newer"),
    "older than the first": (by_hand(step(), 0), "damaged"),
    "enormous": ("A" * 60_000, "long"),
    "a bomb": (by_hand(b" " * 10**6), "damaged"),
    "no deflate": (
        base64_of(b"\1" + zlib.crc32(b"\1\xff").to_bytes(4, "big") + b"\xff"),
        "damaged",
    ),
    "no JSON": (by_hand(b"{"), "content"),
    "no UTF-8": (by_hand(b'{"steps":[{"page":"\xff"}]}'), "content"),
    "nested": (by_hand(NESTED), "content"),
    "no steps": (by_hand(b'{"steps":[]}'), "content"),
    "too many steps": (by_hand(json.dumps({"steps": [{"page": "home"}] * 21}).encode()), "content"),
    "an unknown field": (by_hand(step(script="alert(1)")), "content"),
    "a number": (by_hand(step(question=7)), "content"),
    "a long question": (by_hand(step(question={"en": "x" * 801})), "content"),
    "a control of no name": (by_hand(step(hidden=["} * {display:none"])), "content"),
    "no such page": (by_hand(step(page="transformer")), "page"),
    "a page that is a path": (by_hand(step(page="../../app")), "page"),
    "control characters": (by_hand(step(answer={"tr": "a\u0007b"})), "characters"),
    "turned around": (by_hand(step(answer={"en": "a\u202eb"})), "characters"),
    "half a character": (by_hand(b'{"steps":[{"page":"home","answer":{"en":"\\ud800"}}]}'), None),
}


@pytest.mark.parametrize("name", FAULTY)
def test_what_is_no_lesson_is_refused(name: str) -> None:
    text, fault = FAULTY[name]
    with pytest.raises(LessonError) as refused:
        read_lesson(text)
    assert refused.value.fault in ({fault} if fault else {"content", "characters"})
    for words in (EN, TR):
        assert words[f"lesson.error.{refused.value.fault}"].format(**refused.value.values)


def test_a_lesson_that_could_not_be_opened_is_not_packed() -> None:
    rng = random.Random(1)
    texts = ["".join(map(chr, rng.choices(range(0x4E00, 0x9FA5), k=LONGEST_WORDS))) for _ in "123"]
    for steps, fault in (
        ((LessonStep("nowhere"),), "page"),
        ((LessonStep("home", question=Words("\0")),), "characters"),
        (tuple(LessonStep("home", question=Words(text)) for text in texts), "long"),
    ):
        with pytest.raises(LessonError, match=fault):
            pack(Lesson(steps))
    assert len(TEXT) <= LONGEST


def test_the_state_of_a_page_is_what_that_page_reads() -> None:
    texts = {"run": "vae-2", "z": "0.50,-1.0", "plane": "7", "lesson": "x", "lang": "tr", "at": "1"}
    assert written_state("explore", texts) == {"run": "vae-2", "z": "0.5,-1", "plane": "1"}
    assert written_state("home", texts) == {}
    query = step_query("week-8", shipped_lesson("week-8"), 2)
    assert query == {"rate": "off", "lesson": "week-8", "step": "2"}
    link = address("bubbles", query)
    assert link.startswith("bubbles?") and dict(parse_qsl(link.split("?")[1])) == query
    assert address("home", {"step": "1"}) == "./?step=1"


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_lessons_are_in_both_languages_and_their_links_are_whole(name: str) -> None:
    lesson = shipped_lesson(name)
    assert lesson.title.en and lesson.title.tr and len(pack(lesson)) < LONGEST
    for each in lesson.steps:
        assert page_state(each).items() <= each.link.items(), each.link
        assert set(each.link) <= set(FIELDS[each.page])
        for words in (each.question, each.answer):
            assert words.en and words.tr and words.en != words.tr
    raw = msgspec.json.encode(lesson)
    assert msgspec.json.decode(raw, type=Lesson) == lesson


# ---- opened


def opened(page: str = "home", **query: str) -> AppTest:
    at = AppTest.from_file(MAIN, default_timeout=60)
    at.context = {"locale": "en-GB"}
    at.switch_page(page_file(page))
    for key, value in query.items():
        at.query_params[key] = value
    return at.run()


def bar(at: AppTest) -> dict:
    """What the lesson's part was given."""
    (part,) = (p for p in at.get("bidi_component") if p.proto.component_name == "vae_demo_lesson")
    return json.loads(part.proto.json)[0]


def test_a_lesson_opens_at_its_first_step_and_leads_on() -> None:
    at = opened(lesson=TEXT, lang="tr")
    assert not at.exception and at.title[0].value == TR["explore.title"]
    assert {**at.query_params} == {
        **{"run": "vae-2", "z": "0.5,-1", "lang": "tr"},
        **{"lesson": TEXT, "step": "1"},
    }
    shown = bar(at)
    assert (shown["title"], shown["question"], shown["answer"]) == ("Two pages", "Ne?", "<b>")
    assert shown["back"] is None and shown["free"] is None
    page, query = shown["next"].split("?")
    assert page == "morph"

    at = opened(page, **dict(parse_qsl(query)))
    shown = bar(at)
    assert at.title[0].value == TR["morph.title"] and shown["hidden"] == list(
        LESSON.steps[1].hidden
    )
    assert shown["free"] is False and shown["next"].startswith("./?")
    assert shown["back"].startswith("explore?run=vae-2&z=0.5%2C-1&lesson=")

    at.switch_page(page_file("draw")).run()  # by the menu: its addresses hold no lesson
    shown = bar(at)
    assert shown["hidden"] == [] and shown["home"].startswith("morph?at=0.5&lesson=")
    assert shown["question"] == TR["lesson.left"] and not shown["answer"]


def test_a_step_that_is_not_there_is_the_nearest_one() -> None:
    at = opened("draw", lesson="week-8", step="19")  # of six, and it is on another page
    assert at.title[0].value == EN["epochs.title"]
    assert bar(at)["place"] == EN["lesson.place"].format(at=6, count=6)


@pytest.mark.parametrize(
    "name", ["spaces", "newer", "enormous", "no such page", "nested", "cut before its text"]
)
def test_a_lesson_that_can_t_be_opened_is_said_and_the_page_opens(name: str) -> None:
    text, fault = FAULTY.get(name, ("", "damaged"))
    at = opened("loss", lesson=text, step="2", factor="2")
    assert not at.exception and at.title[0].value == EN["loss.title"]
    said = EN[f"lesson.error.{fault}"].format(page="transformer", most=LONGEST)
    assert [warning.value for warning in at.warning] == [said]
    assert at.query_params["factor"] == "2"
    assert not {"lesson", "step"} & set(at.query_params)
    at.run()
    assert len(at.warning) == 1
    at.switch_page(page_file("draw")).run()
    assert not at.warning and not at.exception


# ---- made


def maker(at: AppTest) -> dict:
    """What the part that makes lessons was given."""
    name = "vae_demo_lesson_maker"
    (part,) = (p for p in at.get("bidi_component") if p.proto.component_name == name)
    return json.loads(part.proto.json)[0]


def test_a_lesson_that_is_made_goes_along_over_the_pages() -> None:
    at = opened("loss", making="yes", factor="2", lang="en")
    assert maker(at)["steps"] == [] and maker(at)["link"] == "" and maker(at)["code"] is None
    assert maker(at)["closed"] == "loss?factor=2&lang=en"
    at = opened("draw", lesson=TEXT, making="yes", lang="tr")  # someone's lesson, to be changed
    shown = maker(at)
    assert at.title[0].value == TR["explore.title"] and shown["at"] == 0
    assert [step["page"] for step in shown["steps"]] == ["explore", "morph", "home"]
    assert shown["steps"][1]["address"].startswith("morph?at=0.5&step=2&making=yes&lang=tr&lesson=")
    assert shown["code"].startswith("data:image/svg+xml") and not shown["dense"]
    at.switch_page(page_file("loss")).run()
    assert maker(at)["at"] is None and maker(at)["steps"] == shown["steps"]
    assert at.query_params["making"] == "yes" and at.query_params["lesson"] == TEXT
    assert not {"step"} & set(at.query_params)


def test_what_the_browser_sends_of_a_lesson_does_not_undo_what_python_took() -> None:
    here, there = LessonStep("morph", {"at": "0.25"}), LessonStep("draw")
    draft = Draft("morph", steps=[here, there], at=0, taken=4)
    late = LessonStep("morph", question=Words("?"))  # sent before the answer to message 4 had come
    draft.change(Words("a"), [late, there], 0, seen=3)
    assert draft.steps[0] == LessonStep("morph", {"at": "0.25"}, Words("?"))
    assert unpack(draft.text) == Lesson(tuple(draft.steps), Words("a")) and draft.at == 0
    draft.change(Words("a"), [late, there], 0, seen=4)
    assert draft.steps[0] == late
    for at in (1, 7, None):  # a step of another page, none, none
        draft.change(Words(), [late, there], at, seen=4)
        assert draft.at is None
    kept = draft.text
    draft.change(Words("\0"), [late], 0, seen=4)
    assert draft.error is not None and draft.error.fault == "characters" and draft.text == kept
    draft.change(Words(), [], None, seen=4)
    assert draft.error is None and draft.text == ""


# What visitors use, and headings; what shows the state of a training comes and goes by itself.
CONTROLS = {
    *("button", "download_button", "selectbox", "segmented_control", "multiselect", "pills"),
    *("radio", "checkbox", "toggle", "slider", "select_slider", "text_input", "text_area"),
    *("number_input", "file_uploader", "popover", "expander", "tabs", "plotly_chart"),
    *("data_editor", "dataframe", "title", "header", "subheader"),
}
ALLOWED = {"st.title": "vae_demo/ui/frame/page.py"}  # the page's question stays


def keyless(path: Path) -> list[str]:
    """The controls in a file that a lesson can't hide, since nothing gives them a key."""
    found = []

    def look(node: ast.AST, inside: bool) -> None:
        if isinstance(node, ast.With):
            inside = inside or any("key=" in ast.unparse(item) for item in node.items)
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            has_key = {"key", None} & {keyword.arg for keyword in node.keywords}  # or **options
            allowed = path.as_posix().endswith(ALLOWED.get(name, "nowhere"))
            is_control = name.startswith("st.") and name.removeprefix("st.") in CONTROLS
            if is_control and not (inside or has_key or allowed):
                found.append(f"{path}:{node.lineno} {name}")
        for child in ast.iter_child_nodes(node):
            look(child, inside)

    look(ast.parse(path.read_text("utf-8")), False)
    return found


def test_a_lesson_can_hide_every_control_and_every_heading() -> None:
    """It knows elements by their keys."""
    root = Path(__file__).resolve().parents[3]
    for path in [*(root / "pages").rglob("*.py"), *(root / "vae_demo/ui").rglob("*.py")]:
        assert keyless(path) == []


def test_a_slider_and_its_label_are_in_one_element() -> None:
    def elements(block: Block) -> Iterator[Block]:
        for child in block.children.values():
            if isinstance(child, Block):
                yield child
                yield from elements(child)

    key = "guidance-moved"  # as the class of the slider has it
    every = elements(opened("generate").main)
    found = [each for each in every if str(getattr(each.proto, "id", "")).endswith(key)]
    assert [EN["generate.guidance"] in each.markdown[0].value for each in found] == [True]


def test_a_control_without_a_key_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.py"
    page.write_text(
        "with st.container(key='a'):\n    st.button('x')\n"
        "with st.container():\n    st.button('y')\n"
        "st.button('z', key='z')\nst.header('h')\n"
    )
    assert [each.split(":")[-1] for each in keyless(page)] == ["4 st.button", "6 st.header"]


# Parts that are one control, which the key of their element hides; and what makes lessons.
ONE_CONTROL = {"number/part.js", "slider/part.js"}
OF_LESSONS = ("lesson/", "lesson_maker/", "lessons/", "copy_link/")
CONTROL_IN_PART = re.compile(
    r"""(?:\bslider\((?=\{)|element\(\s*"(?:button|input|select|textarea|summary|a)"\s*(?:,\s*|(?=\))))"""
    r"""(\{[^{}]*(?:\$\{[^{}]*\}[^{}]*)*\}|\w*)"""
)


def nameless(script: str) -> list[str]:
    """The controls that a part creates without a test id, by which a lesson could hide them."""
    found = []
    for made in CONTROL_IN_PART.finditer(script):
        given = made[1]
        if given and not given.startswith("{"):  # a constant above it
            named = re.findall(rf"const {given} = (\{{.*?\}});", script, re.DOTALL)
            given = named[-1] if named else ""
        later = r"setAttribute\([\w.]+, \"data-testid\", "
        if "data-testid" not in given and not re.search(later, script):
            found.append(f"{script[: made.start()].count(chr(10)) + 1} {made[0][:40]}")
    return found


def test_a_lesson_can_hide_every_control_inside_of_a_part() -> None:
    """It knows them by their test ids."""
    root = Path(__file__).resolve().parents[3] / "vae_demo/ui"
    parts = [path for path in root.glob("parts/*/**/*.js") if "plotly" not in path.parts]
    looked = 0
    for path in [*parts, *(root / "engine").glob("*.js")]:
        name = path.relative_to(root).as_posix().removeprefix("parts/")
        # The slider of the engine gets its name from those who use it.
        if name in ONE_CONTROL | {"engine/slider.js", "engine/dom.js"}:
            continue
        if name.startswith(OF_LESSONS):
            continue
        script = path.read_text("utf-8")
        looked += len(CONTROL_IN_PART.findall(script))
        assert nameless(script) == [], name
    assert looked >= 40


def test_a_control_without_a_name_is_noticed() -> None:
    script = """
        const a = element("button", { type: "button" }, "x");
        const b = element("button", { type: "button", "data-testid": `b-${name}` });
        const c = element("input");
        const d = slider({ min: "0" });
        const given = { "data-testid": "e" };
        const e = element("button", given, "e");
    """
    assert [each.split()[0] for each in nameless(script)] == ["2", "4", "5"]


def test_links_without_a_lesson_know_nothing_of_lessons(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse: Callable[..., None] = lambda here: pytest.fail("a lesson was asked for")  # noqa: E731
    monkeypatch.setattr("vae_demo.ui.parts.lesson.opened.show_lesson", refuse)
    assert opened("loss").title[0].value == EN["loss.title"]
    assert set(FIELDS[EVERY]) == {"lang", "lesson", "step", "making"}
