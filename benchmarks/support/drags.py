"""What the mouse drags on each page, for `interaction.py`, and where the result is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page


@dataclass(frozen=True)
class Drag:
    """A control to drag, and where the result is seen."""

    path: str
    handle: Callable[[Page], Locator]
    canvas: str  # the test id of the canvas that shows the result; "" for a drawing
    drawing: str = ""  # a CSS selector of the element whose parts change
    answers_to: str = "pointermove"
    zigzag: bool = False  # over a square, not along a line
    pointing: bool = False  # not every place asks for another picture
    answered: bool = False  # the next event comes when the picture of the last one is there
    bare: bool = False  # a page without Streamlit


def _id(testid: str) -> Callable[[Page], Locator]:
    """The first element with a test id."""
    return lambda page: page.get_by_test_id(testid).first


def _trained(part: str, handle: str, choice: str = "") -> Callable[[Page], Locator]:
    """A control of a part that trains first, once it has; after a choice, if one is given."""

    def find(page: Page) -> Locator:
        if choice:
            page.get_by_test_id(choice).check()
        found = page.get_by_test_id(handle)
        found.scroll_into_view_if_needed()  # some train when they are in sight
        page.wait_for_selector(f".{part}[data-trained=true]")
        return found

    return find


def _while_bubbles_learn(page: Page) -> Locator:
    """The slider of beta, while the VAE is trained."""
    page.get_by_test_id("play").click()
    page.wait_for_selector(".bubbles[data-playing=true]")
    return page.get_by_test_id("beta")


DRAGS = {
    "explore": Drag("/explore", _id("latent-slider"), "decoded"),
    "map": Drag("/explore", _id("latent-map"), "decoded", zigzag=True),
    "around": Drag("/explore", _id("around-sigma"), "around-sample"),
    "morph": Drag("/morph", _id("morph-slider"), "morph-frame"),
    "draw": Drag("/draw", _id("draw-pad"), "digit-28", zigzag=True),
    "redraw": Drag("/draw", _id("draw-pad"), "reconstruction", zigzag=True),
    "epochs": Drag("/epochs", _id("epoch-slider"), "latent-cloud"),
    "denoise": Drag("/denoise", _id("strength"), "damaged"),
    "denoised": Drag("/denoise", _id("strength"), "best", answered=True),
    "compress": Drag("/compress?shown=drawn", _id("draw-pad"), "digit-28", zigzag=True),
    "bubbles": Drag("/bubbles", _id("bubble-map"), "bubble-map", zigzag=True),
    "curves": Drag("/bubbles", _id("curves"), "curves"),
    "beta": Drag("/bubbles", _while_bubbles_learn, "bubble-map"),
    "sigma": Drag("/loss", _id("loss-sigma"), "", "[data-testid=loss-nats]"),
    "grey": Drag("/loss", _id("loss-grey"), "", "[data-testid=loss-pixel]"),
    "collapse": Drag("/collapse", _id("collapse-slider"), "", ".collapse .bars"),
    "transform": Drag("/transform", _id("handle-slant"), "pulled"),
    "manifold": Drag(
        "/manifold", _trained("manifold", "manifold-map"), "manifold-map", zigzag=True
    ),
    "noise": Drag("/manifold", _trained("manifold", "noise"), "manifold-map"),
    "penalty": Drag(
        "/manifold", _trained("manifold", "penalty", "kind-contractive"), "manifold-map"
    ),
    "space": Drag("/manifold", _trained("straightened", "space"), "space", zigzag=True),
    "number": Drag("/manifold", _trained("straightened", "space-at"), "space"),
    "kernels": Drag("/kernels", _id("kernel-map"), "kernel", zigzag=True, pointing=True),
    "posterior": Drag("/posterior", _id("posterior-map"), "posterior-map", zigzag=True),
    "features": Drag("/features", _id("map-pixels"), "map-pixels", zigzag=True, pointing=True),
}
SLIDERS = Drag(
    "/", lambda page: page.get_by_role("slider").first, "decoded", answers_to="pointerup"
)
FLOOR = Drag("", lambda page: page.get_by_role("slider"), "decoded", bare=True)
