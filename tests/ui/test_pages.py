"""Every page, without a browser: both languages, odd addresses, damaged files, every control."""

from __future__ import annotations

import base64
import functools
import io
import json
import re
import shutil
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from PIL import Image
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from tests.support.pages import MAIN, number_fields, page_file, sliders, type_number
from vae_demo import runs
from vae_demo.digits import contact_sheet, mnist, open_picture, to_digit
from vae_demo.digits.damages import NOISES, damage
from vae_demo.distributions.flow import STEPS
from vae_demo.evaluation import generalisation, scoreboard
from vae_demo.evaluation.samples import COUNT, assess
from vae_demo.latent.projection import project
from vae_demo.models import decode_many, embed_many, reconstruct_many, to_pixels, to_x
from vae_demo.models.architecture import architecture, as_text
from vae_demo.models.vq import VQVAE
from vae_demo.repair.shipped_models import shipped_model
from vae_demo.sweeps import table
from vae_demo.sweeps.learning_rate_sensitivity import loses_less, sensitivity_of
from vae_demo.sweeps.stability import shipped_stability
from vae_demo.sweeps.table import LEARNING_RATES
from vae_demo.ui.frame import run_choice
from vae_demo.ui.frame.language import LANGUAGES, catalogue
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.menu import PAGES
from vae_demo.ui.parts.codebook.cells import bits_in_use
from vae_demo.ui.parts.generate.gap import nearest_codes
from vae_demo.ui.parts.sweep_charts.part import NATS
from vae_demo.ui.parts.train.presets import PRESETS
from vae_demo.ui.parts.wall.data import Sampling, draw_wall
from vae_demo.ui.server.shared_cache import clear_shared
from vae_demo.ui.server.warm_up import warm_up

ROOT = Path(__file__).resolve().parents[2]
PHOTOGRAPHS = ROOT / "tests" / "data" / "photographs"
EXPLORE = "vae_demo_explore"
DRAW = "vae_demo_draw"
DIGIT = FIELDS["draw"]["digit"]
CHART = "vae_demo_chart"
COMPARISON = "vae_demo_comparison"
MORPH = "vae_demo_morph"
WORDS = "vqvae-16"  # a run whose codes are words
WITHOUT_DIGITS = ("home", "words", "bubbles", "manifold", "lessons")
CHOOSING = ("draw", "explore", "morph", "generate", "epochs", "compare")
PATIENCE = 60  # seconds
NUMBER = "[0-9a-f]{6}"  # under which the log tells what went wrong


def opened(name: str, locale: str = "en-GB", **query: str | list[str]) -> AppTest:
    """A new visitor on a page, with this address."""
    at = AppTest.from_file(MAIN, default_timeout=PATIENCE)
    at.context = {"locale": locale}
    at.switch_page(page_file(name))
    for key, value in query.items():
        at.query_params[key] = value
    return at.run()


