"""The static site under the hand, from a plain file server: the same numbers as PyTorch's."""

import threading
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.axe import findings
from tests.browser.hand import placed, together
from tests.browser.test_home import code_at, shows
from tests.support.servers import static_files
from vae_demo import runs
from vae_demo.digits import mnist, to_digit
from vae_demo.latent import between
from vae_demo.models import Codec, decode_many, embed_many, reconstruct_many
from vae_demo.ui.frame.language import catalogue
from vae_demo.ui.frame.link_fields import read_link
from vae_demo.ui.site import export

Gray = Callable[[Locator], np.ndarray]
Until = Callable[[Page, Callable[[], bool], str], None]
Visit = Callable[..., Page]
FIVE = [
    (0.75, 0.15),
    (0.3, 0.15),
    (0.28, 0.45),
    (0.6, 0.45),
    (0.7, 0.65),
    (0.55, 0.85),
    (0.25, 0.8),
]
WAYS = [(None, "linear"), ("vae-20", "linear"), ("vae-20", "spherical"), ("ae-20", "linear")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("export") / "site"
    export.export(made)
    return made


@pytest.fixture(scope="module")
def url(folder: Path) -> Iterator[str]:
    with static_files(folder) as found:
        yield found


@pytest.fixture(scope="module")
def models() -> dict[str, Codec]:
    return {name: runs.find(name).build() for name in ("ae-30", "vae-20", "ae-20")}


@pytest.fixture
def opened(visit: Visit, url: str, until: Until) -> Callable[..., Page]:
    def go(address: str, **options: Any) -> Page:
        page = visit(address if address.startswith("http") else f"{url}/{address}", **options)
        expect(page.locator("html")).to_have_attribute("data-state", "ready")
        page.wait_for_load_state("networkidle")
        return page

    return go


def near(page: Page, gray: Gray, until: Until, canvas: Locator, wanted: np.ndarray) -> None:
    """Waits until a canvas shows this picture."""
    until(page, lambda: same(gray(canvas), wanted), "the picture that PyTorch makes")


def same(picture: np.ndarray, wanted: np.ndarray) -> bool:
    """Whether two pictures are the same to 2 of 255."""
    return int(np.abs(picture.astype(int) - wanted).max()) <= 2


@pytest.fixture
def on(models: dict[str, Codec]) -> Callable[..., np.ndarray]:
    def picture(way: int, ends: np.ndarray, at: float) -> np.ndarray:
        """What a way of Morph shows at a place between two digits."""
        run, path = WAYS[way]
        if run is None:
            return between(*ends, [at]).round().astype(np.uint8)[0]
        codes = embed_many(models[run], ends)
        return decode_many(models[run], between(*codes, [at], path))[0]

    return picture


def query(page: Page) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.url).query))


def link(page: Page, name: str) -> dict[str, Any]:
    """The values that the address of the page `name` holds."""
    return read_link(name, urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query))


@pytest.mark.some(1)
@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "finger"])
def test_a_stroke_is_followed_and_its_link_restores_it(
    opened: Callable[..., Page],
    gray: Gray,
    until: Until,
    models: dict[str, Codec],
    problems: list[str],
    touch: bool,
) -> None:
    page = opened(
        "index.html?lang=en", **({"width": 390, "height": 844} if touch else {}), touch=touch
    )
    pad = page.get_by_test_id("draw-pad")
    for seen in (pad, page.get_by_test_id("digit-28")):
        expect(seen).to_be_in_viewport(ratio=1)
    place = placed(pad)
    points = [place.at(x, y) for x, y in FIVE]
    send = page.context.new_cdp_session(page).send

    def finger(kind: str, *places: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in places]
        send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    if touch:
        finger("touchStart", points[0])
        for point in points[1:]:
            finger("touchMove", point)
    else:
        page.mouse.move(*points[0])
        page.mouse.down()
        for point in points[1:]:
            page.mouse.move(*point, steps=5)

    again = "canvas[data-testid=reconstruction][data-run={}]"

    def follows() -> bool:
        """Whether all pictures are those of the stroke as it is on the pad by now."""
        digit = gray(page.get_by_test_id("digit-28"))
        drawn = [gray(page.locator(again.format(name))) for name in ("ae-30", "vae-20")]
        wanted = [reconstruct_many(models[name], digit[None])[0] for name in ("ae-30", "vae-20")]
        return all(map(same, [digit, *drawn], [to_digit(gray(pad)), *wanted]))

    until(page, follows, "the pictures follow the pen, which is still down")
    if touch:
        finger("touchEnd")
    else:
        page.mouse.up()
    until(page, follows, "the pictures are those of the stroke")
    until(page, lambda: "digit" in query(page), "the drawing is in the address")
    digit = gray(page.get_by_test_id("digit-28"))
    assert np.array_equal(link(page, "draw")["digit"], digit)

    other = opened(page.url)
    until(
        other,
        lambda: np.array_equal(gray(other.get_by_test_id("digit-28")), digit),
        "the same digit",
    )
    assert problems == []


