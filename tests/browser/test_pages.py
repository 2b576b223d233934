"""Every page in a browser: it is there, it fits, it works by hand, and it asks nobody else."""

import io
import re
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import OF_LOOKS, findings
from tests.browser.line import Traffic
from vae_demo.digits import mnist
from vae_demo.ui.frame.language import catalogue
from vae_demo.ui.frame.menu import PAGES, sections
from vae_demo.ui.lessons.lesson import CONTROL
from vae_demo.ui.parts.chart.part import TRACE_TYPES, plotly_script
from vae_demo.ui.server import web

EN, TR = catalogue("en"), catalogue("tr")
Gray = Callable[[Locator], np.ndarray]
Until = Callable[[Page, Callable[[], bool], str], None]


def address(name: str) -> str:
    return "" if name == "home" else name


def title(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def opened(visit: Callable[..., Page], url: str, name: str, query: str = "lang=en") -> Page:
    """A page, once it has run to its end."""
    page = visit(f"{url}/{address(name)}?{query}")
    return whole(page, name)


def whole(page: Page, name: str, language: str = "en") -> Page:
    """Waits until a page has run to its end."""
    expect(title(page)).to_have_text(catalogue(language)[f"{name}.title"])
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    if name != "home":
        expect(page.get_by_text(catalogue(language)["frame.behind"])).to_be_visible()
    return page


# ---- the frame


NAMELESS = """(all) => all.filter((e) => {
    const root = e.getRootNode();
    const ids = (e.getAttribute("aria-labelledby") ?? "").split(" ").filter(Boolean);
    const label = ids.map((id) => root.getElementById(id)?.textContent ?? "").join("");
    const name = e.getAttribute("aria-label") || label || e.innerText || e.title;
    const spoken = e.closest("[data-testid=stDataFrame]"); // by the table inside its canvas
    return !name?.trim() && !e.closest("[aria-hidden=true]") && !spoken;
}).map((e) => e.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize("half", [0, 1])
def test_every_page_looks_well_and_its_first_load_is_small(
    visit: Callable[..., Page], app_url: str, until: Until, problems: list[str], half: int
) -> None:
    page = visit("about:blank", fresh=True)
    ready = f"{app_url}/ready"  # before torch is loaded, a page is shown, and completed after
    until(page, lambda: page.request.get(ready).ok, "the server has loaded torch")
    page.emulate_media(reduced_motion="reduce")  # the later snapshots of Epochs come as it plays
    traffic = Traffic(page)
    for name in list(PAGES)[half::2]:
        traffic.clear()
        page.goto(f"{app_url}/{address(name)}?lang=en")
        looks_well(page, name, "en", 1280)
        is_small(traffic, page, name)
        lists_controls(page, name)
        prints(page)
        assert problems == [], name


SOME = list(PAGES)[::5]
OTHERS = [name for name in PAGES if name not in SOME]


@pytest.mark.parametrize("names", [SOME, pytest.param(OTHERS, marks=pytest.mark.long)])
def test_pages_look_well_in_turkish_in_the_dark_and_on_a_phone(
    visit: Callable[..., Page], app_url: str, problems: list[str], names: list[str]
) -> None:
    page = visit("about:blank", width=390, theme="dark")
    page.emulate_media(reduced_motion="reduce")
    for name in names:
        page.goto(f"{app_url}/{address(name)}?lang=tr")
        looks_well(page, name, "tr", 390, OF_LOOKS)
        expect(page.locator(".stApp")).to_have_css("color-scheme", "dark")
        expect(page.locator("html")).to_have_attribute("lang", "tr")
        assert problems == [], name


# MB of a page whose networks run in the browser; 1.5 for the others.
LARGE = {"draw": 2.5, "explore": 2.5, "morph": 2.5, "epochs": 4, "inpaint": 1.7}


def is_small(traffic: Traffic, page: Page, name: str) -> None:
    """Asserts how much a first load takes, without Streamlit's own files."""
    if name == "draw":  # the last network that is loaded is that of the map
        expect(page.get_by_test_id("latent-map")).to_have_attribute("data-live", "true")
    print(name, traffic.own())
    assert traffic.own() <= LARGE.get(name, 1.5) * 1e6
    plotly = traffic.files_at(plotly_script()) > 0
    assert plotly == (page.locator(".js-plotly-plot").count() > 0)  # for charts only
    if plotly:
        drawn = page.evaluate("Object.keys(Plotly.PlotSchema.get().traces).sort()")
        assert drawn == sorted(TRACE_TYPES)


def lists_controls(page: Page, name: str) -> None:
    """Asserts that a lesson can hide what is on a page: each thing with a name, and by one id."""
    module = web.module_address("engine/page_controls.js")
    script = """async (module) => {
        const { controlsOfPage } = await import(new URL(module, document.baseURI));
        const own = { menu: "menu", part: "part", link: "link", answer: "answer", try: "try" };
        return controlsOfPage(own).map(({ id, label, elements }) =>
            [id, label, elements.every((each) => each instanceof HTMLElement)]);
    }"""
    found = page.evaluate(script, module)
    ids = [id for id, _, _ in found]
    assert {"menu", "link", "answer"} <= {*ids} and len({*ids}) == len(ids), name
    assert name == "home" or "behind" in ids, name
    assert any("/" in id for id in ids), (name, ids)  # inside of a part
    for id, label, elements in found:
        assert label and elements and CONTROL.fullmatch(id), (name, id)


def test_pages_of_every_section_by_the_menu_and_back(
    visit: Callable[..., Page], app_url: str, problems: list[str]
) -> None:
    names = [pages[-1] for section, pages in sections().items() if section]
    page = visit(f"{app_url}/?lang=tr")
    whole(page, "home", "tr")
    menu = page.get_by_test_id("stSidebarNav")
    for name in (*names, "home"):
        menu.get_by_role("link", name=TR[f"{name}.menu"], exact=True).click()
        whole(page, name, "tr")
        expect(page).to_have_url(re.compile(rf"^{app_url}/{address(name)}\?.*lang=tr"))
        titled = [TR[f"{name}.menu"], TR["app.name"]][name == "home" :]
        expect(page).to_have_title(" · ".join(titled))
        assert problems == [], name
    page.go_back()
    whole(page, names[-1], "tr")
    assert problems == []


def looks_well(
    page: Page, name: str, language: str, width: int, rules: Sequence[str] | None = None
) -> None:
    """Asserts that a page is whole, fits its window, and has names and roles for all."""
    whole(page, name, language)
    fits(page, width)
    named(page, name)
    assert findings(page, rules) == [], name
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)


