"""The two catalogues of strings: complete, alike, used; numbers as each language writes them."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from vae_demo.digits import SENTENCES, STAGES
from vae_demo.digits.damages import CORRUPTIONS
from vae_demo.evaluation.scoreboard import COLUMNS
from vae_demo.models import MODELS
from vae_demo.sweeps.table import AXES
from vae_demo.training.config import PIXELS, PRECISIONS, SCHEDULES
from vae_demo.ui.frame import language
from vae_demo.ui.frame.language import LANGUAGES, catalogue, first_guess, n, t
from vae_demo.ui.frame.page import PAGES
from vae_demo.ui.parts.comparison.part import LINEUP_TEXTS
from vae_demo.ui.parts.draw.part import PAD_TEXTS, STUDIO_TEXTS
from vae_demo.ui.parts.explorer.part import EXPLORER_TEXTS
from vae_demo.ui.parts.model_info.layers import PARTS
from vae_demo.ui.parts.model_info.part import REASONS
from vae_demo.ui.parts.morph.part import MORPH_TEXTS
from vae_demo.ui.parts.shell.part import LINK_TEXTS
from vae_demo.ui.parts.timeline.part import CHOICE_TEXTS, TIMELINE_TEXTS
from vae_demo.ui.parts.training.presets import PRESETS
from vae_demo.ui.server.trainings import State

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [*(ROOT / "pages").rglob("*.py"), *(ROOT / "vae_demo" / "ui").rglob("*.py")]
EN, TR = catalogue("en"), catalogue("tr")

# Texts that are the same word in both languages.
SAME = {
    "likelihood.bernoulli",
    "model.vae.short",
    "model.vqvae",
    "model.vqvae.short",
    "morph.vae",
    "train.model",
}

TRIES = {
    "draw": ("dropout", "gaussian", "clean"),
    "explore": ("plane", "hot", "plain"),
    "morph": ("three_eight", "one_seven", "four_nine"),
    "generate": ("typical", "cool", "plain"),
    "train": tuple(PRESETS),
    "epochs": ("vae-2", "vae-20", "ae-30"),
    "compare": ("easy", "four", "seven"),
}
GENERATE_NUMBERS = ("recognised", "kinds", "apart")
QUESTIONS = [name for name in PAGES if name != "home"]

# Keys that the code puts together while it runs: pattern -> what may stand in its place.
FAMILIES: dict[str, Iterable[str]] = {
    "{}.menu": PAGES,
    "{}.title": PAGES,
    "{}.answer": PAGES,
    "{}.behind": QUESTIONS,
    "{}.try.{}": [f"{page}.try.{name}" for page, names in TRIES.items() for name in names],
    "menu.{}": {section for section, _ in PAGES.values() if section},
    "home.door.{}": QUESTIONS,
    "timeline.{}": (*TIMELINE_TEXTS, *CHOICE_TEXTS),
    "link.{}": LINK_TEXTS,
    "explorer.{}": EXPLORER_TEXTS,
    "pad.{}": PAD_TEXTS,
    "studio.{}": STUDIO_TEXTS,
    "stage.{}": STAGES,
    "stage.{}.about": STAGES,
    "model.{}": MODELS,
    "model.{}.short": MODELS,
    "model.{}.about": MODELS,
    "likelihood.{}": {name for family in MODELS.values() for name in family.likelihoods},
    "schedule.{}": SCHEDULES,
    "precision.{}": PRECISIONS,
    "layers.{}": PARTS,
    "about.absent.{}": REASONS,
    "noise.{}": ("none", *CORRUPTIONS),
    "draw.source.{}": ("pad", "upload", "test"),
    "generate.{}": ("prior", "no_prior", "words", *GENERATE_NUMBERS),
    "generate.{}.help": GENERATE_NUMBERS,
    "generate.arrangement.{}": ("fresh", "bottom", "top"),
    "morph.{}": ("from", "to", "vae", "ae", "gif", "png"),
    "morph.part.{}": MORPH_TEXTS,
    "morph.path.{}": ("pixel", "vae_linear", "vae_spherical", "ae_linear"),
    "epochs.{}": ("play", "pause", "loss"),
    "compare.part.{}": LINEUP_TEXTS,
    "compare.pixels.{}": PIXELS,
    "compare.column.{}": [column.key for column in COLUMNS],
    "compare.help.{}": [column.key for column in COLUMNS],
    "compare.sweep.{}.seen": AXES,
    "compare.sweep.{}.title": AXES,
    "train.{}": AXES,
    "compare.report.{}": ("model", "loss", "error", "vae", "ae"),
    "job.{}": (*State, "starting", "measuring"),
    "curve.{}": ("distortion", "rate", "train", "test", "epoch"),
    "error.{}": ("page", "missing"),
    "error.drawing.{}": SENTENCES,
    "error.run.{}": ("unknown", "name", "taken", "unreadable", "disk"),
}


def fields(sentence: str) -> list[str]:
    """The {placeholders} of a text, sorted."""
    return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


def keys_in_code() -> Iterator[tuple[str, str]]:
    """("key" or "pattern", text) of each call t(...) in pages and ui; {} for a computed part."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id != "t" or not node.args:
                continue
            match node.args[0]:
                case ast.Constant(value=str(key)):
                    yield "key", key
                case ast.JoinedStr(values=parts):
                    pieces = [p.value if isinstance(p, ast.Constant) else "{}" for p in parts]
                    yield "pattern", "".join(map(str, pieces))
                case other:
                    pytest.fail(f"{path.name}: t({ast.unparse(other)}) is no text to look up")


