"""A visitor of the Words page: says something, sees the checks, comes back by the link."""

import re
from collections.abc import Callable
from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.browser.conftest import Until
from vae_demo.ui.frame.catalogue import catalogue

EN, TR = catalogue("en"), catalogue("tr")


def test_a_visitor_says_what_to_write_and_sees_whether_it_obeys(
    visit: Callable[..., Page], app_url: str, until: Until, problems: list[str]
) -> None:
    page = visit(f"{app_url}/words?lang=en")
    digits, read = page.get_by_test_id("words-digit"), page.get_by_test_id("words-read")
    expect(digits).to_have_count(8)
    expect(read).to_contain_text(EN["words.is.thick"])
    field = page.get_by_label(EN["words.label"])
    field.fill("<b>four</b>, ince and sad")
    field.press("Enter")
    expect(read.locator(".strange").last).to_contain_text("sad")
    expect(read.locator("b")).to_have_count(0)  # markup is text
    expect(page.get_by_text("“sad”; I know the digits")).to_be_visible()
    expect(digits.first).to_have_attribute("aria-label", EN["words.drawn"].format(digit=4))
    figure = page.locator(".wall figure").first
    expect(figure.locator("li")).to_contain_text([EN["words.kind"].format(digit=4), "thin"])
    expect(figure.locator("li.fine")).to_have_count(2)
    expect(page).to_have_url(re.compile(f"said={quote('<b>four</b>,', safe='')}"))

    def drawn() -> str:
        return str(digits.first.evaluate("(canvas) => canvas.toDataURL()"))

    first = drawn()
    page.get_by_test_id("words-seed").click()
    expect(page).to_have_url(re.compile("seed=1"))
    until(page, lambda: drawn() != first, "another seed draws other digits")
    other = drawn()
    page.reload()
    expect(field).to_have_value("<b>four</b>, ince and sad")
    expect(digits).to_have_count(8)
    until(page, lambda: drawn() == other, "the same digits after a reload")
    page.get_by_role("radio", name="Türkçe").click()
    expect(figure.locator("li")).to_contain_text([TR["words.kind"].format(digit=4), "ince"])
    page.get_by_role("button", name=TR["words.try.mixed"]).click()
    expect(read).to_contain_text(TR["words.is.left"])
    assert problems == []
