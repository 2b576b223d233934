"""Browser parts: what Streamlit has no widget for, as small JavaScript modules.

Each part is one file, `digits.js` or `pad.js`, whose default export draws it; `net.js`, `page.js`
and `player.js` are shared. Here each part is registered once, when this module is imported, and
gets a typed function to mount it.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vae_demo.figures import DIGIT_COLOURS, latent_range

__all__ = [
    "FILM_TEXTS",
    "PAD_TEXTS",
    "TIMELINE_TEXTS",
    "Picture",
    "digits",
    "film",
    "keep_cookie",
    "pad",
    "show_on_pad",
    "timeline",
]

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
_KEEPER = st.components.v2.component("vae_demo_keeper", js=_bundle("keeper.js"))
_DIGITS = st.components.v2.component("vae_demo_digits", css=_CSS, js=_bundle("digits.js"))
_PAD = st.components.v2.component("vae_demo_pad", css=_CSS, js=_bundle("pad.js"))
_TIMELINE = st.components.v2.component("vae_demo_timeline", css=_CSS, js=_bundle("timeline.js"))
_FILM = st.components.v2.component("vae_demo_film", css=_CSS, js=_bundle("film.js"))


def _need(part: str, names: Sequence[str], text: Mapping[str, str]) -> None:
    """Refuses texts in which a name that the part shows is missing."""
    missing = [name for name in names if name not in text]
    if missing:
        raise ValueError(f"the {part} needs the texts {', '.join(names)}; no {', '.join(missing)}")


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


def digits(
    pictures: Sequence[Picture], *, key: str, size: int = 112, columns: int | None = None
) -> None:
    """Shows 28x28 pictures side by side with hard-edged pixels, wrapped where the row is full.

    Args:
        pictures: What to show, in order.
        key: Streamlit's key. With the same key, new pictures replace the old without a flicker.
        size: Width and height of one picture in CSS pixels; multiples of 28 look best.
        columns: Pictures in a row, made smaller where there is no room; None for as many as fit.
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
            "columns": columns,
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
    _need("pad", PAD_TEXTS, text)
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


TIMELINE_TEXTS = ("label", "play", "pause", "epoch", "slider")
"""The texts that `timeline` needs; "epoch" holds "{at}", which the browser fills in."""


def timeline(
    points: NDArray[np.float32],
    labels: NDArray[np.integer],
    strip: NDArray[np.uint8],
    at: Sequence[float] | NDArray[np.float32],
    *,
    key: str,
    text: Mapping[str, str],
    play: bool = True,
    height: int = 360,
) -> None:
    """Shows a run's latent means moving through its moments, and its ten digits sharpening.

    Moments are evenly spaced in time, so that the first epoch is told slowly. All of it happens in
    the browser: no hand on it makes the page run again. Nobody who asked the system for less
    motion sees it play by itself; they see the last moment, as everybody does at first.

    Args:
        points: (t, n, 2), the same n digits in the same order at each moment.
        labels: (n,), their digits, 0 to 9.
        strip: (t, 10, 28, 28) uint8, one digit of each kind as the run made it at each moment.
        at: (t,) epochs done at each moment.
        key: Streamlit's key. With the same key and the same run, a rerun interrupts nothing.
        text: The translated texts, see `TIMELINE_TEXTS`.
        play: Whether it plays by itself, again and again.
        height: Height of the cloud in CSS pixels; its width is that of the column.
    """
    _need("timeline", TIMELINE_TEXTS, text)
    moments, count = len(at), len(labels)
    fits = points.shape == (moments, count, 2) and strip.shape == (moments, 10, 28, 28)
    if not (moments and fits and strip.dtype == np.uint8):
        raise ValueError(
            f"a timeline is points (t, n, 2), labels (n,), strip uint8 (t, 10, 28, 28), at (t,); "
            f"these are {points.shape}, {labels.shape}, {strip.dtype} {strip.shape}, ({moments},)"
        )
    span = max(float(np.abs(points).max(initial=0)), 1e-3)
    # All points of all moments fit, unless a few strays would make the others tiny.
    far = np.abs(points).max((0, 1), initial=1e-3)
    near = [1.25 * latent_range(points[..., axis])[1] for axis in (0, 1)]
    steps = np.rint((points / span + 1) * 32767.5).astype("<u2")
    _TIMELINE(
        key=key,
        data={
            "points": base64.b64encode(steps.tobytes()).decode(),
            "span": span,
            "reach": np.minimum(far, near).tolist(),
            "labels": base64.b64encode(labels.astype(np.uint8).tobytes()).decode(),
            "strip": base64.b64encode(strip.tobytes()).decode(),
            "at": [float(epochs) for epochs in at],
            "colours": list(DIGIT_COLOURS),
            "text": dict(text),
            "play": play,
            "height": height,
        },
        height="content",
    )


def keep_cookie(name: str, token: str, seconds: int) -> None:
    """Puts `token` in the visitor's cookie `name`, for `seconds`; shows nothing.

    Python reads it back as `st.context.cookies[name]` in the sessions that begin after this.
    """
    _KEEPER(key="keeper", data={"name": name, "token": token, "seconds": seconds})


FILM_TEXTS = ("label", "play", "pause", "slider", "step")
"""The texts that `film` needs; "step" holds "{percent}", which the browser fills in."""


def film(
    films: NDArray[np.uint8],
    names: Sequence[str],
    *,
    key: str,
    text: Mapping[str, str],
    play: bool = True,
) -> None:
    """Shows paths from one digit to another side by side, all moved by one slider.

    They play there and back until a hand takes the slider. All of it happens in the browser: no
    hand on it makes the page run again. Nobody who asked the system for less motion sees it play by
    itself; they see the middle of the paths, as everybody does where `play` is False.

    Args:
        films: (paths, frames, 28, 28) uint8. The nearest frame is shown, none is made up between:
            some 25 make a smooth way.
        names: What each path is called, written above it.
        key: Streamlit's key. With the same key and the same films, a rerun interrupts nothing;
            other films take over where the last ones were.
        text: The translated texts, see `FILM_TEXTS`.
        play: Whether it plays by itself, again and again.
    """
    _need("film", FILM_TEXTS, text)
    paths = len(names)
    fits = films.ndim == 4 and films.shape == (paths, films.shape[1], 28, 28) and films.size
    if not (fits and films.dtype == np.uint8):
        raise ValueError(
            f"films are uint8 (paths, frames, 28, 28), one name a path; "
            f"these are {films.dtype} {films.shape}, {paths} names"
        )
    _FILM(
        key=key,
        data={
            "pixels": base64.b64encode(films.tobytes()).decode(),
            "frames": films.shape[1],
            "names": list(names),
            "text": dict(text),
            "play": play,
        },
        height="content",
    )
