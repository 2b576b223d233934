"""Find pictures and labels among named arrays, and make a data set of them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from vae_demo.datasets.data_set import DataSet, make_data, split
from vae_demo.datasets.errors import MAX_KIND, MAX_KINDS, MAX_PICTURES, DataFileError
from vae_demo.datasets.fitting import DARK, Scale, fitted
from vae_demo.datasets.report import ReadOptions, Report
from vae_demo.digits.mnist import PIXELS, SIDE, Digits

CHANNELS = (1, 3, 4)
TOLERANCE = 1e-3
_TEST = re.compile(r"test|t10k", re.IGNORECASE)
_VALIDATION = re.compile(r"val", re.IGNORECASE)
_LABELS = re.compile(r"label|target|class|kind|idx1|(^|_)y(_|$)", re.IGNORECASE)


@dataclass(frozen=True)
class _Part:
    """Pictures with their labels, if there are any, before they are brought to 28 x 28."""

    name: str
    pictures: np.ndarray  # (n, h, w, c) of numbers
    labels: np.ndarray | None  # (n,) of whole numbers or words
    for_test: bool


def data_from_arrays(
    name: str, file: str, arrays: Mapping[str, np.ndarray], options: ReadOptions, report: Report
) -> DataSet:
    """A data set from named arrays.

    The pictures are the arrays with three or four dimensions, or else with two; the labels are
    those of the same length with one. Arrays whose names contain "test" or "t10k" are for testing.

    Raises:
        DataFileError: if there are no pictures, several that may be meant, or their shape, type or
            values are not those of pictures; the message names the array.
    """
    parts = _parts(file, arrays, report)
    total = sum(len(part.pictures) for part in parts)
    if total > MAX_PICTURES:
        raise DataFileError("too_many", file=file, limit=MAX_PICTURES)
    kinds, labels = _kinds(file, parts, report)
    scale = _scale(file, parts, report)
    memory = sum(array.nbytes for array in arrays.values()) + 2 * PIXELS * total
    report.watch(0, total, memory)
    found: dict[bool, list[Digits]] = {False: [], True: []}
    done = 0
    for part, numbers in zip(parts, labels, strict=True):
        for positions, images in fitted(part.pictures, options.fit, part.name, report, scale):
            found[part.for_test].append(Digits(images, numbers[positions]))
            done += len(positions)
            report.watch(done, total, memory)
    note_fit(parts[0].pictures.shape[1:3], options, report)
    train, test = (_joined(found[for_test]) for for_test in (False, True))
    return checked_data(name, file, kinds, train, test, report)


def checked_data(
    name: str, file: str, kinds: tuple[str, ...], train: Digits, test: Digits, report: Report
) -> DataSet:
    """A data set of at least two different pictures; without test pictures, some are drawn.

    Raises:
        DataFileError: with code too_few, equal or kind_name.
    """
    if not len(train):  # all are named as if they were for testing
        train, test = test, train
    for kind in kinds:
        if len(kind) > MAX_KIND:
            raise DataFileError("kind_name", file=file, kind=repr(kind[:40]), limit=MAX_KIND)
    count = len(train) + len(test)
    if count < 2:
        raise DataFileError("too_few", file=file, count=count)
    if all((each.images == train.images[0]).all() for each in (train, test)):
        raise DataFileError("equal", file=file, count=count)
    data = make_data(name, kinds, train, test) if len(test) else split(name, kinds, train)
    sizes = {"train": len(data.train), "test": len(data.test)}
    report.note("given" if len(test) else "split", **sizes)
    return data


def note_fit(shape: tuple[int, ...], options: ReadOptions, report: Report) -> None:
    """Say how pictures were brought to 28 x 28."""
    if options.fit == "digit":
        report.note("as_digits")
    elif shape != (SIDE, SIDE):
        report.note("resized", shape="×".join(map(str, shape)))


def _joined(parts: list[Digits]) -> Digits:
    if not parts:
        return Digits(np.zeros((0, SIDE, SIDE), np.uint8), np.zeros(0, np.uint8))
    images = np.concatenate([part.images for part in parts])
    return Digits(images, np.concatenate([part.labels for part in parts]))[:]


def _parts(file: str, arrays: Mapping[str, np.ndarray], report: Report) -> list[_Part]:
    alone = len(arrays) == 1  # then its name, which is that of the file, says nothing
    pictures = {n: array for n, array in arrays.items() if _may_be_pictures(n, array, alone)}
    if any(array.ndim > 2 for array in pictures.values()):
        pictures = {name: array for name, array in pictures.items() if array.ndim > 2}
    if not pictures:
        there = ", ".join(f"{name} {array.shape}" for name, array in arrays.items()) or "-"
        wide = [name for name, array in arrays.items() if array.ndim >= 2]
        if len(wide) == 1:
            raise DataFileError("shape", array=wide[0], file=file, shape=arrays[wide[0]].shape)
        raise DataFileError("nothing", file=file, found=there[:300])
    candidates, pictures = pictures, _different(pictures, report)
    for for_test in (False, True):
        same = [n for n in pictures if _is_test(n) == for_test and not _VALIDATION.search(n)]
        if len(same) > 1:
            raise DataFileError("choose", file=file, found=", ".join(same)[:200])
    others = {name: array for name, array in arrays.items() if name not in candidates}
    parts = []
    for name, array in pictures.items():
        made = _counted_first(name, array, others, report)
        labels = _labels_of(file, name, made, others)
        parts.append(_Part(name, _with_channels(file, name, made), labels, _is_test(name)))
        shape = "×".join(map(str, array.shape))
        report.note("images", array=name, shape=shape, type=str(array.dtype))
    labelled = [part for part in parts if part.labels is not None]
    if labelled:
        for part in parts:
            if part.labels is None:
                report.skipped.append((part.name, DataFileError("unlabelled")))
    return labelled or parts


def _different(pictures: Mapping[str, np.ndarray], report: Report) -> dict[str, np.ndarray]:
    """The arrays without those that are the same as an earlier one."""
    kept: dict[str, np.ndarray] = {}
    for name, array in pictures.items():
        first = next((n for n, each in kept.items() if np.array_equal(each, array)), None)
        if first is None:
            kept[name] = array
        else:
            report.note("twice", array=name, first=first)
    return kept


def _counted_first(
    name: str, array: np.ndarray, others: Mapping[str, np.ndarray], report: Report
) -> np.ndarray:
    """An array whose first axis counts the pictures, as MATLAB's does not: (h, w, n)."""
    if not (array.ndim in (3, 4) and array.shape[0] == array.shape[1] != array.shape[-1]):
        return array
    if array.ndim == 4 and (array.shape[2] not in CHANNELS or array.shape[3] in CHANNELS):
        return array
    lengths = {len(each) for each in others.values() if each.ndim}
    last = array.shape[-1]
    if len(array) in lengths or not (last in lengths or last > len(array)):
        return array
    report.note("last_axis", array=name)
    return np.moveaxis(array, -1, 0)


