"""Where a hand finds things on the screen."""

from typing import NamedTuple

from playwright.sync_api import Locator

STILL = 8  # frames in which a thing has to stay where it is

_AT_REST = """async (element, still) => {
    await document.fonts.ready;
    for (let same = 0, last = ""; same < still; ) {
        await new Promise(requestAnimationFrame);
        const { left, top, width, height } = element.getBoundingClientRect();
        const now = [left, top, width, height].join();
        same = now === last && width > 0 ? same + 1 : 0;
        last = now;
    }
    const { left, top, width, height } = element.getBoundingClientRect();
    return [left, top, width, height];
}"""


class Place(NamedTuple):
    """A rectangle on the screen, in CSS pixels."""

    left: float
    top: float
    width: float
    height: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A point of it, by its shares of the width and the height."""
        return self.left + x * self.width, self.top + y * self.height


def placed(target: Locator) -> Place:
    """Brings a thing into sight and tells where it is, once nothing moves it any more.

    A page that has just opened still shifts: another part is drawn, a font comes.
    """
    target.scroll_into_view_if_needed()
    return Place(*target.evaluate(_AT_REST, STILL))