@pytest.fixture
def speaking(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`speaking(language)` also answers AppTest, which asks for names outside the session."""
    place = "vae_demo.ui.frame.language.language"
    return lambda language: monkeypatch.setattr(place, lambda: language)


def healthy(at: AppTest, name: str, language: str = "en") -> AppTest:
    """The page itself, once it is there as it should be."""
    assert not at.exception
    assert not at.error
    assert at.title[0].value == catalogue(language)[f"{name}.title"]
    return at


def charts(at: AppTest) -> list[dict]:
    """The Plotly figures of a page."""
    parts = [part.proto for part in at.get("bidi_component")]
    sent = [json.loads(part.json)[0] for part in parts if part.component_name == CHART]
    return [json.loads(chart["figure"]) for chart in sent]


def images(at: AppTest) -> list[str]:
    """The addresses of a page's pictures; the same picture has the same one."""
    return [image.proto.imgs[0].url for image in at.get("image")]


def explored(at: AppTest) -> dict:
    """What Explore's part was given, with `z` and `decoded` as arrays."""
    (part,) = (p for p in at.get("bidi_component") if p.proto.component_name == EXPLORE)
    (sent,) = json.loads(part.proto.json)
    z = FIELDS["explore"]["z"].read([sent["view"]["z"]])
    decoded = np.frombuffer(base64.b64decode(sent["view"]["decoded"]), np.uint8).reshape(28, 28)
    return sent | {"z": z, "decoded": decoded}


def drawn(at: AppTest) -> dict:
    """What Draw's part was given, with its pictures as arrays, by run."""
    (part,) = (p for p in at.get("bidi_component") if p.proto.component_name == DRAW)
    (sent,) = json.loads(part.proto.json)
    digit = np.frombuffer(base64.b64decode(sent["digit"]), np.uint8).reshape(28, 28)
    packed = zlib.decompress(base64.b64decode(sent["answer"]["pixels"])) if sent["answer"] else b""
    pixels = np.frombuffer(packed, np.uint8)
    named = zip((model["run"] for model in sent["models"]), pixels.reshape(-1, 28, 28), strict=True)
    return sent | {"digit": digit, "pictures": dict(named)}


# ---- every page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_in_both_languages(name: str, language: str) -> None:
    at = healthy(opened(name, lang=language), name, language)
    words = catalogue(language)
    assert at.query_params["lang"] == language
    assert not [url for url in images(at) if url.endswith(".jpg")]  # pixels are to stay crisp
    assert all(box.proto.placeholder == words["frame.choose"] for box in at.multiselect)
    if name != "home":
        assert [e.label for e in at.expander][-1] == words["frame.behind"]
        assert at.code and all(source.value.strip() for source in at.code)
        assert f"**{words['frame.try']}**" in [m.value for m in at.markdown]
        tries = f"{name}.try."
        assert [b.label for b in at.button if (b.key or "").startswith(f"{name}_try_")] == [
            words[key] for key in words if key.startswith(tries)
        ]
    else:
        cards = {f"**{words[f'{o}.menu']}** {words[f'home.card.{o}']}" for o in PAGES if o != name}
        assert cards == {link.proto.label for link in at.get("page_link")}


def test_the_browser_s_language_is_taken_and_the_address_wins() -> None:
    at = healthy(opened("explore", "tr-TR"), "explore", "tr")
    assert at.query_params["lang"] == "tr"
    healthy(opened("explore", "tr-TR", lang="en"), "explore", "en")
    healthy(opened("explore", "de-DE"), "explore", "en")


def test_within_a_session_the_address_follows_the_language() -> None:
    """A message of the browser may carry an address older than the click on the switch."""
    at = opened("explore", lang="tr")
    at.button_group(key="language_switch").set_value("en").run()
    at.query_params["lang"] = "tr"
    healthy(at.run(), "explore", "en")
    assert at.query_params["lang"] == "en"


def test_the_language_switch_keeps_what_was_chosen() -> None:
    at = opened("draw", noise="gaussian", source="test", index="7", strength="0.3")
    before = drawn(at)
    at.button_group(key="language_switch").set_value("tr").run()
    healthy(at, "draw", "tr")
    assert at.query_params["lang"] == "tr"
    assert at.query_params["noise"] == "gaussian"
    assert at.query_params["source"] == "test"
    after = drawn(at)
    assert after["settings"] == before["settings"] and after["settings"]["strength"] == 0.3
    assert after["answer"] == before["answer"] and after["language"] == "tr"
    at.switch_page(page_file("morph")).run()
    healthy(at, "morph", "tr")


LONG = "x" * 20_000
NONSENSE: dict[str, dict[str, str | list[str]]] = {
    "language": {"lang": "xx"},
    "unknown run": {"run": "nope", "runs": "nope", "vae": "nope", "ae": "nope"},
    "path": {"run": "../../etc/passwd", "runs": "/etc/passwd", "vae": "../../etc/passwd"},
    "wrong kind": {"vae": "ae-20", "ae": "vae-20", "from": "z", "to": "-1"},
    "noise": {"noise": "foo", "source": "foo", "strength": "9e99", "index": "-5"},
    "strength": {"noise": "gaussian", "strength": "9e99"},
    "no number": {"noise": "dropout", "strength": "nan", "source": "test", "index": "x"},
    "index": {"source": "test", "index": "-5"},
    "huge index": {"source": "test", "index": "9" * 400},
    "infinite": {"source": "test", "index": "1e999", "noise": "gaussian", "strength": "inf"},
    "drawing": {"digit": "AAAA", "mask": "%00", "seed": "-1", "without": "all", "noise": "dropout"},
    "my drawing before there is one": {"from": "drawn", "to": "drawn"},
    "empty": dict.fromkeys(("lang", "run", "runs", "noise", "source", "index", "from", "vae"), ""),
    "very long": dict.fromkeys(("lang", "run", "runs", "noise", "source", "from", "vae"), LONG),
    "repeated": {
        "lang": ["en", "en"],
        "run": ["nope", "vae-2"],
        "runs": ["ae-30", "ae-30", "zz"],
        "noise": ["dropout", "gaussian"],
        "from": ["1", "2"],
        "index": ["1", "2"],
    },
}


# What is wrong in two of them, is wrong as in the last of the two.
ALL_NONSENSE = {key: value for query in NONSENSE.values() for key, value in query.items()}


@pytest.mark.some(6)
@pytest.mark.parametrize("name", PAGES)
def test_a_nonsense_address_gives_a_usable_page(name: str) -> None:
    usable(name, ALL_NONSENSE)


@pytest.mark.long
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("query", NONSENSE)
def test_each_nonsense_address_gives_a_usable_page(name: str, query: str) -> None:
    usable(name, NONSENSE[query])


def usable(name: str, query: dict[str, str | list[str]]) -> None:
    """Opens a page at an address, and presses one of its buttons."""
    at = healthy(opened(name, **query), name)
    if name == "explore":
        at.button(key="explore_try_plane").click().run()
    elif name == "draw":
        at.button(key="draw_try_dropout").click().run()
    elif name == "morph":
        at.button(key="morph_try_one_seven").click().run()
    elif name == "train":
        at.button(key="train_try_report").click().run()
    healthy(at, name)


def test_a_link_to_a_run_that_is_not_here_says_so() -> None:
    at = healthy(opened("explore", lang="tr", run="benim"), "explore", "tr")
    words = {key: catalogue("tr")[f"frame.{key}"] for key in ("not_here", "unsuited")}
    assert [said.value for said in at.toast] == [words["not_here"].format(runs="`benim`")]
    assert not healthy(at.run(), "explore", "tr").toast  # said once
    at = healthy(opened("morph", lang="tr", vae="vqvae-16", ae="[a](b)"), "morph", "tr")
    said = words["unsuited"].format(runs="`vqvae-16`")  # which is here, but has no such codes
    assert [each.value for each in at.toast] == [said]


# ---- Explore


@pytest.mark.some(1)
@pytest.mark.parametrize("run", ["ae-20", "vae-2", "dae-500"])
def test_explore_begins_with_a_typical_three(run: str) -> None:
    sent = explored(healthy(opened("explore", run=run), "explore"))
    model = runs.find(run).build()
    position = sent["view"]["digit"]
    assert position == mnist.probe_indices()[mnist.strip_positions()[3]]
    np.testing.assert_allclose(
        sent["z"], embed_many(model, mnist.test_digits().images[[position]])[0], atol=0.001
    )
    expected = decode_many(model, sent["z"][None])[0]
    assert np.abs(sent["decoded"].astype(int) - expected).max() <= 1


def test_explore_restores_a_link() -> None:
    digit = str(mnist.probe_indices()[5])
    query = {"run": "vae-2", "z": "0.125,-3.5", "digit": digit, "plane": "0.4"}
    query |= {"reading": "yes", "spacing": "probability"}
    at = healthy(opened("explore", temperature="1.25", **query), "explore")
    sent = explored(at)
    np.testing.assert_array_equal(sent["z"], np.array([0.125, -3.5], np.float32))
    assert sent["view"]["plane"] == 0.4 and sent["view"]["temperature"] == 1.25
    assert sent["view"]["digit"] == int(digit)
    assert sent["view"]["reading"] is True and sent["view"]["spacing"] == "probability"
    assert {name: at.query_params[name] for name in query} == query
    assert at.query_params["temperature"] == "1.25"


@pytest.mark.some(2)
@pytest.mark.parametrize(
    "query",
    [
        {"z": "1,2,3"},
        {"z": ",".join(["nan"] * 20)},
        {"z": "0," * 19 + "1e999"},
        {"z": "0," * 19 + "1e30", "digit": "5"},
        {"z": "0;1", "digit": "-3", "plane": "nan", "temperature": "hot"},
        {"digit": "9" * 400, "plane": "", "temperature": "", "reading": "1", "spacing": "odd"},
        {"z": "9" * 20_000, "digit": "\u0663"},
    ],
)
def test_explore_ignores_a_link_that_makes_no_sense(query: dict[str, str]) -> None:
    at = healthy(opened("explore", **query), "explore")
    sent = explored(at)
    np.testing.assert_array_equal(sent["z"], explored(opened("explore"))["z"])
    assert sent["view"]["plane"] == 0 and sent["view"]["temperature"] == 1
    assert sent["view"]["reading"] is False and sent["view"]["spacing"] == "linear"
    shown = {"z", "digit", "plane", "temperature", "reading", "spacing"}
    assert not shown & set(at.query_params)


def test_explore_brings_numbers_of_a_link_to_their_ends() -> None:
    at = healthy(opened("explore", plane="7", temperature="1e999", digit="0"), "explore")
    view = explored(at)["view"]
    assert view["plane"] == 1 and view["temperature"] == 2


def test_explore_s_buttons_set_run_and_view() -> None:
    at = opened("explore")
    at.button(key="explore_try_hot").click().run()
    first = explored(healthy(at, "explore"))
    assert first["run"] == "vae-20" and first["view"]["temperature"] == 1.6
    assert first["view"]["digit"] is None and first["version"] == 1
    at.button(key="explore_try_hot").click().run()
    second = explored(healthy(at, "explore"))
    assert (second["z"] != first["z"]).any() and second["version"] == 2
    at.button(key="explore_try_plane").click().run()
    sent = explored(healthy(at, "explore"))
    assert at.query_params["run"] == ["vae-2"] or at.query_params["run"] == "vae-2"
    assert sent["run"] == "vae-2" and not sent["z"].any() and sent["view"]["plane"] == 1
    at.button(key="explore_try_reading").click().run()
    view = explored(healthy(at, "explore"))["view"]
    assert view["reading"] is True and view["plane"] == 0 and at.query_params["reading"] == "yes"
    at.button(key="explore_try_plain").click().run()
    assert explored(healthy(at, "explore"))["run"] == "ae-20"


def test_explore_keeps_each_run_s_code() -> None:
    at = opened("explore", run="vae-20")
    at.button(key="explore_try_hot").click().run()
    code = explored(at)["z"]
    at.selectbox(key="run").set_value("ae-20").run()
    assert explored(healthy(at, "explore"))["run"] == "ae-20"
    assert "z" not in at.query_params
    at.selectbox(key="run").set_value("vae-20").run()
    np.testing.assert_array_equal(explored(at)["z"], code)
    at.switch_page(page_file("morph")).run()
    at.switch_page(page_file("explore")).run()
    np.testing.assert_array_equal(explored(healthy(at, "explore"))["z"], code)


# ---- Morph


def test_morph_changes_the_digits() -> None:
    at = opened("morph")
    urls = set(images(at))
    at.button(key="morph_try_four_nine").click().run()
    healthy(at, "morph")
    assert at.query_params["from"] == "4" and at.query_params["to"] == "9"
    assert not urls & set(images(at))
    assert at.button(key="another_from").label == "Another 4"


def test_morph_takes_another_digit_of_the_same_kind() -> None:
    at = opened("morph")
    before = images(at)
    at.button(key="another_to").click().run()
    after = images(healthy(at, "morph"))
    assert len(before) == len(after) == 4
    assert all(old != new for old, new in zip(before, after, strict=True))


def test_morph_offers_both_files() -> None:
    at = opened("morph", lang="tr")
    labels = [button.proto.label for button in at.get("download_button")]
    assert labels == [catalogue("tr")["morph.gif"], catalogue("tr")["morph.png"]]


# ---- Draw


@pytest.mark.some(1)
@pytest.mark.parametrize("kind", NOISES)
def test_draw_adds_each_noise(kind: str) -> None:
    at = healthy(opened("draw", source="test", index="3"), "draw")
    digit = mnist.test_digits().images[3]
    clean = drawn(at)
    assert not clean["pad"] and clean["settings"]["kind"] == "none"
    np.testing.assert_array_equal(clean["digit"], digit)
    for name in ("ae-30", "dae-500", "vae-20"):
        expected = reconstruct_many(runs.find(name).build(), digit[None])[0]
        assert np.abs(clean["pictures"][name].astype(int) - expected).max() <= 1

    at = healthy(opened("draw", source="test", index="3", noise=kind, seed="7"), "draw")
    noisy = drawn(at)
    np.testing.assert_array_equal(noisy["digit"], digit)
    assert noisy["settings"]["kind"] == kind and noisy["settings"]["seed"] == 7
    assert [field["seed"] for field in noisy["noises"]] == [7, 8]
    seen = damage(to_x(digit[None]), kind, 0.5, 7)
    expected = to_pixels(runs.find("dae-500").build()(seen).detach())[0]
    np.testing.assert_array_equal(noisy["pictures"]["dae-500"], expected)


def test_draw_s_buttons_set_the_noise() -> None:
    at = opened("draw", mask="A" * 131, noise="gaussian")
    assert drawn(at)["settings"]["mask"] == at.query_params["mask"] == "A" * 131
    for name, kind, strength in (("gaussian", "gaussian", 0.4), ("dropout", "dropout", 0.5)):
        before = drawn(at)["settings"]["revision"]
        at.button(key=f"draw_try_{name}").click().run()
        settings = drawn(healthy(at, "draw"))["settings"]
        assert (settings["kind"], settings["strength"], settings["mask"]) == (kind, strength, None)
        assert settings["revision"] == before + 1  # so that the browser takes it over
        assert at.query_params["noise"] == kind
        assert at.query_params.get("strength", "0.5") == f"{strength:g}"
    at.button(key="draw_try_copy").click().run()
    shown = drawn(healthy(at, "draw"))
    assert set(shown["pictures"]) == {"ae-500", "dae-500", "ae-30"}
    assert shown["settings"]["kind"] == "dropout"
    at.button(key="draw_try_clean").click().run()
    assert not {"noise", "strength", "mask"} & set(at.query_params)
    assert drawn(healthy(at, "draw"))["settings"]["kind"] == "none"


def test_draw_shows_the_runs_that_are_chosen() -> None:
    at = healthy(opened("draw", runs=["ae-20", "vae-2"]), "draw")
    assert drawn(at)["pictures"].keys() == {"ae-20", "vae-2"}
    at.multiselect(key="runs").set_value([]).run()
    sent = drawn(healthy(at, "draw"))
    assert not sent["pictures"] and sent["map"]["title"]


def test_draw_restores_a_link() -> None:
    digit = mnist.test_digits().images[1234]
    text = DIGIT.write(digit)
    at = healthy(opened("draw", digit=text, without="fit,centre"), "draw")
    sent = drawn(at)
    np.testing.assert_array_equal(sent["digit"], digit)
    assert sent["settings"]["stages"] == ["cut", "stroke", "contrast"]
    assert not sent["isExample"] and sent["picture"]  # the pad shows it, too
    assert at.query_params["digit"] == text and at.query_params["without"] == "fit,centre"
    at.switch_page(page_file("morph")).run()
    assert catalogue("en")["digit_choice.drawn"] in at.selectbox(key="from.en").options


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def blank_png(width: int, height: int) -> bytes:
    """A PNG of a size, without the rows that would fill it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + header + rows + chunk(b"IEND", b"")


def stroke() -> np.ndarray:
    """A black bar on white paper, (90, 70) uint8."""
    paper = np.full((90, 70), 255, np.uint8)
    paper[15:75, 30:40] = 0
    return paper


BAD_PICTURES = {
    "cut short": (
        png(np.random.default_rng(0).integers(0, 255, (80, 80), np.uint8))[:2000],
        "damaged",
    ),
    "text": (b"seven", "unreadable"),
    "empty": (b"", "no_bytes"),
    "100 megapixels": (blank_png(10_000, 10_000), "too_large"),
    "beyond all measure": (blank_png(2_000_000_000, 2_000_000_000), "too_large"),
    "no rows": (blank_png(100, 100), "damaged"),
    "one shade": (png(np.full((40, 40), 90, np.uint8)), "empty"),
}


@pytest.mark.some(4)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", BAD_PICTURES)
def test_a_bad_picture_gets_one_sentence(kind: str, language: str) -> None:
    content, code = BAD_PICTURES[kind]
    at = opened("draw", source="upload", lang=language)
    at.file_uploader(key="draw_upload").upload("digit.png", content).run()
    assert not at.exception
    assert len(at.error) == 1
    sentence = catalogue(language)[f"error.drawing.{code}"]
    assert at.error[0].value.startswith(sentence.partition("{")[0])
    assert "{" not in at.error[0].value
    assert at.title[0].value == catalogue(language)["draw.title"]
    assert drawn(at)["isExample"]  # something is shown all the same


@pytest.mark.some(1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_seen_in_a_photograph_is_said_once(language: str) -> None:
    words = catalogue(language)
    two, blank = (
        (PHOTOGRAPHS / name).read_bytes() for name in ("two_1_is4.jpg", "blank_0_is-.jpg")
    )
    at = opened("draw", source="upload", lang=language)
    at.file_uploader(key="draw_upload").upload("two.jpg", two).run()
    assert [each.value for each in at.warning] == [words["remark.several"]]
    digit = drawn(healthy(at, "draw", language))["digit"]
    np.testing.assert_array_equal(digit, to_digit(open_picture(two)))
    at.file_uploader(key="draw_upload").set_value(("blank.jpg", blank, "image/jpeg")).run()
    assert [each.value for each in at.error] == [words["error.drawing.empty"]]
    assert not at.warning
    np.testing.assert_array_equal(drawn(at)["digit"], digit)  # the last one stays


def test_a_good_picture_goes_through_the_one_door() -> None:
    at = opened("draw", source="upload")
    at.file_uploader(key="draw_upload").upload("one.png", png(stroke())).run()
    shown = drawn(healthy(at, "draw"))["digit"]
    np.testing.assert_array_equal(shown, to_digit(stroke()))
    at.switch_page(page_file("morph")).run()
    healthy(at, "morph")
    assert catalogue("en")["digit_choice.drawn"] in at.selectbox(key="from.en").options


# ---- Train


@pytest.mark.some(2)
@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_sets_every_control(preset: str) -> None:
    at = opened("train")
    at.button(key=f"train_try_{preset}").click().run()
    wanted = PRESETS[preset]
    assert at.session_state["train_model"] == wanted.model
    assert at.session_state["train_likelihood"] == wanted.likelihood
    assert at.session_state["train_schedule"] == wanted.schedule
    for field in ("latent", "epochs", "batch_size", "lr", "seed"):
        assert number_fields(at)[f"train_{field}"]["value"] == getattr(wanted, field)
    assert sliders(at)["train_beta"]["value"] == wanted.beta
    assert sliders(at)["train_beta"]["disabled"] == (wanted.model != "vae")
    healthy(at, "train")


def test_a_family_brings_its_own_latent_size() -> None:
    at = opened("train")
    at.selectbox(key="train_model.en").set_value("dae").run()
    healthy(at, "train")
    assert number_fields(at)["train_latent"]["text"] == "500"
    assert at.session_state["train_likelihood"] == "gaussian"


def test_the_settings_stay_on_other_pages_and_in_the_other_language() -> None:
    at = opened("train")
    type_number(at, "train_epochs", "3")
    at.selectbox(key="train_model.en").set_value("ae").run()
    type_number(at, "train_latent", "7")
    at.switch_page(page_file("home")).run()
    at.button_group(key="language_switch").set_value("tr").run()
    at.switch_page(page_file("train")).run()
    healthy(at, "train", "tr")
    assert number_fields(at)["train_epochs"]["value"] == 3
    assert number_fields(at)["train_latent"]["value"] == 7
    assert at.session_state["train_model"] == "ae"
    assert at.query_params["epochs"] == "3" and at.query_params["latent"] == "7"


SETTINGS = {
    **{"model": "dae", "latent": "40", "epochs": "7", "batch_size": "64", "lr": "0.0005"},
    **{"schedule": "constant", "seed": "12", "precision": "float32", "beta": "2.5"},
}


def test_a_link_holds_every_setting(speaking: Callable[[str], None]) -> None:
    speaking("tr")
    at = healthy(opened("train", lang="tr", **SETTINGS), "train", "tr")
    shown = {key: field["text"] for key, field in number_fields(at).items()}
    typed = ("latent", "epochs", "batch_size", "seed")
    wanted = {f"train_{name}": SETTINGS[name] for name in typed}
    assert shown == wanted | {"train_lr": "0,0005"}
    for name in ("model", "schedule", "precision"):
        assert at.session_state[f"train_{name}"] == SETTINGS[name]
    assert sliders(at)["train_beta"]["value"] == 2.5
    at.button(key="train_try_map").click().run()
    assert set(at.query_params) <= {"lang", "precision"}  # all others are the usual ones
    at.toggle(key="train_mean_start").set_value(False).run()
    at.toggle(key="train_lr_by_inputs").set_value(True).run()
    assert at.query_params["mean_start"] == "no" and at.query_params["lr_by_inputs"] == "yes"


def test_a_link_holds_how_the_rate_is_weighed_and_a_family_without_one_does_not_ask() -> None:
    at = opened("train", rate_from_zero="0.5", cycles="4", free_bits="0.25", beta="2")
    healthy(at, "train")
    wanted = {"rate_from_zero": 0.5, "cycles": 4, "free_bits": 0.25}
    fields = number_fields(at)
    assert {name: fields[f"train_{name}"]["value"] for name in wanted} == wanted
    at.selectbox(key="train_model.en").set_value("ae").run()
    assert not number_fields(at).keys() & {f"train_{name}" for name in wanted}
    at.selectbox(key="train_model.en").set_value("vae").run()
    type_number(at, "train_rate_from_zero", "0")
    assert "train_cycles" not in number_fields(at)  # without a warm-up there is nothing to repeat
    assert at.query_params["free_bits"] == "0.25"


@pytest.mark.some(1)
@pytest.mark.parametrize(
    "query",
    [{"model": "nothing"}, {"model": "vae", "likelihood": "x"}, {"lr": "1e9", "latent": "0"}],
)
def test_an_odd_link_of_the_train_page_gives_settings_that_can_be(query: dict[str, str]) -> None:
    at = healthy(opened("train", **query), "train")
    assert not [field for field in number_fields(at).values() if field["error"]]
    assert not at.button(key="train_start").disabled


@pytest.mark.some(4)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("key", "text", "value", "shown"),
    [
        ("train_lr", "0,5", 0.5, {"en": "0.5", "tr": "0,5"}),
        ("train_lr", " .25 ", 0.25, {"en": "0.25", "tr": "0,25"}),
        ("train_lr", "1e-5", 1e-5, {"en": "0.00001", "tr": "0,00001"}),
        ("train_epochs", "1 0", 10, {"en": "10", "tr": "10"}),
    ],
)
def test_either_decimal_mark_is_understood(
    key: str,
    text: str,
    value: float,
    shown: dict[str, str],
    language: str,
    speaking: Callable[[str], None],
) -> None:
    speaking(language)
    at = type_number(opened("train", lang=language), key, text)
    field = number_fields(at)[key]
    assert (field["value"], field["text"], field["error"]) == (value, shown[language], "")
    assert at.session_state[key] == value
    assert float(at.query_params[key.removeprefix("train_")]) == value


NO_NUMBERS = {
    "train_lr": ("0", "-1", "101", "", "abc", "1,000.5", "nan", "1e999"),
    "train_epochs": ("0", "201", "1,5", "1.000", "5e1", "٣", "9" * 99),
}


@pytest.mark.some(2)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", NO_NUMBERS)
def test_what_can_t_be_trained_with_stops_the_button(
    key: str, language: str, speaking: Callable[[str], None]
) -> None:
    speaking(language)
    at, words = opened("train", lang=language), catalogue(language)
    before = at.session_state[key]
    wrong = words["train.wrong"].format(fields=words[f"train.{key.removeprefix('train_')}"])
    for text in NO_NUMBERS[key]:
        if not at.button(key="train_start").disabled:
            at.button(key="train_start").click()  # straight from the field to the button
        type_number(at, key, text)
        field = number_fields(at)[key]
        assert field["text"] == text[:40] and field["error"], text
        assert at.button(key="train_start").disabled and at.session_state[key] == before, text
        assert at.session_state["visitor"].job is None
        assert wrong in [c.value for c in at.caption], text
    at.button(key="train_try_map").click().run()
    assert number_fields(at)[key]["error"] == "" and not at.button(key="train_start").disabled


def test_a_size_too_small_for_a_family_is_named() -> None:
    at = healthy(opened("train", model="cvae", latent="3"), "train")
    assert number_fields(at)["train_latent"]["text"] == "3"
    assert number_fields(at)["train_latent"]["error"].startswith("3 can't be used")
    assert at.button(key="train_start").disabled


@pytest.mark.some(2)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "content", [b"", b"no run", b"\xff" * 4000], ids=["empty", "text", "bytes"]
)
def test_a_file_that_is_no_run_gets_a_sentence(
    speaking: Callable[[str], None], content: bytes, language: str
) -> None:
    speaking(language)
    at = opened("train", lang=language)
    uploader = at.file_uploader(key="train_upload")
    assert uploader.proto.type == []  # Streamlit's refusals of other types would pile up
    uploader.upload("my.txt", content).run()
    assert not at.exception
    assert [e.value for e in at.error] == [catalogue(language)["error.run.unreadable"]]


def test_a_run_cut_short_is_refused_and_one_with_a_shipped_name_gets_its_own() -> None:
    raw = (runs.library.SHIPPED / "ae-20.safetensors").read_bytes()
    at = opened("train")
    at.file_uploader(key="train_upload").upload("my.safetensors", raw[:-1]).run()
    assert [e.value for e in at.error] == [catalogue("en")["error.run.unreadable"]]
    at = opened("train")
    at.file_uploader(key="train_upload").upload("my.safetensors", raw).run()
    assert not at.error
    pages = "Draw, Explore, Morph, Generate, Epochs"
    told = catalogue("en")["train.loaded"].format(name="my-ae-20", pages=pages)
    assert told in [e.value for e in at.success]


def test_a_loaded_run_can_be_chosen_everywhere() -> None:
    mine = replace(runs.find("ae-20"), name="the one I took home")
    at = opened("train")
    at.file_uploader(key="train_upload").upload("a.safetensors", runs.dumps(mine)).run()
    healthy(at, "train")
    assert mine.name in at.success[0].value
    at.switch_page(page_file("explore")).run()
    at.selectbox(key="run").set_value(mine.name).run()
    healthy(at, "explore")
    assert explored(at)["run"] == mine.name
    for name, box in (("epochs", "run"), ("morph", "ae"), ("draw", "runs")):
        at.switch_page(page_file(name)).run()
        healthy(at, name)
        assert mine.name in at.get_by_key(box).options


def test_a_run_taken_home_before_it_had_a_name_is_loaded_under_one_of_its_own() -> None:
    at = opened("train")
    file = runs.dumps(runs.find("ae-20"))
    at.file_uploader(key="train_upload").upload("a.safetensors", file).run()
    healthy(at, "train")
    assert "my-ae-20" in at.success[0].value


# ---- Epochs


def test_epochs_s_buttons_choose_the_run() -> None:
    at = healthy(opened("epochs"), "epochs")
    first = charts(at)
    at.button(key="epochs_try_ae-30").click().run()
    healthy(at, "epochs")
    assert at.query_params["run"] == "ae-30"
    bars, points = charts(at)
    assert len(bars["data"][0]["x"]) == 30
    assert points["data"][0]["x"] != first[1]["data"][0]["x"]


def test_epochs_says_so_where_bars_are_components_and_not_latents() -> None:
    at = healthy(opened("epochs", run="dae-500"), "epochs")
    sentence = catalogue("en")["epochs.codes_wide"].format(count=32, latent=500)
    assert sentence in [c.value for c in at.caption]


@pytest.mark.some(1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_epochs_shows_a_code_of_words_as_words(language: str) -> None:
    at = healthy(opened("epochs", run=WORDS, lang=language), "epochs", language)
    model = runs.find(WORDS).build()
    digit = mnist.probe().images[[int(mnist.strip_positions()[3])]]
    expected = [f"{word:.0f}" for word in embed_many(model, digit)[0]]
    (cells,) = (h.proto.body for h in at.get("html") if h.proto.body.startswith("<div"))
    assert re.findall(r">(\d+)</div>", cells) == expected
    captions = [c.value for c in at.caption]
    assert catalogue(language)["codebook.code"] in captions
    assert catalogue(language)["epochs.codes"] not in captions
    said = catalogue(language)["train.map.words"].split("{percent}")[0].format(latent=16)
    assert any(caption.startswith(said) for caption in captions)
    assert len(charts(at)) == 1  # the cloud, and no bars


# ---- what the models are


def told_of_models(at: AppTest) -> str:
    """All that the page's popover says of models, and what its pictures say to be heard."""
    at.session_state["about_models"] = True  # open
    at.run()
    popover, *_ = (block for block in at.main if block.type == "popover")
    texts = [c.value for c in (*popover.markdown, *popover.caption)]
    return "\n".join([*texts, *(h.proto.body for h in popover.get("html"))])


@pytest.mark.some(2)
@pytest.mark.parametrize("language", ["tr", pytest.param("en", marks=pytest.mark.long)])
@pytest.mark.parametrize("name", CHOOSING)
def test_each_page_with_a_choice_says_what_its_models_are(name: str, language: str) -> None:
    at = healthy(opened(name, lang=language), name, language)
    said = told_of_models(at)
    shown = {
        "draw": ["ae-30", "dae-500", "vae-20"],
        "morph": ["vae-20", "ae-20"],
        "epochs": ["vae-2"],
        "compare": list(runs.available()),
    }.get(name, ["vae-20"])
    for run in map(runs.find, shown):
        assert run.name in said
        assert catalogue(language)[f"model.{run.model['name']}.about"] in said
        layers = as_text(architecture(run.build()))
        assert catalogue(language)["layers.about"].format(steps=layers) in said


def test_a_page_says_which_runs_it_lacks_and_why() -> None:
    every = set(runs.available())
    for name, boxes in (("explore", ["run"]), ("morph", ["vae", "ae"]), ("epochs", ["run"])):
        at = healthy(opened(name), name)
        offered = {run for box in boxes for run in at.selectbox(key=box).options}
        said = told_of_models(at)
        reasons = [text.split("{runs}") for key, text in catalogue("en").items() if "absent" in key]
        lacking: set[str] = set()
        for before, after in reasons:
            for found in re.findall(f"{re.escape(before)}(.*){re.escape(after)}", said):
                lacking |= set(found.split(", "))
        assert lacking == every - offered
    assert not lacking  # Epochs has all


@pytest.mark.some(1)
@pytest.mark.parametrize("run", ["cvae-20", "hvae-64"])
def test_morph_goes_through_codes_of_two_parts(run: str) -> None:
    at = healthy(opened("morph", vae=run), "morph")
    assert at.selectbox(key="vae").value == run
    (part,) = (p for p in at.get("bidi_component") if p.proto.component_name == MORPH)
    (sent,) = json.loads(part.proto.json)
    model = runs.find(run).build()
    ends = np.frombuffer(base64.b64decode(sent["ends"]), np.uint8).reshape(2, 28, 28)
    codes = np.frombuffer(base64.b64decode(sent["interpolations"][1]["codes"]), np.float32)
    np.testing.assert_allclose(codes.reshape(2, -1), embed_many(model, ends), atol=1e-6)


def test_generate_begins_with_a_good_wall_and_older_links_with_the_prior() -> None:
    words = catalogue("en")
    for query, source in (
        ({}, "flow"),
        ({"run": "vae-20"}, "prior"),
        ({"seed": "3"}, "prior"),
        ({"run": WORDS}, "uniform"),
        ({"run": "ae-20", "from": "mixture", "components": "2"}, "mixture"),
        ({"run": "ae-20", "from": "flow"}, "mixture"),  # it has none: the best that it has
    ):
        at = healthy(opened("generate", **query), "generate")
        assert words[f"generate.about.{source}"] in [caption.value for caption in at.caption], query
    assert at.query_params["from"] in ("mixture", ["mixture"])
    assert sliders(opened("generate", run=WORDS))["temperature"]["disabled"]


@pytest.mark.some(1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_generate_shows_how_far_its_codes_are_from_known_ones(language: str) -> None:
    words = catalogue(language)
    at = healthy(opened("generate", lang=language), "generate", language)
    gap, measured = charts(at)
    lines = [trace["name"] for trace in gap["data"]]
    assert lines == [words["generate.gap.digits"], "N(0, I)", words["generate.gap.drawn"]]
    model = runs.find("vae-20").build()
    known = embed_many(model, mnist.train_digits().images[:2000])
    walls = [
        draw_wall(model, Sampling(0, place), mnist.shown_probe()).codes
        for place in ("flow", "prior")
    ]
    sets = [embed_many(model, mnist.probe().images), *walls]
    new, flow, prior = (float(np.median(nearest_codes(codes, known))) for codes in sets)
    assert flow < 1.1 * new < prior  # the flow's codes are where codes are
    assert len(measured["data"]) == 3
    at.button(key="generate_try_codebook").click().run()
    usage, _ = charts(healthy(at, "generate", language))
    assert at.selectbox(key="run").value == WORDS and len(usage["data"][0]["x"]) == 64
    assert words["generate.about.words"] in [caption.value for caption in at.caption]
    said = words["codebook.usage.about"].partition("{")[0]
    assert any(caption.value.startswith(said) for caption in at.caption)


def test_generate_samples_only_ones() -> None:
    at = opened("generate")
    at.button(key="generate_try_ones").click().run()
    healthy(at, "generate")
    assert at.query_params["kind"] in ("1", ["1"])
    ones = draw_wall(runs.find("vae-20").build(), Sampling(0, "flow", label=1), mnist.shown_probe())
    assert (assess(ones.digits, mnist.train_digits()).read == 1).mean() > 0.9
    np.testing.assert_array_equal(ones.frames.shape[:2], (STEPS + 1, COUNT))
    at.button(key="generate_try_normal").click().run()
    assert "kind" not in at.query_params and "from" not in at.query_params
    at.selectbox(key="run").set_value("cvae-20").run()
    parts = f"30 (20 {catalogue('en')['layers.style']} + 10 {catalogue('en')['layers.kind']})"
    assert any(parts in caption.value for caption in at.caption)  # why its latent size is 30


def test_generate_draws_from_a_prior_that_is_a_mixture() -> None:
    words = catalogue("en")
    at = opened("generate")
    at.button(key="generate_try_own").click().run()
    healthy(at, "generate")
    assert at.selectbox(key="run").value == "hvae-mixture-64"
    assert words["generate.about.layers.own"] in [caption.value for caption in at.caption]
    at.selectbox(key="run").set_value("vae-mixture-40").run()
    assert words["generate.about.own"] in [caption.value for caption in at.caption]
    at.button(key="generate_try_normal").click().run()
    assert at.selectbox(key="run").value == "vae-20"  # since N(0, I) is not the prior of the other
    assert words["generate.about.prior"] in [caption.value for caption in at.caption]


def test_a_run_s_line_says_with_what_its_nats_compare() -> None:
    for run, likelihood, pixels in (
        ("vae-20-gaussian", "gaussian", "grey"),
        ("vae-deep-40", "bernoulli", "dynamic"),
    ):
        words = catalogue("en")
        about = words["frame.run_line.about"].format(
            likelihood=words[f"likelihood.{likelihood}"], pixels=words[f"compare.pixels.{pixels}"]
        )
        captions = {
            caption.proto.help: caption.value for caption in opened("generate", run=run).caption
        }
        assert words[f"model.{runs.find(run).model['name']}"] in captions[about]


# ---- Compare


def compared(at: AppTest) -> dict:
    """What Compare's cards were given, with pictures as arrays, by run; "digit" is the digit."""
    (part,) = (p for p in at.get("bidi_component") if p.proto.component_name == COMPARISON)
    (sent,) = json.loads(part.proto.json)

    def picture(text: str) -> np.ndarray:
        return np.frombuffer(base64.b64decode(text), np.uint8).reshape(28, 28)

    cards = {
        card["run"]: card
        | {"reconstruction": picture(card["reconstruction"]), "off": picture(card["off"])}
        for card in sent["cards"]
    }
    return sent | {"digit": picture(sent["digit"]), "cards": cards}


def written(at: AppTest) -> pd.DataFrame:
    """Compare's scoreboard as it is read: every cell a text, with its star; a row for each run."""
    table = at.dataframe[0]
    told = convert_arrow_bytes_to_pandas_df(table.proto.arrow_data.styler.display_values)
    told.index = table.value["name"]
    return told


@pytest.mark.some(1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_compare_puts_a_digit_through_every_run(language: str) -> None:
    at = healthy(opened("compare", lang=language), "compare", language)
    sent = compared(at)
    digit = mnist.test_digits().images[112]
    np.testing.assert_array_equal(sent["digit"], digit)
    assert list(sent["cards"]) == list(runs.available())
    errors = {}
    for name, card in sent["cards"].items():
        model = runs.find(name).build()
        again = reconstruct_many(model, digit[None])[0]
        np.testing.assert_array_equal(card["reconstruction"], again)
        assert np.abs(np.abs(again.astype(int) - digit) - card["off"]).max() <= 1
        np.testing.assert_allclose(card["code"], embed_many(model, digit[None])[0], rtol=1e-3)
        errors[name] = float(((again / 255 - digit / 255) ** 2).mean())
    assert [name for name, card in sent["cards"].items() if card["best"]] == [
        min(errors, key=errors.__getitem__)
    ]


@pytest.mark.some(1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_compare_shows_a_code_of_words_as_cells_with_the_bits_it_costs(language: str) -> None:
    at = healthy(opened("compare", lang=language), "compare", language)
    card = compared(at)["cards"][WORDS]
    model = runs.find(WORDS).build()
    assert isinstance(model, VQVAE)
    digit = mnist.test_digits().images[112]
    expected = model.nearest(model.encode(to_x(digit[None])))[0].tolist()
    assert [cell["word"] for cell in card["words"]["cells"]] == expected
    assert card["words"]["across"] == 4
    assert re.findall(r"\d+", card["words"]["alt"]) == [str(word) for word in expected]
    (told,) = (c.value for c in at.caption if f"- {WORDS}: " in c.value)
    reading, cost = told.split(f"- {WORDS}: ")
    assert reading.strip() == catalogue(language)["codebook.reading"]
    numbers = [float(x.replace(",", ".")) for x in re.findall(r"\d+(?:[.,]\d+)?", cost)]
    used = bits_in_use(embed_many(model, mnist.test_digits().images))
    assert sorted(numbers) == [10, 16, 64, 66.5, round(used, 1), 96]  # 10,000 test pictures
    others = [c for name, c in compared(at)["cards"].items() if name != WORDS]
    assert others and all(c["words"] is None for c in others)


def test_compare_s_digit_by_kind_by_another_and_by_button() -> None:
    at = healthy(opened("compare"), "compare")
    digits = mnist.test_digits()
    assert not {"shown", "shown_index"} & set(at.query_params)
    at.selectbox(key="shown.en").set_value("8").run()
    first = compared(healthy(at, "compare"))["digit"]
    assert (digits.images[digits.of(8)] == first).all((1, 2)).any()
    at.button(key="another_shown").click().run()
    second = compared(healthy(at, "compare"))["digit"]
    assert (digits.images[digits.of(8)] == second).all((1, 2)).any() and (first != second).any()
    for name, position in (("easy", 2), ("four", 247), ("seven", 97)):
        at.button(key=f"compare_try_{name}").click().run()
        sent = compared(healthy(at, "compare"))
        np.testing.assert_array_equal(sent["digit"], digits.images[position])
        kind = str(digits.labels[position])
        assert at.query_params["shown"] == kind and at.query_params["shown_index"] == str(position)
        assert sent["title"] == catalogue("en")["picture.original"].format(digit=kind)


def test_compare_restores_a_link() -> None:
    at = healthy(opened("compare", shown="4", shown_index="247", curves=["ae-20"]), "compare")
    np.testing.assert_array_equal(compared(at)["digit"], mnist.test_digits().images[247])
    assert charts(at)[0]["data"][0]["name"] == "ae-20"  # the link is older than the tabs
    digit = mnist.test_digits().images[1234]
    at = healthy(opened("compare", shown="drawn", shown_drawn=DIGIT.write(digit)), "compare")
    sent = compared(at)
    np.testing.assert_array_equal(sent["digit"], digit)
    assert sent["title"] == catalogue("en")["compare.drawing"]
    assert at.query_params["shown_drawn"] == DIGIT.write(digit)


@pytest.mark.some(2)
@pytest.mark.parametrize(
    "query",
    [
        {"shown": "drawn", "shown_drawn": "AAAA"},
        {"shown": "z", "shown_index": "-1", "curves": "nope"},
        {"shown": "3", "shown_index": "9" * 400, "curves": LONG},
        {"shown": "", "shown_index": "0", "curves": ""},  # a 7, which is no 3
        {"shown": ["3", "4"], "shown_index": ["nan", "1e999"]},
    ],
)
def test_compare_ignores_a_link_that_makes_no_sense(query: dict[str, str | list[str]]) -> None:
    digit = compared(healthy(opened("compare", **query), "compare"))["digit"]
    digits = mnist.test_digits()
    assert (digits.images[digits.of(3)] == digit).all((1, 2)).any() or query["shown"][-1] == "4"


def test_a_drawing_can_be_compared() -> None:
    at = opened("draw", source="upload")
    at.file_uploader(key="draw_upload").upload("one.png", png(stroke())).run()
    at.switch_page(page_file("compare")).run()  # a new one is what it begins with
    np.testing.assert_array_equal(compared(healthy(at, "compare"))["digit"], to_digit(stroke()))
    at.selectbox(key="shown.en").set_value("4").run()
    four = compared(healthy(at, "compare"))["digit"]
    for name in ("draw", "compare"):  # one it has shown is there to be chosen
        at.switch_page(page_file(name)).run()
    np.testing.assert_array_equal(compared(healthy(at, "compare"))["digit"], four)
    at.selectbox(key="shown.en").set_value("drawn").run()
    np.testing.assert_array_equal(compared(healthy(at, "compare"))["digit"], to_digit(stroke()))


def test_compare_s_scoreboard_says_what_the_file_says() -> None:
    at = healthy(opened("compare"), "compare")
    board = scoreboard.load(scoreboard.shipped())
    told = at.dataframe[0].value.set_index("name")
    assert list(told.index) == [*runs.available(), catalogue("en")["compare.real"]]
    for name, row in board.rows.items():
        free = row["numbers"]["rate"] == 0
        for key, value in row["numbers"].items():
            shown = told.loc[name, key]
            if value is None or (key == "neg_elbo" and free):
                assert np.isnan(shown), (name, key)
            else:
                assert shown == value, (name, key)
    assert told.loc[catalogue("en")["compare.real"], "kinds"] == board.real["numbers"]["kinds"]
    sentence = catalogue("en")["compare.board.apart"]
    assert sentence in [info.value for info in at.info]
    assert catalogue("en")["compare.board.gaps"] not in [c.value for c in at.caption]


def test_compare_marks_the_best_of_those_that_compare() -> None:
    rows = scoreboard.load(scoreboard.shipped()).rows
    told = written(healthy(opened("compare"), "compare"))

    def starred(key: str) -> set[str]:
        return {name for name in rows if told.loc[name, key].endswith("★")}

    def least(key: str, sign: int = 1, **same: object) -> set[str]:
        found = {
            name: sign * row["numbers"][key]
            for name, row in rows.items()
            if row["numbers"][key] is not None and all(row[k] == v for k, v in same.items())
        }
        return {min(found, key=found.__getitem__)} if len(found) > 1 else set()

    assert starred("squared_error") == least("squared_error")
    assert starred("linear_probe") == least("linear_probe", -1)
    assert starred("fixed_50") == least("fixed_50")
    assert starred("distance") == least("distance")
    assert starred("rate") == starred("active_units") == set()
    alike = {(row["likelihood"], row["pixels"]) for row in rows.values()}
    assert starred("distortion") == set().union(
        *(least("distortion", likelihood=a, pixels=b) for a, b in alike)
    )
    assert not told.loc[catalogue("en")["compare.real"]].str.contains("★").any()


def test_compare_writes_numbers_as_the_language_does() -> None:
    english = written(opened("compare", lang="en")).loc["vae-20"]
    turkish = written(opened("compare", lang="tr")).loc["vae-20"]
    for key in ("neg_elbo", "squared_error", "fixed_50"):
        assert english[key].replace(".", ",") == turkish[key]
    number = english["linear_probe"].split()[0].removesuffix("%")
    assert turkish["linear_probe"].split()[0] == "%" + number.replace(".", ",")


def test_a_run_of_one_s_own_is_compared_by_what_its_file_says() -> None:
    mine = replace(runs.find("vae-2"), name="mine")
    at = opened("train")
    at.file_uploader(key="train_upload").upload("a.safetensors", runs.dumps(mine)).run()
    at.switch_page(page_file("compare")).run()
    healthy(at, "compare")
    assert "mine" in compared(at)["cards"]
    told = at.dataframe[0].value.set_index("name").loc["mine"]
    assert told["neg_elbo"] == mine.results["neg_elbo"]
    assert told["squared_error"] == mine.results["mse"]
    assert np.isnan(told["linear_probe"]) and np.isnan(told["fixed_50"])
    assert catalogue("en")["compare.board.gaps"] in [c.value for c in at.caption]


@pytest.mark.some(1)
@pytest.mark.parametrize("damage", ["missing", "damaged", "stale"])
def test_compare_without_a_scoreboard_shows_what_the_runs_say(no_runs: Path, damage: str) -> None:
    for path in (ROOT / "checkpoints").glob("*.safetensors"):
        shutil.copy(path, no_runs)
    if damage == "damaged":
        (no_runs / scoreboard.NAME).write_text('{"runs": 3}')
    elif damage == "stale":
        board = scoreboard.load(ROOT / "checkpoints" / scoreboard.NAME)
        stale = {name: row | {"file": "0" * 64} for name, row in board.rows.items()}
        scoreboard.save(scoreboard.Scoreboard(stale, {}), no_runs / scoreboard.NAME)
    at = healthy(opened("compare"), "compare")
    told = at.dataframe[0].value.set_index("name")
    assert list(told.index) == list(runs.available())
    assert told.loc["vae-20", "neg_elbo"] == runs.find("vae-20").results["neg_elbo"]
    assert "linear_probe" not in told
    assert catalogue("en")["compare.board.gaps"] in [c.value for c in at.caption]


@pytest.mark.some(1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_compare_beside_the_course_report(language: str) -> None:
    at = healthy(opened("compare", lang=language, tab="curves"), "compare", language)
    (table,) = (m.value for m in at.markdown if m.value.startswith("|"))
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in table.splitlines()]
    results = {name: runs.find(name).results for name in ("vae-20", "ae-20")}
    expected = [
        ["129.9", "0.0423"],
        [f"{results['vae-20']['neg_elbo']:.1f}", f"{results['vae-20']['mse']:.4f}"],
        ["0.0891", "0.0398"],
        [f"{results['ae-20']['neg_elbo']:.1f}", f"{results['ae-20']['mse']:.4f}"],
    ]
    found = [row[1:] for row in cells[2:]]
    assert [[c.replace(",", ".") for c in row] for row in found] == expected
    said = catalogue(language)["compare.report.about"].split("{")[0]
    assert any(m.value.startswith(said) for m in at.markdown)


def test_compare_s_curves_are_the_histories_and_the_report_s_points() -> None:
    at = healthy(opened("compare", curves=["vae-20", "ae-20"]), "compare")
    *lines, test, training = charts(at)[0]["data"]
    assert [line["name"] for line in lines] == ["vae-20", "ae-20"]
    for line in lines:
        history = runs.find(line["name"]).history
        later = history.epochs >= 0.5
        total = history.loss("test_distortion") + history.loss("test_rate")
        np.testing.assert_allclose(decoded_array(line["x"]), history.epochs[later])
        np.testing.assert_allclose(decoded_array(line["y"]), total[later], rtol=1e-5)
    assert test["x"] == training["x"] == [1, 5, 10, 15, 20]
    assert test["y"] == [147.8, 139.2, 134.1, 131.7, 129.9]
    assert training["y"] == [163.2, 142.5, 136.8, 133.4, 131.2]
    at.multiselect(key="curves").set_value([]).run()
    assert len(charts(healthy(at, "compare"))[0]["data"]) == 2


def decoded_array(values: object) -> np.ndarray:
    """A Plotly array, which is a list or the bytes of one."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"])
    return np.asarray(values)


def test_compare_s_plane_holds_the_runs_that_compare() -> None:
    traces = charts(healthy(opened("compare", tab="plane"), "compare"))[0]["data"]
    equal = [trace for trace in traces if trace["mode"] == "lines"]
    assert equal
    for line in equal:
        assert np.ptp(np.add(line["x"], line["y"])) == pytest.approx(0, abs=1e-6)
    marks = {
        name: (x, y)
        for trace in traces
        if trace["mode"] != "lines"
        for name, x, y in zip(trace["text"], trace["x"], trace["y"], strict=True)
    }
    for name in runs.available():
        run = runs.find(name)
        grey = run.training.get("pixels", "grey") == "grey"
        assert (name in marks) == (run.model["likelihood"] == "bernoulli" and grey)
        if name in marks:
            assert marks[name] == (run.results["rate"], run.results["distortion"])


def test_compare_computes_the_tab_that_is_shown_and_its_link_opens_it_again() -> None:
    at = healthy(opened("compare"), "compare")
    assert len(at.dataframe) == 1 and not charts(at)
    assert "tab" not in at.query_params
    for tab, count in (("curves", 1), ("plane", 1), ("gap", 1), ("sweep", 3), ("stability", 2)):
        at.segmented_control(key="tab.en").set_value(tab).run()
        assert len(charts(healthy(at, "compare"))) == count and not at.dataframe
        assert at.query_params["tab"] == tab
    # A setting of a tab stands for the tab, as in links that are older than the tabs.
    at.segmented_control(key="tab.en").set_value("curves").run()
    at.multiselect(key="curves").set_value(["ae-20"]).run()
    assert at.query_params["curves"] == "ae-20" and "tab" not in at.query_params
    at.segmented_control(key="tab.en").set_value("board").run()
    assert at.query_params["curves"] == "ae-20" and at.query_params["tab"] == "board"
    again = healthy(opened("compare", curves="ae-20", tab="board"), "compare")
    assert len(again.dataframe) == 1
    again.segmented_control(key="tab.en").set_value("curves").run()
    assert again.multiselect(key="curves").value == ["ae-20"]


def told_by_number(at: AppTest, language: str, axis: str) -> dict[str, float]:
    """The numbers of Compare's sentence about an axis of the sweep, by their place in it."""
    sentence = re.escape(catalogue(language)[f"compare.sweep.{axis}.seen"])
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>\\d+(?:[.,]\\d+)?)", sentence)
    (found,) = filter(None, (re.fullmatch(pattern, m.value) for m in at.markdown))
    return {name: float(number.replace(",", ".")) for name, number in found.groupdict().items()}


@pytest.mark.some(1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_compare_draws_the_sweep_and_says_what_it_shows(language: str) -> None:
    at = healthy(opened("compare", lang=language, tab="sweep"), "compare", language)
    shipped = table.load(table.shipped())
    names = [catalogue(language)[f"compare.column.{name}"] for name in NATS]
    for axis, fixed, drawn in zip(("latent", "beta"), (1, 20), charts(at)[:2], strict=True):
        values, numbers = shipped.along(axis, fixed)
        traces = {trace["name"]: trace for trace in drawn["data"]}
        means = {name: np.nanmean(found, axis=1) for name, found in numbers.items()}
        for name, shown in zip(NATS, names, strict=True):
            np.testing.assert_allclose(decoded_array(traces[shown]["x"]), values)
            np.testing.assert_allclose(decoded_array(traces[shown]["y"]), means[name])
        active = traces[catalogue(language)["compare.column.active_units"]]
        np.testing.assert_allclose(decoded_array(active["y"]), means["active_units"])
        told = told_by_number(at, language, axis)
        best = means["neg_elbo"].argmin()
        ends = {f"{name}_first": means[name][0] for name in means}
        ends |= {f"{name}_last": means[name][-1] for name in means}
        ends |= {"nats": means["neg_elbo"][best], "active": means["active_units"][best]}
        exact = {"fixed": fixed, "first": values[0], "last": values[-1], "best": values[best]}
        assert told == pytest.approx({n: (exact | ends)[n] for n in told}, abs=0.051)
    assert [code.value for code in at.code[:1]] == ["\n".join(shipped.commands)]


@pytest.mark.some(1)
@pytest.mark.parametrize("language", LANGUAGES)
def test_compare_draws_learning_rates_and_says_how_steady_each_family_is(language: str) -> None:
    at = healthy(opened("compare", lang=language, tab="sweep"), "compare", language)
    found, texts = table.load(table.shipped(LEARNING_RATES)), catalogue(language)
    traces = charts(at)[2]["data"]
    crosses = [trace for trace in traces if texts["compare.sweep.lr.diverged"] in trace["name"]]
    said = " ".join(markdown.value for markdown in at.markdown)
    each = {model: sensitivity_of(found, model) for model in ("ae", "vae")}
    for model, family in each.items():
        name = texts[f"model.{model}.short"]
        line, times = (t for t in traces if t["name"] == name)
        rates, means = decoded_array(line["x"]), decoded_array(line["y"])
        np.testing.assert_allclose(rates, family.rates)
        known = ~np.isnan(family.losses).all(1)
        np.testing.assert_allclose(means[known], np.nanmean(family.losses[known], axis=1))
        np.testing.assert_allclose(decoded_array(times["y"])[known].min(), 1)
        (cross,) = (trace for trace in crosses if trace["name"].startswith(f"{name}:"))
        np.testing.assert_allclose(decoded_array(cross["x"]), rates[family.diverged.any(1)])
        assert f"{family.diverged.sum()}" in said
    rates = {a: loses_less(each[a], each[b]) for a, b in (("vae", "ae"), ("ae", "vae"))}
    assert all(rates.values())
    lists = {name: "; ".join(f"{rate:.10g}" for rate in listed) for name, listed in rates.items()}
    if language == "tr":
        lists = {name: text.replace(".", ",") for name, text in lists.items()}
    assert texts["compare.sweep.lr.mixed"].format(**lists) in said
    assert "\n".join(found.commands) in [code.value for code in at.code]


def test_compare_lays_three_trainings_over_each_other_by_pick_and_by_link() -> None:
    """Beside each family stands how far its trainings agree; its link opens it again."""
    at = healthy(opened("compare", stability_latent="20"), "compare")
    found = shipped_stability("vae", 20)
    mean = f"**{np.mean(found.agreements):.2f}**"
    assert any(mean in markdown.value for markdown in at.markdown)

    def spaces(at: AppTest) -> list[np.ndarray]:
        traces = [trace for trace in charts(at)[1]["data"] if trace["mode"] == "markers"]
        drawn = [trace for trace in traces if len(trace["x"]) > 1]
        return [np.stack([decoded_array(t[a]) for a in "xy"], 1) for t in drawn]

    flat = project(found.aligned[0])
    for shown, laid in zip(spaces(at), found.aligned, strict=True):
        np.testing.assert_allclose(shown, flat(laid[::3]), atol=1e-5)
    at.segmented_control(key="stability_place.en").set_value("trained").run()
    for shown, codes in zip(spaces(healthy(at, "compare")), found.codes, strict=True):
        np.testing.assert_allclose(shown, flat(codes[::3]), atol=1e-5)
    assert at.query_params["stability_place"] == "trained"
    linked = {name: at.query_params[name] for name in ("stability_latent", "stability_place")}
    again = healthy(opened("compare", lang="tr", **linked), "compare", "tr")
    np.testing.assert_array_equal(spaces(again), spaces(at))


def test_compare_shows_the_gap_between_test_and_training_digits() -> None:
    at = healthy(opened("compare", tab="gap"), "compare")
    found = generalisation.load(generalisation.shipped(), runs.available())
    (bars,) = charts(at)[0]["data"]
    assert [name.split(",")[0] for name in bars["y"]] == sorted(found, key=lambda n: found[n].gap)
    np.testing.assert_allclose(bars["x"], sorted(each.gap for each in found.values()))
    vae = found["vae-20"]
    row = f"| vae-20 | {vae.train:.1f} | {vae.test:.1f} | {vae.gap:.1f} ± {vae.error:.1f} |"
    assert any(row in markdown.value for markdown in at.markdown)


def test_compare_s_sweep_by_pick_and_by_link() -> None:
    at = healthy(opened("compare", sweep_beta="4", sweep_latent="-1"), "compare")
    assert told_by_number(at, "en", "latent")["fixed"] == 4
    assert told_by_number(at, "en", "beta")["fixed"] == 20
    at.segmented_control(key="sweep_latent.en").set_value("5").run()
    healthy(at, "compare")
    assert told_by_number(at, "en", "beta")["fixed"] == 5
    asked = {name: at.query_params[name] for name in ("sweep_latent", "sweep_beta")}
    assert asked == {"sweep_latent": "5", "sweep_beta": "4"}


def test_a_sweep_of_one_s_own_is_drawn_in_place_of_the_shipped_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs.library, "SAVED", tmp_path)
    shipped = table.load(table.shipped())
    few = [row for row in shipped.rows if (row["latent"], row["beta"]) in ((2, 0.5), (5, 0.5))]
    table.save(replace(shipped, rows=tuple(few)), table.saved())
    at = healthy(opened("compare", tab="sweep"), "compare")
    latent, beta = (told_by_number(at, "en", axis) for axis in ("latent", "beta"))
    assert [latent[name] for name in ("fixed", "first", "last")] == [0.5, 2, 5]
    assert [beta[name] for name in ("fixed", "first", "last")] == [2, 0.5, 0.5]
    table.saved().write_text("{}")
    table.saved(LEARNING_RATES).write_text("{}")
    at = healthy(opened("compare", tab="sweep"), "compare")
    told = [info.value for info in at.info]
    assert {catalogue("en")[f"compare.sweep.{name}"] for name in ("none", "lr.none")} <= {*told}
    assert not charts(at)


# ---- what the app is made of is missing


@pytest.fixture
def no_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """There are no runs but those a test puts into this folder."""
    monkeypatch.setattr(runs.library, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(runs.library, "SAVED", tmp_path / "saved")
    runs.library.SHIPPED.mkdir()
    st.cache_resource.clear()
    clear_shared()
    shipped_model.cache_clear()
    yield runs.library.SHIPPED
    shipped_model.cache_clear()
    st.cache_resource.clear()
    clear_shared()


@pytest.fixture
def no_digits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """There are no digits but what a test puts into this folder."""
    caches = (mnist.train_digits, mnist.test_digits, mnist.probe, mnist.probe_indices)
    for cached in (*caches, mnist.strip_positions, mnist.shown_probe):
        monkeypatch.setattr(mnist, cached.__name__, functools.cache(cached.__wrapped__))
    contact_sheet.probe_sheet.cache_clear()
    monkeypatch.setattr(mnist, "FOLDER", tmp_path)
    st.cache_resource.clear()
    clear_shared()
    yield tmp_path
    warm_up().join()  # else it would go on with the folder and caches of the next test
    st.cache_resource.clear()
    clear_shared()


def says_what_is_wrong(at: AppTest, name: str, language: str) -> None:
    words = catalogue(language)
    assert not at.exception
    assert at.title[0].value == words[f"{name}.title"]
    assert len(at.error) == 1
    missing = re.escape(words["error.missing"]).replace(r"\{number\}", NUMBER)
    assert re.fullmatch(f"{missing}|{re.escape(words['error.no_runs'])}", at.error[0].value)


def whole_or_says_what_is_wrong(name: str, language: str) -> None:
    """Opens a page: it says what is wrong, or needs no run and is there up to its last line."""
    at = opened(name, lang=language)
    if at.error:
        says_what_is_wrong(at, name, language)
    else:
        healthy(at, name, language)
        assert [e.label for e in at.expander][-1] == catalogue(language)["frame.behind"]


@pytest.mark.some(3)
@pytest.mark.parametrize("language", ["en", pytest.param("tr", marks=pytest.mark.long)])
@pytest.mark.parametrize("name", PAGES)
def test_without_any_run_there_is_a_sentence(no_runs: Path, name: str, language: str) -> None:
    whole_or_says_what_is_wrong(name, language)


@pytest.mark.some(3)
@pytest.mark.parametrize("name", PAGES)
def test_with_damaged_runs_only_there_is_a_sentence(no_runs: Path, name: str) -> None:
    raw = (ROOT / "checkpoints" / "vae-2.safetensors").read_bytes()
    (no_runs / "vae-2.safetensors").write_bytes(raw[:5000])
    (no_runs / "vae-20.safetensors").write_bytes(b"")
    whole_or_says_what_is_wrong(name, "en")


@pytest.mark.some(2)
@pytest.mark.parametrize("name", ["draw", "epochs", "compare", "denoise"])  # those that show it
def test_one_damaged_run_does_not_spoil_the_others(no_runs: Path, name: str) -> None:
    for path in (ROOT / "checkpoints").glob("*.safetensors"):
        shutil.copy(path, no_runs)
    raw = (no_runs / "dae-500.safetensors").read_bytes()
    (no_runs / "dae-500.safetensors").write_bytes(raw[: len(raw) // 2])
    at = healthy(opened(name), name)
    if name in ("explore", "epochs"):
        assert "dae-500" not in at.selectbox(key="run").options


@pytest.mark.some(3)
@pytest.mark.parametrize("damage", ["missing", pytest.param("cut short", marks=pytest.mark.long)])
@pytest.mark.parametrize("name", [name for name in PAGES if name not in WITHOUT_DIGITS])
def test_without_the_digits_there_is_a_sentence(no_digits: Path, name: str, damage: str) -> None:
    if damage == "cut short":
        for path in (ROOT / "data").glob("*.xz"):
            (no_digits / path.name).write_bytes(path.read_bytes()[:10_000])
    says_what_is_wrong(opened(name), name, "en")


def test_a_page_that_fails_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the server")

    monkeypatch.setattr("vae_demo.ui.parts.draw.part.draw_data", fail)
    at = opened("draw", "tr-TR")
    assert not at.exception
    (said,) = at.error
    (number,) = re.findall(NUMBER, said.value)
    assert said.value == catalogue("tr")["error.page"].format(number=number)
    assert f"a secret of the server (number {number})" in caplog.text
    assert "Traceback" in caplog.text


@pytest.mark.some(1)
@pytest.mark.parametrize(
    "name, key", [("explore", "hot"), ("generate", "plain"), ("epochs", "ae-30")]
)
def test_a_button_pressed_before_the_page_is_whole_is_heard(
    name: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(run_choice, "choose_run", lambda *args, **more: st.stop())
        at = opened(name)
    at = healthy(at.button(f"{name}_try_{key}").click().run(), name)
    wanted = {"hot": "vae-20", "plain": "ae-20"}.get(key, key)
    assert at.selectbox("run").value == wanted
    assert wanted in at.query_params.get("run", ["vae-20"])  # its first is not in the address
