"""preprocessing.js, in a browser: every drawing becomes the digit that Python makes of it."""

import base64
import itertools
import zlib
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vae_demo.digits import STAGES, DrawingError, mnist, preprocessing, to_digit
from vae_demo.digits.paper import PaperDigit

Bytes = NDArray[np.uint8]
InModule = Callable[..., Any]
SUBSETS = [some for n in range(6) for some in itertools.combinations(STAGES, n)]

UNPACK = """
    const packed = Uint8Array.from(atob(a.packed), (character) => character.charCodeAt(0));
    const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    const bytes = new Uint8Array(await new Response(unpacked).arrayBuffer());
    let start = 0;
    const pictures = a.sizes.map(([height, width]) => {
      const picture = bytes.subarray(start, (start += height * width));
      return { picture, height, width };
    });
"""
DIGITS = (
    UNPACK
    + """
    let text = "";
    const some = [];
    for (const stages of a.stages) {
      for (const { picture, height, width } of pictures) {
        const digit = m.toDigit(picture, width, height, stages);
        some.push(digit !== null);
        for (const byte of digit ?? []) text += String.fromCharCode(byte);
      }
    }
    return [some, btoa(text)];
"""
)


def packed(pictures: Sequence[Bytes], **more: object) -> dict[str, object]:
    """Pictures as `UNPACK` takes them."""
    raw = zlib.compress(b"".join(picture.tobytes() for picture in pictures), 1)
    sizes = [picture.shape for picture in pictures]
    return {"packed": base64.b64encode(raw).decode(), "sizes": sizes, **more}


def browser_s(
    in_module: InModule, pictures: Sequence[Bytes], subsets: Sequence[Collection[str]]
) -> list[Bytes | None]:
    """The browser's digits: of all pictures with the first stages, then with the next."""
    given = packed(pictures, stages=[list(stages) for stages in subsets])
    some, text = in_module("engine/preprocessing.js", DIGITS, given)
    digits = iter(np.frombuffer(base64.b64decode(text), np.uint8).reshape(-1, 28, 28))
    return [next(digits) if one else None for one in some]


def python_s(picture: Bytes, stages: Collection[Any] = STAGES) -> Bytes | None:
    """Python's digit of the opaque RGBA picture that a PNG of the pad becomes."""
    try:
        return to_digit(np.dstack([picture] * 3 + [np.full_like(picture, 255)]), stages)
    except DrawingError as error:
        assert error.code == "empty"
        return None


def apart(a: Bytes | None, b: Bytes | None) -> int:
    """The largest difference of two digits in grey levels; 999 where only one is there."""
    if a is None or b is None:
        return 0 if a is b else 999
    return int(np.abs(a.astype(int) - b).max())


# ---- pictures


def pasted(image: Bytes, rng: np.random.Generator) -> Bytes:
    """A digit, enlarged, somewhere on a black pad."""
    times = int(rng.integers(1, 11))
    y, x = rng.integers(0, 281 - 28 * times, 2)
    pad = np.zeros((280, 280), np.uint8)
    pad[y : y + 28 * times, x : x + 28 * times] = np.kron(image, np.ones((times, times), np.uint8))
    return pad


def scribble(rng: np.random.Generator, height: int = 280, width: int = 280) -> Bytes:
    """A path of 1 to 8 points with round ends and soft edges, drawn by a pen of 2 to 40 px."""
    image = Image.new("L", (4 * width, 4 * height))
    draw = ImageDraw.Draw(image)
    xs, ys = np.sort(rng.uniform(0, 4 * width, 2)), np.sort(rng.uniform(0, 4 * height, 2))
    path = [(rng.uniform(*xs), rng.uniform(*ys)) for _ in range(rng.integers(1, 9))]
    pen = rng.uniform(2, 40)
    if len(path) > 1:
        draw.line(path, fill=255, width=round(4 * pen), joint="curve")
    for x, y in path:
        draw.ellipse((x - 2 * pen, y - 2 * pen, x + 2 * pen, y + 2 * pen), fill=255)
    return np.asarray(image.resize((width, height), Image.Resampling.BOX))


