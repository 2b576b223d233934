"""Read a CSV table: one picture in each line, one pixel in each column, and perhaps a label."""

from __future__ import annotations

import csv
import io
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from vae_demo.datasets.array_files import damaged
from vae_demo.datasets.errors import MAX_PICTURES, DataFileError
from vae_demo.datasets.report import LabelPlace, Report

SEPARATORS = ";\t, "
LABEL_NAMES = {"label", "labels", "class", "target", "digit", "kind", "y", "etiket", "sınıf"}
COUNTING_NAMES = {"", "index", "id", "imageid", "image_id", "unnamed: 0"}  # of a line, not a pixel
MAX_LINE = 4_000_000  # characters; a line has at most as many as a picture of 800 x 800 pixels
AT_ONCE = 2_000_000  # numbers
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}  # of UTF-16, as some programs write it


@dataclass(frozen=True)
class _Layout:
    """How the lines of a table are written."""

    separator: str
    columns: int
    first: int  # column of pixels or of the label; 1 if the one before it counts the lines
    place: int | None  # the column of the label

    @property
    def used(self) -> list[int]:
        """The columns of pixels."""
        return [each for each in range(self.first, self.columns) if each != self.place]


def read_table(
    source: BinaryIO, file: str, label: LabelPlace | None, report: Report
) -> dict[str, np.ndarray]:
    """The arrays "images", (n, h, h), and "labels", (n,) of text, if there are any.

    The separator is a semicolon, a tab, a comma or spaces; with the first two, and in quotation
    marks, commas are decimal marks. A header is recognized by a first line that is not of numbers;
    it may name the column of the label, and a first column that counts the lines. The table is read
    some lines at a time, so that its text is never in memory as a whole.

    Raises:
        DataFileError: if a line has another number of columns, a value is not a number, or it is
            not clear which column is the label; the message names the line.
    """
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    encoding = _MARKS.get(source.read(2), "utf-8-sig")
    source.seek(0)
    text = io.TextIOWrapper(source, encoding, errors="replace")
    try:
        found = _read(_lines(text, file), size, file, label, report)
    except UnicodeError as error:
        raise damaged(file, error) from None
    finally:
        text.detach()
    return found


