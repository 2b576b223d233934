"""A class in three browsers: a teacher's, and those of two pupils with phones."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from vae_demo.ui.frame.language import catalogue

EN, TR = catalogue("en"), catalogue("tr")


def score(row: Locator) -> str:
    return row.locator(".score").inner_text()


def test_a_teacher_and_two_pupils(
    visit: Callable[..., Page], app_url: str, problems: list[str]
) -> None:
    teacher = visit(f"{app_url}/class?lang=en")
    expect(teacher.get_by_test_id("class-live")).to_contain_text("3")  # alive without a room
    teacher.get_by_test_id("class-open").click()
    shown = teacher.get_by_test_id("class-code")
    expect(shown).to_be_visible()
    code = shown.inner_text()
    link = str(teacher.locator(".entrance a").get_attribute("href"))
    assert link == f"{app_url}/class?room={code}"
    expect(teacher.get_by_test_id("class-qr")).to_have_attribute("src", re.compile("svg"))
    expect(teacher).to_have_url(re.compile(f"room={code}"))

    pupils = [
        visit(f"{link}&lang={language}", width=390, height=844, touch=True)
        for language in ("en", "tr")
    ]
    for page, name in zip(pupils, ("Ada", "Çağrı"), strict=True):
        page.get_by_test_id("class-nickname-field").fill(name)
        page.get_by_test_id("class-join").click()
        expect(page.get_by_test_id("class-who")).to_contain_text(name)
    ada, cagri = pupils
    rows = teacher.get_by_test_id("class-board").locator("li")
    expect(rows).to_have_count(2)

    # The same codes are read in the browser at once, and judged on the server.
    for slider, value in zip(ada.get_by_test_id("latent-slider").all(), (0.5, 0.5), strict=True):
        slider.fill(str(value))
    ada.get_by_test_id("class-send").click()
    expect(ada.get_by_test_id("class-said")).to_contain_text("8")
    cagri.get_by_test_id("class-send").click()  # the 3 of the start
    expect(cagri.get_by_test_id("class-said")).to_contain_text("3")
    expect(rows.first).to_contain_text("Ada")
    expect(rows.nth(1).locator(".place")).to_have_text("2")
    assert float(score(rows.first).rstrip("%")) > float(score(rows.nth(1)).rstrip("%"))
    expect(cagri.get_by_test_id("class-who")).to_contain_text(
        TR["class.part.place"].format(place=2)
    )

    teacher.get_by_test_id("class-hide").click()
    expect(rows.first).to_contain_text(EN["class.number"].format(number=1))
    teacher.get_by_test_id("class-leave").click()
    teacher.get_by_test_id("class-back").click()
    teacher.get_by_test_id("class-task-fool").check(force=True)
    expect(ada.get_by_test_id("class-rule")).to_have_text(EN["class.task.fool.rule"])
    board = ada.get_by_test_id("pixel-board")
    board.click(position={"x": 4, "y": 4})  # the corners of digits are black
    board.press("ArrowRight")
    board.press("Space")
    touched = EN["class.part.touched"].format(count=2)
    expect(ada.get_by_test_id("class-live")).to_contain_text(touched)
    ada.get_by_test_id("class-send").click()
    expect(ada.get_by_test_id("class-said")).to_contain_text("4")  # two pixels are not enough

    ada.reload()  # the cookie leads back to the seat
    expect(ada.get_by_test_id("class-who")).to_contain_text("Ada")
    teacher.locator("[data-pupil='2'] button").click()
    expect(cagri.locator(".said").first).to_have_text(TR["class.refused.removed"])
    teacher.get_by_test_id("class-end").click()
    teacher.get_by_test_id("class-end").click()
    expect(ada.locator(".rule")).to_have_text(EN["class.part.ended"])
    wanted = f"403 (Forbidden) {app_url}/classroom/rooms/{code}"  # what the browser says of it
    assert [each for each in problems if wanted not in each] == []
