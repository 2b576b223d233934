"""Scrolls to what has just begun. Shows nothing."""

from vae_demo.ui.parts.mount import browser_part

_SCROLL = browser_part("scroll")


def reveal(starts: int, *, key: str) -> None:
    """Scrolls to what is below whenever `starts`, the number of starts, is another; shows nothing.

    On a phone, what a button starts may begin below the screen.
    """
    _SCROLL(key=key, data={"starts": starts}, height="content")