def filled(*boxes: tuple[slice, slice], side: int = 280) -> Bytes:
    """White boxes on black."""
    pad = np.zeros((side, side), np.uint8)
    for box in boxes:
        pad[box] = 255
    return pad


def odd_pictures() -> dict[str, Bytes]:
    everywhere = slice(None)
    ramp = np.tile(np.arange(256, dtype=np.uint8), (40, 1))
    return {
        "empty": filled(),
        "white": ~filled(),
        "one pixel": filled((slice(70, 71), slice(200, 201))),
        "one pixel of a corner": filled((slice(0, 1), slice(0, 1))),
        "a picture of one pixel": np.full((1, 1), 255, np.uint8),
        "a row of pixels": np.array([[0, 0, 0, 9, 255, 9, 0, 0, 0, 0, 0, 0]], np.uint8),
        "tiny dot": filled((slice(100, 103), slice(31, 34))),
        "tiny dot of 28": filled((slice(3, 5), slice(20, 22)), side=28),
        "line along a border": filled((slice(0, 6), everywhere)),
        "line of one pixel": filled((slice(80, 81), slice(9, 270))),
        "lines along three borders": filled(
            (slice(0, 9), everywhere), (slice(270, 280), everywhere), (everywhere, slice(0, 9))
        ),
        "square": filled((slice(60, 200), slice(40, 180))),
        "cross": filled((slice(60, 200), slice(125, 135)), (slice(125, 135), slice(60, 200))),
        "a hair and a blot": filled(
            (slice(20, 260), slice(20, 21)), (slice(20, 70), slice(20, 70))
        ),
        "all shades": np.pad(ramp, 7),
        "all shades on white": np.pad(ramp, 7, constant_values=255),
        "light and dark on grey": np.pad(ramp, 7, constant_values=100),
        "too faint": filled((slice(60, 200), slice(40, 180))) // 28,
        "just not too faint": filled((slice(60, 200), slice(40, 180))) // 23,
    }


