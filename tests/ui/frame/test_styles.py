"""The styles of the frame are about elements that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_every_key_of_a_style_is_the_key_of_an_element() -> None:
    styles = (ROOT / "vae_demo" / "ui" / "frame" / "frame.css").read_text("utf-8")
    keys = set(re.findall(r"st-key-(\w+)", styles))
    files = [*(ROOT / "pages").rglob("*.py"), *(ROOT / "vae_demo" / "ui").rglob("*.py")]
    source = "\n".join(path.read_text("utf-8") for path in files)
    assert keys and all(re.search(rf'"{key}(?:"|\{{)', source) for key in keys), keys
