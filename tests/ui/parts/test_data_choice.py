"""Own pictures on the Train page: read, chosen, trained on, deleted; refused in a sentence."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.support.pages import given, opened_page, page_file, type_number
from vae_demo.datasets import DataSet
from vae_demo.digits import mnist
from vae_demo.digits.contact_sheet import probe_sheet
from vae_demo.ui.frame.data_of_runs import data_key
from vae_demo.ui.frame.language import LANGUAGES, catalogue
from vae_demo.ui.parts.array_file import hashed

ARRAYS = {"x": mnist.test_digits().images[:120], "y": np.arange(120) % 3}


def npz(**arrays: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def test_own_pictures_are_read_trained_on_and_deleted() -> None:
    """Those of one visitor, whose run stays on all pages but those that speak of digits."""
    at = opened_page("train")
    at.file_uploader(key="own_data_files").upload("three.npz", npz(**ARRAYS)).run()
    at.button(key="own_data_read").click().run()
    assert not at.error
    assert "three has 120 pictures" in at.success[0].value
    assert at.session_state["train_data"] == at.query_params["data"] == "three"
    assert "three" not in opened_page("train").get_by_key("train_data.en").options
    type_number(at, "train_epochs", "1")
    at.button(key="train_start").click().run()
    job = at.session_state["visitor"].job
    assert job.wait(60) and job.watch().run.data.kinds == ("0", "1", "2")
    at.run()
    assert "On 17 test pictures" in " ".join(m.value for m in at.markdown)
    at.session_state["visitor"].keep_run(replace(job.watch().run, name="of mine"))
    at.button(key="own_data_delete_three").click().run()
    assert at.session_state["train_data"] == "mnist" and not at.exception
    sees_the_run(at, "of mine", "three", job.data)
    at.switch_page(page_file("train")).run()
    at.button(key="own_run_delete_of mine").click().run()
    assert not at.session_state["visitor"].own_runs and not at.exception
    at.switch_page(page_file("explore")).run()
    assert at.selectbox(key="run").value == "vae-20" and not at.exception


def sees_the_run(at: AppTest, run: str, name: str, data: DataSet) -> None:
    """A visitor looks at an own run on every page, without the file that it was trained on."""
    words, count = catalogue("en"), len(data.test)
    sheet = hashed(probe_sheet(data.probe)).offer()["key"]
    at.switch_page(page_file("explore")).run()
    at.selectbox(key="run").set_value(run).run()
    explored = given(at, "explore")
    assert explored["sheet"]["key"] == sheet and explored["classifier"] is None
    assert explored["text"]["original"] == words["explore.part.original.pictures"]
    assert "digit" not in " ".join(c.value for c in at.caption)
    at.switch_page(page_file("epochs")).run()
    assert at.selectbox(key="run").value == run
    followed = given(at, "epochs")["following"]
    assert followed["sheet"]["key"] == sheet and followed["view"]["digit"] < count
    at.switch_page(page_file("generate")).run()
    assert at.selectbox(key="run").value == run and given(at, "wall")["recognised"] is None
    assert words["generate.other_data"].format(data=name) in [c.value for c in at.caption]
    for page, part in (("morph", "morph"), ("compare", "comparison")):
        at.switch_page(page_file(page)).run()
        key = data_key(data.description)
        at.segmented_control(key="data.en").set_value(key).run()
        assert at.query_params["data"] == key
        shown = given(at, part)
        before = shown["ends"] if page == "morph" else shown["digit"]
        at.button(key="another_" + ("from" if page == "morph" else "shown")).click().run()
        shown = given(at, part)
        assert (shown["ends"] if page == "morph" else shown["digit"]) != before
        assert not at.exception and not at.error
    assert [card["run"] for card in shown["cards"]] == [run]
    assert at.title[0].value == words["compare.title"]
    at.switch_page(page_file("posterior")).run()
    assert at.selectbox(key="run").value == run and not at.exception and not at.error
    posterior = given(at, "posterior")
    assert posterior["text"]["truth"] == words["posterior.part.truth.pictures"]
    assert at.markdown[0].value == words["posterior.answer.pictures"]
    at.button(key="another_shown").click().run()
    assert given(at, "posterior")["grid"] != posterior["grid"]
    at.switch_page(page_file("features")).run()
    assert at.selectbox(key="run").value == run and not at.exception and not at.error
    features = given(at, "features")
    assert features["text"]["hint"].startswith(f"The same {count} test pictures")
    assert words["features.other_data"] in [c.value for c in at.caption]
    at.switch_page(page_file("transform")).run()  # which speaks of digits
    assert at.selectbox(key="run").value == run
    assert words["frame.other_data"].format(run=run, data=name) in [i.value for i in at.info]
    at.button(key="transform_try_thin").click().run()  # shows a digit with another run
    assert at.selectbox(key="run").value == "vae-20" and not at.info and not at.exception
    at.switch_page(page_file("draw")).run()
    assert f"{run} · {name}" in at.get_by_key("runs").options


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_pictures_that_cannot_be_read_get_a_sentence_and_lose_nothing(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = "vae_demo.ui.frame.language.language"  # AppTest asks for names outside the session
    monkeypatch.setattr(place, lambda: language)
    at = opened_page("train", lang=language)
    table = "\n".join(",".join(map(str, [i % 2, *range(i, i + 784)])) for i in range(0, 8))
    for box, name, content, said in (  # a refused file leaves the box
        ("own_data_files", "a*b.npz", npz(x=np.array([{}], object)), r"a\*b.npz"),
        ("own_data_files1", "a.csv", table.replace("790", "cat").encode(), "785"),
    ):
        at.file_uploader(key=box).set_value((name, content, "")).run()
        at.button(key="own_data_read").click().run()
        assert not at.exception and said in at.error[0].value, name
        assert at.session_state["train_data"] == "mnist"
    at.segmented_control(key=f"own_data_label.{language}").set_value("first").run()
    at.button(key="own_data_read").click().run()  # the table has a word, too
    assert "cat" in at.error[0].value
