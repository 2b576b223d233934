"""The data sets that have a name: MNIST, and those that are downloaded when they are asked for.

The files of Fashion-MNIST (Xiao, Rasul and Vollgraf 2017) and of KMNIST (Clanuwat et al. 2018) and
their addresses are those of torchvision.
"""

from __future__ import annotations

import functools
import hashlib
import http.client
import io
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vae_demo.atomic import write_atomically
from vae_demo.datasets.array_files import read_idx, unzipped
from vae_demo.datasets.data_set import DataSet, make_data, mnist_data
from vae_demo.datasets.errors import DataFileError
from vae_demo.digits.mnist import Digits

FOLDER = Path(
    os.environ.get("VAE_DEMO_DATASETS") or Path.home() / ".cache" / "vae-demo" / "datasets"
)
TIMEOUT = 20  # seconds without an answer
LONGEST = 30 * 60  # seconds for a file
CHUNK = 2**18  # bytes
_FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
Downloaded = Callable[[int, int], None]
"""Called with the bytes of a download that are there, and with all of them."""


@dataclass(frozen=True)
class Published:
    """A data set that its authors publish as four gzipped IDX files."""

    address: str
    kinds: tuple[str, ...]
    checksums: tuple[str, ...]  # MD5 of the four files
    megabytes: int  # of the download
    unpacked: tuple[str, ...] = ()  # MD5 of the files inside, which others may have packed again
    elsewhere: tuple[Path, ...] = ()  # folders of operating systems that may have the files


PUBLISHED = {
    "fashion-mnist": Published(
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        (
            *("T-shirt", "trousers", "pullover", "dress", "coat"),
            *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
        ),
        (
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "25c81989df183df01b3e8a0aad5dffbe",
            "bef4ecab320f06d8554ea6380940ec79",
            "bb300cfdad3c16e7a12a480ee83cd310",
        ),
        31,
        (
            "f4a8712d7a061bf5bd6d2ca38dc4d50a",
            "9018921c3c673c538a1fc5bad174d6f9",
            "8181f5470baa50b63fa0f6fddb340f0a",
            "15d484375f8d13e6eb1aabb0c3f46965",
        ),
        (Path("/usr/share/datasets/fashion-mnist"),),  # Debian's package dataset-fashion-mnist
    ),
    "kmnist": Published(
        "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        ("お o", "き ki", "す su", "つ tsu", "な na", "は ha", "ま ma", "や ya", "れ re", "を wo"),
        (
            "bdb82020997e1d708af4cf47b453dcf7",
            "e144d726b3acfaa3e44228e80efcd344",
            "5c965bf0a639b31b8f53240b1b52f4d7",
            "7320c461ea6c1c855c0b718fb2a4b134",
        ),
        21,
    ),
}
KNOWN = ("mnist", *PUBLISHED)


def known_data(name: str, downloaded: Downloaded | None = None) -> DataSet:
    """A data set by its name in `KNOWN`; its files are downloaded if they are not here.

    Raises:
        DataFileError: with code no_data, offline, checksum, disk or damaged.
        DataError: if the files of MNIST are missing or damaged.
    """
    if name == "mnist":
        return mnist_data()
    if name not in PUBLISHED:
        raise DataFileError("no_data", name=repr(name)[:60], names=", ".join(KNOWN))
    folder = folder_of(name) or download(name, downloaded)
    return _unpacked(name, folder)


def folder_of(name: str) -> Path | None:
    """The folder that has the four files of a published data set; None if there is none."""
    for folder in (FOLDER / name, *PUBLISHED[name].elsewhere):
        if all((folder / file).is_file() for file in _FILES):
            return folder
    return None


def download(name: str, downloaded: Downloaded | None = None) -> Path:
    """Download the four files of a published data set and check them.

    Each file is written when it is complete and has its checksum; those that are there stay.

    Returns:
        Their folder.

    Raises:
        DataFileError: with code offline, checksum or disk.
    """
    published, folder = PUBLISHED[name], FOLDER / name
    here, all_bytes = 0, published.megabytes * 10**6
    for file, md5 in zip(_FILES, published.checksums, strict=True):
        if (folder / file).is_file():
            here += (folder / file).stat().st_size
            continue
        try:
            raw = b""
            for some in _answer(published.address + file, all_bytes):
                raw += some
                if downloaded:
                    downloaded(min(here + len(raw), all_bytes), all_bytes)
        except (OSError, http.client.HTTPException) as error:
            why = str(getattr(error, "reason", "") or error) or type(error).__name__
            raise DataFileError(
                "offline", name=name, address=published.address, why=why[:120], folder=folder
            ) from None
        if _md5(raw) != md5:
            raise DataFileError("checksum", file=file, name=name)
        try:
            write_atomically(folder / file, raw)
        except OSError as error:
            why = error.strerror or str(error)
            raise DataFileError("disk", file=file, folder=folder, why=why) from None
        here += len(raw)
    return folder


def _answer(address: str, most: int) -> Iterator[bytes]:
    """The bytes of a file at an address, in pieces.

    Raises:
        OSError: if they do not come, come too slowly, or are fewer than promised or more than
            `most`.
    """
    start, count = time.monotonic(), 0
    try:
        opened = urllib.request.urlopen(address, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        with error:  # which holds the connection
            raise OSError(f"{error.code} {error.reason}") from None
    with opened as answer:
        promised = int(answer.headers.get("Content-Length") or 0)
        while some := answer.read1(CHUNK):
            count += len(some)
            if count > most:
                raise OSError("the answer is longer than the file")
            if time.monotonic() - start > LONGEST:
                raise OSError(f"after {LONGEST / 60:.0f} minutes, {count} bytes are there")
            yield some
    if count < promised:
        raise OSError(f"the connection ended after {count} of {promised} bytes")


@functools.lru_cache(maxsize=2)
def _unpacked(name: str, folder: Path) -> DataSet:
    published = PUBLISHED[name]
    arrays = []
    for number, (file, md5) in enumerate(zip(_FILES, published.checksums, strict=True)):
        path = folder / file
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise DataFileError("missing", file=str(path), why=error.strerror) from None
        content = unzipped(io.BytesIO(raw), str(path))
        if _md5(raw) != md5 and _md5(content.read()) not in published.unpacked[number : number + 1]:
            raise DataFileError("checksum", file=str(path), name=name)
        content.seek(0)
        arrays.append(read_idx(content, str(path)))
    return make_data(name, published.kinds, Digits(*arrays[:2]), Digits(*arrays[2:]))


def _md5(raw: bytes) -> str:
    return hashlib.md5(raw, usedforsecurity=False).hexdigest()
