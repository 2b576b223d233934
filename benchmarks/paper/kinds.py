"""Pictures of digits on made-up paper of many kinds, as people photograph and scan them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from vae_demo import test_digits

Rng = np.random.Generator
Digit = np.ndarray  # (28, 28) uint8, of MNIST
Colour = tuple[int, int, int]  # bytes

SIDE = 600  # pixels of a picture
INKS = ((25, 30, 70), (20, 20, 25), (30, 30, 120), (60, 20, 30))


@dataclass
class Sheet:
    """A picture while it is made; each method adds one thing and returns the sheet."""

    rng: Rng
    height: int = SIDE
    width: int = SIDE
    colour: np.ndarray = field(init=False)  # (h, w, 3) in [0, 1], the reflectance

    def __post_init__(self) -> None:
        tint = np.array([1, 0.985, self.rng.uniform(0.9, 0.98)]) * self.rng.uniform(0.85, 0.95)
        self.colour = np.ones((self.height, self.width, 3)) * tint

    def uniform(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def cover(self, mask: np.ndarray, colour: Colour, opacity: float = 1) -> Sheet:
        """Paint a colour of bytes where the mask (h, w) in [0, 1] is."""
        share = opacity * mask[..., None]
        self.colour = self.colour * (1 - share) + share * np.array(colour) / 255
        return self

    def strokes(self, points: list[tuple[float, float]], width: float, closed: bool) -> np.ndarray:
        """The mask of a polyline of any width, with soft edges."""
        fine = Image.new("L", (3 * self.width, 3 * self.height))
        path = [(3 * x, 3 * y) for x, y in points] + [(3 * x, 3 * y) for x, y in points[:closed]]
        ImageDraw.Draw(fine).line(path, fill=255, width=max(1, round(3 * width)))
        return np.asarray(fine.resize((self.width, self.height), Image.Resampling.BOX)) / 255

    def lines(self, gap: float, width: float, colour: Colour, turn: float, both: bool) -> Sheet:
        """Parallel lines over the sheet, `turn` degrees from the horizontal; or squares."""
        diagonal = np.hypot(self.width, self.height)
        for angle in (turn, turn + 90)[: 1 + both]:
            along = np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))])
            across = np.array([-along[1], along[0]])
            for offset in np.arange(-diagonal / 2 + self.uniform(0, gap), diagonal / 2, gap):
                middle = np.array([self.width, self.height]) / 2 + offset * across
                ends = [tuple(middle - diagonal * along), tuple(middle + diagonal * along)]
                self.cover(self.strokes(ends, width, False), colour)
        return self

    def digit(
        self,
        image: np.ndarray,
        *,
        size: tuple[float, float] = (0.28, 0.5),
        off: float = 0.1,
        ink: Colour | None = None,
        opacity: float = 0.95,
        turn: float = 5,
        at: tuple[float, float] | None = None,
    ) -> Sheet:
        """A digit of MNIST (28, 28) with its height as shares of the side, near the middle."""
        high = self.uniform(*size) * min(self.height, self.width)
        scale = high / 20
        ink = ink or INKS[self.rng.integers(len(INKS))]
        x, y = at or (0.5 + self.uniform(-off, off), 0.5 + self.uniform(-off, off))
        matrix = cv2.getRotationMatrix2D((13.5, 13.5), self.uniform(-turn, turn), scale)
        matrix[:, 2] += np.array([x * self.width, y * self.height]) - 13.5
        fine = cv2.warpAffine(
            image.astype(np.float32) / 255, matrix, (self.width, self.height), flags=cv2.INTER_CUBIC
        )
        fine = cv2.GaussianBlur(fine, (0, 0), max(0.15 * scale, 0.5))
        mask = np.clip((fine - self.uniform(0.3, 0.55)) * 8 * scale / 20 + 0.5, 0, 1)
        grain = cv2.GaussianBlur(self.rng.normal(0, 1, mask.shape), (0, 0), 1.5)
        return self.cover(mask * np.clip(1 + 0.15 * grain, 0, 1), ink, opacity)

    def light(self, low: float = 0.6, turn: float | None = None) -> Sheet:
        """Light that slopes from `low` to 1 across the picture."""
        angle = self.uniform(0, 2 * np.pi) if turn is None else turn
        y, x = np.mgrid[-1 : 1 : self.height * 1j, -1 : 1 : self.width * 1j]
        slope = (x * np.cos(angle) + y * np.sin(angle)) / 1.42
        self.colour *= (1 - (1 - low) * (0.5 + 0.5 * slope) ** self.uniform(0.8, 1.5))[..., None]
        return self

    def soft(self, size: float) -> np.ndarray:
        """Random clouds (h, w) of standard deviation 1, `size` pixels large."""
        small = (int(self.height / size) + 3, int(self.width / size) + 3)
        clouds = cv2.resize(
            self.rng.normal(0, 1, small), (self.width, self.height), interpolation=cv2.INTER_CUBIC
        )
        return (clouds - clouds.mean()) / clouds.std()

    def wood(self, mask: np.ndarray) -> Sheet:
        """A wooden table where the mask is."""
        grain = cv2.GaussianBlur(self.rng.normal(0, 1, self.colour.shape[:2]), (0, 0), 25, None, 1)
        grain /= grain.std()
        brown = np.array([90, 55, 30]) * self.uniform(0.7, 1.6)
        wooden = brown / 255 * (1 + 0.2 * grain[..., None])
        share = mask[..., None]
        self.colour = self.colour * (1 - share) + share * wooden
        return self

    def blob(self, x: float, y: float, rx: float, ry: float, soft: float) -> np.ndarray:
        """An ellipse in shares of the picture with an edge of `soft` shares of its radius."""
        rows, columns = np.mgrid[0 : 1 : self.height * 1j, 0 : 1 : self.width * 1j]
        far = np.hypot((columns - x) / rx, (rows - y) / ry)
        return np.clip((1 - far) / soft + 0.5, 0, 1)

    def words(self, y: float) -> Sheet:
        """A line of printed words."""
        texts = ("Name: Ali  Class 7B", "Question 3", "Write the digit here", "Tarih:", "Points")
        fine = Image.new("L", (self.width, self.height))
        font = ImageFont.load_default(size=self.uniform(0.025, 0.05) * self.height)
        text = texts[self.rng.integers(len(texts))]
        left = self.uniform(0.02, 0.45) * self.width
        ImageDraw.Draw(fine).text((left, y * self.height), text, fill=255, font=font)
        return self.cover(np.asarray(fine) / 255, (50, 50, 60))

    def thumb(self, colour: Colour) -> Sheet:
        """A finger that reaches into the picture from a side."""
        side, place = self.rng.integers(4), self.uniform(0.2, 0.8)
        x, y = [(0.0, place), (1.0, place), (place, 1.0), (place, 0.0)][side]
        radii = [self.uniform(0.12, 0.2), self.uniform(0.18, 0.3)]
        rx, ry = radii if side < 2 else radii[::-1]
        return self.cover(self.blob(x, y, rx, ry, 0.05), colour)

    def taken(self, blur: float = 0.8, noise: float = 0.012, quality: int = 88) -> bytes:
        """The photograph, as a JPEG file."""
        seen = cv2.GaussianBlur(self.colour, (0, 0), blur)
        seen = seen + self.rng.normal(0, noise, (self.height, self.width, 1))
        seen += self.rng.normal(0, noise / 3, seen.shape)
        return self._file(seen, "JPEG", quality=quality)

    def scanned(self) -> bytes:
        """The picture as it is, as a PNG file."""
        return self._file(self.colour, "PNG")

    def _file(self, colour: np.ndarray, kind: str, **options: int) -> bytes:
        buffer = io.BytesIO()
        Image.fromarray(np.rint(255 * colour.clip(0, 1)).astype(np.uint8)).save(
            buffer, kind, **options
        )
        return buffer.getvalue()


def _white(rng: Rng) -> Sheet:
    sheet = Sheet(rng)
    sheet.colour[:] = 1
    return sheet


def _box(sheet: Sheet, width: float, turn: float = 0) -> np.ndarray:
    """The mask of a box around the middle."""
    half = np.array([sheet.uniform(0.3, 0.42) * SIDE, sheet.uniform(0.3, 0.42) * SIDE])
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
    cos, sin = np.cos(np.deg2rad(turn)), np.sin(np.deg2rad(turn))
    turned = corners @ np.array([[cos, sin], [-sin, cos]]) + SIDE / 2
    return sheet.strokes([tuple(corner) for corner in turned], width, True)


def _table_mask(sheet: Sheet, low: float, high: float) -> np.ndarray:
    """All but a sheet of paper that lies askew."""
    half = np.array([sheet.uniform(low, high) * SIDE, sheet.uniform(low, high) * SIDE])
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
    angle = np.deg2rad(sheet.uniform(-8, 8))
    turned = corners @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    paper = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(paper, [np.rint(turned + SIDE / 2).astype(np.int32)], 255)
    return 1 - cv2.GaussianBlur(paper, (0, 0), 0.8) / 255


def lined_paper(rng: Rng, d: Digit, colour: Colour = (150, 180, 215), margin: bool = True) -> bytes:
    s = Sheet(rng)
    s.lines(s.uniform(40, 90), s.uniform(1, 3), colour, s.uniform(-3, 3), False)
    if margin and rng.random() < 0.7:
        x = s.uniform(0.08, 0.25) * SIDE
        s.cover(s.strokes([(x, 0), (x + s.uniform(-12, 12), SIDE)], 2.2, False), (210, 70, 70))
    return s.digit(d).light().taken()


def grid_paper(rng: Rng, d: Digit, dark: bool = False) -> bytes:
    s = Sheet(rng)
    colour = (60, 60, 110) if dark else (145, 170, 205)
    s.lines(s.uniform(22, 50), s.uniform(1.5, 4 if dark else 2.5), colour, s.uniform(-4, 4), True)
    return s.digit(d, size=(0.3, 0.55)).light().taken()


def clean_lined(rng: Rng, d: Digit) -> bytes:
    s = _white(rng)
    s.lines(s.uniform(35, 80), s.uniform(1, 2.5), (150, 190, 235), 0, False)
    x = s.uniform(0.08, 0.25) * SIDE
    s.cover(s.strokes([(x, 0), (x, SIDE)], 2, False), (230, 110, 120))
    return s.digit(d).scanned()


def clean_grid(rng: Rng, d: Digit) -> bytes:
    s = _white(rng)
    s.lines(s.uniform(18, 45), s.uniform(1, 2), (190, 205, 235), 0, True)
    return s.digit(d).scanned()


def clean_box(rng: Rng, d: Digit) -> bytes:
    s = _white(rng)
    return s.cover(_box(s, s.uniform(2, 6)), (0, 0, 0)).digit(d, ink=(0, 0, 0)).scanned()


def clean_dark_lines(rng: Rng, d: Digit) -> bytes:
    s = _white(rng)
    s.lines(s.uniform(40, 80), s.uniform(1, 3), (40, 40, 40), 0, rng.random() < 0.5)
    return s.digit(d, ink=(0, 0, 0)).scanned()


def dark_screen(rng: Rng, d: Digit) -> bytes:
    s = _white(rng)
    s.colour[:] = s.uniform(0.08, 0.2)
    s.lines(s.uniform(30, 60), s.uniform(1, 2), (70, 75, 85), 0, rng.random() < 0.6)
    return s.digit(d, ink=(235, 235, 240)).scanned()


def form_box(rng: Rng, d: Digit) -> bytes:
    s = Sheet(rng)
    s.cover(_box(s, s.uniform(1.5, 5), s.uniform(-4, 4)), (50, 50, 55))
    return s.digit(d).light().taken()


def answer_line(rng: Rng, d: Digit) -> bytes:
    s = Sheet(rng)
    y, x = s.uniform(0.78, 0.88) * SIDE, s.uniform(0.08, 0.2) * SIDE
    end = (s.uniform(0.75, 0.95) * SIDE, y + s.uniform(-10, 10))
    s.cover(s.strokes([(x, y), end], s.uniform(2, 5), False), (60, 60, 65))
    return s.digit(d).light().taken()


def text_above(rng: Rng, d: Digit) -> bytes:
    s = Sheet(rng)
    s.words(s.uniform(0.05, 0.15))
    if rng.random() < 0.3:
        s.words(s.uniform(0.88, 0.92))
    return s.digit(d).light().taken()


def chalk(rng: Rng, d: Digit) -> bytes:
    s = Sheet(rng)
    board = np.array([45, 75, 60]) if rng.random() < 0.6 else np.array([45, 45, 48])
    clouds = 1 + 0.12 * s.soft(25) + 0.08 * s.soft(90)
    s.colour = board / 255 * np.clip(clouds, 0.5, 1.6)[..., None]
    return s.digit(d, ink=(215, 215, 205), opacity=0.75).light(0.6).taken(1, 0.015)


def coffee(rng: Rng, d: Digit) -> bytes:
    s = Sheet(rng)
    x, y = [s.uniform(0.75, 0.95) if rng.random() < 0.5 else s.uniform(0.05, 0.25) for _ in "xy"]
    r = s.uniform(0.15, 0.25)
    ring = s.blob(x, y, r, r, 0.03) - s.blob(x, y, 0.93 * r, 0.93 * r, 0.03)
    return s.cover(ring.clip(0, 1), (150, 100, 50), 0.6).digit(d).light().taken()


def crumpled(rng: Rng, d: Digit) -> bytes:
    s = Sheet(rng)
    s.colour *= np.clip(0.8 + 0.1 * s.soft(45) + 0.07 * s.soft(15), 0.4, 1)[..., None]
    return s.digit(d).light(0.8).taken()


def finger(rng: Rng, d: Digit, dark: bool = False) -> bytes:
    s = Sheet(rng).digit(d, off=0.05)
    return s.thumb((120, 75, 55) if dark else (225, 160, 135)).light().taken()


def glare(rng: Rng, d: Digit) -> bytes:
    s = Sheet(rng).digit(d).light(0.45)
    x, y, r = s.uniform(0.35, 0.65), s.uniform(0.35, 0.65), s.uniform(0.12, 0.25)
    return s.cover(s.blob(x, y, r, r, 1.6) ** 1.5, (250, 250, 250), s.uniform(0.7, 0.97)).taken()


def table(rng: Rng, d: Digit) -> bytes:
    s = Sheet(rng)
    mask = _table_mask(s, 0.36, 0.46)
    return s.digit(d, size=(0.25, 0.4), off=0.06).wood(mask).light().taken()


def far_table(rng: Rng, d: Digit) -> bytes:
    s = Sheet(rng)
    mask = _table_mask(s, 0.2, 0.3)
    return s.digit(d, size=(0.15, 0.25), off=0.04).wood(mask).light().taken()


def table_edge(rng: Rng, d: Digit) -> bytes:
    s = Sheet(rng)
    at = s.uniform(0.12, 0.25) * SIDE
    rows, columns = np.mgrid[0:SIDE, 0:SIDE]
    distance = [rows, SIDE - rows, columns, SIDE - columns][rng.integers(4)]
    mask = np.clip(at - distance - 0.06 * (rows + columns) * s.uniform(-1, 1), 0, 1)
    return s.digit(d, off=0.06).wood(mask).light().taken()


def shadow(rng: Rng, d: Digit) -> bytes:
    s = Sheet(rng).digit(d)
    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    angle = s.uniform(0, 2 * np.pi)
    edge = (x * np.cos(angle) + y * np.sin(angle) - s.uniform(-0.4, 0.4)) * s.uniform(10, 60)
    s.colour *= (1 - s.uniform(0.35, 0.6) / (1 + np.exp(-edge)))[..., None]
    return s.light(0.8).taken()


def small(rng: Rng, d: Digit) -> bytes:
    s = Sheet(rng, 1500, 2000)
    return s.digit(d, size=(0.08, 0.16), off=0.15).light().taken(1.2)


def tight(rng: Rng, d: Digit) -> bytes:
    s = Sheet(rng, 440, 440)
    ys, xs = np.nonzero(d > 60)
    high = max(np.ptp(ys), np.ptp(xs)) + 1
    at = (
        0.5 + (13.5 - (xs.min() + xs.max()) / 2) / high,
        0.5 + (13.5 - (ys.min() + ys.max()) / 2) / high,
    )
    return s.digit(d, size=(20 / high * 0.9, 20 / high * 0.97), turn=2, at=at).light().taken(1.5)


def two(rng: Rng, d: Digit) -> bytes:
    s = Sheet(rng)
    other = test_digits().images[rng.integers(len(test_digits()))]
    y = s.uniform(0.4, 0.6)
    s.digit(d, size=(0.25, 0.38), at=(0.28, y)).digit(other, size=(0.25, 0.38), at=(0.72, y))
    return s.light().taken()


def blank(rng: Rng, _: Digit) -> bytes:
    s = Sheet(rng)
    if rng.random() < 0.3:
        s.lines(s.uniform(40, 90), 2, (150, 180, 215), s.uniform(-3, 3), rng.random() < 0.5)
    return s.light(0.5).taken()


def corner(rng: Rng, d: Digit) -> bytes:
    """Another person's mark at the rim: a line of another drawing, cut by the edge."""
    s = Sheet(rng).digit(d)
    other = test_digits().images[rng.integers(len(test_digits()))]
    return s.digit(other, at=(s.uniform(0, 1), float(rng.integers(2)))).light().taken()


