"""The Anomaly page: what its part is given and says back, its verdict, and its links."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.support.pages import given, opened_page
from vae_demo.digits import mnist, to_digit, whole_picture
from vae_demo.repair.anomaly import SCORES, threshold
from vae_demo.repair.evidence import evidence
from vae_demo.repair.strange import STRANGE
from vae_demo.ui.charts.scores import score_histogram
from vae_demo.ui.frame.catalogue import LANGUAGES, catalogue
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.parts.anomaly.data import AnomalyMessage, read_message
from vae_demo.ui.parts.anomaly.part import METHODS, SETS, measured, strange_pictures
from vae_demo.ui.parts.anomaly.state import AnomalySession

DIGIT = mnist.test_digits().images[112]


def opened(**link: str) -> AppTest:
    return opened_page("anomaly", **link)


def pictured(at: AppTest) -> dict:
    """What the part was given, its pictures as arrays."""
    sent = given(at, "anomaly")
    for name, kind in (("pixels", np.uint8), ("rebuilt", np.uint8), ("difference", np.int8)):
        sent[name] = np.frombuffer(base64.b64decode(sent[name]), kind).reshape(28, 28)
    return sent


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


# ---- the table of fields, and messages


def test_the_link_offers_all_sets() -> None:
    assert set(SETS) == STRANGE.keys()
    assert FIELDS["anomaly"]["score"].default == next(iter(SCORES))
    assert FIELDS["anomaly"]["at"].high == len(mnist.probe()) - 1


@pytest.mark.parametrize("sent", [None, 3, {}, {"serial": "x", "png": None}, {"serial": 1}])
def test_messages_that_are_none_are_ignored(sent: object) -> None:
    assert read_message(sent) is None


def test_a_drawing_is_read_and_one_that_is_none_loses_nothing() -> None:
    pad = np.zeros((280, 280), np.uint8)
    pad[60:220, 100:124] = 255
    session = AnomalySession()
    session.receive(read_message({"serial": 1, "png": base64.b64encode(png(pad)).decode()}))
    assert session.drawn is not None and np.array_equal(session.drawn, to_digit(pad))
    kept = session.drawn
    session.receive(AnomalyMessage(2, b"no picture"))
    assert session.problem is not None and session.drawn is kept
    session.receive(AnomalyMessage(3, None))
    assert session.problem is None and session.drawn is None


# ---- the page


@pytest.mark.parametrize("language", LANGUAGES)
def test_something_strange_is_shown_at_first_sight_with_verdict_and_reason(language: str) -> None:
    words = catalogue(language)
    at = opened(lang=language)
    sent = pictured(at)
    assert sent["pad"] and sent["note"] == words["anomaly.example"]
    found = evidence(sent["pixels"])
    assert np.array_equal(sent["rebuilt"], found.reconstruction)
    assert np.abs(sent["difference"] / 127 - found.difference).max() < 0.005
    (said,) = at.warning
    assert words["anomaly.verdict.strange"] in said.value
    row, column = found.place
    assert words[f"anomaly.place.{3 * row + column}"] in said.value
    shown = [table.value for table in at.table]
    assert [len(table) for table in shown] == [len(SCORES), len(SCORES), len(METHODS)]
    for name in SCORES:
        assert all(words[f"anomaly.score.{name}"] in table.index for table in shown[:2])


def test_a_test_digit_is_one_and_its_threshold_follows_the_accepted_alarms() -> None:
    at = opened(lang="en", source="test", index="112", score="pca")
    assert np.array_equal(pictured(at)["pixels"], DIGIT) and not pictured(at)["pad"]
    (said,) = at.success
    score = float(SCORES["pca"](DIGIT[None])[0])
    assert f"{score:.2f}" in said.value and f"{threshold('pca', 0.01):.2f}" in said.value
    at.segmented_control(key="alarms.en").set_value("10").run()
    assert f"{threshold('pca', 0.1):.2f}" in at.success[0].value
    assert at.query_params["alarms"] == "10"


def test_what_to_try_shows_strange_pictures_and_the_link_brings_them_back() -> None:
    at = opened(lang="en")
    at.button(key="anomaly_try_fashion").click().run()
    shown = pictured(at)["pixels"]
    assert any(np.array_equal(shown, each) for each in strange_pictures("fashion")[:10])
    link = {name: at.query_params[name] for name in ("source", "at") if name in at.query_params}
    assert link["source"] == "strange" and at.warning
    again = opened(lang="tr", **{name: "".join(value) for name, value in link.items()})
    assert np.array_equal(pictured(again)["pixels"], shown)


def test_a_picture_without_a_mark_is_judged_as_a_whole() -> None:
    texts, noise = catalogue("en"), np.random.default_rng(0).integers(0, 256, (200, 200))
    at = opened(source="upload")
    for picture in (noise.astype(np.uint8), np.full((60, 60), 255, np.uint8)):
        at.file_uploader(key="anomaly_upload").set_value(("a.png", png(picture), "image/png"))
        at.run()
        assert not at.exception and not at.error
        assert np.array_equal(pictured(at)["pixels"], whole_picture(picture))
        assert [each.value for each in at.info] == [texts["anomaly.whole"]]
        assert at.warning[0].value.startswith(f"**{texts['anomaly.verdict.strange']}**")
    at.file_uploader(key="anomaly_upload").set_value(("a.png", png(picture)[:60], "image/png"))
    assert len(at.run().error) == 1


def test_one_of_several_marks_is_not_called_a_digit_nor_behind_a_link() -> None:
    two = np.hstack([DIGIT, DIGIT]).repeat(10, 0).repeat(10, 1)
    at = opened(source="upload")
    at.file_uploader(key="anomaly_upload").set_value(("two.png", png(255 - two), "image/png")).run()
    shown = pictured(at)["pixels"]
    assert float(SCORES["combined"](shown[None])[0]) <= threshold("combined", 0.01)
    link = {name: "".join(at.query_params[name]) for name in ("source", "digit", "marks")}
    for language in LANGUAGES:
        words = catalogue(language)
        lead = f"**{words['anomaly.several']}** {words['anomaly.several.digit']}"
        if language == "en":
            assert at.warning[0].value == words["remark.several"]
            assert at.warning[1].value.startswith(lead) and not at.success
        again = opened(**link, lang=language)
        assert np.array_equal(pictured(again)["pixels"], shown)
        (said,) = again.warning
        assert said.value.startswith(lead) and not again.success
    one = png(255 - two[:, :280])
    at.file_uploader(key="anomaly_upload").set_value(("one.png", one, "image/png")).run()
    assert at.success and "marks" not in at.query_params


def test_a_drawn_digit_is_in_the_link() -> None:
    at = opened(lang="en", digit=FIELDS["draw"]["digit"].write(DIGIT))
    sent = pictured(at)
    assert np.array_equal(sent["pixels"], DIGIT) and sent["picture"]
    assert at.success


# ---- what was measured, and the chart


def test_the_measured_table_reaches_what_the_page_says() -> None:
    found = measured()
    combined = found["eight_sets"]["scores"]["combined"]
    assert set(combined["auroc"]) == set(SETS)
    assert combined["mean"] > found["eight_sets"]["scores"]["neg-elbo-png"]["mean"]
    for row in found["ten_classes"].values():
        assert len(row["auroc"]) == 10 and row["mean"] == pytest.approx(np.mean(row["auroc"]))


@pytest.mark.parametrize("score", [-1e9, 0.3, 1e9])
def test_the_chart_shows_a_score_however_far_away(score: float) -> None:
    text = {"score": "s", "digits": "d", "limit": "l", "picture": "p"}
    figure = score_histogram(np.linspace(0, 1, 500), 0.9, score, text)
    assert sum(figure.data[0].y) == 500
    left, right = figure.layout.xaxis.range
    assert left <= 0 and right >= 1 and right - left < 3.5
    assert left < figure.data[2].x[0] < right
