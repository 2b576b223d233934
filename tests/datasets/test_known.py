"""Data sets by name: from a folder where they are, or downloaded, checked and kept."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vae_demo.datasets import MNIST, DataFileError, known, known_data, mnist_data
from vae_demo.digits import mnist

FASHION = Path("/usr/share/datasets/fashion-mnist")


def packed(count: int, part: np.ndarray) -> bytes:
    array = part[:count]
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(header + array.tobytes())


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, bytes]:
    """KMNIST has few pictures, and its address answers from memory."""
    train, test = mnist.load()
    parts = (train.images, train.labels, test.images, test.labels)
    files = {
        name: packed(count, part)
        for name, count, part in zip(known._FILES, (300, 300, 60, 60), parts, strict=True)
    }
    sums = tuple(hashlib.md5(raw).hexdigest() for raw in files.values())
    changed = replace(known.PUBLISHED["kmnist"], checksums=sums)
    monkeypatch.setitem(known.PUBLISHED, "kmnist", changed)
    monkeypatch.setattr(known, "FOLDER", tmp_path)
    known._unpacked.cache_clear()

    def answer(address: str, timeout: float) -> io.BytesIO:
        name = address.rpartition("/")[2]
        if name not in files:
            raise urllib.error.URLError("Name or service not known")
        return io.BytesIO(files[name])

    monkeypatch.setattr(urllib.request, "urlopen", answer)
    return files


def test_mnist_is_a_data_set_whose_checksum_needs_no_digits() -> None:
    data = mnist_data()
    assert data.description is MNIST and MNIST.is_mnist and data.name == "mnist"
    assert len(data) == 70_000 and data.kinds == tuple("0123456789")
    np.testing.assert_array_equal(data.probe.images, mnist.probe().images)
    few = known.make_data("mnist", MNIST.kinds, data.train, data.test)
    assert few.description == MNIST
    np.testing.assert_array_equal(few.probe.strip, mnist.strip_positions())


def test_a_download_is_checked_kept_and_not_repeated(
    published: dict[str, bytes], tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    data = known_data("kmnist", lambda *sizes: told.append(sizes))
    assert (len(data.train), len(data.test), len(data.kinds)) == (300, 60, 10)
    assert told == sorted(told) and told[-1][1] == 21_000_000
    published.clear()  # no network any more
    known._unpacked.cache_clear()
    assert known_data("kmnist").description == data.description


def test_no_network_and_another_file_are_sentences_and_lose_nothing(
    published: dict[str, bytes], tmp_path: Path
) -> None:
    last = known._FILES[-1]
    right = published.pop(last)
    with pytest.raises(DataFileError, match="can't be downloaded") as caught:
        known_data("kmnist")
    assert caught.value.code == "offline" and "Name or service" in str(caught.value)
    published[last] = right + b"x"
    with pytest.raises(DataFileError, match="checksum"):
        known_data("kmnist")
    assert {path.name for path in (tmp_path / "kmnist").iterdir()} == {*known._FILES[:-1]}
    with pytest.raises(DataFileError, match="there is no data 'cifar'"):
        known_data("cifar")


@pytest.mark.skipif(not FASHION.is_dir(), reason="Debian's package dataset-fashion-mnist")
def test_fashion_mnist_from_the_operating_system(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(known, "FOLDER", tmp_path)
    data = known_data("fashion-mnist")
    assert np.bincount(data.train.labels).tolist() == [6000] * 10
    assert data.kinds[9] == "ankle boot" and not data.description.is_mnist
