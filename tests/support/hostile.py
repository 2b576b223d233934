"""What strangers may send: pictures, links, names, commands and run files, made by Hypothesis.

`tests/test_faults.py` looks at a few hundred of each, `benchmarks/faults.py` at thousands.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.support.pages import MAIN, page_file
from vae_demo import runs
from vae_demo.cli import main
from vae_demo.digits import DrawingError, open_picture, to_digit
from vae_demo.ui.frame.language import LANGUAGES, catalogue
from vae_demo.ui.frame.link_fields import FIELDS, read_link, write_link

ROOT = Path(__file__).resolve().parents[2]

TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
NUMBER = st.sampled_from(
    ["", "0", "-1", "1e9", "nan", "inf", "-inf", "1e999", "0x10", "٣", "1_0", " 7 ", "9" * 400]
)
WORD = st.one_of(TEXT, NUMBER, st.sampled_from(["vae-2", "vae-20", "ae-30", "../vae-2", "a\0b"]))
DIGIT_TEXT = st.binary(max_size=900).map(lambda raw: base64.urlsafe_b64encode(raw).decode())

# What each page reads from its address.
KEYS = {
    "home": ("lang",),
    "draw": ("lang", "source", "index", "runs", "noise", "strength", "seed", "mask", "digit"),
    "explore": ("lang", "run", "z", "digit", "plane", "temperature"),
    "morph": ("lang", "vae", "ae", "from", "to", "at", "from_drawn", "to_index"),
    "generate": ("lang", "run", "temperature", "seed", "from", "components", "step"),
    "train": ("lang", "run", "model"),
    "epochs": ("lang", "run", "at", "digit", "plane"),
    "compare": ("lang", "digit", "index", "curves", "pixels"),
}


def queries(page: str) -> st.SearchStrategy[dict[str, str]]:
    """Addresses of a page: known keys and unknown ones, with any values."""
    value = st.one_of(WORD, DIGIT_TEXT, st.lists(NUMBER, max_size=40).map(",".join))
    return st.dictionaries(st.one_of(st.sampled_from(KEYS[page]), TEXT), value, max_size=6)


@st.composite
def pictures(draw: st.DrawFn) -> bytes:
    """Files of every kind and mode, small and odd ones, whole, cut short or changed."""
    kind = draw(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF", "noise", "head"]))
    if kind == "noise":
        return draw(st.binary(max_size=400))
    if kind == "head":
        side = st.integers(0, 2**32 - 1)
        return png_head(draw(side), draw(side), draw(st.integers(0, 255)))
    modes = {
        "PNG": ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"],
        "JPEG": ["L", "RGB", "CMYK"],
        "TIFF": ["1", "L", "RGB", "CMYK", "F"],
    }
    mode = draw(st.sampled_from(modes.get(kind, ["L", "RGB"])))
    size = (draw(st.integers(1, 40)), draw(st.integers(1, 40)))
    raw = np.random.default_rng(draw(st.integers(0, 99)))
    image = Image.fromarray(raw.integers(0, 256, (size[1], size[0], 3), np.uint8))
    if mode == "I;16":
        image = Image.fromarray(raw.integers(0, 65536, size[::-1], np.uint16))
    else:
        image = image.convert(mode)
    options: dict[str, object] = {}
    if kind in ("GIF", "WEBP", "PNG") and draw(st.booleans()):
        options |= {"save_all": True, "append_images": [image, image]}
    if kind == "JPEG":
        exif = Image.Exif()
        exif[0x0112] = draw(st.integers(0, 12))
        options["exif"] = exif
    file = io.BytesIO()
    image.save(file, kind, **options)  # type: ignore[arg-type]
    data = bytearray(file.getvalue())
    for _ in range(draw(st.integers(0, 4))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(len(data) // 2, len(data)))])


def png_head(width: int, height: int, depth: int) -> bytes:
    """A PNG that promises so many pixels; none follow."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    length, check = struct.pack(">I", 13), struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + length + head + check + b"\0\0\1\0IDAT"


# --- the entry points: each returns, or raises the error that its page or command shows ---------


def enter_picture(data: bytes) -> None:
    try:
        picture = open_picture(data)
        assert picture.ndim == 3 and picture.shape[2] == 4 and max(picture.shape) <= 1024
        assert to_digit(picture).shape == (28, 28)
    except DrawingError as error:
        assert "\n" not in str(error)


def enter_link(text: str) -> None:
    """Every field of every page reads a text as a value that it can write, or as nothing."""
    for page, fields in FIELDS.items():
        values = read_link(page, {name: [text] for name in fields})
        for name, written in write_link(page, values).items():
            again = read_link(page, {name: [written]} if written is not None else {})
            assert write_link(page, {name: again[name]})[name] == written


def enter_name(text: str) -> None:
    """A name is a file name in its folder, or refused; so is a run asked for by it."""
    try:
        name = runs.check_name(text)
        assert not {"/", "\\", "\0", "\n", ":"} & set(name) and name not in (".", "..")
        assert len(f"{name}{runs.SUFFIX}".encode()) < 255
    except runs.RunError as error:
        assert "\n" not in str(error)
    with contextlib.suppress(runs.RunError):
        runs.find(text)


