"""Scroll to new content. The part itself is invisible."""

from vae_demo.ui.parts.mount import browser_part

_SCROLL = browser_part("scroll")


def reveal(starts: int, *, key: str) -> None:
    """Scroll to the content below whenever `starts`, the number of starts, has changed.

    On a phone, the content that a button starts may be below the screen.
    """
    _SCROLL(key=key, data={"starts": starts}, height="content")
