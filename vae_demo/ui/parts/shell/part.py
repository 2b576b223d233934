"""What every page tells the browser besides what it shows: its language."""

from vae_demo.ui.parts.mount import browser_part

_SHELL = browser_part("shell")


def shell(language: str) -> None:
    """Tells the browser the page's language, which screen readers and translators go by.

    In a narrow window it also has the menu make way for a page that was chosen. And it has a change
    within a page replace the address, so that Back leads to the page before.
    """
    _SHELL(key="shell", data={"language": language})