def _read(
    lines: Iterator[tuple[int, str]], size: int, file: str, label: LabelPlace | None, report: Report
) -> dict[str, np.ndarray]:
    first = next(lines, None)
    if first is None:
        raise DataFileError("no_bytes", file=file)
    separator = next((mark for mark in SEPARATORS if mark in first[1]), ",")
    if separator == " ":  # several stand for one
        lines = (
            (number, " ".join(line.split())) for number, line in itertools.chain([first], lines)
        )
        first = next(lines)
    start = next(csv.reader([first[1]], delimiter=separator))
    header = any(_is_word(cell) for cell in start[1:-1])
    lead = next(lines, None) if header else first
    if lead is None:
        raise DataFileError("too_few", file=file, count=0)
    if header:
        report.note("header")
    columns = len(next(csv.reader([lead[1]], delimiter=separator)))
    first_used = int(header and start[0].strip().casefold() in COUNTING_NAMES)
    if first_used:
        report.note("index", name=repr(start[0])[:20])
    used = columns - first_used
    pixels = used if _is_square(used) else used - 1
    if used < 4 or not _is_square(pixels):
        code = "commas" if separator == "," and _seem_decimal(columns) else "width"
        raise DataFileError(code, file=file, found=columns)
    place = None
    if pixels < used:
        named = [end for end in (first_used, columns - 1) if header and _names_label(start[end])]
        if label is not None:
            place = first_used if label == "first" else columns - 1
        elif len(named) == 1:
            (place,) = named
            report.note("label_named", name=repr(start[place])[:20])
        else:
            ends = {"first": repr(start[0])[:20], "last": repr(start[-1])[:20]}
            raise DataFileError("label_place", file=file, found=columns, pixels=pixels, **ends)
    layout = _Layout(separator, columns, first_used, place)
    total = max(1, round(size / (len(lead[1]) + 1)))
    report.watch(0, total, 8 * AT_ONCE * 4 + total * pixels)
    images, labels, done = [], [], 0
    lines = itertools.chain([lead], lines)
    while some := list(itertools.islice(lines, max(1, AT_ONCE // columns))):
        values, words = _numbers(some, layout, file, report)
        images.append(values)
        labels += words
        done += len(some)
        if done > MAX_PICTURES:
            raise DataFileError("too_many", file=file, limit=MAX_PICTURES)
        report.watch(min(done, total), total, 8 * AT_ONCE * 4 + total * pixels)
    side = math.isqrt(pixels)
    arrays = {"images": np.concatenate(images).reshape(-1, side, side)}
    return arrays | ({"labels": _whole(labels)} if place is not None else {})


def _lines(text: io.TextIOWrapper, file: str) -> Iterator[tuple[int, str]]:
    """The lines that are not empty, with their numbers."""
    number = 0
    while line := text.readline(MAX_LINE):
        number += 1
        if len(line) == MAX_LINE or "\0" in line:
            raise DataFileError("unknown", file=file)
        if line := line.strip("\r\n "):
            yield number, line


def _is_word(cell: str) -> bool:
    try:
        float(cell.replace(",", "."))
    except ValueError:
        return bool(cell.strip())
    return False


def _whole(labels: list[str]) -> np.ndarray:
    """Labels, (n,): whole numbers if all are, as "7.0" or "7e+00" is one, or else as they are."""
    try:
        numbers = np.array(labels, np.float64)
    except ValueError:
        return np.array(labels)
    whole = np.isfinite(numbers).all() and (numbers == np.rint(numbers)).all()
    return numbers.astype(np.int64) if whole else np.array(labels)


def _names_label(cell: str) -> bool:
    return cell.strip().casefold() in LABEL_NAMES


def _is_square(number: int) -> bool:
    return math.isqrt(number) ** 2 == number


def _seem_decimal(columns: int) -> bool:
    """Whether so many columns are those of pixels with decimal commas between commas."""
    return any(_is_square(n) and n >= 16 for n in (columns // 2, (columns - 1) // 2))


def _numbers(
    lines: list[tuple[int, str]], layout: _Layout, file: str, report: Report
) -> tuple[np.ndarray, list[str]]:
    """The pixels of some lines, uint8 if all are such numbers, and their labels."""
    separator = layout.separator
    texts = [line for _, line in lines]
    if any('"' in text for text in texts):
        rows = csv.reader(texts, delimiter=separator)
        cells = [[cell.replace(separator, ".") for cell in row] for row in rows]
        texts = [separator.join(row) for row in cells]
    if separator != "," and any("," in text for text in texts):
        texts = [text.replace(",", ".") for text in texts]
        report.note("decimal")
    for (number, _), text in zip(lines, texts, strict=True):
        if (found := text.count(separator) + 1) != layout.columns:
            places = {"line": number, "file": file, "found": found, "expected": layout.columns}
            raise DataFileError("columns", **places)
    try:
        values: np.ndarray = np.loadtxt(
            texts, np.float32, comments=None, delimiter=separator, usecols=layout.used, ndmin=2
        )
    except ValueError as error:
        raise _no_number(lines, texts, layout, file) or damaged(file, error) from None
    whole = values.astype(np.uint8) if ((values >= 0) & (values <= 255)).all() else None
    if whole is not None and (whole == values).all():
        values = whole
    if layout.place is None:
        return values, []
    if layout.place == layout.columns - 1:
        return values, [text.rpartition(separator)[2].strip() for text in texts]
    return values, [text.split(separator, layout.place + 1)[layout.place].strip() for text in texts]


def _no_number(
    lines: list[tuple[int, str]], texts: list[str], layout: _Layout, file: str
) -> DataFileError | None:
    """The error for the first cell of a pixel that is not a number."""
    for (number, _), text in zip(lines, texts, strict=True):
        cells = text.split(layout.separator)
        for column in layout.used:
            cell = cells[column].strip()
            if not cell or _is_word(cell):
                places = {"line": number, "file": file, "column": column + 1}
                return DataFileError("number", **places, text=repr(cell)[:30])
    return None
