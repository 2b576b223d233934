"""The Train page while something trains: what is seen, what the buttons do, what stays."""

import io
import re
import zipfile
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.hand import placed, swipe
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.digits.pictures import png
from vae_demo.evaluation.evaluate import evaluate
from vae_demo.ui.frame.language import catalogue

EN = catalogue("en")
Gray = Callable[[Locator], np.ndarray]
Until = Callable[[Page, Callable[[], bool], str], None]


@pytest.fixture(scope="module")
def app_url(serve: Callable[..., str]) -> str:
    """The base URL of the app with fewer training digits."""
    return serve("tests/support/few_digits.py")


@pytest.fixture
def page(visit: Callable[..., Page], app_url: str) -> Page:
    """A visitor on the Train page."""
    return ready(visit(f"{app_url}/train?lang=en"))


def ready(page: Page) -> Page:
    """The Train page, once nothing on it runs."""
    expect(page.get_by_role("heading", level=1)).to_have_text(EN["train.title"])
    expect(page.get_by_text(EN["frame.behind"])).to_be_visible()
    settled(page)
    return page


def settled(page: Page) -> None:
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def press(page: Page, key: str) -> None:
    """Presses the button of this key."""
    page.locator(f".st-key-{key} button").click()


def button(page: Page, key: str) -> Locator:
    return page.locator(f".st-key-{key} button")


def told(page: Page) -> Locator:
    """The line above the progress bar of the page, not of the sidebar."""
    return page.get_by_test_id("stMain").get_by_test_id("stProgress")


def fill(page: Page, label: str, value: str) -> None:
    """Types a number; the page has it afterwards."""
    box = page.get_by_role("spinbutton", name=label, exact=True)
    box.fill(value)
    box.press("Enter")
    settled(page)


def train(page: Page, epochs: int = 1, **numbers: str) -> None:
    """Starts the map preset with so many epochs and these numbers."""
    press(page, "train_try_map")
    expect(page.get_by_role("spinbutton", name=EN["train.epochs"])).to_have_value("5")
    if numbers:
        page.get_by_role("button", name=EN["train.more"]).click()
        for name, value in numbers.items():
            fill(page, EN[f"train.{name}"], value)
        page.keyboard.press("Escape")
    fill(page, EN["train.epochs"], str(epochs))
    press(page, "train_start")


def go(page: Page, name: str, words: dict[str, str] = EN) -> None:
    """Leads to another page by the menu."""
    menu = page.get_by_test_id("stSidebarNav")
    menu.get_by_role("link", name=words[f"{name}.menu"], exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words[f"{name}.title"])


# Every picture of a canvas and every length of the bar from now on: a busy machine may let a test
# look only now and then.
_WATCH = """(canvas) => {
    window.seen = { pictures: new Set(), shares: new Set() };
    const look = () => {
        const bar = document.querySelector("[data-testid=stMain] [role=progressbar]");
        seen.pictures.add(canvas.toDataURL());
        if (bar) seen.shares.add(bar.ariaValueNow);
        requestAnimationFrame(look);
    };
    look();
}"""


def numbers(sentence: str) -> list[float]:
    """The numbers of an English sentence, in order."""
    return [float(found) for found in re.findall(r"\d+(?:\.\d+)?", sentence.replace(",", ""))]


_SEEN = """(plots) => [
    plots[0].layout.xaxis.range.join(), plots[0].layout.yaxis.range.join(),
    plots[1]._fullData.map((trace) => trace.visible).join(),
    plots[0]._fullData.map((trace) => trace.x.join()).join(),
]"""


def what_the_visitor_sees_of_the_charts_stays(page: Page, until: Until) -> None:
    """Zooms into the map of latent means, hides a curve, and awaits later points."""
    charts = page.locator(".js-plotly-plot")
    drawn = "(plots) => plots.filter((it) => it._fullData?.length).length"
    until(page, lambda: charts.evaluate_all(drawn) == 2, "both charts are drawn")
    _, _, shown, _ = charts.evaluate_all(_SEEN)
    charts.nth(1).locator(".legendtoggle").first.click()
    until(page, lambda: charts.evaluate_all(_SEEN)[2] != shown, "a curve is hidden")
    box = placed(charts.first)
    page.mouse.move(*box.at(0.35, 0.35))
    page.mouse.down()
    page.mouse.move(*box.at(0.6, 0.6), steps=4)
    x, y, *_ = charts.evaluate_all(_SEEN)  # the chart waits for the hand
    page.mouse.up()
    until(page, lambda: charts.evaluate_all(_SEEN)[:2] != [x, y], "the map is zoomed")
    *view, points = charts.evaluate_all(_SEEN)
    for later in ("later points", "and still later ones"):
        until(page, lambda points=points: charts.evaluate_all(_SEEN)[3] != points, later)
        *now, points = charts.evaluate_all(_SEEN)
        assert now == view


