"""Browser parts: what Streamlit has no widget for, as small JavaScript modules.

Each part is one file, `digits.js` or `pad.js`, whose default export draws it; `net.js` and
`page.js` are shared. Here each part is registered once, when this module is imported, and gets a
typed function to mount it.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

__all__ = ["PAD_TEXTS", "Picture", "digits", "pad", "show_on_pad"]

_HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(\w+\.js)";\n', re.MULTILINE)


def _bundle(name: str) -> str:
    """One module's source with the modules it imports written before it, each once.

    Streamlit hands a part to the browser as one text, from which relative imports lead nowhere. So
    the import lines go and the names they bring are simply there: modules must not reuse each
    other's names, nor rename what they import.
    """
    sources: dict[str, str] = {}

    def add(module: str) -> None:
        source = (_HERE / module).read_text(encoding="utf-8")
        for names, imported in _IMPORT.findall(source):
            if " as " in names:
                raise ValueError(f"{module} renames an import from {imported}: {names.strip()}")
            if imported not in sources:
                add(imported)
        sources[module] = _IMPORT.sub("", source)

    add(name)
    return "\n".join(sources.values())


_CSS = (_HERE / "parts.css").read_text(encoding="utf-8")
_DIGITS = st.components.v2.component("vae_demo_digits", css=_CSS, js=_bundle("digits.js"))
_PAD = st.components.v2.component("vae_demo_pad", css=_CSS, js=_bundle("pad.js"))


@dataclass(frozen=True, eq=False)
class Picture:
    """One 28x28 picture and what is written around it.

    Attributes:
        pixels: (28, 28) uint8, 0 black to 255 white.
        label: Short title above the picture.
        caption: One line below it, such as its error.
        testid: `data-testid` of the canvas: "digit-28", "reconstruction", "decoded".
        run: Name of the run that made it, as `data-run` of the canvas.
        alt: What a screen reader says; the label where this is empty.
    """

    pixels: NDArray[np.uint8]
    label: str
    caption: str = ""
    testid: str = ""
    run: str = ""
    alt: str = ""

    def __post_init__(self) -> None:
        if self.pixels.shape != (28, 28) or self.pixels.dtype != np.uint8:
            came = f"{self.pixels.dtype} {self.pixels.shape}"
            raise ValueError(f"a picture is uint8 (28, 28), 0 black to 255 white; this is {came}")


def digits(pictures: Sequence[Picture], *, key: str, size: int = 112) -> None:
    """Shows 28x28 pictures side by side with hard-edged pixels, wrapped where the row is full.

    Args:
        pictures: What to show, in order.
        key: Streamlit's key. With the same key, new pictures replace the old without a flicker.
        size: Width and height of one picture in CSS pixels; multiples of 28 look best.
    """
    _DIGITS(
        key=key,
        data={
            # One text for all pixels: raw bytes can travel only where nothing else does.
            "pixels": base64.b64encode(b"".join(p.pixels.tobytes() for p in pictures)).decode(),
            "pictures": [
                {
                    "label": p.label,
                    "caption": p.caption,
                    "testid": p.testid,
                    "run": p.run,
                    "alt": p.alt,
                }
                for p in pictures
            ],
            "size": size,
        },
        height="content",
    )


PAD_TEXTS = ("label", "hint", "pen", "eraser", "undo", "clear", "width")
"""The texts that `pad` needs; a text "redo" shows a redo button, too."""


@dataclass
class _Drawing:
    """What one pad shows, kept in the session: unlike a widget's state it outlives its page."""

    png: str | None
    turn: int = 0  # raised whenever Python, not the hand, puts a picture on the pad


def _drawing(key: str, picture: str | None) -> _Drawing:
    """The drawing kept for the pad `key`; at first it is `picture`."""
    kept: _Drawing = st.session_state.setdefault(f"{key}-drawing", _Drawing(picture or None))
    state = st.session_state.get(key) or {}
    drawn = state.get("drawing")
    # A drawing of an earlier turn is what Python has replaced since; the browser will follow.
    if isinstance(drawn, Mapping) and drawn.get("turn") == kept.turn:
        png = drawn.get("png")
        kept.png = png if isinstance(png, str) else None
    return kept


def pad(*, key: str, text: Mapping[str, str], picture: str | None = None) -> str | None:
    """Mounts the drawing pad and returns the drawing: base64 of a 280x280 PNG, white on black.

    The drawing comes when the pen is lifted; None while nothing is drawn. It is found again when
    the visitor leaves the page and returns.

    Args:
        key: Streamlit's key.
        text: The translated texts, see `PAD_TEXTS`.
        picture: base64 of the PNG that the session's first visit to this pad begins with. To change
            the drawing later, see `show_on_pad`.
    """
    missing = [name for name in PAD_TEXTS if name not in text]
    if missing:
        raise ValueError(f"the pad needs the texts {', '.join(PAD_TEXTS)}; no {', '.join(missing)}")
    kept = _drawing(key, picture)
    _PAD(
        key=key,
        data={"text": dict(text), "picture": kept.png, "turn": kept.turn},
        on_drawing_change=lambda: None,
        height="content",
    )
    return kept.png


def show_on_pad(key: str, picture: str | None) -> None:
    """Puts a picture on the pad `key`, or clears it with None, whatever is drawn there.

    Call it before the pad is mounted: in a button's callback, or from another page.

    Args:
        key: The key given to `pad`.
        picture: base64 of a PNG; it is stretched to the pad's square.
    """
    kept = _drawing(key, None)
    kept.png = picture or None
    kept.turn += 1
