"""The 70,000 MNIST digits, packed inside the repository, and the probe.

This module imports only numpy, so that the first picture does not wait for torch. The packed
files hold the pixel and label bytes of the original IDX files, xz-compressed; `data/README.md`
names their source, and `python -m vae_demo pack FOLDER` creates them again.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import lzma
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vae_demo.atomic import write_atomically
from vae_demo.digits.probe import Probe, probe_positions, typical
from vae_demo.shipped import shipped

FOLDER = shipped("data")
SIDE = 28
PIXELS = SIDE * SIDE

# Number of digits and SHA-256 of the unpacked bytes (all pixels, then all labels).
# tests/digits/test_mnist.py compares the original files with their published MD5 checksums.
SPLITS = {
    "train": (60_000, "edc0d1098aa497be14ace79ddd5171e5a3dcf9c4d196c015389203eb3ba1f59b"),
    "test": (10_000, "c3f9adf9c66efb572b1f9326c3a511b45910c7173b97be66ceceeeeaef6b802b"),
}


class DataError(RuntimeError):
    """A packed file is missing or damaged; the message says how to restore it."""


@dataclass(frozen=True, eq=False)
class Digits:
    """Images of digits and their labels; both arrays are read-only."""

    images: np.ndarray  # (n, 28, 28) uint8, white ink (255) on black (0)
    labels: np.ndarray  # (n,) uint8, 0 to 9

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: np.ndarray | slice) -> Digits:
        return Digits(_frozen(self.images[index]), _frozen(self.labels[index]))

    def of(self, label: int) -> np.ndarray:
        """Positions of all digits with this label, in order, (k,) int64."""
        return np.flatnonzero(self.labels == label)


@functools.cache
def train_digits() -> Digits:
    """The 60,000 training digits, unpacked and verified once per process.

    Raises:
        DataError: if the packed file is missing or damaged.
    """
    return _unpack("train")


@functools.cache
def test_digits() -> Digits:
    """The 10,000 test digits, unpacked and verified once per process.

    Raises:
        DataError: if the packed file is missing or damaged.
    """
    return _unpack("test")


_unpacked: set[str] = set()  # the splits that this process has unpacked


def load() -> tuple[Digits, Digits]:
    """All 70,000 digits as (train, test); the first call unpacks the two files in parallel."""
    if len(_unpacked) < len(SPLITS):
        with ThreadPoolExecutor(1) as pool:  # lzma and hashlib both release the GIL
            train = pool.submit(train_digits)
            test = test_digits()
            return train.result(), test
    return train_digits(), test_digits()


@functools.cache
def probe_indices() -> np.ndarray:
    """Positions of the probe in the test set, (1000,) int64, the same in every process.

    The probe has 100 digits of each class: see `vae_demo.digits.probe`.
    """
    return _frozen(probe_positions(test_digits().labels, 10))


@functools.cache
def probe() -> Digits:
    """The fixed 1,000 test digits whose codes every run records in every snapshot."""
    return test_digits()[probe_indices()]


@functools.cache
def strip_positions() -> np.ndarray:
    """Positions in the probe of the digit nearest to the mean of each class, (10,) int64."""
    return _frozen(typical(probe().images, probe().labels, 10))


@functools.cache
def shown_probe() -> Probe:
    """The probe with its ten typical digits; their numbers are those in the test set."""
    return Probe(probe().images, probe().labels, strip_positions(), probe_indices())


def batches(images: np.ndarray, size: int) -> Iterator[np.ndarray]:
    """Consecutive slices of at most `size` images, which together hold every image once."""
    for start in range(0, len(images), size):
        yield images[start : start + size]


def pixel_rows(images: np.ndarray) -> np.ndarray:
    """Flatten images (n, 28, 28) uint8 to (n, 784) float64, still integers from 0 to 255."""
    return images.reshape(len(images), PIXELS).astype(np.float64)


def check_pictures(pictures: np.ndarray, least: int) -> None:
    """Check that the array is (n, 28, 28) uint8 with n at least `least`.

    Raises:
        ValueError: if it has another shape or type.
    """
    if pictures.shape[1:] != (SIDE, SIDE) or pictures.dtype != np.uint8 or len(pictures) < least:
        raise ValueError(
            f"pictures are {pictures.shape} {pictures.dtype}; "
            f"expected (n, 28, 28) uint8, n at least {least}"
        )


def pack(source: Path, folder: Path = FOLDER) -> None:
    """Create the packed files from the four original gzipped IDX files in `source`.

    Raises:
        DataError: if a file is missing or damaged, or they are not those of MNIST. Nothing is
            written then.
    """
    prefixes = {"train": "train", "test": "t10k"}
    found = {split: _originals(source, prefix) for split, prefix in prefixes.items()}
    for split, raw in found.items():
        if _digest(raw) != SPLITS[split][1]:
            raise DataError(
                f"the files {prefixes[split]}-*.gz in {source} are not those of MNIST: their "
                f"digits have another checksum"
            )
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "pb": 0}]
    for split, raw in found.items():
        packed = lzma.compress(raw, check=lzma.CHECK_CRC64, filters=filters)
        write_atomically(folder / f"mnist-{split}.xz", packed)


def _originals(source: Path, prefix: str) -> bytes:
    """The bytes of all pixels and then of all labels, without the headers of the IDX files."""
    raw = b""
    for name, header in (("images-idx3", 16), ("labels-idx1", 8)):
        path = source / f"{prefix}-{name}-ubyte.gz"
        try:
            raw += gzip.decompress(path.read_bytes())[header:]
        except (OSError, EOFError, zlib.error) as error:
            reason = getattr(error, "strerror", None) or error
            raise DataError(f"{path} can't be read: {reason}") from None
    return raw


def _unpack(split: str) -> Digits:
    path = FOLDER / f"mnist-{split}.xz"
    count, digest = SPLITS[split]
    try:
        raw = lzma.decompress(path.read_bytes())
    except FileNotFoundError:
        raise DataError(
            f"{path} is missing; it is part of the repository: restore it with "
            f"'git checkout -- data' or clone the repository again"
        ) from None
    except (OSError, lzma.LZMAError, EOFError) as error:
        raise DataError(_damaged(path, f"it can't be unpacked ({error})")) from None
    if _digest(raw) != digest:
        raise DataError(_damaged(path, "its checksum is not that of the MNIST digits"))
    _unpacked.add(split)
    values = np.frombuffer(raw, np.uint8)  # a view of immutable bytes, so it is read-only
    return Digits(values[: count * PIXELS].reshape(count, SIDE, SIDE), values[count * PIXELS :])


def _damaged(path: Path, what: str) -> str:
    return f"{path} is damaged: {what}; restore it with 'git checkout -- data'"


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _frozen(array: np.ndarray) -> np.ndarray:
    array.flags.writeable = False
    return array
