"""Read NumPy arrays and IDX files without unpickling; their size is checked first."""

from __future__ import annotations

import gzip
import io
import math
import struct
import zipfile
import zlib
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy

from vae_demo.datasets.errors import MAX_BYTES, DataFileError

FORTRAN_BYTES = MAX_BYTES // 4  # such an array is copied when it is read
NPY = b"\x93NUMPY"
GZIP = b"\x1f\x8b"
IDX_TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
BROKEN = (ValueError, OSError, EOFError, zlib.error, zipfile.BadZipFile, struct.error, KeyError)


def is_idx(head: bytes) -> bool:
    """Whether a file begins like an IDX file: two zeros, a type, one to four dimensions."""
    return len(head) >= 4 and head[:2] == b"\0\0" and head[2] in IDX_TYPES and 1 <= head[3] <= 4


def read_npy(source: BinaryIO, file: str, array: str) -> np.ndarray:
    """One array of an `.npy` stream.

    Raises:
        DataFileError: with code objects, too_heavy, layout or damaged.
    """
    try:
        version = npy.read_magic(source)
        reader = npy.read_array_header_1_0 if version[0] == 1 else npy.read_array_header_2_0
        shape, fortran, dtype = reader(source)
    except BROKEN as error:
        raise damaged(file, error) from None
    if dtype.hasobject:
        raise DataFileError("objects", array=array, file=file)
    size = math.prod(shape) * dtype.itemsize
    check_bytes(size, file)
    if fortran and size > FORTRAN_BYTES:
        raise DataFileError("layout", array=array, file=file, megabytes=size >> 20)
    raw = read_exactly(source, size, file)
    if dtype.itemsize == 0:  # words of no letters
        return np.zeros(shape, dtype)
    return np.frombuffer(raw, dtype).reshape(shape, order="F" if fortran else "C")


def read_npz(source: BinaryIO, file: str) -> dict[str, np.ndarray]:
    """All arrays of an `.npz`, by name.

    Raises:
        DataFileError: if one holds objects, all together are too large, or the file is damaged.
    """
    found, total = {}, 0
    try:
        with zipfile.ZipFile(source) as members:
            check_bytes(sum(each.file_size for each in members.filelist), file)
            for each in members.filelist:
                name = each.filename.removesuffix(".npy")
                with members.open(each) as stream:
                    found[name] = read_npy(stream, file, name)  # type: ignore[arg-type]
                total += found[name].nbytes
                check_bytes(total, file)
    except DataFileError:
        raise
    except (*BROKEN, NotImplementedError, RuntimeError) as error:
        raise damaged(file, error) from None
    return found


def read_idx(source: BinaryIO, file: str) -> np.ndarray:
    """The array of an IDX file.

    Raises:
        DataFileError: with code damaged or too_heavy.
    """
    head = read_exactly(source, 4, file)
    if not is_idx(head):
        raise DataFileError("unknown", file=file)
    sizes = struct.unpack(f">{head[3]}I", read_exactly(source, 4 * head[3], file))
    dtype = np.dtype(IDX_TYPES[head[2]])
    size = math.prod(sizes) * dtype.itemsize
    check_bytes(size, file)
    raw = read_exactly(source, size, file)
    if source.read(1):
        raise damaged(file, f"there is more than the {size} bytes that its header announces")
    return np.frombuffer(raw, dtype).reshape(sizes)


def unzipped(source: BinaryIO, file: str) -> BinaryIO:
    """A gzipped file, unpacked in memory.

    Raises:
        DataFileError: with code damaged or too_heavy.
    """
    try:
        with gzip.GzipFile(fileobj=source) as stream:
            raw = stream.read(MAX_BYTES + 1)
    except BROKEN as error:
        raise damaged(file, error) from None
    check_bytes(len(raw), file)
    return io.BytesIO(raw)


def read_exactly(source: BinaryIO, size: int, file: str) -> bytes:
    """The next `size` bytes.

    Raises:
        DataFileError: with code damaged, if there are fewer.
    """
    raw = source.read(size)
    if len(raw) < size:
        raise damaged(file, f"it ends after {len(raw)} of {size} bytes")
    return raw


def check_bytes(size: int, file: str) -> None:
    """Check the size of what a file unpacks to.

    Raises:
        DataFileError: with code too_heavy.
    """
    if size > MAX_BYTES:
        raise DataFileError("too_heavy", file=file, megabytes=size >> 20, limit=MAX_BYTES >> 20)


def damaged(file: str, why: object) -> DataFileError:
    """The error for a file that can't be read to its end."""
    return DataFileError("damaged", file=file, why=" ".join(f"{why}".split())[:200] or "no reason")
