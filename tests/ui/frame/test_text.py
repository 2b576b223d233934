"""The texts of both languages: complete, alike, all used, in plain words; and written numbers."""

from __future__ import annotations

import ast
import importlib
import itertools
import re
import string
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import get_args

import pytest

from vae_demo import datasets
from vae_demo.classroom import TASKS as CLASS_TASKS
from vae_demo.classroom.refusal import REFUSALS
from vae_demo.classroom.tasks import VERDICTS
from vae_demo.digits import REMARKS, SENTENCES, STAGES
from vae_demo.digits.attributes import UNITS
from vae_demo.digits.damages import DAMAGES
from vae_demo.digits.transforms import HANDLES
from vae_demo.distributions import PLACES
from vae_demo.evaluation.failures import Failure
from vae_demo.evaluation.kernels import RUNS, SIDES
from vae_demo.evaluation.scoreboard import COLUMNS
from vae_demo.models import MODELS, reductions
from vae_demo.repair import CLASSICAL, LEARNED, SCORE_NAMES
from vae_demo.repair.compress import rates
from vae_demo.repair.holes import HOLES
from vae_demo.sweeps.table import LATENTS_AND_BETAS
from vae_demo.training.collapse import CAUSES
from vae_demo.training.config import PIXEL_KINDS, PRECISIONS
from vae_demo.training.one_step import FAULTS
from vae_demo.training.schedules import SCHEDULES
from vae_demo.ui.frame import catalogue as texts
from vae_demo.ui.frame import language
from vae_demo.ui.frame.catalogue import LANGUAGES, catalogue, choose_language
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.menu import PAGES
from vae_demo.ui.frame.page import translated
from vae_demo.ui.lessons.lesson import Fault
from vae_demo.ui.lessons.shipped import SHIPPED
from vae_demo.ui.parts.anomaly import part as anomaly_part
from vae_demo.ui.parts.around import part as around_part
from vae_demo.ui.parts.bubbles import part as bubbles_part
from vae_demo.ui.parts.collapse.part import CURES
from vae_demo.ui.parts.compress import bits_back
from vae_demo.ui.parts.compress import part as compress_part
from vae_demo.ui.parts.features import data as features_data
from vae_demo.ui.parts.generate.part import PRIORS
from vae_demo.ui.parts.inpaint.state import PAINTED
from vae_demo.ui.parts.manifold import part as manifold_part
from vae_demo.ui.parts.model_info.layers import PARTS
from vae_demo.ui.parts.model_info.part import REASONS
from vae_demo.ui.parts.repairs.measured import measured
from vae_demo.ui.parts.results.part import TABS
from vae_demo.ui.parts.slow_motion.part import STAGES as STAGES_OF_A_STEP
from vae_demo.ui.parts.stability.part import SHOWN
from vae_demo.ui.parts.train.form import SWITCHES, TYPED
from vae_demo.ui.parts.transform import part as transform_part
from vae_demo.ui.parts.words.data import TAG_NAMES
from vae_demo.ui.parts.words.part import EXAMPLES as WORDS_EXAMPLES
from vae_demo.ui.server.training_states import JobState

ROOT = Path(__file__).resolve().parents[3]
EN, TR = catalogue("en"), catalogue("tr")

POSTERIOR_QUESTIONS = ("gap", "amortised", "more")
BUBBLES_QUESTIONS = ("spread", "trick", "logvar", "zero", "rises")
MANIFOLD_QUESTIONS = ("why", "noise", "contractive")
GENERATE_NUMBERS = ("recognised", "agreed", "kinds")
GENERATE_QUESTIONS = ("prior_draw", "bad_samples", "smooth")


def shown_by(part: str, kind: str = "", file: str = "part") -> set[str]:
    """The names of the texts that a part lists: its constants TEXTS, PAD_TEXTS and the like."""
    module = vars(importlib.import_module(f"vae_demo.ui.parts.{part}.{file}"))
    lists = [name for name in module if name.endswith("TEXTS")]
    return {text for name in lists if ("PAD" in name) == (kind == "pad") for text in module[name]}


