"""The Compare page in a browser: its digit, its cards, its table, its link, its width."""

import base64
import functools
import re
from collections.abc import Callable
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import placed, together
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.evaluation import scoreboard
from vae_demo.models import Codec, Reconstruction, reconstruct
from vae_demo.ui.frame.language import catalogue
from vae_demo.ui.frame.link_fields import FIELDS

EN = catalogue("en")
FIRST = 112  # a plain 3
WORDS = "vqvae-16"  # a run whose codes are words
Gray = Callable[[Locator], np.ndarray]
Until = Callable[[Page, Callable[[], bool], str], None]


@functools.cache
def model(name: str) -> Codec:
    return runs.find(name).build()


def expected(name: str, digit: np.ndarray) -> Reconstruction:
    return _reconstructed(name, digit.tobytes())


@functools.cache
def _reconstructed(name: str, digit: bytes) -> Reconstruction:
    return reconstruct(model(name), np.frombuffer(digit, np.uint8).reshape(28, 28).copy())


def opened(visit: Callable[..., Page], url: str, query: str = "", **how: object) -> Page:
    """The page, once all its cards are there."""
    page = visit(f"{url}/compare?lang=en&{query}", **how)
    whole(page)
    return page


def whole(page: Page, language: str = "en") -> None:
    expect(page.get_by_text(catalogue(language)["frame.behind"])).to_be_visible()
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    expect(page.get_by_test_id("reconstruction")).to_have_count(len(runs.available()))


def shows(page: Page, gray: Gray, digit: np.ndarray) -> bool:
    """Whether digit, reconstructions and differences are those of a digit, by PyTorch."""
    if (gray(page.get_by_test_id("digit-28")) != digit).any():
        return False
    wanted = {}
    for name in runs.available():
        found = expected(name, digit)
        wanted |= {("reconstruction", name): found.pixels, ("difference", name): found.difference}
    shown = pictures(page)
    return shown.keys() == wanted.keys() and all(
        np.abs(shown[key].astype(int) - pixels).max() <= 1  # rounding of another process
        for key, pixels in wanted.items()
    )


def pictures(page: Page) -> dict[tuple[str, str], np.ndarray]:
    """All reconstructions and differences at one moment, by kind and run, uint8 (28, 28)."""
    found = page.locator(
        "canvas[data-testid=reconstruction], canvas[data-testid=difference]"
    ).evaluate_all(
        """(all) => all.map((canvas) => {
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            const red = data.filter((_, i) => i % 4 === 0);
            return [canvas.dataset.testid, canvas.dataset.run, btoa(String.fromCharCode(...red))];
        })"""
    )
    assert len({(part, run) for part, run, _ in found}) == len(found)
    return {
        (part, run): np.frombuffer(base64.b64decode(text), np.uint8).reshape(28, 28)
        for part, run, text in found
    }


def bars(page: Page, name: str) -> np.ndarray:
    """Which columns of a code's picture have ink beside the line at 0, and how much, in pixels."""
    columns = page.locator(f"canvas[data-testid=code-bars][data-run='{name}']").evaluate(
        """(canvas) => {
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            const found = Array(width).fill(0);
            for (let i = 0; i < width * height; i++) found[i % width] += data[4 * i + 3] > 200;
            return found;
        }"""
    )
    return np.array(columns)


# ---- one digit


def test_cards_mark_the_closest_show_codes_and_follow_the_digit(
    visit: Callable[..., Page], app_url: str, gray: Gray, until: Until, problems: list[str]
) -> None:
    digits = mnist.test_digits()
    page = opened(visit, app_url)
    until(page, lambda: shows(page, gray, digits.images[FIRST]), "the first digit everywhere")

    errors = {n: expected(n, mnist.test_digits().images[FIRST]).error for n in runs.available()}
    best = page.locator(".card.best")
    expect(best).to_have_count(1)
    expect(best).to_contain_text(min(errors, key=errors.__getitem__))
    expect(best).to_contain_text(f"{min(errors.values()):.4f}")

    digit = mnist.test_digits().images[FIRST]
    for name in (run for run in runs.available() if not model(run).codebook_size):
        code = expected(name, digit).code
        until(page, lambda name=name: bool(bars(page, name).any()), f"bars of {name}")
        found = bars(page, name)
        assert found.max() >= 60, name  # the largest goes over most of the height
        if len(code) <= 32:  # each bar by itself: as tall as its number is large
            middles = ((np.arange(len(code)) + 0.5) * len(found) / len(code)).astype(int)
            span = max(code.max(), 0) - min(code.min(), 0)
            np.testing.assert_allclose(found[middles], np.abs(code) / span * 124, atol=3)

    page.get_by_role("button", name="Another 3").click()
    threes = digits.of(3)
    following = int(threes[list(threes).index(FIRST) + 1])
    until(page, lambda: shows(page, gray, digits.images[following]), "the next 3 everywhere")
    expect(page).to_have_url(re.compile(f"shown_index={following}"))
    expect(page.get_by_text(EN["compare.number"].format(position=following))).to_be_visible()

    page.get_by_role("button", name=EN["compare.try.four"]).click()
    until(page, lambda: shows(page, gray, digits.images[247]), "the odd 4 everywhere")
    expect(page).to_have_url(re.compile("shown=4"))
    assert problems == []


