"""Read a ZIP of pictures, whose folders are their kinds. Nothing is written to the disk.

A ZIP from a stranger is bounded in its files, in the bytes that each unpacks to and in all bytes;
paths only name kinds. `open_picture` alone decodes pictures.
"""

from __future__ import annotations

import itertools
import lzma
import os
import posixpath
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from vae_demo.datasets.array_files import BROKEN, damaged
from vae_demo.datasets.arrays import checked_data, note_fit, shortened, sorted_kinds
from vae_demo.datasets.data_set import DataSet
from vae_demo.datasets.errors import MAX_KINDS, MAX_PICTURES, DataFileError
from vae_demo.datasets.fitting import Paper, brightened, digit_or_none
from vae_demo.datasets.report import ReadOptions, Report
from vae_demo.digits import FORMATS, MAX_PICTURE_BYTES, DrawingError, open_picture
from vae_demo.digits.mnist import PIXELS, Digits

MAX_ENTRIES = 4 * MAX_PICTURES  # a Mac adds a file for each, and folders count as well
MAX_UNPACKED = 4 * 2**30  # bytes of all pictures
MAX_RATIO = 200  # unpacked bytes for each packed one, of a picture of more than
RATIO_FROM = 10**6  # bytes
DECODING = 4 * 40_000_000  # bytes of the largest picture while it is decoded
WATCH_EVERY = 200  # pictures
UNPACKING = (  # what a damaged entry of a ZIP raises
    *(zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError),
    *(zlib.error, lzma.LZMAError),
)
_END, _ENTRY, _END_LENGTH = b"PK\5\6", b"PK\1\2", 65_557
_HIDDEN = {".ds_store", "thumbs.db", "desktop.ini", "__macosx"}
_PICTURE = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".avif", ".tif", ".tiff", ".heic")
_TABLES = (".npy", ".npz", ".csv", ".tsv", ".txt", ".gz", "-ubyte")
_ROLES = {
    **dict.fromkeys(("train", "training", "val", "valid", "validation"), False),
    **dict.fromkeys(("test", "testing"), True),
}


@dataclass(frozen=True)
class Entry:
    """A file in a ZIP."""

    info: zipfile.ZipInfo
    path: tuple[str, ...]  # its folders and its name

    @property
    def name(self) -> str:
        return "/".join(self.path)


def open_zip(source: BinaryIO, file: str) -> zipfile.ZipFile:
    """Open a ZIP with a bounded number of entries.

    Raises:
        DataFileError: with code damaged or entries.
    """
    size = source.seek(0, os.SEEK_END)
    source.seek(max(0, size - _END_LENGTH))
    tail = source.read()
    at = tail.rfind(_END)
    length = int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0
    source.seek(max(0, size - len(tail) - length))
    count = 0
    while block := source.read(2**24):
        count += block.count(_ENTRY)
    if count > MAX_ENTRIES:
        raise DataFileError("entries", file=file, limit=MAX_ENTRIES)
    try:
        return zipfile.ZipFile(source)
    except (*BROKEN, NotImplementedError) as error:
        raise damaged(file, error) from None


def entries(archive: zipfile.ZipFile, file: str, report: Report) -> list[Entry]:
    """The files of a ZIP without those of the operating system; their names are decoded.

    Raises:
        DataFileError: with code encrypted.
    """
    decoded = _names(archive.filelist, report)
    found, hidden = [], []
    for info, name in zip(archive.filelist, decoded, strict=True):
        path = tuple(part for part in name.replace("\\", "/").split("/") if part not in ("", "."))
        if info.is_dir() or not path:
            continue
        if any(p.casefold() in _HIDDEN for p in path) or path[-1].startswith("."):
            hidden.append("/".join(path))
        elif ".." in path or posixpath.isabs(name) or path[0].endswith(":"):
            report.skipped.append((name, DataFileError("path")))
        elif info.flag_bits & 1:
            raise DataFileError("encrypted", inside="/".join(path), file=file)
        else:
            found.append(Entry(info, path))
    if hidden:
        report.note("hidden", count=len(hidden), first=hidden[0])
    return found


def _names(infos: list[zipfile.ZipInfo], report: Report) -> list[str]:
    """The names of entries. Where a ZIP does not say their encoding, it is found.

    A Mac writes UTF-8 without saying so; Windows writes its code page, of which 857 is that of
    Turkish and has the letters of Western Europe, too.
    """
    silent = [info for info in infos if not info.flag_bits & 0x800 and not info.filename.isascii()]
    raw = [info.filename.encode("cp437", "replace") for info in silent]
    encoding = "cp437"
    for candidate in ("utf-8", "cp857"):
        try:
            b"\n".join(raw).decode(candidate)
        except UnicodeDecodeError:
            continue
        encoding = candidate
        break
    if silent:
        report.note("names", encoding=encoding.upper())
    known = {id(info): name.decode(encoding) for info, name in zip(silent, raw, strict=True)}
    return [unicodedata.normalize("NFC", known.get(id(i), i.filename)) for i in infos]


def is_table(entry: Entry) -> bool:
    """Whether a file in a ZIP may hold arrays, to judge by its name."""
    return entry.path[-1].lower().endswith(_TABLES)


def is_picture(entry: Entry) -> bool:
    """Whether a file in a ZIP is a picture, to judge by its name."""
    return entry.path[-1].lower().endswith(_PICTURE)