METHODS = [(task, name) for task in LEARNED for name in LEARNED[task] + CLASSICAL[task]]
CASES = [(row["task"], row["case"].replace(" ", "-")) for row in measured()["rows"]]
QUESTIONS = [name for name in PAGES if name != "home"]

# Keys that the code puts together while it runs: pattern -> what may stand in its place.
FAMILIES: dict[str, Iterable[str | tuple[str, str]]] = {
    "{}.menu": PAGES,
    "{}.title": PAGES,
    "{}.answer": PAGES,
    "{}.behind": QUESTIONS,
    "{}.try.{}": [key for key in EN if key.split(".")[1] == "try"],  # tests/ui/test_pages.py
    "menu.{}": {section for section, _ in PAGES.values() if section},
    "home.card.{}": QUESTIONS,
    "count.{}": [
        f"{noun}.{form}" for noun in ("epochs", "digits", "steps") for form in ("one", "other")
    ],
    "epochs.part.{}": shown_by("epochs"),
    "copy_link.{}": shown_by("copy_link"),
    "explore.part.{}": shown_by("explore"),
    "draw.pad.{}": shown_by("draw", "pad"),
    "draw.part.{}": shown_by("draw"),
    "streamlit.{}": shown_by("shell"),
    "chart.{}": shown_by("chart"),
    "crop.{}": shown_by("crop"),
    "remark.{}": REMARKS,
    "formula.{}": (
        *("encoder", "decoder", "noise", "distortion", "rate", "score"),
        *("pixels", "code", "borrowed"),
    ),
    "site.{}": ("unserved", "incomplete", "noscript"),
    "stage.{}": STAGES,
    "stage.{}.about": STAGES,
    "model.{}": MODELS,
    "model.{}.short": MODELS,
    "model.{}.about": MODELS,
    "likelihood.{}": {name for family in MODELS.values() for name in family.likelihoods},
    "train.schedule.{}": SCHEDULES,
    "train.precision.{}": PRECISIONS,
    "layers.{}": PARTS,
    "transform.part.{}": transform_part.TEXTS,
    "transform.handle.{}": HANDLES,
    "transform.says.{}": HANDLES,
    "transform.way.{}": transform_part.WAYS,
    "transform.attribute.{}": UNITS,
    "transform.{}": ("wins", "loses"),
    "transform.{}.answer": ("wins", "loses"),
    "about.absent.{}": REASONS,
    "noise.{}": ("none", *DAMAGES),
    "denoise.part.{}": shown_by("denoise", file="data"),
    "inpaint.part.{}": shown_by("inpaint", file="data"),
    "inpaint.hole.{}": (PAINTED, *HOLES),
    "inpaint.method.{}": LEARNED["inpaint"],
    "repairs.part.{}": shown_by("repairs", file="data"),
    "upscale.bias.{}": ("truth", "dense"),
    "upscale.method.{}": LEARNED["upscale"],
    "{}.method.{}": METHODS,
    "{}.method.{}.about": METHODS,
    "{}.case.{}": CASES,
    "repairs.{}": ("learned", "classical"),
    "draw.source.{}": ("pad", "upload", "test", "strange"),
    "generate.{}": (*GENERATE_NUMBERS, *GENERATE_QUESTIONS),
    "generate.from.{}": (*PLACES[1:], *PRIORS[1:]),
    "generate.about.{}": (*PLACES, *PRIORS),
    "generate.measured.{}": ("distance", "recognised", "real", "prior"),
    "wall.{}": shown_by("wall"),
    "words.{}": shown_by("words", file="data"),
    "words.is.{}": TAG_NAMES.values(),
    "words.unit.{}": UNITS.values(),
    "words.try.{}": WORDS_EXAMPLES,
    "generate.{}.answer": GENERATE_QUESTIONS,
    "generate.{}.help": GENERATE_NUMBERS,
    "generate.arrangement.{}": ("fresh", "bottom", "top"),
    "morph.{}": ("from", "to", "vae", "ae", "gif", "png"),
    "morph.part.{}": shown_by("morph"),
    "morph.path.{}": ("pixel", "vae_linear", "vae_spherical", "ae_linear"),
    "home.part.{}": shown_by("home"),
    "compare.part.{}": shown_by("comparison"),
    "compare.tab.{}": TABS,
    "compare.pixels.{}": PIXEL_KINDS,
    "compare.column.{}": [column.key for column in COLUMNS],
    "compare.help.{}": [column.key for column in COLUMNS],
    "compare.sweep.{}.seen": LATENTS_AND_BETAS.axes,
    "compare.sweep.{}.title": LATENTS_AND_BETAS.axes,
    "compare.gap.{}": ("run", "train", "test", "gap"),
    "compare.stability.{}": SHOWN,
    "compare.sweep.lr.{}": ("holds", "fails", "mixed"),
    "train.{}": {*LATENTS_AND_BETAS.axes, *TYPED, *SWITCHES},
    "train.{}.help": SWITCHES,
    "train.failure.{}": Failure,
    "compare.report.{}": ("model", "loss", "error", "vae", "ae"),
    "train.job.{}": (*JobState, "starting", "measuring"),
    "train.curve.{}": ("distortion", "rate", "train", "test", "epoch"),
    "anomaly.set.{}": anomaly_part.SETS,
    "anomaly.part.{}": shown_by("anomaly"),
    "anomaly.score.{}": SCORE_NAMES,
    "anomaly.score.{}.about": SCORE_NAMES,
    "anomaly.chart.{}": anomaly_part.WORDS,
    "anomaly.column.{}": anomaly_part.COLUMNS,
    "anomaly.verdict.{}": ("digit", "strange"),
    "anomaly.several.{}": ("digit", "strange"),
    "anomaly.place.{}": [str(place) for place in range(9)],
    "anomaly.method.{}": anomaly_part.METHODS,
    "compress.method.{}": rates.METHODS,
    "compress.counted.{}": FIELDS["compress"]["counted"].options,
    "compress.chart.{}": compress_part.WORDS,
    "compress.stack.{}": bits_back.WORDS,
    "compress.column.{}": bits_back.COLUMNS,
    "compress.measured.{}": (
        *("method", "file", "each", "together"),
        *("bits", "psnr", "right"),
    ),
    "bubbles.part.{}": shown_by("bubbles"),
    "bubbles.number.{}": bubbles_part.NUMBERS,
    "bubbles.{}": BUBBLES_QUESTIONS,
    "bubbles.{}.answer": BUBBLES_QUESTIONS,
    "posterior.{}": POSTERIOR_QUESTIONS,
    "posterior.{}.answer": POSTERIOR_QUESTIONS,
    "posterior.part.{}": shown_by("posterior", file="data"),
    "compress.error.{}": ("foreign", "cut", "altered", "version", "model", "content"),
    "lesson.part.{}": shown_by("lesson"),
    "lesson_maker.{}": shown_by("lesson_maker"),
    "lesson_maker.error.{}": ("long", "characters", "content"),
    "lessons.part.{}": shown_by("lessons"),
    "lessons.about.{}": SHIPPED,
    "lesson.error.{}": get_args(Fault),
    "loss.{}": ("pixels", "latents", "factor", "batch"),
    "loss.{}.{}": list(itertools.product(("pixels", "latents"), reductions.REDUCTIONS)),
    "loss.error.{}": reductions.ERRORS,
    "loss.half.{}": FIELDS["loss"]["half"].options,
    "loss.coefficient.{}": reductions.COEFFICIENTS,
    "loss.verdict.{}": ("above", "below"),
    "loss.step.{}.{}": [("distortion", each) for each in ("pixels", "batch", "half")]
    + [("rate", each) for each in ("latents", "batch", "coefficient", "beta")],
    "loss.chart.{}": ("latent", "rate"),
    "loss.part.{}": shown_by("loss"),
    "around.part.{}": shown_by("around"),
    "around.{}": around_part.QUESTIONS,
    "around.{}.answer": around_part.QUESTIONS,
    "kernels.part.{}": shown_by("kernels"),
    "kernels.{}.{}": [*(("kind", name) for name in RUNS), *(("side", name) for name in SIDES)],
    "slow_motion.{}": shown_by("slow_motion"),
    "slow_motion.fault.{}": FAULTS,
    "slow_motion.stage.{}": STAGES_OF_A_STEP,
    "slow_motion.stage.{}.about": STAGES_OF_A_STEP,
    "collapse.part.{}": shown_by("collapse"),
    "collapse.cause.{}": CAUSES,
    "collapse.cause.{}.about": CAUSES,
    "collapse.cure.{}": CURES,
    "collapse.cure.{}.about": CURES,
    "collapse.{}": ("falls", "rises", "right"),
    "collapse.{}.answer": ("falls", "rises", "right"),
    "collapse.live.{}": ("ill", "cured", "latent", "rate"),
    "manifold.part.{}": shown_by("manifold"),
    "manifold.distance.{}": manifold_part.DISTANCES,
    "manifold.choice.{}.{}": [
        (choice, name) for choice, names in manifold_part.CHOICES.items() for name in names
    ],
    "straightened.part.{}": shown_by("straightened"),
    "straightened.space.{}": FIELDS["manifold"]["space"].options,
    "features.part.{}": shown_by("features"),
    "features.chart.{}": ("labels", "accuracy"),
    "features.more.{}": features_data.measured()["more_data"],
    "manifold.{}": MANIFOLD_QUESTIONS,
    "manifold.{}.answer": MANIFOLD_QUESTIONS,
    "class.part.{}": shown_by("classroom"),
    "class.task.{}": CLASS_TASKS,
    "class.task.{}.rule": CLASS_TASKS,
    "class.score.{}": CLASS_TASKS,
    "class.said.{}": VERDICTS,
    "class.refused.{}": REFUSALS,
    "error.{}": ("page", "missing"),
    "error.drawing.{}": SENTENCES,
    "error.data.{}": datasets.SENTENCES,
    "data.name.{}": (*datasets.KNOWN, "drawings"),
    "data.fit.{}": datasets.FITS,
    "data.label.{}": datasets.LABEL_PLACES,
    "data.note.{}": datasets.NOTES,
    "error.run.{}": ("unknown", "name", "taken", "unreadable", "disk", "pictures"),
}