@pytest.mark.long
def test_a_code_of_words_is_cells_that_follow_the_digit(
    visit: Callable[..., Page], app_url: str, until: Until, problems: list[str]
) -> None:
    page = opened(visit, app_url, width=390, touch=True)
    fits_a_phone(page)
    cells = page.get_by_test_id("code-words").and_(page.locator(f"[data-run='{WORDS}']"))
    expect(page.locator(f"canvas[data-testid=code-bars][data-run='{WORDS}']")).to_be_hidden()
    digits = mnist.test_digits().images
    for position in (FIRST, 247):
        code = [f"{word:.0f}" for word in expected(WORDS, digits[position]).code]
        until(page, lambda code=code: cells.locator("div").all_inner_texts() == code, "its words")
        told = EN["codebook.alt"].format(words=", ".join(code))
        expect(cells).to_have_attribute("aria-label", f"{WORDS}: {told}")
        page.get_by_role("button", name=EN["compare.try.four"]).click()
    boxes = together(cells.locator("div"))
    assert len({box.left for box in boxes}) == len({box.top for box in boxes}) == 4
    expect(page.get_by_test_id("code-words").locator("visible=true")).to_have_count(1)
    assert problems == []


def fits_a_phone(page: Page) -> None:
    """Asserts that two cards lie beside each other, and nothing beyond the edge."""
    for part in ("html", "[data-testid=stMain]"):
        wide = page.locator(part).evaluate("(e) => e.scrollWidth - e.clientWidth")
        assert wide <= 0, f"{part} is {wide} px too wide"
    boxes = together(page.locator(".comparison .card"))
    assert len(boxes) == 1 + len(runs.available())
    assert all(box.left + box.width <= 390 for box in boxes)
    assert boxes[0].top == pytest.approx(boxes[1].top) and boxes[0].left < boxes[1].left
    for box in together(page.get_by_test_id("reconstruction")):
        assert box.width == pytest.approx(84)  # 3 for each of its pixels


@pytest.mark.long
def test_a_link_restores_the_digit(
    visit: Callable[..., Page], app_url: str, gray: Gray, until: Until, problems: list[str]
) -> None:
    digits = mnist.test_digits()
    drawing = digits.images[1234]
    drawn = urlencode({"shown": "drawn", "shown_drawn": FIELDS["draw"]["digit"].write(drawing)})
    for language, query, digit in (
        ("en", "shown=4&shown_index=247", digits.images[247]),
        ("tr", drawn, drawing),
    ):
        page = visit(f"{app_url}/compare?lang={language}&{query}&curves=ae-20", width=390)
        whole(page, language)
        fits_a_phone(page)
        until(page, lambda page=page, digit=digit: shows(page, gray, digit), "the link's digit")
        legend = page.locator(".js-plotly-plot").first.locator(".legendtext")
        expect(legend.first).to_have_text("ae-20")
        expect(legend).to_have_count(3)  # and the course report's two
    assert problems == []


# ---- the scoreboard


def cells(page: Page) -> list[list[str]]:
    """The table as a screen reader reads it, row by row."""
    table = page.get_by_test_id("stDataFrame")
    return table.locator("[role=row]").evaluate_all(
        """(rows) => rows.map((row) => [...row.querySelectorAll("[role=gridcell]")]
            .map((cell) => cell.textContent)).filter((row) => row.length)"""
    )


def test_the_scoreboard_is_sorted_by_a_click_and_keeps_its_marks(
    visit: Callable[..., Page], app_url: str, until: Until, problems: list[str]
) -> None:
    page = opened(visit, app_url, width=1600)
    names = [*runs.available(), EN["compare.real"]]
    table = page.get_by_test_id("stDataFrame")
    table.scroll_into_view_if_needed()
    until(page, lambda: [row[0] for row in cells(page)] == names, "a row for each run")
    column = EN["compare.column.distortion"]
    heads = table.locator("[role=columnheader]")
    titles = heads.evaluate_all("(all) => all.map((e) => e.textContent)")
    at = titles.index(column)
    rows = scoreboard.load(scoreboard.shipped()).rows
    for row in cells(page)[:-1]:
        assert float(row[at]) == pytest.approx(rows[row[0]]["numbers"]["distortion"])

    assert marked(page) > 100  # pixels of the ground behind the best numbers
    left, top = placed(table.locator("canvas").first).at(0, 0)
    page.mouse.click(left + heads_at(page)[at], top + 15)
    expect(heads.nth(at)).to_have_text(re.compile(f"^[↑↓] {re.escape(column)}"))
    order = sorted(rows, key=lambda name: rows[name]["numbers"]["distortion"])

    def in_order() -> bool:
        found = [row[0] for row in cells(page) if row[0] in rows]
        return found in (order, order[::-1])

    until(page, in_order, "rows in the order of their distortion")
    assert marked(page) > 100
    assert problems == []


def heads_at(page: Page) -> np.ndarray:
    """The middle of each column, in pixels from the table's left, by the lines between them."""
    shades = (
        page.get_by_test_id("stDataFrame")
        .locator("canvas")
        .first.evaluate(
            """(canvas) => {
            const { data } = canvas.getContext("2d").getImageData(0, 5, canvas.width, 1);
            return Array.from({ length: canvas.width }, (_, i) => data[4 * i]);
        }"""
        )
    )
    ground = max(set(shades), key=shades.count)
    lines = np.flatnonzero(np.array(shades) != ground)
    edges = np.concatenate([[0], lines, [len(shades)]])
    gaps = np.diff(edges) > 20
    return (edges[:-1] + edges[1:])[gaps] / 2


def marked(page: Page) -> int:
    """How many pixels of the table have the colour behind the best numbers, on white."""
    return int(
        page.get_by_test_id("stDataFrame")
        .locator("canvas")
        .first.evaluate(
            """(canvas) => {
                const { width, height } = canvas;
                const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
                let found = 0;
                for (let i = 0; i < data.length; i += 4)
                    found += Math.abs(data[i] - 213) < 4 && Math.abs(data[i + 1] - 231) < 4
                        && Math.abs(data[i + 2] - 247) < 4;
                return found;
            }"""
        )
    )