def fits(page: Page, width: int) -> None:
    """Waits until nothing of a page lies beyond its right edge."""
    for part in ("html", "[data-testid=stMain]"):
        page.wait_for_function(
            "([it, width]) => innerWidth === width && it.scrollWidth <= it.clientWidth",
            arg=[page.locator(part).element_handle(), width],
        )


def prints(page: Page) -> None:
    """Asserts that paper gets the page alone, dark on white."""
    page.emulate_media(media="print")
    for part in ("stSidebar", "stHeader"):
        expect(page.get_by_test_id(part)).to_be_hidden()
    expect(title(page)).to_be_visible()
    texts = page.get_by_test_id("stMain").locator("p:visible, .title:visible")
    colours = set(texts.evaluate_all("(all) => all.map((it) => getComputedStyle(it).color)"))
    assert colours == {"rgb(0, 0, 0)"}
    for paper in ("html", "body", ".stApp"):
        expect(page.locator(paper)).to_have_css("background-color", "rgb(255, 255, 255)")
    page.emulate_media(media="screen")


def named(page: Page, name: str) -> None:
    """Asserts that every control and picture of a page has a name, once its parts are loaded."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    controls = page.locator("button:visible, canvas:visible, input[type=range]:visible")
    expect(controls).not_to_have_count(0)
    assert controls.evaluate_all(NAMELESS) == [], name
    images = page.locator("[data-testid=stMain] img:visible")
    assert images.evaluate_all("(all) => all.filter((e) => !e.alt).length") == 0, name


def test_forced_colours_show_controls_and_what_is_chosen(
    visit: Callable[..., Page], app_url: str
) -> None:
    page = visit("about:blank")
    page.emulate_media(forced_colors="active")

    def ground(part: Locator) -> str:
        return str(part.evaluate("(it) => getComputedStyle(it).backgroundColor"))

    def chip(name: str) -> Locator:
        return page.locator(".chip").filter(has=page.get_by_test_id(name))

    def choice(name: str) -> Locator:
        return page.get_by_role("radio", name=name, exact=True)

    page.goto(f"{app_url}/draw?lang=en&noise=gaussian")
    whole(page, "draw")
    expect(page.get_by_test_id("strength")).to_be_visible()
    chip("stage-fit").click()
    expect(page.get_by_test_id("stage-fit")).not_to_be_checked()
    for chosen, other in (
        (chip("noise-gaussian"), chip("noise-none")),
        (chip("where-everywhere"), chip("where-paint")),
        (chip("stage-cut"), chip("stage-fit")),
        (page.get_by_test_id("draw-pen"), page.get_by_test_id("draw-eraser")),
        (choice(EN["draw.source.pad"]), choice(EN["draw.source.test"])),
        (choice("English"), choice("Türkçe")),
    ):
        assert ground(chosen) != ground(other), chosen
    for slider in ("draw-width", "strength"):
        drawn = Image.open(io.BytesIO(page.get_by_test_id(slider).screenshot()))
        assert np.asarray(drawn.convert("L")).std() > 0, slider

    page.goto(f"{app_url}/train?lang=en")
    whole(page, "train")
    slider = page.get_by_role("slider", name=EN["train.beta"])
    drawn = Image.open(io.BytesIO(slider.screenshot()))
    assert np.asarray(drawn.convert("L")).std() > 0
    page.get_by_text(EN["train.more"]).click()
    switch = page.get_by_test_id("stCheckbox").locator("label > span + div").first
    on = ground(switch)
    page.get_by_test_id("stCheckbox").first.click()
    expect(switch).not_to_have_css("background-color", on)


def test_in_a_narrow_window_the_menu_makes_way(
    visit: Callable[..., Page], app_url: str, problems: list[str]
) -> None:
    page = visit(f"{app_url}/?lang=en", width=390)
    whole(page, "home")
    page.wait_for_function("globalThis.vaeDemoMenu")  # the part that closes the menu has come
    sidebar = page.get_by_test_id("stSidebar")
    for name in ("draw", "home"):
        page.get_by_test_id("stExpandSidebarButton").click()
        expect(sidebar).to_have_attribute("data-collapsed", "false")
        menu = page.get_by_test_id("stSidebarNav")
        menu.get_by_role("link", name=EN[f"{name}.menu"], exact=True).click()
        expect(sidebar).to_have_attribute("data-collapsed", "true")
        whole(page, name)
    assert problems == []


AS_TRANSLATED = """() => {
    const heading = document.querySelector("h1");
    const texts = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
    const found = [];
    while (texts.nextNode()) found.push(texts.currentNode);
    for (const text of found) {
        const translation = document.createElement("font");
        translation.append("Übersetzt");
        text.replaceWith(translation);
    }
}"""  # as a browser's translator does it: its own elements take the place of the texts


@pytest.mark.long
def test_the_language_switch_changes_nothing_else(
    visit: Callable[..., Page], app_url: str, until: Until, problems: list[str]
) -> None:
    page = opened(visit, app_url, "explore", "lang=en&run=ae-20")
    expect(page.locator(".explore:not([aria-busy])")).to_be_visible()
    expect(page.get_by_label(EN["streamlit.app_pages"])).to_be_visible()
    page.get_by_role("radio", name="Türkçe").click()
    whole(page, "explore", "tr")
    expect(page.get_by_label(TR["streamlit.app_pages"])).to_be_visible()
    expect(page).to_have_url(re.compile("lang=tr"))
    expect(page).to_have_url(re.compile("run=ae-20"))
    expect(page.locator("canvas[data-run=ae-20]")).to_be_visible()

    page.goto(f"{app_url}/train")  # the language that was chosen, though the browser's is another
    whole(page, "train", "tr")
    curves = page.locator(".js-plotly-plot").nth(1)
    seen = "(plot) => plot._fullData.map((trace) => trace.visible)"
    expect(curves.locator(".legendtext").first).to_have_text(TR["train.curve.train"])
    curves.locator(".legendtoggle").first.click()
    until(page, lambda: "legendonly" in curves.evaluate(seen), "a curve is hidden")
    hidden = curves.evaluate(seen)
    page.get_by_role("radio", name="English").click()
    expect(curves.locator(".legendtext").first).to_have_text(EN["train.curve.train"])
    assert curves.evaluate(seen) == hidden
    page.goto(f"{app_url}/draw?lang=tr&noise=gaussian&source=test&index=7")
    whole(page, "draw", "tr")
    expect(page.get_by_test_id("damaged")).to_be_visible()
    skip, remove = "streamlit.skip_to_main_content", "streamlit.remove"
    expect(page.get_by_test_id("stSkipToContent")).to_have_text(TR[skip])
    expect(page.get_by_label(TR[remove].format(name="ae-30"))).to_be_visible()
    page.evaluate(AS_TRANSLATED)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Übersetzt")
    menu = page.get_by_test_id("stSidebarNav")
    menu.get_by_role("link", name=TR["explore.menu"], exact=True).click()
    whole(page, "explore", "tr")  # and not the heading of the page before
    page.go_back()
    whole(page, "draw", "tr")
    page.evaluate(AS_TRANSLATED)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Übersetzt")
    page.get_by_role("radio", name="English").click()
    whole(page, "draw")
    expect(page.get_by_test_id("stSkipToContent")).to_have_text(EN[skip])
    expect(page.get_by_label(EN[remove].format(name="ae-30"))).to_be_visible()
    for part in ("lang=en", "noise=gaussian", "source=test", "index=7"):
        expect(page).to_have_url(re.compile(part))
    expect(page.get_by_role("radio", name=EN["noise.gaussian"])).to_be_checked()
    expect(page.get_by_role("radio", name=EN["draw.source.test"])).to_be_checked()
    expect(page.get_by_test_id("damaged")).to_be_visible()
    assert problems == []


@pytest.mark.parametrize(
    ("clicked", "seen"),
    [
        ("Türkçe", TR["explore.title"]),
        pytest.param(EN["explore.try.plain"], f"{EN['model.ae']} ·", marks=pytest.mark.long),
    ],
    ids=["language", "what to try"],
)
def test_a_click_is_whole_while_a_part_loads(
    clicked: str, seen: str, visit: Callable[..., Page], app_url: str
) -> None:
    """What is clicked and what a part tells in the same moment travel as one message."""
    page = visit(f"{app_url}/home?lang=en")
    page.add_init_script(  # the moment of a busy browser
        """const later = window.setTimeout.bind(window);
        window.setTimeout = (run, delay, ...rest) => later(run, delay || 800, ...rest);"""
    )
    page.goto(f"{app_url}/explore?lang=en")
    expect(page.locator(".explore")).to_be_visible()
    page.get_by_text(clicked, exact=True).click()
    expect(page.get_by_text(seen)).to_be_visible()


def test_a_browser_s_language_is_the_first_guess(visit: Callable[..., Page], app_url: str) -> None:
    page = visit(f"{app_url}/morph", locale="tr-TR")
    whole(page, "morph", "tr")
    expect(page).to_have_url(f"{app_url}/morph?lang=tr")
    assert page.evaluate("history.length") == 2  # Python's change of the address is no step


# ---- Morph


def saved(page: Page, name: str) -> Image.Image:
    """The picture that a download button gives."""
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    return Image.open(io.BytesIO(download.value.path().read_bytes()))


def test_morph_s_files_are_what_they_say(
    visit: Callable[..., Page], app_url: str, problems: list[str]
) -> None:
    page = opened(visit, app_url, "morph")
    animation = saved(page, EN["morph.gif"])
    assert animation.format == "GIF" and animation.is_animated
    assert animation.n_frames == 41 + 39  # there and back, the ends once
    assert animation.size == (4 * 28 * 4 + 3 * 8, 28 * 4)
    strips = saved(page, EN["morph.png"])
    assert strips.format == "PNG"
    assert strips.size == (9 * 28 * 4 + 8 * 8, 4 * 28 * 4 + 3 * 8)
    ends = np.asarray(strips)[: 28 * 4 : 4, : 28 * 4 : 4]
    digits = mnist.test_digits()
    assert (digits.images[digits.of(3)] == ends).all((1, 2)).any()
    assert problems == []
