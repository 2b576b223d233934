"""Own pictures on the Train page: read, chosen, trained on, deleted; refused in a sentence."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest

from tests.support.pages import opened_page, page_file, type_number
from vae_demo.digits import mnist
from vae_demo.ui.frame.language import LANGUAGES, catalogue

ARRAYS = {"x": mnist.test_digits().images[:120], "y": np.arange(120) % 3}


def npz(**arrays: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def test_own_pictures_are_read_trained_on_and_deleted() -> None:
    """Those of one visitor, whose run is refused where a page speaks of digits."""
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
    at.switch_page(page_file("explore")).run()
    at.selectbox(key="run").set_value("of mine").run()
    words = catalogue("en")
    assert words["frame.other_data"].format(run="of mine", data="three") in [
        i.value for i in at.info
    ]
    for name in ("morph", "compare"):
        at.switch_page(page_file(name)).run()
        assert not at.exception and not at.error
        assert words["frame.left_out"].format(runs="of mine · three") in [
            c.value for c in at.caption
        ]
    at.switch_page(page_file("draw")).run()
    assert "of mine · three" in at.get_by_key("runs").options
    at.switch_page(page_file("train")).run()
    at.button(key="own_data_delete_three").click().run()
    assert at.session_state["train_data"] == "mnist" and not at.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_pictures_that_cannot_be_read_get_a_sentence_and_lose_nothing(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = "vae_demo.ui.frame.language.language"  # AppTest asks for names outside the session
    monkeypatch.setattr(place, lambda: language)
    at = opened_page("train", lang=language)
    table = "\n".join(",".join(map(str, [i % 2, *range(i, i + 784)])) for i in range(0, 8))
    for name, content, said in (
        ("a*b.npz", npz(x=np.array([{}], object)), r"a\*b.npz"),
        ("a.csv", table.replace("790", "cat").encode(), "785"),
    ):
        at.file_uploader(key="own_data_files").set_value((name, content, "")).run()
        at.button(key="own_data_read").click().run()
        assert not at.exception and said in at.error[0].value, name
        assert at.session_state["train_data"] == "mnist"
    at.segmented_control(key=f"own_data_label.{language}").set_value("first").run()
    at.button(key="own_data_read").click().run()  # the table has a word, too
    assert "cat" in at.error[0].value
