"""A button that copies the page's address, and a smaller one that starts a lesson with it."""

from collections.abc import Mapping

from vae_demo.ui.parts.mount import browser_part, need

_COPY_LINK = browser_part("copy_link")

LINK_TEXTS = ("copy", "copied", "failed", "make")
"""The keys of the part's texts."""


def copy_link(*, key: str, text: Mapping[str, str]) -> None:
    """Show both buttons, with the texts of `LINK_TEXTS`."""
    need("link", LINK_TEXTS, text)
    _COPY_LINK(key=key, data={"text": dict(text)}, width="content", height="content")