def enter_page(page: str, query: dict[str, str]) -> None:
    """The page is there, with its title, and met no error that it did not foresee."""
    look(opened(page, query), page)


def opened(page: str, query: dict[str, str]) -> AppTest:
    """A new visitor on a page."""
    return closed(page, query).run()


def closed(page: str, query: dict[str, str]) -> AppTest:
    """A page that has not run yet."""
    at = AppTest.from_file(MAIN, default_timeout=60)
    at.switch_page(page_file(page))
    for key, value in query.items():
        at.query_params[key] = value
    return at


def look(at: AppTest, page: str) -> None:
    texts = [catalogue(language) for language in LANGUAGES]
    assert not at.exception
    assert not unforeseen(at), [error.value for error in at.error]
    assert at.title[0].value in [text[f"{page}.title"] for text in texts]


def unforeseen(at: AppTest) -> bool:
    """Whether a page says that something went wrong, in either language."""
    sentences = [
        t[f"error.{what}"] for t in map(catalogue, LANGUAGES) for what in ("page", "missing")
    ]
    heads = tuple(sentence.partition("{number}")[0] for sentence in sentences)
    return any(error.value.startswith(heads) for error in at.error)


COMMAND = st.one_of(
    st.tuples(st.just("evaluate"), WORD.filter(lambda name: name not in runs.available())),
    st.tuples(st.just("reconstruct"), WORD, st.just("--image"), TEXT, st.just("--out"), TEXT),
    st.tuples(st.just("list"), TEXT.filter(bool)),
    st.tuples(
        *(st.just("train"), st.just("--model"), st.one_of(WORD, st.just("vae"))),
        *(st.just("--epochs"), NUMBER, st.just("--out"), TEXT, st.just("--lr"), WORD),
    ),
    st.lists(WORD, max_size=5).map(tuple),
).filter(lambda words: words[:1] not in (("export",), ("pack",), ("score",), ("classifier",)))


def enter_command(words: tuple[str, ...]) -> None:
    """Refused with a status and a sentence; nothing here is a command that could be carried out."""
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        try:
            status: object = main(list(words))
        except SystemExit as end:  # argparse
            status = end.code
    asked = {"-h", "--help"} & set(words) or words == ("list",)
    assert status == 2 or asked, (words, status)
    assert "Traceback" not in said.getvalue()


ENTRIES: dict[str, tuple[st.SearchStrategy, Callable[..., None]]] = {
    "pictures": (pictures(), enter_picture),
    "links": (st.one_of(WORD, DIGIT_TEXT, st.lists(NUMBER).map(",".join)), enter_link),
    "names": (WORD, enter_name),
    "commands": (COMMAND, enter_command),
}


# --- run files --------------------------------------------------------------------------------


def damaged(raw: bytes, cases: int, seed: int = 0) -> Iterator[bytes]:
    """A file cut at every per cent of its length, then with 1 to 16 bytes changed."""
    for percent in range(min(100, cases)):
        yield raw[: len(raw) * percent // 100]
    rng = np.random.default_rng(seed)
    header = 8 + int.from_bytes(raw[:8], "little")
    for case in range(100, cases):
        bad = bytearray(raw)
        for place in rng.integers(header if case % 2 else len(raw), size=rng.integers(1, 17)):
            bad[place] ^= int(rng.integers(1, 256))
        yield bytes(bad)


def hostile_heads() -> Iterator[bytes]:
    """Headers of safetensors that promise what is not there."""

    def headed(header: object, length: int | None = None, body: bytes = bytes(64)) -> bytes:
        text = header if isinstance(header, bytes) else json.dumps(header).encode()
        return (len(text) if length is None else length).to_bytes(8, "little") + text + body

    def tensor(shape: list[int], offsets: list[int], kind: str = "F32") -> dict[str, object]:
        return {"dtype": kind, "shape": shape, "data_offsets": offsets}

    for length in (2**31, 2**40, 2**63, 2**64 - 1, 100 * 2**20):
        yield headed({}, length)
    yield headed({"a": tensor([16], [0, 64]), "b": tensor([16], [0, 64])})  # both the same bytes
    yield headed({"a": tensor([12], [0, 48]), "b": tensor([12], [16, 64])})  # overlapping
    yield headed({"a": tensor([8], [32, 64])})  # a hole
    for shape in ([2**62], [2**31, 2**31], [2**32, 2**32, 2**32], [0, 2**62], [10**9, 784]):
        yield headed({"weights.encoder.0.weight": tensor(shape, [0, 64])})
    yield headed({f"t{i}": tensor([0], [0, 0]) for i in range(20_000)}, body=b"")
    yield headed(b'{"a":' * 100_000 + b"1" + b"}" * 100_000)
    yield headed(b"[" * 1_000_000)
    yield headed(b'{"__metadata__":{"run":"' + b"x" * 10**6 + b'"}}')
