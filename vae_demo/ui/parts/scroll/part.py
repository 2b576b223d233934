"""Scrolls to what has just begun. Shows nothing."""

from vae_demo.ui.parts.mount import browser_part

_SCROLL = browser_part("scroll")


def reveal(turn: int, *, key: str) -> None:
    """Scrolls what is below to where it is seen, at each new `turn`; shows nothing.

    On a phone, what a button starts may begin below the screen.
    """
    _SCROLL(key=key, data={"turn": turn}, height="content")
