"""A button that copies the page's address."""

from collections.abc import Mapping

from vae_demo.ui.parts.mount import browser_part, need

_LINK = browser_part("copy_link")

LINK_TEXTS = ("copy", "copied", "failed")
"""The texts that `copy_link` needs."""


def copy_link(*, key: str, text: Mapping[str, str]) -> None:
    """A button that copies the page's address; see `LINK_TEXTS`."""
    need("link", LINK_TEXTS, text)
    _LINK(key=key, data={"text": dict(text)}, width="content", height="content")
