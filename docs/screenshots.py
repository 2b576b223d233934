"""Take the README's pictures anew from a running app: python docs/screenshots.py [URL]."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere
from benchmarks.browsing import browsing

HERE = Path(__file__).parent
SHOTS = {
    "home": "/?lang=en",
    "draw": "/draw?lang=en&source=test&noise=dropout",
    "explore": "/explore?lang=en",
    "morph": "/morph?lang=en",
    "generate": "/generate?lang=en",
    "train": "/train?lang=en",
    "epochs": "/epochs?lang=en",
    "compare": "/compare?lang=en",
}


def shoot(page: Page, url: str, name: str) -> None:
    page.goto(url + SHOTS[name])
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
    if name == "train":
        page.get_by_role("button", name="Train", exact=True).click()
        expect(page.get_by_text("Finished:")).to_be_visible(timeout=300_000)
    if name == "home":
        page.get_by_test_id("epoch-slider").press("End")
    if name == "epochs":
        page.get_by_test_id("epoch-play").click()
        expect(page.get_by_test_id("epoch-plane")).to_have_attribute("data-moment", re.compile("."))
    page.wait_for_timeout(1500)  # charts finish drawing; a picture may wait for a second
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.resize((640, 450), Image.Resampling.LANCZOS).save(HERE / f"{name}.webp", quality=80)


def main() -> int:
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8501"
    with browsing() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-US")
        for name in SHOTS:
            shoot(page, url.rstrip("/"), name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
