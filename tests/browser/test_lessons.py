"""Lessons by hand: made, opened on a phone, and the shipped ones from end to end."""

import re
from collections.abc import Callable

import cv2
import numpy as np
import pytest
import zxingcpp
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import findings
from vae_demo.ui.frame.catalogue import catalogue
from vae_demo.ui.lessons.lesson import unpack
from vae_demo.ui.lessons.shipped import SHIPPED, shipped_lesson

EN, TR = catalogue("en"), catalogue("tr")
Visit = Callable[..., Page]
Settled = Callable[[Page], None]


def control(page: Page, id: str) -> Locator:
    """What has an id of `engine/page_controls.js`."""
    key, _, inside = id.partition("/")
    holder = page.locator(f".st-key-{key}, .st-key-{key}-en, .st-key-{key}-tr")
    return holder.get_by_test_id(inside) if inside else holder


def read_code(picture: Locator) -> str:
    """What another program reads in a QR code on the screen."""
    expect(picture).to_be_visible()
    seen = cv2.imdecode(np.frombuffer(picture.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
    (found,) = zxingcpp.read_barcodes(seen)  # OpenCV's own reader fails at some sizes
    return found.text


def on_step(page: Page, at: int, count: int, language: str = "en") -> None:
    place = catalogue(language)["lesson.place"].format(at=at, count=count)
    expect(page.get_by_test_id("lesson-place")).to_have_text(place)


def test_a_lesson_is_made_on_two_pages_and_taught_on_a_phone(
    visit: Visit, settled: Settled, app_url: str, problems: list[str]
) -> None:
    page = visit(f"{app_url}/morph?lang=en")
    page.get_by_test_id("make-lesson").click()
    expect(page.get_by_test_id("make-lesson")).to_be_hidden()
    page.get_by_test_id("make-add").click()
    question = page.get_by_test_id("make-question")
    expect(question).to_be_focused()
    question.fill("Still a digit?\n<b>Why?</b>")
    page.get_by_test_id("make-answer").fill("On the sphere.")
    page.get_by_test_id("lesson-title").fill("Ways")
    page.get_by_test_id("make-controls").click()
    expect(page.get_by_test_id("see-behind")).to_be_checked()
    assert findings(page) == []
    for id in ("try", "morph_part/morph-play"):
        page.get_by_test_id(f"see-{id}").uncheck()
        expect(page.get_by_test_id(f"see-{id}")).not_to_be_checked()
    expect(page.get_by_text("2 hidden")).to_be_visible()
    expect(control(page, "try")).to_have_css("opacity", "0.25")  # its maker still sees it

    menu = page.get_by_test_id("stSidebarNav")
    menu.get_by_role("link", name=EN["explore.menu"], exact=True).click()
    expect(page.get_by_text(EN["lesson_maker.other"])).to_be_visible()
    page.get_by_role("button", name=EN["explore.try.plane"]).click()
    expect(page).to_have_url(re.compile("run=vae-2.*plane=1"))
    page.get_by_test_id("make-add").click()
    expect(page).to_have_url(re.compile("step=2"))
    expect(page.get_by_test_id("see-explore_part/latent-slider:7")).to_have_count(0)
    expect(page.get_by_test_id("see-explore_part/latent-slider:0")).to_be_checked()
    page.get_by_test_id("make-none").click()
    page.get_by_test_id("see-explore_part/latent-slider:1").check()
    expect(page.get_by_text(EN["lesson_maker.taken"])).to_be_visible()
    page.reload()  # the lesson is in the address
    page.locator(".maker").get_by_text("Türkçe").click()
    question.fill("Nerede?")
    page.get_by_test_id("make-step-1").click()  # goes there when the text before is packed
    expect(page).to_have_url(re.compile("/morph.*step=1"))
    expect(question).to_have_value("Still a digit?\n<b>Why?</b>")
    page.get_by_test_id("make-later").click()
    expect(page.get_by_test_id("make-step-1")).to_have_text("1 Explore")
    page.get_by_test_id("make-earlier").click()
    expect(page.get_by_test_id("make-step-1")).to_have_text("1 Morph")
    expect(page.get_by_text(EN["lesson_maker.taken"])).to_be_visible()
    page.get_by_test_id("make-code").click()
    link = page.get_by_test_id("make-link").input_value()
    read = read_code(page.get_by_alt_text(EN["lesson_maker.code_alt"]))
    assert unpack(read.split("=")[1]) == unpack(link.split("=")[1])
    assert link.startswith(f"{app_url}/?lesson=") and len(link) < 420

    pupil = visit(read, width=390, height=844, locale="tr-TR", touch=True)
    on_step(pupil, 1, 2, "tr")
    expect(pupil.get_by_test_id("lesson-question")).to_have_text("Still a digit?\n<b>Why?</b>")
    settled(pupil)
    hidden = [control(pupil, id) for id in ("try", "morph_part/morph-play")]
    shown = control(pupil, "morph_part/morph-slider")
    expect(shown).to_be_visible()
    for each in hidden:
        expect(each).to_be_attached()
        expect(each).to_be_hidden()
    for _ in range(60):  # by the Tab key, nothing that is hidden
        pupil.keyboard.press("Tab")
        assert pupil.evaluate(FOCUSED) != TR["morph.part.pause"]
    expect(pupil.get_by_test_id("lesson-answer")).to_be_hidden()
    pupil.get_by_test_id("lesson-show").tap()
    expect(pupil.get_by_test_id("lesson-answer")).to_have_text("On the sphere.")
    free = pupil.get_by_test_id("lesson-free")
    free.tap()
    for each in hidden:
        expect(each).to_be_visible()
    free.tap()
    for each in hidden:
        expect(each).to_be_hidden()
    bar = pupil.locator(".lesson")
    assert bar.bounding_box()["height"] < 320  # type: ignore[index]
    bar.get_by_label(TR["lesson.part.fold"]).tap()
    expect(pupil.get_by_test_id("lesson-question")).to_be_hidden()
    assert findings(pupil) == []

    pupil.get_by_test_id("lesson-next").tap()
    on_step(pupil, 2, 2, "tr")
    expect(pupil.get_by_test_id("lesson-question")).to_have_text("Nerede?")
    expect(pupil).to_have_url(re.compile("/explore.*run=vae-2.*plane=1"))
    sliders = control(pupil, "explore_part/latent-slider")
    expect(sliders.and_(pupil.locator("[data-dim='1']"))).to_be_visible()
    expect(sliders.and_(pupil.locator("[data-dim='0']"))).to_be_hidden()
    label = pupil.get_by_text(TR["explore.part.start"], exact=True)  # of buttons that are hidden
    for other in (label, control(pupil, "run"), pupil.get_by_test_id("stExpandSidebarButton")):
        expect(other).to_be_hidden()
    pupil.go_back()
    on_step(pupil, 1, 2, "tr")
    assert problems == []


FOCUSED = """() => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
    return at?.getAttribute("aria-label");
}"""


@pytest.mark.long
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_lesson_from_end_to_end(
    name: str, visit: Visit, settled: Settled, app_url: str, problems: list[str]
) -> None:
    lesson = shipped_lesson(name)
    page = visit(f"{app_url}/lessons?lang=en")
    page.get_by_test_id(f"code-{name}").click()
    expect(page.get_by_test_id("lesson-code")).to_have_attribute("alt", re.compile(lesson.title.en))
    assert read_code(page.get_by_test_id("lesson-code")) == f"{app_url}/?lesson={name}"
    page.get_by_test_id(f"open-{name}").click()
    for at, step in enumerate(lesson.steps, 1):
        on_step(page, at, len(lesson.steps))
        expect(page.get_by_role("heading", level=1)).to_have_text(EN[f"{step.page}.title"])
        expect(page.get_by_test_id("lesson-question")).to_have_text(step.question.en)
        page.get_by_test_id("lesson-show").click()
        expect(page.get_by_test_id("lesson-answer")).to_have_text(step.answer.en)
        settled(page)
        for id in step.hidden:
            expect(control(page, id)).to_be_attached()
            expect(control(page, id)).to_be_hidden()
        page.get_by_test_id("lesson-free").click()
        for id in step.hidden:
            expect(control(page, id)).to_be_visible()
        expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
        if at < len(lesson.steps):
            page.get_by_test_id("lesson-next").click()
    expect(page.get_by_test_id("lesson-next")).to_be_hidden()
    assert problems == []
