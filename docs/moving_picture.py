"""Record the animation in the README from a running app: python docs/moving_picture.py [URL]

It opens four pages in a browser, moves a control on each, and writes docs/app.webp.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere
from tests.support.browsing import browsing

OUT = Path(__file__).with_name("app.webp")
WINDOW = {"width": 1280, "height": 900}
WIDTH = 640
FRAMES = 14  # of each page
FRAME_MS = 130
THREE = [
    (0.3, 0.2),
    (0.55, 0.13),
    (0.7, 0.28),
    (0.5, 0.46),
    (0.72, 0.62),
    (0.58, 0.84),
    (0.28, 0.8),
]


def frame(page: Page) -> Image.Image:
    """A screenshot without the menu."""
    left = 280
    clip = {"x": left, "y": 0, "width": WINDOW["width"] - left, "height": WINDOW["height"]}
    picture = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")
    height = WIDTH * picture.height // picture.width
    return picture.resize((WIDTH, height), Image.Resampling.LANCZOS)


def opened(page: Page, address: str, shown: str) -> None:
    """Open a page, with a part of it, named by its `data-testid`, at the top of the window."""
    page.goto(address)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
    page.wait_for_timeout(2000)  # weights arrive and charts are drawn
    page.get_by_test_id(shown).first.evaluate("(part) => part.scrollIntoView({ block: 'start' })")
    page.mouse.wheel(0, -90)  # with the line above it


def slide(page: Page, slider: Locator, start: float, end: float) -> Iterator[Image.Image]:
    """Frames while a range input moves between two shares of its range."""
    for i in range(FRAMES):
        share = start + (end - start) * i / (FRAMES - 1)
        slider.evaluate(
            """(input, share) => {
                const [min, max] = [Number(input.min), Number(input.max)];
                input.value = min + share * (max - min);
                input.dispatchEvent(new Event("input", { bubbles: true }));
            }""",
            share,
        )
        page.wait_for_timeout(60)
        yield frame(page)


def draw(page: Page) -> Iterator[Image.Image]:
    """Frames while a 3 is drawn."""
    page.get_by_test_id("draw-clear").click()
    pad = page.get_by_test_id("draw-pad")
    box = pad.bounding_box()
    assert box
    for i, (x, y) in enumerate(THREE):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=6)
        if i == 0:
            page.mouse.down()
        page.wait_for_timeout(60)
        yield frame(page)
    page.mouse.up()
    page.wait_for_timeout(1500)
    yield from [frame(page)] * (FRAMES - len(THREE))


def frames(page: Page, url: str) -> Iterator[Image.Image]:
    opened(page, f"{url}/epochs?lang=en", "latent-cloud")
    yield from slide(page, page.get_by_test_id("epoch-slider"), 0, 1)
    opened(page, f"{url}/explore?lang=en", "decoded")
    yield from slide(page, page.get_by_test_id("latent-slider").first, 0.15, 0.85)
    opened(page, f"{url}/morph?lang=en", "morph-frame")
    yield from slide(page, page.get_by_test_id("morph-slider"), 0, 1)
    opened(page, f"{url}/draw?lang=en", "draw-pad")
    yield from draw(page)


def main() -> int:
    expect.set_options(timeout=120_000)
    url = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8501"
    with browsing() as browser:
        page = browser.new_page(viewport=WINDOW, locale="en-US")
        first, *others = frames(page, url)
    first.save(
        OUT, save_all=True, append_images=others, duration=FRAME_MS, loop=0, quality=60, method=6
    )
    print(f"{OUT}: {1 + len(others)} frames, {OUT.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