def dotted(rng: Rng, d: Digit) -> bytes:
    s = Sheet(rng)
    gap = s.uniform(22, 40)
    for y in np.arange(gap / 2, SIDE, gap):
        for x in np.arange(gap / 2, SIDE, gap):
            cv2.circle(s.colour, (int(x), int(y)), 1, (0.6, 0.62, 0.7), -1)
    return s.digit(d).light().taken()


KINDS: dict[str, Callable[[Rng, Digit], bytes]] = {
    "plain": lambda rng, d: Sheet(rng).digit(d).light().taken(),
    "gradient": lambda rng, d: Sheet(rng).digit(d).light(0.25).taken(),
    "shadow": shadow,
    "glare": glare,
    "blurry": lambda rng, d: Sheet(rng).digit(d).light().taken(7),
    "pencil": lambda rng, d: Sheet(rng).digit(d, ink=(130, 130, 132), opacity=0.8).light().taken(),
    "light pen": lambda rng, d: Sheet(rng).digit(d, ink=(220, 155, 40)).light().taken(),
    "marker": lambda rng, d: (
        Sheet(rng)
        .digit(cv2.dilate(d, np.ones((3, 3))), size=(0.45, 0.7), ink=(25, 25, 25))
        .light()
        .taken()
    ),
    "crumpled": crumpled,
    "turned": lambda rng, d: Sheet(rng).digit(d, turn=18).light().taken(),
    "small": small,
    "tight": tight,
    "lined": lined_paper,
    "dark lined": lambda rng, d: lined_paper(rng, d, (70, 80, 130), False),
    "grid": grid_paper,
    "dark grid": lambda rng, d: grid_paper(rng, d, True),
    "dots": dotted,
    "clean lined": clean_lined,
    "clean grid": clean_grid,
    "clean box": clean_box,
    "clean dark lines": clean_dark_lines,
    "dark screen": dark_screen,
    "form box": form_box,
    "answer line": answer_line,
    "text": text_above,
    "coffee": coffee,
    "thumb": finger,
    "dark thumb": lambda rng, d: finger(rng, d, True),
    "table": table,
    "far table": far_table,
    "table edge": table_edge,
    "another at the rim": corner,
    "chalk": chalk,
    "two": two,
    "blank": blank,
}