def a_step_in_slow_motion_lowers_the_loss(page: Page) -> None:
    """Goes through its five stages, back by one and forward again."""
    slow = page.locator(".slow")
    expect(slow.get_by_test_id("slow-input")).to_be_checked()
    for stage in ("code", "output", "backward", "step"):
        page.get_by_test_id("slow-forward").click()
        expect(slow).to_have_attribute("data-stage", stage)
    page.get_by_test_id("slow-back").click()
    expect(slow.locator(".bar").first).to_be_visible()  # a gradient for each layer
    page.get_by_test_id("slow-forward").click()
    before, after = (numbers(text)[-1] for text in slow.locator(".numbers p").all_inner_texts())
    assert after < before
    expect(page).to_have_url(re.compile("stage=step"))
    page.reload()
    ready(page)
    expect(slow).to_have_attribute("data-stage", "step")
    page.get_by_test_id("slow-input").check()


def test_training_is_seen_kept_and_taken_home(
    page: Page, gray: Gray, until: Until, problems: list[str]
) -> None:
    a_step_in_slow_motion_lowers_the_loss(page)
    three = page.get_by_role("img", name="Reconstruction of digit 3")
    train(page, epochs=50, batch_size="16")  # longer than the visitor stays
    expect(told(page)).to_contain_text("Epoch")
    expect(button(page, "train_start")).to_be_disabled()
    three.evaluate(_WATCH)
    until(page, lambda: page.evaluate("seen.pictures.size > 2"), "the strip changes twice")
    until(page, lambda: page.evaluate("seen.shares.size > 1"), "the bar grows")

    go(page, "explore")
    running = page.get_by_test_id("stSidebar").get_by_test_id("stProgress")
    expect(running).to_be_visible()
    go(page, "train")
    press(page, "job_stop")
    expect(told(page)).to_contain_text(re.compile(r"Stopped at epoch [\d.]+ of 50"))
    first = re.compile(r"Step [\d,]+ takes 16 training pictures\.")
    expect(page.get_by_text(first)).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    expect(page.locator(".js-plotly-plot").first.locator(".point").nth(1000)).to_be_attached()
    expect(button(page, "train_start")).to_be_enabled()

    beginning = EN["train.keep.numbers"].partition(":")[0].format(count="10,000")
    sentence = page.get_by_text(beginning)
    with page.expect_download() as download:
        page.get_by_role("button", name=EN["train.keep.download"]).click()
    run = runs.loads(download.value.path().read_bytes())
    assert run.training["batch_size"] == 16
    measured = evaluate(run.build(), mnist.test_digits())
    shown = numbers(sentence.inner_text().partition(":")[2])
    wanted = [measured[name] for name in ("distortion", "rate", "neg_elbo")]
    np.testing.assert_allclose(shown, wanted, atol=0.051)
    until(page, lambda: np.array_equal(gray(three), run.history.strip[-1][3]), "the last strip")

    name = page.get_by_role("textbox", name=EN["train.keep.name"])
    name.fill("vae-20")
    page.get_by_role("button", name=EN["train.keep.button"]).click()
    expect(page.get_by_text(EN["error.run.taken"])).to_be_visible()
    name.fill("my first map")
    page.get_by_role("button", name=EN["train.keep.button"]).click()
    expect(page.get_by_text("Kept as my first map")).to_be_visible()
    for place in ("explore", "epochs"):
        go(page, place)
        page.get_by_role("combobox", name=EN["frame.run"]).click()
        page.get_by_role("option", name="my first map", exact=True).click()
        expect(page).to_have_url(re.compile("run=my"))
    expect(running).to_have_count(0)
    assert problems == []


