"""A lesson and its text in a link.

A lesson is not stored on a server: the link holds all of it. The text of a lesson is URL-safe
base64, or in QR codes the decimal digits, of

    1 byte   the version of the format
    4 bytes  the CRC-32 of the version and of what follows, the highest byte first
    n bytes  the lesson as JSON, compressed by deflate with the preset dictionary of the version

Every version begins with the same five bytes, so that an altered link can be told from a newer one.
Version 1 had a dictionary of 700 bytes; that of version 2, in `frequent.json`, is the shipped
lessons as they were then. Links of both are read. Links are not trusted: whatever is wrong with one
raises a `LessonError`.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
import zlib
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from vae_demo.ui.frame.link_fields import EVERY, FIELDS
from vae_demo.ui.frame.menu import PAGES
from vae_demo.ui.frame.packing import base64_of, bytes_of, bytes_of_digits, digits_of

VERSION = 2
LONGEST = 6_000  # characters of a packed lesson
_LONGEST_READ = FIELDS[EVERY]["lesson"].longest - 1  # also digits; one more is read to notice it
MOST_STEPS = 20
LONGEST_TITLE = 80  # characters
LONGEST_WORDS = 800  # characters of a question or an answer
LONGEST_CONTROL = 80
_LONGEST_JSON = 100_000  # bytes
_HEAD = 5  # bytes before the compressed JSON
# What lessons often contain, the most frequent last. A change needs a new version.
_FREQUENT_1 = (
    '"from_drawn":"to_drawn":"shown_drawn":"shown_index":"temperature":"strength":"reading":"yes"'
    '"sigma":"plane":"curve":"noise":"index":"source":"test"vae-conv-20 dae-500 ae-30 ae-20 vae-20'
    "otokodlayıcı autoencoder saklı latent digits rakamları the of and what why does "
    'neden nasıl bir ve home_part try answer behind take_home title explore_part"]},'
    '{"page":"bubbles","page":"manifold","page":"compare","page":"epochs","page":"generate",'
    '"page":"inpaint","page":"denoise","page":"train","page":"draw","page":"morph",'
    '"page":"explore","link":{"run":"vae-2","z":"0.5,-1","digit":"},"question":{"en":"'
    '","tr":"?"},"answer":{"en":"."},"hidden":["{"title":{"en":"","tr":""},"steps":[{"page":"'
).encode()
CONTROL = re.compile(r"[\w-]+(/[\w-]+(:[\w.-]+)?)?", re.ASCII)  # see engine/page_controls.js
# Characters that are not text, and those that turn the direction of the text around them.
_CONTROLS = {"Cc", "Cs", "Co", "Cn"}
_DIRECTIONS = {*map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))}

Fault = Literal["damaged", "newer", "long", "page", "characters", "content"]
"""What can be wrong with a lesson; the texts are `lesson.error.FAULT`."""


class LessonError(ValueError):
    """A lesson that can't be opened or packed."""

    def __init__(self, fault: Fault, **values: object) -> None:
        super().__init__(fault)
        self.fault = fault
        self.values = values  # the placeholders of the text


class Words(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Plain text in one or both languages: a title, a question or an answer."""

    en: str = ""
    tr: str = ""

    def __getitem__(self, language: str) -> str:
        """The words in a language, or in the other one."""
        return {"en": self.en or self.tr, "tr": self.tr or self.en}[language]


class LessonStep(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A page in a state, with what the teacher says about it."""

    page: str  # a name of PAGES
    link: dict[str, str] = {}  # the state of the page: field of `links.json` -> text
    question: Words = Words()
    answer: Words = Words()  # shown when the pupil asks for it
    hidden: tuple[Annotated[str, msgspec.Meta(max_length=LONGEST_CONTROL)], ...] = ()  # controls


class Lesson(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A lesson: its steps in their order."""

    steps: Annotated[tuple[LessonStep, ...], msgspec.Meta(min_length=1, max_length=MOST_STEPS)]
    title: Words = Words()


def checked(lesson: Lesson) -> Lesson:
    """The lesson itself, if all of its steps can be shown.

    Raises:
        LessonError: if a page does not exist, a text is too long, or has control characters.
    """
    for step in lesson.steps:
        if step.page not in PAGES:
            name = step.page if CONTROL.fullmatch(step.page[:40]) else "?"
            raise LessonError("page", page=name[:40])
        if not all(map(CONTROL.fullmatch, step.hidden)):
            raise LessonError("content")
    texts = [(lesson.title, LONGEST_TITLE)]
    texts += [
        (both, LONGEST_WORDS) for step in lesson.steps for both in (step.question, step.answer)
    ]
    for both, longest in texts:
        for text in (both.en, both.tr):
            if len(text) > longest:
                raise LessonError("content")
            if any(_is_control(character) for character in text):
                raise LessonError("characters")
    return lesson


def pack(lesson: Lesson) -> str:
    """The text of a lesson in a link.

    Raises:
        LessonError: if the lesson is not valid, or the text is too long.
    """
    checked(lesson)
    squeezed = zlib.compressobj(9, wbits=-15, memLevel=9, zdict=_frequent(VERSION))
    content = squeezed.compress(msgspec.json.encode(lesson)) + squeezed.flush()
    text = base64_of(bytes((VERSION,)) + _checksum(VERSION, content) + content)
    if len(text) > LONGEST:
        raise LessonError("long", length=len(text), most=LONGEST)
    return text


def unpack(text: str) -> Lesson:
    """The inverse of `pack`.

    Raises:
        LessonError: if the text was cut, altered or made by a newer version, or if the lesson is
            not valid.
    """
    if len(text) > _LONGEST_READ:
        raise LessonError("long", length=len(text), most=LONGEST)
    raw = _bytes(text)
    if raw is None or len(raw) < _HEAD or raw[1:_HEAD] != _checksum(raw[0], raw[_HEAD:]):
        raise LessonError("damaged")
    if not 1 <= raw[0] <= VERSION:
        raise LessonError("newer" if raw[0] > VERSION else "damaged")
    packed = zlib.decompressobj(-15, zdict=_frequent(raw[0]))
    try:
        content = packed.decompress(raw[_HEAD:], _LONGEST_JSON)
    except zlib.error:
        raise LessonError("damaged") from None
    if not packed.eof:
        raise LessonError("damaged")
    return from_json(content)


@functools.cache
def _frequent(version: int) -> bytes:
    """The preset dictionary of a version."""
    if version == 1:
        return _FREQUENT_1
    path = Path(__file__).with_name("frequent.json")
    return "".join(json.loads(path.read_text("utf-8"))).encode()


def in_digits(text: str) -> str:
    """The text of a packed lesson, in decimal digits."""
    return digits_of(bytes_of(text) or b"")


def in_base64(text: str) -> str:
    """The text of a packed lesson, in base64; other texts are returned as they are."""
    raw = _bytes(text) if text.isdecimal() else None
    return text if raw is None else base64_of(raw)


def _bytes(text: str) -> bytes | None:
    """Of either text; base64 begins with a letter, since the first byte is the version."""
    return bytes_of_digits(text) if text.isdecimal() else bytes_of(text)


def from_json(content: bytes) -> Lesson:
    """A lesson from JSON.

    Raises:
        LessonError: if it is not valid.
    """
    try:
        return checked(msgspec.json.decode(content, type=Lesson))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise LessonError("content") from None


def _checksum(version: int, content: bytes) -> bytes:
    return zlib.crc32(bytes((version,)) + content).to_bytes(4, "big")


def _is_control(character: str) -> bool:
    if character == "\n":
        return False
    return unicodedata.category(character) in _CONTROLS or character in _DIRECTIONS
