"""The app's pages for tests that need no browser."""

from pathlib import Path

from vae_demo.ui.frame.page import PAGES

ROOT = Path(__file__).resolve().parents[2]
MAIN = str(ROOT / "vae_demo" / "ui" / "main.py")


def page_file(name: str) -> str:
    """A page's file, from the folder of the main script, as `AppTest.switch_page` takes it."""
    return "/".join(filter(None, ("../../pages", PAGES[name][0], f"{name}.py")))