@pytest.fixture(scope="module")
def drawings() -> dict[str, Bytes]:
    """Some 250 pictures whose border is of one shade."""
    rng = np.random.default_rng(28)
    images = mnist.test_digits().images
    strokes = {f"stroke {i}": scribble(rng) for i in range(70)}
    sizes = {
        f"stroke {i} on {height} x {width}": scribble(rng, height, width)
        for i, (height, width) in enumerate(rng.integers(3, 400, (50, 2)))
    }
    return {
        **{f"digit {i}": pasted(images[i], rng) for i in range(70)},
        **strokes,
        **{f"{name}, black on white": ~picture for name, picture in list(strokes.items())[:25]},
        **{f"{name}, faint": picture // 5 for name, picture in list(strokes.items())[25:35]},
        **sizes,
        **odd_pictures(),
    }


# ---- the same digits


def test_every_drawing_becomes_python_s_digit(
    in_module: InModule, drawings: dict[str, Bytes]
) -> None:
    found = browser_s(in_module, list(drawings.values()), [STAGES])
    wanted = [python_s(picture) for picture in drawings.values()]
    far = {name: apart(*both) for name, *both in zip(drawings, found, wanted, strict=True)}
    assert {name: levels for name, levels in far.items() if levels > 2} == {}
    assert sum(levels == 0 for levels in far.values()) >= 0.995 * len(far)
    assert {name for name, digit in zip(drawings, found, strict=True) if digit is None} == {
        "empty",
        "white",
        "a picture of one pixel",
        "too faint",
    }


def test_every_choice_of_stages_is_python_s(
    in_module: InModule, drawings: dict[str, Bytes]
) -> None:
    names = ["digit 0", "digit 3", "stroke 0", "stroke 7", "stroke 0, black on white", "empty"]
    names += ["one pixel", "line of one pixel", "a hair and a blot", "all shades"]
    names += [name for name in drawings if name.startswith("stroke 5 on")]
    found = browser_s(in_module, [drawings[name] for name in names], SUBSETS)
    far = {
        (stages, name): apart(one, python_s(drawings[name], stages))
        for (stages, name), one in zip(itertools.product(SUBSETS, names), found, strict=True)
    }
    assert len(far) == 32 * len(names)
    assert {choice: levels for choice, levels in far.items() if levels > 2} == {}


def test_the_stages_are_python_s(in_module: InModule) -> None:
    assert in_module("engine/preprocessing.js", "return m.STAGES") == list(STAGES)


def test_what_python_takes_for_paper_is_left_to_it(
    in_module: InModule, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(5)
    pictures = []
    for share in np.linspace(0.3, 0.7, 60):  # of the border in other shades
        border = np.pad(np.zeros((10, 14), bool), 1, constant_values=True)
        spots = border & (rng.random(border.shape) < share)
        pictures.append(np.where(spots, rng.choice([90, 255]), 0).astype(np.uint8))
        pictures[-1][spots] -= rng.integers(0, 80, int(spots.sum()), np.uint8)
        pictures[-1][6, 6] = 200
    half = np.full((10, 10), 100, np.uint8)  # of 40 shades 10 are darker, 10 lighter
    half[1:9, [0, 9]] = [90, 200]
    half[9, 1:5] = [90, 90, 200, 200]
    pictures.append(half)

    taken = []

    def find_digit(colour: NDArray[np.float64], ground: float | None = None) -> PaperDigit:
        taken.extend([colour] * (ground is None))  # otherwise the border is of one shade
        return PaperDigit(np.ones(colour.shape[:2], np.float32), 1.0, ())

    monkeypatch.setattr(preprocessing, "find_digit", find_digit)
    expected = []
    for picture in pictures:
        taken.clear()
        to_digit(picture)
        expected.append(bool(taken))

    body = """
        return pictures.map(({ picture, height, width }) => {
          let thrown = "";
          try { m.toDigit(picture, width, height); } catch (error) { thrown = error.message; }
          return [m.isPaper(picture, width, height), thrown];
        });
    """
    found = in_module("engine/preprocessing.js", UNPACK + body, packed(pictures))
    assert [paper for paper, _ in found] == expected
    assert 15 < sum(expected) < 45  # the rule's two sides are both tried
    assert all(("is left to Python" in thrown) == paper for paper, thrown in found)


def test_grey_pixels_lose_nothing_and_colours_half_a_level(in_module: InModule) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (1000, 3))
    rgb[:256] = np.arange(256)[:, None]
    rgba = np.c_[rgb, np.full(1000, 255)]
    found = in_module(
        "engine/preprocessing.js",
        "return [...m.grey(Uint8ClampedArray.from(a))]",
        rgba.ravel().tolist(),
    )
    assert found[:256] == list(range(256))
    assert np.abs(np.array(found) - rgb @ [0.299, 0.587, 0.114]).max() <= 0.5 + 1e-9


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("m.toDigit(pad, 4, 4, ['cut', 'crop'])", "unknown stage 'crop'; there are: cut, stroke"),
        ("m.toDigit(pad, 4, 5)", "a picture of 4 x 5 px does not have 16 bytes"),
        ("m.toDigit(pad.slice(16), 4, 0)", "a picture of 4 x 0 px does not have 0 bytes"),
    ],
)
def test_what_cannot_be_a_picture_is_named(in_module: InModule, call: str, message: str) -> None:
    body = f"""
        const pad = new Uint8Array(16);
        try {{ {call}; }} catch (error) {{ return error.message; }}
    """
    assert message in in_module("engine/preprocessing.js", body)