def expanded() -> set[str]:
    """All keys that the families make."""
    made = set()
    for pattern, names in FAMILIES.items():
        made |= {name if pattern == "{}.try.{}" else pattern.format(name) for name in names}
    return made


# ---- the catalogues


def test_both_have_the_same_keys() -> None:
    assert list(EN) == list(TR)


@pytest.mark.parametrize("key", EN)
def test_both_have_the_same_placeholders(key: str) -> None:
    assert fields(EN[key]) == fields(TR[key])
    assert all(name.isidentifier() for name in fields(EN[key]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_or_untidy(language: str) -> None:
    for key, sentence in catalogue(language).items():
        assert sentence.strip() == sentence != "", key
        assert "  " not in sentence, key
        assert "TODO" not in sentence, key


def test_nothing_is_left_untranslated() -> None:
    same = {key for key in EN if EN[key] == TR[key]}
    assert same == SAME


def test_the_json_holds_no_key_twice() -> None:
    for code in LANGUAGES:
        raw = (Path(language.__file__).parent / "locales" / f"{code}.json").read_text("utf-8")
        written = re.findall(r'^  "([^"]+)":', raw, re.MULTILINE)
        assert len(written) == len(set(written)) == len(catalogue(language))


# ---- the code that uses them


def test_every_pattern_in_the_code_is_listed_here() -> None:
    assert {found for kind, found in keys_in_code() if kind == "pattern"} == set(FAMILIES)


def test_every_key_of_the_code_exists() -> None:
    literal = {found for kind, found in keys_in_code() if kind == "key"}
    assert not sorted((literal | expanded()) - set(EN))


def test_every_key_is_used() -> None:
    literal = {found for kind, found in keys_in_code() if kind == "key"}
    assert not sorted(set(EN) - literal - expanded())


def test_the_error_codes_are_those_the_code_raises() -> None:
    raised = set()
    for path in (ROOT / "vae_demo" / "runs.py", ROOT / "vae_demo" / "ui" / "visitors.py"):
        raised |= set(re.findall(r'RunError\(\s*"(\w+)"', path.read_text("utf-8")))
    assert raised == set(FAMILIES["error.run.{}"])


# ---- language and numbers


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("tr-TR", "tr"),
        ("tr", "tr"),
        ("TR-cy", "tr"),
        ("en-GB", "en"),
        ("de-DE", "en"),
        ("trv-TW", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_first_guess(locale: str | None, language: str) -> None:
    assert first_guess(locale) == language


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", ["0.0", "12.3", "12\u202f345.68", "1\u202f234\u202f568", "-0.50"]),
        ("tr", ["0,0", "12,3", "12\u202f345,68", "1\u202f234\u202f568", "-0,50"]),
    ],
)
def test_numbers(monkeypatch: pytest.MonkeyPatch, language: str, written: list[str]) -> None:
    monkeypatch.setattr(language, "language", lambda: language)
    assert [n(0), n(12.34), n(12345.678, 2), n(1234567.9, 0), n(-0.5, 2)] == written


def test_short_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "language", lambda: "tr")
    found = [language.short(value) for value in (0, 120, 0.25, 7.8234, 1000)]
    assert found == ["0", "120", "0,25", "7,823", "1\u202f000"]


@pytest.mark.parametrize(("language", "sentence"), [("en", "Epoch 3"), ("tr", "Epok 3")])
def test_a_text_in_each_language(
    monkeypatch: pytest.MonkeyPatch, language: str, sentence: str
) -> None:
    monkeypatch.setattr(language, "language", lambda: language)
    assert t("timeline.epoch", at=3) == sentence
    with pytest.raises(KeyError):
        t("no.such.key")
    with pytest.raises(KeyError):
        t("timeline.epoch")