OTHER_DATA = ("pictures", "unlabelled")  # what `text_of` adds to a key of other data than digits
ELSEWHERE = {"count.{}", "site.{}"}  # of these, the patterns that no call of t has
# Texts that are the same in both languages.
SAME = {
    *("features.part.tsne", "features.part.umap"),
    *("likelihood.bernoulli", "model.vae.short", "model.vqvae", "model.vqvae.short"),
    *("denoise.method.pca", "denoise.method.dae-500", "denoise.method.ae-20", "repairs.decibels"),
    *("inpaint.method.telea", "inpaint.method.navier-stokes"),
    *("morph.vae", "morph.part.norm", "train.model", "anomaly.score.neg-elbo"),
    *("anomaly.method.pca", "anomaly.score.pca"),
    *(f"compress.method.{name}" for name in ("png", "gzip", "bz2", "xz", "zstd", "jpeg")),
    *(f"compress.method.{name}" for name in ("pca-20", "ae-20", "vae-20", "vqvae-16")),
    *("loss.coefficient.-1", "around.part.mean"),
    *("slow_motion.z", "slow_motion.noise", "slow_motion.sigma"),
    "class.score.beta",
    *("words.is.unknown", "words.unit.degrees", "words.unit.pixels"),
    *("compress.method.webp-lossy", "compress.measured.psnr", "compress.model", "manifold.menu"),
}
# Words that no textbook uses in this sense, and a term that would differ from docs/terms.md.
PRIVATE = {
    "en": r"studio|bundle|courier|lineup|befall|blew up|sane|breathe|hang together|in your hand|"
    r"made up|drawn again|words?\b|no dense|too hot|compares? (with|across)|"
    r"\b(ill|cured?|dear|passed over)\b",
    "tr": r"nefes|biçem|bükülme|uydur|fazla sıcak|\boran[ıaı]?\b(?<!öğrenme oranı)|sözcük|elinizle|"
    r"düz otokodlayıcı|kodçözücü|yeniden çizil|bozulma|hasta\b|tedavi|işlev|medyan",
}
# Terms of docs/terms.md: what an English text contains -> what its Turkish text contains.
TERMS = {
    **{"plain autoencoder": "klasik otokodlayıcı", "autoencoder": "otokodlayıcı"},
    **{r"\bencoder": "kodlayıcı", "decoder": "kod çözücü", "codebook": "kod kitab"},
    **{r"\blatents?\b": r"saklı|z\{", "latent size": "saklı boyut", "latent space": "saklı uzay"},
    **{"distortion": "yeniden oluşturma kaybı", r"(?<!learning )\brate\b": "kod maliyeti|KL"},
    **{"likelihood": "olabilirli", r"\bprior": "önsel dağılım", "posterior": "sonsal dağılım"},
    **{r"\bnoise": "gürültü", "denois": "gürültü|arıt", "cluster": "öbek"},
    **{"temperature": "sıcaklı", "asleep": "uyu"},
    **{"epoch": "epok", "batch": "yığın", "learning rate": "öğrenme oran", r"\bseed": "tohum"},
    **{"projection|projected": "izdüşüm", "principal component": "temel bileşen"},
    **{"training digit": "eğitim rakam", "test digit": "test rakam", "classifier": "sınıfl"},
}


