"""Drawings are kept on the Draw page, and a run is fine-tuned on them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.pages import opened_page, page_file
from vae_demo.digits import mnist
from vae_demo.training import handwriting
from vae_demo.ui.frame.catalogue import catalogue
from vae_demo.ui.frame.link_fields import write_link
from vae_demo.ui.parts.handwriting import data, part
from vae_demo.ui.server.visitor_files import VisitorFolders
from vae_demo.ui.server.visitors import Visitors

WORDS = catalogue("en")


def test_drawings_are_kept_and_a_run_is_fine_tuned_on_them(
    small_world: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    tune = handwriting.fine_tune
    monkeypatch.setattr(data, "fine_tune", lambda *a, **k: tune(*a, **k, steps=25))
    digit = write_link("draw", {"digit": mnist.train_digits().images[3]})["digit"]
    assert digit
    at = opened_page("draw", digit=digit)
    at.toggle(key="handwriting_on").set_value(True).run()
    assert at.button(key="handwriting_tune").disabled
    for _ in range(part.LEAST):
        at.button(key="handwriting_keep").click().run()
    me = at.session_state["visitor"]
    assert me.data.drawings.labels.tolist() == [0, 1, 2, 3, 4]
    np.testing.assert_array_equal(me.data.drawings.images[0], mnist.train_digits().images[3])
    at.button(key="handwriting_tune").click().run()
    job = at.session_state["handwriting_job"]
    assert job.wait(60) and not job.failed
    at.run()
    assert not at.exception and not at.error
    assert WORDS["handwriting.done"].format(name="my-vae-20") in at.success[0].value
    made = me.own_runs["my-vae-20"]
    assert made.data.is_mnist and made.data.name == "mnist + 5 drawings"
    assert len(made.history) == 2 and made.results["images"] == 200
    at.button(key="handwriting_show").click().run()
    assert at.session_state["runs"] == ["vae-20", "my-vae-20"] and not at.exception
    at.switch_page(page_file("explore")).run()
    assert "my-vae-20" in at.get_by_key("run").options
    at.switch_page(page_file("draw")).run()
    at.button(key="handwriting_delete").click().run()
    assert len(me.data.drawings) == 0 and not at.exception


def test_an_empty_pad_keeps_nothing_and_says_so() -> None:
    at = opened_page("draw")
    at.toggle(key="handwriting_on").set_value(True).run()
    at.button(key="handwriting_keep").click().run()
    assert WORDS["handwriting.empty"] in [i.value for i in at.info]


def test_drawings_are_there_after_a_restart_and_are_limited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vae_demo.ui.server import visitor_data

    monkeypatch.setattr(visitor_data, "MAX_DRAWINGS", 3)
    me = Visitors(folders=VisitorFolders(tmp_path)).find(None)
    for label in range(4):
        me.data.keep_drawing(mnist.test_digits().images[label], label)
    again = Visitors(folders=VisitorFolders(tmp_path)).find(me.token)
    assert again.data.drawings.labels.tolist() == [1, 2, 3] and again.data.names() == []
    np.testing.assert_array_equal(again.data.drawings.images, mnist.test_digits().images[1:4])
    again.data.delete_drawings()
    assert not list(tmp_path.rglob("*.data"))
