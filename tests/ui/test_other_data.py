"""Pages of runs on other data than MNIST do not speak of digits, in both languages."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from tests.support.pages import opened_page, page_file
from tests.support.small import tiny_run
from vae_demo import evaluate, runs, train
from vae_demo.datasets import MNIST, DataSet
from vae_demo.datasets.data_set import split
from vae_demo.digits import mnist
from vae_demo.digits.mnist import Digits
from vae_demo.models import ModelConfig, build, embed_many
from vae_demo.runs import Run
from vae_demo.training.config import TrainConfig
from vae_demo.training.history import History
from vae_demo.ui.frame.data_of_runs import data_key
from vae_demo.ui.frame.language import catalogue, format_number
from vae_demo.ui.parts.codebook.cells import bits_in_use

KINDS = ("cup", "fork", "spoon")
DIGITS = {"en": r"\bdigits?\b", "tr": r"[Rr]akam"}
MAY = ("try", "other_data", "data.name.mnist", "take_home")  # keys of texts about MNIST's digits
UNSEEN = (
    "id",
    "key",
    "user_key",
    "component_name",
    "icon",
    "pad",
)  # a pad is there for digits only


@functools.cache
def data(*kinds: str) -> DataSet:
    images = mnist.test_digits().images[:120]
    return split("things", kinds, Digits(images, np.arange(120).astype(np.uint8) % 3 * bool(kinds)))


@functools.cache
def small_run(family: str, *kinds: str) -> Run:
    """A run of one epoch on pictures of these kinds, named after its family."""
    of, training = data(*kinds), TrainConfig(epochs=1)
    config = ModelConfig(family, 2 if family == "vae" else None)  # a plane, which Posterior needs
    model = build(config, 0)
    steps = train(model, of.train, training, test=of.test, probe=of.probe)
    snapshots = [step.snapshot for step in steps if step.snapshot]
    results = evaluate(model, of.test)
    return runs.make_run(family, model, config, training, results, History.of(snapshots), of)


def texts(of: Any) -> Iterator[str]:
    """All texts in a message of Streamlit to the browser, or in the data of a part."""
    if isinstance(of, str):
        yield re.sub(r"\{\w+\}|https?:\S+", "", of)
    elif isinstance(of, dict):
        for name, value in of.items():
            yield from texts(value if name not in UNSEEN else None)
    elif isinstance(of, Sequence):
        for value in of:
            yield from texts(value)
    elif isinstance(of, Message):
        for field, value in of.ListFields():
            if field.name == "json":
                yield from texts(json.loads(value))
            elif field.name not in UNSEEN:
                yield from texts(value)


def speaks_of_digits(at: AppTest, language: str) -> set[str]:
    """The texts of a page that speak of digits, but for its code and for choices of MNIST."""
    words = catalogue(language)
    may = {text for key, text in words.items() if any(part in key for part in MAY)}
    found = set()
    for element in at:
        if element.type not in ("code", "plotly_chart", "button"):
            of = texts(getattr(element, "proto", None))
            found |= {text for text in of if re.search(DIGITS[language], text)}
    return {text for text in found if not any(_like(each, text) for each in may)}


def _like(pattern: str, text: str) -> bool:
    """Whether a text is that of a catalogue, with values in its placeholders."""
    parts = map(re.escape, re.split(r"\{\w+\}", pattern))
    return re.fullmatch(".*".join(parts), text, re.DOTALL) is not None


PAGES = {  # the families whose runs each shows
    "explore": ("ae", "vae"),
    "generate": ("ae", "vae", "cvae", "vqvae"),
    "epochs": ("vae", "cvae", "vqvae"),
    "posterior": ("vae",),
    "features": ("ae", "vqvae"),
    "compare": ("",),
    "morph": ("",),
}


@pytest.mark.parametrize(("language", "kinds"), [("en", KINDS), ("tr", ())])
def test_pages_of_a_run_on_other_data_do_not_speak_of_digits(
    language: str, kinds: tuple[str, ...]
) -> None:
    at = opened_page("home", lang=language)
    families = ["ae", "vae", "vqvae", *["cvae"] * bool(kinds)]
    for family in families:
        at.session_state["visitor"].keep_run(small_run(family, *kinds))
    tuned = replace(tiny_run("tuned"), data=replace(MNIST, name="mnist + 20 drawings"))
    at.session_state["visitor"].keep_run(tuned)
    found = {}
    for page, shown in PAGES.items():
        at.switch_page(page_file(page)).run()
        for family in shown:
            if family not in (*families, "") or (page == "features" and not kinds):
                continue
            if family:
                at.selectbox(key="run").set_value(family).run()
            else:
                key = data_key(data(*kinds).description)
                at.segmented_control(key=f"data.{language}").set_value(key).run()
            assert not at.exception and not at.error, (page, family)
            found[page, family] = speaks_of_digits(at, language)
        if page == "compare":
            names = at.segmented_control(key=f"data.{language}").options
            assert names == [catalogue(language)["data.name.mnist"], "things"]
            model, pictures = small_run("vqvae", *kinds).build(), data(*kinds).probe.images
            used = bits_in_use(embed_many(model, pictures))
            cost = catalogue(language)["codebook.cost"].rpartition("; ")[2]
            number = format_number(used, 1, language)
            said = cost.format(count=len(pictures), used=number)
            assert any(said in caption.value for caption in at.caption), said
    assert at.query_params["from_index"] != at.query_params["to_index"]  # of Morph
    assert not {where: said for where, said in found.items() if said}
