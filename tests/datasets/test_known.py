"""Data sets by name: from a folder where they are, or downloaded, checked and kept."""

from __future__ import annotations

import contextlib
import errno
import gzip
import hashlib
import os
import re
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from tests.support.servers import free_port
from vae_demo.datasets import MNIST, DataFileError, known, known_data, mnist_data
from vae_demo.digits import mnist

FASHION = Path("/usr/share/datasets/fashion-mnist")


def packed(count: int, part: np.ndarray) -> bytes:
    array = part[:count]
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return gzip.compress(header + array.tobytes())


class Published(BaseHTTPRequestHandler):
    """A server of a published data set that does to its last file what a test asks for."""

    files: ClassVar[dict[str, bytes]] = {}
    fault: ClassVar[str] = ""

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        raw, fault = self.files[name], self.fault if name == known._FILES[-1] else ""
        self.send_response(503 if fault == "busy" else 200)
        if fault != "endless":
            self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        with contextlib.suppress(OSError):  # the other side has gone
            if fault == "other":
                raw = raw[:-1] + b"!"
            if fault in ("cut", "silent", "slow"):
                self.wfile.write(raw[: len(raw) // 2])
                self.wfile.flush()
            if fault in ("silent", "slow"):
                time.sleep(1)
            if fault != "cut":
                self.wfile.write(raw[len(raw) // 2 :] if fault == "slow" else raw)
            while fault == "endless":
                self.wfile.write(bytes(10**6))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[type[Published]]:
    """KMNIST has few pictures, at the address of a server of this test."""
    train, test = mnist.load()
    parts = (train.images, train.labels, test.images, test.labels)
    files = {
        name: packed(count, part)
        for name, count, part in zip(known._FILES, (300, 300, 60, 60), parts, strict=True)
    }
    sums = tuple(hashlib.md5(raw).hexdigest() for raw in files.values())
    server = ThreadingHTTPServer(("127.0.0.1", 0), Published)
    server.daemon_threads = False  # they are waited for
    address = f"http://127.0.0.1:{server.server_port}/kmnist/"
    changed = replace(known.PUBLISHED["kmnist"], checksums=sums, address=address, megabytes=2)
    monkeypatch.setitem(known.PUBLISHED, "kmnist", changed)
    monkeypatch.setattr(known, "FOLDER", tmp_path)
    monkeypatch.setattr(Published, "files", files)
    known._unpacked.cache_clear()
    with server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield Published
        server.shutdown()


def test_mnist_is_a_data_set_whose_checksum_needs_no_digits() -> None:
    data = mnist_data()
    assert data.description is MNIST and MNIST.is_mnist and data.name == "mnist"
    assert len(data) == 70_000 and data.kinds == tuple("0123456789")
    np.testing.assert_array_equal(data.probe.images, mnist.probe().images)
    few = known.make_data("mnist", MNIST.kinds, data.train, data.test)
    assert few.description == MNIST
    np.testing.assert_array_equal(few.probe.strip, mnist.strip_positions())


def test_a_download_is_checked_kept_and_not_repeated(published: type[Published]) -> None:
    told: list[tuple[int, int]] = []
    data = known_data("kmnist", lambda *sizes: told.append(sizes))
    assert (len(data.train), len(data.test), len(data.kinds)) == (300, 60, 10)
    assert told == sorted(told) and told[-1] == (
        sum(map(len, published.files.values())),
        2 * 10**6,
    )
    published.files.clear()
    known._unpacked.cache_clear()
    assert known_data("kmnist").description == data.description


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        ("busy", "offline", "503 Service Unavailable"),
        ("cut", "offline", r"ended after \d+ of \d+ bytes"),
        ("silent", "offline", "timed out"),
        ("slow", "offline", "after 0 minutes"),
        ("endless", "offline", "longer than the file"),
        ("other", "checksum", "different"),
        ("full", "disk", "No space left on device"),
    ],
)
def test_a_download_that_fails_is_a_sentence_and_goes_on_later(
    published: type[Published],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    fault: str,
    code: str,
    said: str,
) -> None:
    last = known._FILES[-1]
    with monkeypatch.context() as patch:
        patch.setattr(published, "fault", fault)
        if fault == "silent":
            patch.setattr(known, "TIMEOUT", 0.3)
        if fault == "slow":
            patch.setattr(known, "LONGEST", 0.5)
        if fault == "full":
            write = known.write_atomically

            def full(path: Path, content: bytes) -> None:
                if path.name == last:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
                write(path, content)

            patch.setattr(known, "write_atomically", full)
        with pytest.raises(DataFileError) as caught:
            known_data("kmnist")
    assert caught.value.code == code and re.search(said, str(caught.value)), str(caught.value)
    assert {path.name for path in (tmp_path / "kmnist").iterdir()} == {*known._FILES[:-1]}
    for name in known._FILES[:-1]:  # these are not asked for again
        monkeypatch.delitem(published.files, name)
    assert len(known_data("kmnist")) == 360


def test_no_network_is_a_sentence(published: type[Published]) -> None:
    closed = f"http://127.0.0.1:{free_port()}/"
    known.PUBLISHED["kmnist"] = replace(known.PUBLISHED["kmnist"], address=closed)
    with pytest.raises(
        DataFileError, match=r"Connection refused.*put its four files into"
    ) as found:
        known_data("kmnist")
    assert found.value.code == "offline"
    with pytest.raises(DataFileError, match="there is no data set 'cifar'"):
        known_data("cifar")


@pytest.mark.skipif(not FASHION.is_dir(), reason="Debian's package dataset-fashion-mnist")
def test_fashion_mnist_from_the_operating_system(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(known, "FOLDER", tmp_path)
    data = known_data("fashion-mnist")
    assert np.bincount(data.train.labels).tolist() == [6000] * 10
    assert data.kinds[9] == "ankle boot" and not data.description.is_mnist