def test_home_s_map_is_played_with(
    opened: Callable[..., Page], gray: Gray, until: Until, problems: list[str]
) -> None:
    page = opened("home.html?lang=en")
    place = placed(page.get_by_test_id("latent-map"))
    page.mouse.move(*place.at(0.4, 0.7))
    until(page, lambda: shows(page, gray, code_at(place, 0.4, 0.7)), "the code's digit")
    expect(page.get_by_text("run vae-2")).to_contain_text("over 16 epochs")
    assert problems == []


def test_a_slider_is_followed_and_its_link_restores_it(
    opened: Callable[..., Page],
    gray: Gray,
    until: Until,
    models: dict[str, Codec],
    problems: list[str],
) -> None:
    page = opened("explore.html?lang=en")
    assert findings(page) == []
    slider = page.get_by_test_id("latent-slider").first
    track = placed(slider)
    page.mouse.move(*track.at(0.5, 0.5))
    page.mouse.down()
    page.mouse.move(*track.at(0.9, 0.5), steps=8)
    page.mouse.up()
    until(page, lambda: "z" in query(page), "the code is in the address")
    code = link(page, "explore")["z"]
    assert len(code) == 20
    dimension = int(slider.get_attribute("data-dim") or -1)
    assert (
        code[dimension] == pytest.approx(float(slider.input_value()), abs=0.001)
        and code[dimension] > 2
    )
    wanted = decode_many(models["vae-20"], code[None])[0]
    near(page, gray, until, page.get_by_test_id("decoded"), wanted)
    shown = gray(page.get_by_test_id("decoded"))

    other = opened(page.url)
    decoded = other.get_by_test_id("decoded")
    until(other, lambda: np.array_equal(gray(decoded), shown), "the same digit")
    other.get_by_role("link", name="Türkçe").click()
    title = catalogue("tr")["explore.title"]  # before the style sheet is there, both are
    expect(other.get_by_role("heading", level=1, name=title)).to_be_visible()
    until(other, lambda: np.array_equal(gray(decoded), shown), "the same digit in Turkish")

    other.locator("select").select_option("ae-20")
    expect(other.get_by_test_id("latent-slider")).to_have_count(20)
    until(other, lambda: query(other)["run"] == "ae-20", "the other run is in the address")
    assert problems == []


def test_ways_between_any_digits(
    opened: Callable[..., Page],
    gray: Gray,
    until: Until,
    on: Callable[..., np.ndarray],
    problems: list[str],
) -> None:
    page = opened("morph.html?lang=en&from=7&to=21&at=0.3")  # as earlier links name digits
    ends = mnist.probe().images[[7, 21]]

    def shows(page: Page, ends: np.ndarray, at: float) -> None:
        for i in range(len(WAYS)):
            near(page, gray, until, page.get_by_test_id("morph-frame").nth(i), on(i, ends, at))

    shows(page, ends, 0.3)
    page.get_by_test_id("morph-slider").press("End")
    shows(page, ends, 1)
    page.get_by_test_id("morph-slider").press("Home")
    page.locator("select").first.focus()  # which no hand can choose from before
    page.locator("select").first.select_option("5")
    until(page, lambda: query(page).get("from") == "5", "another digit is in the address")
    first = int(np.flatnonzero(mnist.probe_indices() == link(page, "morph")["from_index"])[0])
    assert mnist.probe().labels[first] == 5
    shows(page, mnist.probe().images[[first, 21]], 0)
    shows(opened(page.url), mnist.probe().images[[first, 21]], 0)
    assert problems == []


def test_digits_are_chosen_before_any_network_is_here(
    visit: Visit,
    url: str,
    gray: Gray,
    until: Until,
    on: Callable[..., np.ndarray],
    problems: list[str],
) -> None:
    page = visit("about:blank", fresh=True)
    held: list[Route] = []
    page.route("**/*.safetensors", lambda route: held.append(route))
    page.goto(f"{url}/morph.html?at=0.3")
    page.locator("select").first.select_option("5")
    until(page, lambda: "from" in query(page), "the digit is in the address")
    frames = page.get_by_test_id("morph-frame")
    found = link(page, "morph")
    ends = mnist.test_digits().images[[found["from_index"], found["to_index"]]]
    near(page, gray, until, frames.nth(0), on(0, ends, 0.3))
    assert not gray(frames.nth(1)).any()  # rather than another digit's
    assert len(held) == 2  # each is asked for once
    for each in held:
        each.continue_()
    for i in range(len(WAYS)):
        near(page, gray, until, frames.nth(i), on(i, ends, 0.3))
    assert problems == []