def _is_test(name: str) -> bool:
    return bool(_TEST.search(name))


def _may_be_pictures(name: str, array: np.ndarray, alone: bool) -> bool:
    if array.ndim == 2:
        columns = array.shape[1]
        square = columns >= 16 and math.isqrt(columns) ** 2 == columns
        return square and (alone or not _LABELS.search(name))
    return array.ndim in (3, 4) and 0 not in array.shape


def _with_channels(file: str, name: str, array: np.ndarray) -> np.ndarray:
    """Pictures as (n, h, w, c)."""
    shape = array.shape
    if not (array.dtype == bool or np.issubdtype(array.dtype, np.number)) or np.iscomplexobj(array):
        raise DataFileError("type", array=name, file=file, type=str(array.dtype))
    if array.ndim == 2:
        side = math.isqrt(shape[1])
        return array.reshape(-1, side, side, 1)
    if array.ndim == 3:
        return array[..., None]
    if shape[3] in CHANNELS:
        return array
    if shape[1] in CHANNELS:
        return np.moveaxis(array, 1, 3)
    raise DataFileError("shape", array=name, file=file, shape=shape)


def _labels_of(
    file: str, name: str, pictures: np.ndarray, others: Mapping[str, np.ndarray]
) -> np.ndarray | None:
    """The labels of pictures among the other arrays, (n,); None if there are none."""
    same = [
        n
        for n in others
        if _is_test(n) == _is_test(name)
        and bool(_VALIDATION.search(n)) == bool(_VALIDATION.search(name))
    ]
    named = [n for n in same if _LABELS.search(n)]
    fitting = [n for n in same if len(np.atleast_1d(others[n])) == len(pictures)]
    chosen = [n for n in named if n in fitting] or fitting
    if not chosen:
        if named:
            count = len(np.atleast_1d(others[named[0]]))
            raise DataFileError("label_count", file=file, labels=count, pictures=len(pictures))
        return None
    labels = others[chosen[0]]
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    elif labels.ndim == 2 and np.issubdtype(labels.dtype, np.number) and (labels.sum(1) == 1).all():
        labels = labels.argmax(1)
    whole = labels.dtype.kind in "biu" or (
        labels.dtype.kind == "f" and bool((labels == np.rint(labels)).all())
    )
    if labels.ndim != 1 or not (whole or labels.dtype.kind in "US"):
        raise DataFileError(
            "label_type", file=file, array=chosen[0], type=str(labels.dtype), shape=labels.shape
        )
    if labels.dtype.kind == "S":
        return np.char.decode(labels, "utf-8", "replace")
    return labels.astype(np.int64) if whole else labels