def test_own_pictures_are_uploaded_trained_on_deleted_and_their_run_stays(
    page: Page, problems: list[str]
) -> None:
    own = page.get_by_role("button", name=EN["data.own"], exact=True)
    own.click()
    files = {"name": "shapes.zip", "mimeType": "application/zip", "buffer": shapes()}
    page.locator(".st-key-own_data_files input[type=file]").set_input_files(files)
    press(page, "own_data_read")
    expect(page.get_by_text("shapes has 24 pictures")).to_be_visible()
    expect(page.locator("code", has_text="disc/broken.png")).to_be_visible()
    page.keyboard.press("Escape")
    fill(page, EN["train.epochs"], "1")
    press(page, "train_start")
    name = page.get_by_role("textbox", name=EN["train.keep.name"])
    name.fill("my shapes")
    page.get_by_role("button", name=EN["train.keep.button"]).click()
    expect(page.get_by_text("Kept as my shapes")).to_be_visible()
    own.click()
    press(page, "own_data_delete_shapes")
    expect(button(page, "own_data_delete_shapes")).to_have_count(0)
    page.keyboard.press("Escape")

    go(page, "explore")
    page.get_by_role("combobox", name=EN["frame.run"]).click()
    page.get_by_role("option", name="my shapes · shapes", exact=True).click()
    kinds = page.get_by_test_id("explore-digit")
    expect(kinds).to_have_text(["disc", "ring"])
    kinds.last.click()
    seen = re.compile(r"Test picture number \d: ring")
    expect(page.get_by_role("img", name=seen).first).to_be_visible()
    expect(page.get_by_test_id("explore-reading")).to_be_hidden()
    page.reload()  # the run and the picture are those of the link
    expect(page.get_by_role("img", name=seen).first).to_be_visible()
    go(page, "morph")
    page.get_by_role("radio", name="shapes").click()
    expect(page.get_by_text("my shapes, along a sphere").first).to_be_visible()
    assert problems == []


def shapes() -> bytes:
    """A ZIP of 12 discs and 12 rings in two folders, and a picture that is broken."""
    rows, columns = np.mgrid[:28, :28]
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for number in range(12):
            away = np.hypot(rows - 13.5, columns - 8 - number)
            for name, inside in (("disc", away < 6), ("ring", abs(away - 6) < 1.5)):
                archive.writestr(f"{name}/{number}.png", png((255 * inside).astype(np.uint8)))
        archive.writestr("disc/broken.png", b"not a picture")
    return raw.getvalue()


@pytest.mark.long
def test_pause_one_step_and_go_on_wherever_the_visitor_goes(
    page: Page, visit: Callable[..., Page], app_url: str, until: Until, problems: list[str]
) -> None:
    train(page, epochs=50, batch_size="512")  # longer than any hand takes to the button
    expect(told(page)).to_contain_text("Epoch")
    expect(page.get_by_text(EN["train.example"].partition("{")[0])).to_have_count(0)
    what_the_visitor_sees_of_the_charts_stays(page, until)
    press(page, "job_pause")
    expect(told(page)).to_contain_text("Paused")
    paused = told(page).inner_text()
    step, steps = numbers(paused)[-2:]
    assert 0 <= step < steps == 50 * 40
    press(page, "slow_motion_again")
    expect(page.get_by_text(f"Step {step + 1:,.0f} takes 512 training pictures.")).to_be_visible()
    press(page, "job_step")
    expect(told(page)).to_contain_text(f"step {step + 1:.0f} of 2000")
    press(page, "job_step")
    expect(told(page)).to_contain_text(f"step {step + 2:.0f} of 2000")

    go(page, "explore")
    expect(page.get_by_test_id("stSidebar").get_by_test_id("stProgress")).to_be_visible()
    go(page, "train")
    expect(told(page)).to_contain_text(f"step {step + 2:.0f} of 2000")
    page.get_by_role("radio", name="Türkçe").click()
    expect(told(page)).to_contain_text(f"adım {step + 2:.0f} / 2000")
    page.reload()
    expect(told(page)).to_contain_text(f"adım {step + 2:.0f} / 2000")

    other = ready(visit(f"{app_url}/train?lang=en"))  # somebody else
    expect(told(other)).to_have_count(0)
    expect(other.get_by_text(EN["train.example"].partition("{")[0])).to_be_visible()
    press(other, "train_first_step")
    expect(told(other)).to_contain_text("step 1 of")

    go(other, "explore")
    expect(other.get_by_text(EN["frame.behind"])).to_be_visible()
    settled(other)  # a list that is open closes when the page is completed
    other.get_by_role("combobox", name=EN["frame.run"]).click()
    shipped = [n for n in runs.available() if runs.find(n).build().network() is not None]
    expect(other.get_by_role("option")).to_have_text(shipped)  # nothing of the first visitor's

    press(page, "job_resume")
    expect(told(page)).not_to_contain_text("Duraklatıldı")
    page.get_by_role("radio", name="English").click()
    go(page, "explore")  # it goes on without being looked at
    go(page, "train")
    expect(told(page)).to_contain_text("pictures per second")
    press(page, "job_stop")
    expect(told(page)).to_contain_text("Stopped")
    other.keyboard.press("Escape")
    go(other, "train")
    expect(told(other)).to_contain_text("step 1 of")
    press(other, "job_stop")
    expect(told(other)).to_contain_text("Stopped")
    assert problems == []


