"""Where a hand finds things on the screen."""

from typing import NamedTuple

from playwright.sync_api import Locator, Page

STILL = 8  # frames in which things have to stay where they are
MOST = 1500  # frames after which it is said that they never rest

_AT_REST = """async ([elements, still, most]) => {
    const places = () => elements.map((element) => {
        const { left, top, width, height } = element.getBoundingClientRect();
        return [left, top, width, height];
    });
    await document.fonts.ready;
    for (let same = 0, last = "", frame = 0; same < still; frame++) {
        if (frame > most) throw new Error(`never at rest: ${last}`);
        await new Promise(requestAnimationFrame);
        if (!elements.every((element) => element.isConnected)) return null;
        const now = places();
        same = now.join() === last && now.every(([, , width]) => width > 0) ? same + 1 : 0;
        last = now.join();
    }
    return places();
}"""

_BECOME = """(rests) => new Promise((done) => {
    let streak = 0, frames = 0, before = window.asked;
    const look = () => {
        streak = (window.asked === before) === rests ? streak + 1 : 0;
        before = window.asked;
        if (streak > 10 || ++frames > 1000) done(streak > 10);
        else window.frame(look);
    };
    look();
})"""


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
    (place,) = together(target)
    return place


def together(*targets: Locator) -> list[Place]:
    """Where all that these find is at one and the same moment, once nothing moves any of it."""
    for _ in range(10):
        elements = [element for target in targets for element in target.element_handles()]
        found = targets[0].page.evaluate(_AT_REST, [elements, STILL, MOST])
        if found is not None:  # else others have taken their place meanwhile
            return [Place(*place) for place in found]
    raise AssertionError("what is looked for is replaced again and again")


def swipe(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draws a finger over the screen in ten steps."""
    session = page.context.new_cdp_session(page)
    for step in range(11):
        x, y = (a + (b - a) * step / 10 for a, b in zip(start, end, strict=True))
        kind = "touchMove" if step else "touchStart"
        place = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
        session.send("Input.dispatchTouchEvent", place)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def count_frames(page: Page) -> None:
    """Has a page count the animation frames that it asks for, from its next opening on."""
    page.add_init_script(
        """window.asked = 0;
        window.frame = window.requestAnimationFrame.bind(window);
        window.requestAnimationFrame = (f) => { window.asked++; return window.frame(f); };"""
    )


def frames_become(page: Page, resting: bool) -> bool:
    """Whether a page of `count_frames` comes to ask for none, or for every frame, for a while."""
    return bool(page.evaluate(_BECOME, resting))


def rests_out_of_sight(page: Page) -> None:
    """Scrolls away from what plays on a page of `count_frames`, and back: it rests meanwhile."""
    assert frames_become(page, resting=False)
    main = page.get_by_test_id("stMain")
    main.evaluate("(main) => main.scrollTo(0, main.scrollHeight)")
    assert frames_become(page, resting=True)
    main.evaluate("(main) => main.scrollTo(0, 0)")
    assert frames_become(page, resting=False)
