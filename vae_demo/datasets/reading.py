"""Read a data set from files of any of the kinds that people have; the content says which."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np

from vae_demo.datasets import archives, array_files
from vae_demo.datasets.arrays import data_from_arrays
from vae_demo.datasets.data_set import DataSet
from vae_demo.datasets.errors import MAX_BYTES, DataFileError
from vae_demo.datasets.report import ReadData, ReadOptions, Report, Watch
from vae_demo.datasets.table import read_table

EMNIST = re.compile(r"emnist-(balanced|byclass|bymerge|digits|letters|mnist)-(train|test)")
_BINARY = (".npy", ".npz", ".zip", "-ubyte")  # endings of names of files that are no tables
MAX_NAME = 40  # characters of a data set's name
NamedFile = tuple[str, BinaryIO]


def read_path(path: Path, options: ReadOptions, watch: Watch | None = None) -> ReadData:
    """Read a data set from a file, or from the files of a folder.

    Of an IDX file of pictures, the labels are in the file beside it whose name has "labels-idx1"
    in place of "images-idx3".

    Raises:
        DataFileError: if it can't be read as pictures.
    """
    paths = [path]
    if path.is_dir():
        paths = sorted(each for each in path.iterdir() if each.is_file())
    elif "images-idx3" in path.name:
        beside = path.with_name(path.name.replace("images-idx3", "labels-idx1"))
        paths += [beside] if beside.is_file() else []
    with contextlib.ExitStack() as opened:
        try:
            files = [(each.name, opened.enter_context(each.open("rb"))) for each in paths]
        except OSError as error:
            raise DataFileError("missing", file=str(path), why=error.strerror) from None
        return read_files(files, options, watch, name=path.name)


def read_files(
    files: Sequence[NamedFile],
    options: ReadOptions,
    watch: Watch | None = None,
    name: str | None = None,
) -> ReadData:
    """Read one data set from files: a ZIP of pictures, or files of arrays that belong together.

    Args:
        files: Their names and contents, which can be searched.
        name: The name of the data set; by default that of the first file.

    Raises:
        DataFileError: if they can't be read as pictures.
    """
    report = Report(watch) if watch else Report()
    if not files:
        raise DataFileError("nothing", file=name or "-", found="-")
    file = name or files[0][0]
    title = _title(file)
    if len(files) == 1 and _head(files[0][1])[:2] == b"PK":
        data = _read_zip(title, *files[0], options, report)
    else:
        _check_archives(files)
        data = _from_arrays(title, file, files, options, report)
    return ReadData(data, tuple(report.notes), tuple(report.skipped))


def _read_zip(
    title: str, file: str, source: BinaryIO, options: ReadOptions, report: Report
) -> DataSet:
    with archives.open_zip(source, file) as archive:
        names = [info.filename for info in archive.filelist]
        if names and all(each.endswith(".npy") for each in names):
            source.seek(0)
            return _from_arrays(title, file, [(file, source)], options, report)
        found = archives.entries(archive, file, report)
        if not any(map(archives.is_picture, found)):
            tables = [entry for entry in found if archives.is_table(entry)]
            if tables:
                size = sum(entry.info.file_size for entry in tables)
                array_files.check_bytes(size, file)
                inside = [(each.name, _unpacked(archive, each)) for each in tables]
                return _from_arrays(title, file, inside, options, report)
        if not names:
            raise DataFileError("no_files", file=file)
        if not found and report.skipped:
            outside = {"count": len(report.skipped), "first": report.skipped[0][0]}
            raise DataFileError("only_outside", file=file, **outside)
        if not found:
            raise DataFileError("nothing", file=file, found=", ".join(names[:3]))
        if not any(map(archives.is_picture, found)):
            there = ", ".join(entry.name for entry in found[:3])
            raise DataFileError("nothing", file=file, found=there[:200])
        return archives.data_from_pictures(title, file, archive, found, options, report)


def _check_archives(files: Sequence[NamedFile]) -> None:
    """Check that no ZIP is among several files, but for those of NumPy.

    Raises:
        DataFileError: with code alone.
    """
    for name, source in files:
        if _head(source)[:2] == b"PK":
            with archives.open_zip(source, name) as archive:
                if not all(info.filename.endswith(".npy") for info in archive.filelist):
                    raise DataFileError("alone", file=name, count=len(files))


def _unpacked(archive: zipfile.ZipFile, entry: archives.Entry) -> BinaryIO:
    try:
        with archive.open(entry.info) as stream:
            raw = stream.read(MAX_BYTES + 1)
    except archives.UNPACKING as error:
        raise array_files.damaged(entry.name, error) from None
    array_files.check_bytes(len(raw), entry.name)
    return io.BytesIO(raw)


def _from_arrays(
    title: str, file: str, files: Sequence[NamedFile], options: ReadOptions, report: Report
) -> DataSet:
    arrays: dict[str, np.ndarray] = {}
    for name, source in files:
        try:
            found = list(_arrays(name, source, options, report))
        except DataFileError as error:
            if error.code != "width" or len(files) == 1:
                raise
            report.skipped.append((name, error))  # a table of something else
            continue
        for array, values in found:
            own = array or _title(name)
            arrays[own if len(files) == 1 else f"{_title(name)} {array}".strip()] = values
        array_files.check_bytes(sum(each.nbytes for each in arrays.values()), file)
    if not arrays:
        raise report.skipped[-1][1]
    return data_from_arrays(title, file, arrays, options, report)


def _arrays(
    name: str, source: BinaryIO, options: ReadOptions, report: Report
) -> Iterator[tuple[str, np.ndarray]]:
    """The arrays of one file with their names; a file of one array gives it no name."""
    head = _head(source)
    if not head:
        raise DataFileError("no_bytes", file=name)
    if head.startswith(array_files.GZIP):
        source = array_files.unzipped(source, name)
        head = _head(source)
    if head.startswith(array_files.NPY):
        yield "", array_files.read_npy(source, name, _title(name))
    elif head[:2] == b"PK":
        yield from array_files.read_npz(source, name).items()
    elif array_files.is_idx(head):
        yield "", _upright(name, array_files.read_idx(source, name), report)
    elif name.lower().endswith(_BINARY) or (
        b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
    ):
        raise DataFileError("unknown", file=name)
    else:
        for array, values in read_table(source, name, options.label, report).items():
            yield array, _upright(name, values, report)


def _upright(file: str, array: np.ndarray, report: Report) -> np.ndarray:
    """An array of a published file of EMNIST (Cohen et al. 2017), which has columns for rows."""
    if array.ndim != 3 or not EMNIST.match(file.replace("\\", "/").rpartition("/")[2]):
        return array
    report.note("transposed", file=file)
    return np.ascontiguousarray(array.transpose(0, 2, 1))


def _head(source: BinaryIO) -> bytes:
    source.seek(0)
    head = source.read(64)
    source.seek(0)
    return head


def _title(file: str) -> str:
    """The name of a file without its folders and suffixes, as the name of a data set."""
    name = file.replace("\\", "/").rstrip("/").rpartition("/")[2]
    for suffix in (".gz", ".zip", ".npz", ".npy", ".csv", ".tsv", ".txt"):
        name = name.removesuffix(suffix)
    return name[:MAX_NAME] or "data"