def data_from_pictures(
    name: str,
    file: str,
    archive: zipfile.ZipFile,
    found: list[Entry],
    options: ReadOptions,
    report: Report,
) -> DataSet:
    """A data set of the pictures in a ZIP.

    The kind of a picture is its first folder that is not that of all pictures, and not "train" or
    "test". A picture that can't be read is named in the report, and the others are read.

    Raises:
        DataFileError: if there are too many pictures, kinds or bytes, or fewer than two can be
            read.
    """
    pictures = []
    for entry in found:
        if is_picture(entry):
            pictures.append(entry)
        else:
            report.skipped.append(
                (entry.name, DataFileError("no_picture", formats=", ".join(FORMATS)))
            )
    if len(pictures) > MAX_PICTURES:
        raise DataFileError("too_many", file=file, limit=MAX_PICTURES)
    if (unpacked := sum(each.info.file_size for each in pictures)) > MAX_UNPACKED:
        raise DataFileError(
            "too_heavy", file=file, megabytes=unpacked >> 20, limit=MAX_UNPACKED >> 20
        )
    kinds, kind_of, for_test = _folders(pictures, report)
    if len(kinds) > MAX_KINDS:
        raise DataFileError("kinds", file=file, count=len(kinds), limit=MAX_KINDS)
    pictures = [each for each in pictures if each in kind_of]
    images: list[np.ndarray] = []
    labels, tests = [], []
    paper = Paper()
    shapes: Counter[tuple[int, ...]] = Counter()
    memory = 2 * PIXELS * len(pictures) + DECODING
    report.watch(0, len(pictures), memory)
    for number, (entry, pixels) in enumerate(_opened(archive, pictures, report), 1):
        if number % WATCH_EVERY == 0:
            report.watch(number, len(pictures), memory)
        if pixels is None:
            continue
        shapes[pixels.shape[:2]] += 1
        if options.fit == "digit":
            image = digit_or_none(pixels, entry.name, report)
        else:
            image = paper.resized(len(images), pixels)
        if image is not None:
            images.append(image)
            labels.append(kind_of[entry])
            tests.append(for_test[entry])
    if len(images) < 2:
        raise DataFileError("too_few", file=file, count=len(images))
    report.watch(len(pictures), len(pictures), memory)
    if kinds:
        report.note("zip", count=len(images), kinds=len(kinds), names=shortened(kinds))
    else:
        report.note("zip_plain", count=len(images))
    paper.fill(images, report)
    sizes = [shape for shape, _ in shapes.most_common()]
    note_fit(sizes[0], options, report)
    pixels_of = brightened(np.stack(images), report)
    kinds, numbers = _with_pictures(kinds, np.array(labels))
    every, where = Digits(pixels_of, numbers), np.array(tests)
    return checked_data(name, file, kinds, every[~where], every[where], report)


def _folders(
    pictures: list[Entry], report: Report
) -> tuple[tuple[str, ...], dict[Entry, int], dict[Entry, bool]]:
    """The kinds, the kind of each picture, and whether it is for testing."""
    folders = {each: each.path[:-1] for each in pictures}
    folders = _without_common(folders)
    for_test = dict.fromkeys(pictures, False)
    roles = {each: path[0].casefold() if path else "" for each, path in folders.items()}
    if {*roles.values()} <= _ROLES.keys() and len({_ROLES[r] for r in roles.values()}) == 2:
        for_test = {each: _ROLES[role] for each, role in roles.items()}
        folders = {each: path[1:] for each, path in folders.items()}
        if all(folders.values()):  # the folders below "train" and "test" have their own names
            folders = _without_common(folders)
    names = {path[0] for path in folders.values() if path}
    if not names:
        return (), dict.fromkeys(pictures, 0), for_test
    kinds = sorted_kinds(names)
    position = {kind: number for number, kind in enumerate(kinds)}
    kind_of = {}
    for each, path in folders.items():
        if path:
            kind_of[each] = position[path[0]]
        else:
            report.skipped.append((each.name, DataFileError("no_folder")))
    return kinds, kind_of, for_test


def _without_common(folders: dict[Entry, tuple[str, ...]]) -> dict[Entry, tuple[str, ...]]:
    """The folders of pictures without those that all have in common."""
    levels = zip(*folders.values(), strict=False)
    common = sum(1 for _ in itertools.takewhile(lambda names: len({*names}) == 1, levels))
    return {each: path[common:] for each, path in folders.items()}


def _opened(
    archive: zipfile.ZipFile, pictures: list[Entry], report: Report
) -> Iterator[tuple[Entry, np.ndarray | None]]:
    """Each picture with its pixels, (h, w, 4) uint8; None, after a remark, if it can't be read."""
    left = MAX_UNPACKED
    for entry in pictures:
        try:
            with archive.open(entry.info) as stream:
                raw = stream.read(MAX_PICTURE_BYTES + 1)
            ratio = len(raw) / max(entry.info.compress_size, 1)
            if ratio > MAX_RATIO and len(raw) > RATIO_FROM:
                raise DataFileError("ratio", ratio=round(ratio), limit=MAX_RATIO)
            pixels: np.ndarray | None = open_picture(raw)
        except (DrawingError, DataFileError) as error:
            pixels = None
            report.skipped.append((entry.name, error))
        except UNPACKING as error:
            pixels, raw = None, b""
            report.skipped.append((entry.name, damaged(entry.path[-1], error)))
        if (left := left - len(raw)) < 0:  # more than the sizes in the ZIP promise
            used, limit = (MAX_UNPACKED - left) >> 20, MAX_UNPACKED >> 20
            raise DataFileError("too_heavy", file=entry.name, megabytes=used, limit=limit)
        yield entry, pixels


def _with_pictures(
    kinds: tuple[str, ...], labels: np.ndarray
) -> tuple[tuple[str, ...], np.ndarray]:
    """The kinds of which there are pictures, and the labels (n,) uint8 among them."""
    if not kinds:
        return kinds, labels.astype(np.uint8)
    there, numbers = np.unique(labels, return_inverse=True)
    return tuple(kinds[kind] for kind in there), numbers.astype(np.uint8)