_FOCUSED = """() => {
    let found = document.activeElement;
    while (found.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
    const { left, right, top } = found.getBoundingClientRect();
    const scrolled = document.querySelector("[data-testid=stMain]").scrollTop;
    const { outlineStyle, boxShadow } = getComputedStyle(found);
    const ring = outlineStyle !== "none" || boxShadow !== "none" || found.tagName === "INPUT";
    return { top: top + scrolled, seen: right > 0 && left < innerWidth && ring };
}"""


def the_tab_key_goes_from_top_to_bottom(page: Page) -> None:
    """From the link to the content to the button that trains; the closed menu is left out."""
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("stSkipToContent")).to_be_focused()
    stops = []
    for _ in range(30):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(_FOCUSED))
        if button(page, "train_start").evaluate("(e) => e === document.activeElement"):
            break
    assert 10 <= len(stops) < 30 and all(stop["seen"] for stop in stops), stops
    tops = [stop["top"] for stop in stops[2:]]  # after the menu's button and the whole page
    assert all(below > above - 2 for above, below in pairwise(tops)), tops  # one row: a pixel apart
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop = 0")


@pytest.mark.long
def test_on_a_phone_the_training_comes_into_view(
    visit: Callable[..., Page], app_url: str, problems: list[str]
) -> None:
    page = ready(visit(f"{app_url}/train?lang=en", width=390, height=844, touch=True))
    the_tab_key_goes_from_top_to_bottom(page)
    strip = page.get_by_role("img", name=EN["picture.original"].format(digit=0))
    expect(strip).not_to_be_in_viewport()
    button(page, "train_start").tap()
    expect(told(page)).to_be_in_viewport()
    expect(strip).to_be_in_viewport()
    press(page, "train_reset")
    expect(told(page)).to_have_count(0)

    beta = page.get_by_role("slider", name=EN["train.beta"])
    x, y = placed(beta).at(0.7, 0.5)
    scrolled = "document.querySelector('[data-testid=stMain]').scrollTop"
    before = page.evaluate(scrolled)
    swipe(page, (x, y), (x + 5, y - 200))
    page.wait_for_function(f"(before) => {scrolled} > before + 100", arg=before)
    place = placed(beta)
    expect(beta).to_have_value("1")
    swipe(page, place.at(0.1, 0.5), place.at(0.5, 0.5))
    expect(page).to_have_url(re.compile(r"[?&]beta=(4\.9|5|5\.1)\b"))
    settled(page)
    assert problems == []


@pytest.mark.long
def test_a_number_just_typed_counts(page: Page, problems: list[str]) -> None:
    """Straight from the box to the button: what is on the screen is what is trained."""
    page.get_by_role("button", name=EN["train.more"]).click()
    rate = page.get_by_role("spinbutton", name=EN["train.lr"])
    rate.fill("0,5x")
    rate.press("Enter")
    wrong = page.get_by_text("0,5x can't be used")
    expect(wrong).to_be_visible()
    expect(rate).to_have_attribute("aria-invalid", "true")
    rate.fill("0,5")
    rate.press("Enter")
    expect(rate).to_have_value("0.5")
    expect(wrong).to_be_hidden()
    expect(page).to_have_url(re.compile("[?&]lr=0.5"))
    page.keyboard.press("Escape")

    epochs = page.get_by_role("spinbutton", name=EN["train.epochs"])
    start = button(page, "train_start").bounding_box()
    epochs.fill("0")
    page.mouse.click(start["x"] + 20, start["y"] + 10)
    expect(page.get_by_text("0 can't be used: enter a whole number from 1 to 200.")).to_be_visible()
    expect(button(page, "train_start")).to_be_disabled()
    expect(told(page)).to_have_count(0)
    more = page.get_by_role("button", name=EN["number.more"].format(label=EN["train.epochs"]))
    more.click()
    expect(epochs).to_have_value("1")
    expect(button(page, "train_start")).to_be_enabled()
    epochs.fill("47")
    press(page, "train_start")
    expect(told(page)).to_contain_text("of 47")
    expect(page).to_have_url(re.compile("[?&]epochs=47"))
    press(page, "train_reset")
    expect(told(page)).to_have_count(0)
    expect(page.get_by_text(EN["train.example"].partition("{")[0])).to_be_visible()
    assert problems == []


def test_a_learning_rate_too_large_ends_with_a_sentence(page: Page, problems: list[str]) -> None:
    train(page, lr="10")
    expect(told(page)).to_contain_text("Diverged")
    warning = page.get_by_test_id("stAlertContentWarning")
    expect(warning).to_contain_text("The last good weights are kept. The learning rate of 10 is")
    with page.expect_download() as download:
        page.get_by_role("button", name=EN["train.keep.download"]).click()
    run = runs.loads(download.value.path().read_bytes())
    assert all(np.isfinite(weight).all() for weight in run.weights.values())
    assert all(np.isfinite(value) for value in run.results.values())
    assert problems == []