@pytest.mark.some(1)
@pytest.mark.parametrize("name", export.PAGES)
def test_a_page_asks_its_question_at_once_and_nothing_jumps(
    visit: Visit, url: str, problems: list[str], name: str
) -> None:
    page = visit("about:blank", fresh=True, width=390, height=844)
    held: list[Route] = []
    free = threading.Event()
    page.route("**/*.js", lambda r: r.continue_() if free.is_set() else held.append(r))
    page.goto(f"{url}/{export.PAGES[name]}?lang=tr", wait_until="commit")
    texts = catalogue("tr")
    seen = [
        page.get_by_role("heading", level=1, name=texts[f"{name}.title"]),
        page.get_by_text(texts[f"{name}.answer"]),
        *(page.get_by_role("link", name=texts[f"{other}.menu"]) for other in export.PAGES),
    ]
    for each in seen:
        expect(each).to_be_visible()
    before = together(*seen)
    free.set()
    for script in held:
        script.continue_()
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    expect(page.get_by_test_id("copy-link")).to_have_css("display", "flex")  # its style is here
    assert together(*seen) == before
    assert problems == []


@pytest.mark.long
def test_the_digit_stays_in_sight_at_the_top(opened: Callable[..., Page], until: Until) -> None:
    page = opened("explore.html", width=390, height=844, touch=True)
    page.get_by_test_id("latent-slider").last.scroll_into_view_if_needed()
    assert 0 <= placed(page.get_by_test_id("decoded")).top < 16


def test_a_page_that_is_opened_as_a_file_says_what_it_needs(visit: Visit, folder: Path) -> None:
    page = visit("about:blank")
    for language in ("en", "tr"):
        page.goto(f"{(folder / 'index.html').as_uri()}?lang={language}")
        said = page.get_by_text("python -m http.server").locator("visible=true")
        expect(said).to_have_count(1)
        expect(page.get_by_role("heading", level=1)).to_have_text(catalogue(language)["draw.title"])


def test_a_file_that_does_not_arrive_is_said(visit: Visit, url: str) -> None:
    page = visit("about:blank", fresh=True)
    page.route("**/files/*", lambda route: route.abort())
    for name in ("home", "index", "explore", "morph"):
        page.goto(f"{url}/{name}.html?lang=tr")
        said = page.get_by_role("alert")
        expect(said).to_contain_text("dosyası yüklenemedi")
        expect(said.get_by_text("did not load")).to_be_hidden()


@pytest.mark.long
def test_no_model_at_all_stays_so(opened: Callable[..., Page], problems: list[str]) -> None:
    page = opened("index.html?runs=vae-20")
    expect(page.get_by_test_id("reconstruction")).to_have_count(1)
    page.get_by_role("checkbox", name="vae-20", exact=True).uncheck()
    expect(page.get_by_test_id("reconstruction")).to_have_count(0)
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    expect(page.get_by_test_id("digit-28")).to_be_visible()
    expect(page.get_by_test_id("reconstruction")).to_have_count(0)
    expect(page.get_by_role("alert")).to_be_hidden()
    assert problems == []


def test_the_first_page_is_small(visit: Visit, url: str, problems: list[str]) -> None:
    page = visit("about:blank", fresh=True)
    sizes: list[int] = []
    page.on(
        "response", lambda answer: sizes.append(int(answer.header_value("content-length") or 0))
    )
    page.goto(url)
    expect(page.locator("html")).to_have_attribute("data-state", "ready")
    page.wait_for_load_state("networkidle")
    assert 1e6 < sum(sizes) < 5e6
    assert problems == []


@pytest.mark.long
def test_nonsense_in_the_address_is_ignored(
    opened: Callable[..., Page], problems: list[str]
) -> None:
    draw = "index.html?digit=!!&noise=fire&strength=NaN&seed=-1&mask=x&without=all&runs=a,b"
    for address in (
        f"{draw}&lang=en",
        f"{draw}&lang=xx",
        "explore.html?run=../../etc&z=1,2,3&digit=x&plane=&temperature=inf&lang=tr",
        "explore.html?z=" + ",".join(["nan"] * 20) + "&plane=9e999&lang=xx",
        "morph.html?from=99999&to=-3&at=seven&lang=tr",
    ):
        page = opened(address)
        expect(page.locator("canvas.digit").first).to_be_visible()
        page.close()
        assert problems == [], address