def fields(sentence: str) -> set[str]:
    """The {placeholders} of a text."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def keys_in_code() -> Iterator[tuple[str, str]]:
    """(function, key) of each call of `t` and its like; {} in the key for a computed part."""
    sources = [*(ROOT / "pages").rglob("*.py"), *(ROOT / "vae_demo" / "ui").rglob("*.py")]
    for path in sources:
        if path.name in ("catalogue.py", "language.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            if node.func.id not in ("t", "t_of", "text", "text_of", "t_or_name", "text_or_name"):
                continue
            match node.args[0]:
                case ast.Constant(value=str(key)):
                    yield node.func.id, key
                case ast.JoinedStr(values=parts):
                    pieces = [p.value if isinstance(p, ast.Constant) else "{}" for p in parts]
                    yield node.func.id, "".join(map(str, pieces))
                case _:
                    pytest.fail(f"{path.name}: {ast.unparse(node)} has no key to look up")


def expanded(patterns: Iterable[str]) -> set[str]:
    """All keys that these patterns of `FAMILIES` make."""
    return {
        name
        if pattern == "{}.try.{}"
        else pattern.format(*(name if isinstance(name, tuple) else (name,)))
        for pattern in patterns
        for name in FAMILIES[pattern]
    }


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    assert list(EN) == list(TR)
    for key, sentence in EN.items():
        assert fields(sentence) == fields(TR[key]), key
        assert all(name.isidentifier() for name in fields(sentence)), key
    assert {key for key in EN if EN[key] == TR[key]} == SAME  # nothing is left untranslated


@pytest.mark.parametrize("code", LANGUAGES)
def test_texts_are_tidy_and_in_plain_words(code: str) -> None:
    for key, sentence in catalogue(code).items():
        assert sentence.strip() == sentence != "", key
        assert "  " not in sentence, key
        prose = re.sub(r"\{\w+\}", "", sentence)
        if key.startswith(("words.", "home.card.words")):  # there, words are what a visitor says
            prose = re.sub(r"(?i)\bwords?\b", "", prose)
        assert not (found := re.search(PRIVATE[code], prose, re.IGNORECASE)), (key, found)


def test_a_term_is_translated_by_one_term() -> None:
    for key, sentence in EN.items():
        prose = re.sub(r"\{\w+\}", "", sentence)
        for english, turkish in TERMS.items():
            if re.search(english, prose, re.IGNORECASE):
                assert re.search(turkish, TR[key], re.IGNORECASE), (key, english)


def test_every_key_is_used_and_every_used_key_exists() -> None:
    calls = list(keys_in_code())
    literal = {key for _, key in calls if "{}" not in key}
    patterns = {key for _, key in calls} - literal
    needed = {key for function, key in calls if not function.endswith("or_name")} - literal
    assert patterns == set(FAMILIES) - ELSEWHERE
    used = literal | expanded(FAMILIES)
    about = [key for function, key in calls if function in ("t_of", "text_of")]
    digits = {key for key in about if "{}" not in key} | expanded(set(about) & set(FAMILIES))
    assert set(EN) <= used | {f"{key}.{kind}" for key in digits for kind in OTHER_DATA}
    assert literal | expanded(needed | ELSEWHERE) <= set(EN)  # a new model needs no text


def test_a_key_that_stands_twice_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(texts, "UI", tmp_path)
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "en.json").write_text('{"a": "A", "b": "B"}')
    assert texts.catalogue.__wrapped__("en") == {"a": "A", "b": "B"}
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "en.json").write_text('{"b": "B again"}')
    with pytest.raises(ValueError, match=r"two.en\.json: the key 'b' is defined twice"):
        texts.catalogue.__wrapped__("en")


def test_the_error_codes_are_those_the_code_raises() -> None:
    files = [*(ROOT / "vae_demo" / "runs").rglob("*.py"), *(ROOT / "vae_demo" / "ui").rglob("*.py")]
    raised = {
        code for path in files for code in re.findall(r'RunError\(\s*"(\w+)"', path.read_text())
    }
    assert raised == set(FAMILIES["error.run.{}"])


@pytest.mark.parametrize(
    ("asked", "accepted", "chosen"),
    [
        ("tr", "en-GB", "tr"),
        ("en", "tr", "en"),
        ("xx", "tr-TR,tr;q=0.9,en;q=0.8", "tr"),
        (None, "TR-cy", "tr"),
        (None, "tr;q=0.9", "tr"),
        (None, "de-DE", "en"),
        (None, "trv-TW", "en"),
        ("", "", "en"),
        (None, None, "en"),
    ],
)
def test_choice_of_language(asked: str | None, accepted: str | None, chosen: str) -> None:
    assert choose_language(asked, accepted) == chosen


# Numbers with decimals, short numbers, counts, durations in seconds.
WRITTEN = {
    "en": (
        ["0.0", "12.3", "12,345.68", "1,234,568", "-0.50"],
        ["0", "120", "0.25", "7.823", "1,000"],
        ["0 epochs", "0.5 epochs", "1 epoch", "20 epochs", "1,000 epochs"],
        ["1 sec", "45 sec", "90 sec", "29 min", "3 hr"],
    ),
    "tr": (
        ["0,0", "12,3", "12.345,68", "1.234.568", "-0,50"],
        ["0", "120", "0,25", "7,823", "1.000"],
        ["0 epok", "0,5 epok", "1 epok", "20 epok", "1.000 epok"],
        ["1 sn.", "45 sn.", "90 sn.", "29 dk.", "3 sa."],
    ),
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_texts_numbers_counts_and_durations(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(language, "language", lambda: code)
    numbers, short, counts, durations = WRITTEN[code]
    wanted = ((0, 1), (12.34, 1), (12345.678, 2), (1234567.9, 0), (-0.5, 2))
    assert [language.n(*each) for each in wanted] == numbers
    assert [language.short(each) for each in (0, 120, 0.25, 7.8234, 1000)] == short
    assert [language.count("epochs", each) for each in (0, 0.5, 1, 20, 1000)] == counts
    assert [language.duration(each) for each in (0.2, 45, 90, 1752, 10_400)] == durations
    assert language.t("epochs.part.epoch", at=3) == {"en": "Epoch 3", "tr": "Epok 3"}[code]
    assert language.t_or_name("model.ae", "ae") == catalogue(code)["model.ae"]
    assert language.t_or_name("model.new", "new") == "new"
    decoder = {"en": "decoder", "tr": "kod çözücü"}[code]
    assert (
        translated(r"\mathrm{KL}, \mathrm{decoder}(z)") == rf"\mathrm{{KL}}, \text{{{decoder}}}(z)"
    )
    for key in ("no.such.key", "epochs.part.epoch"):  # the second without its value
        with pytest.raises(KeyError):
            language.t(key)