def _kinds(
    file: str, parts: list[_Part], report: Report
) -> tuple[tuple[str, ...], list[np.ndarray]]:
    """The names of kinds, and the labels of each part as their positions, uint8."""
    if any(part.labels is None for part in parts):
        report.note("no_labels")
        return (), [np.zeros(len(part.pictures), np.uint8) for part in parts]
    words = [[str(label) for label in part.labels] for part in parts if part.labels is not None]
    kinds = sorted_kinds({word for some in words for word in some})
    if len(kinds) > MAX_KINDS:
        raise DataFileError("kinds", file=file, count=len(kinds), limit=MAX_KINDS)
    position = {kind: number for number, kind in enumerate(kinds)}
    report.note("labels", kinds=len(kinds), names=shortened(kinds))
    return kinds, [np.array([position[word] for word in some], np.uint8) for some in words]


def sorted_kinds(names: set[str]) -> tuple[str, ...]:
    """Names in order, accents aside, with numbers in the order of numbers: 2 before 10."""

    def key(name: str) -> tuple[list[tuple[int, int, str]], str]:
        pieces = re.split(r"(\d+)", name)
        return [
            (0, int(p), "") if p.isdecimal() else (1, 0, _letters(p)) for p in pieces if p
        ], name

    return tuple(sorted(names, key=key))


def _letters(text: str) -> str:
    """Text without case and accents, so that "Çember" is sorted before "Daire"."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ı", "i"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def shortened(kinds: tuple[str, ...]) -> str:
    """The first names of kinds, for a sentence."""
    return ", ".join(kinds[:10]) + (", …" if len(kinds) > 10 else "")


def _scale(file: str, parts: list[_Part], report: Report) -> Scale:
    """How the values of all parts come to lie between 0 and 255."""
    low, high = math.inf, -math.inf
    for part in parts:
        least, most = float(part.pictures.min()), float(part.pictures.max())
        if not math.isfinite(least + most):
            raise DataFileError("not_finite", array=part.name, file=file)
        low, high = min(low, least), max(high, most)
    kinds = {part.pictures.dtype for part in parts}
    slack = TOLERANCE if any(kind.kind == "f" for kind in kinds) else 0
    if slack and -1 - slack <= low < -slack and high <= 1 + slack:
        report.note("centred", low=low, high=high)
        return Scale(factor=127.5, offset=1)
    if low < -slack or high > 255 + slack:
        if kinds != {np.dtype(np.uint16)}:
            raise DataFileError("range", array=parts[0].name, file=file, low=low, high=high)
        factor = 255 / 65_535
    else:
        factor = 255.0 if high <= 1 + slack else 1.0
    if 0 < high * factor < DARK:
        factor = 255 / high
        report.note("brightened", high=high, factor=factor)
    elif factor != 1:
        report.note("scaled", low=low, high=high, factor=factor)
    return Scale(factor)
