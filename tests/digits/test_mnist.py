"""The digits are MNIST, byte for byte, and a damaged file is a sentence."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import struct
from pathlib import Path

import numpy as np
import pytest

from vae_demo.digits import mnist
from vae_demo.digits.mnist import DataError, Digits, batches

ROOT = Path(__file__).resolve().parents[2]
ORIGINALS = ROOT.parent / "shared" / "data" / "mnist"
TEN_MB = 10 * 10**6

# The canonical IDX files: split, what they hold, magic number, MD5 of the unpacked file.
IDX = {
    "train-images-idx3-ubyte": ("train", "images", 2051, "6bbc9ace898e44ae57da46a324031adb"),
    "train-labels-idx1-ubyte": ("train", "labels", 2049, "a25bea736e30d166cdddb491f175f624"),
    "t10k-images-idx3-ubyte": ("test", "images", 2051, "2646ac647ad5339dbf082846283269ea"),
    "t10k-labels-idx1-ubyte": ("test", "labels", 2049, "27ae3e4e09519cfbb04c329615203637"),
}
SPLITS = {"train": mnist.train_digits, "test": mnist.test_digits}


@pytest.mark.some(1)
@pytest.mark.parametrize("name", IDX)
def test_the_canonical_files_can_be_written_again(name: str) -> None:
    """With the IDX header before them, the shipped bytes have the published checksums."""
    split, part, magic, md5 = IDX[name]
    values = getattr(SPLITS[split](), part)
    header = struct.pack(f">{1 + values.ndim}I", magic, *values.shape)
    assert hashlib.md5(header + values.tobytes()).hexdigest() == md5


@pytest.mark.some(1)
@pytest.mark.skipif(not ORIGINALS.is_dir(), reason="the original MNIST files are not here")
@pytest.mark.parametrize("name", IDX)
def test_every_digit_is_that_of_the_original_file(name: str) -> None:
    split, part, _, md5 = IDX[name]
    raw = gzip.decompress((ORIGINALS / f"{name}.gz").read_bytes())
    assert hashlib.md5(raw).hexdigest() == md5
    ours = getattr(SPLITS[split](), part)
    theirs = np.frombuffer(raw, np.uint8, offset=4 + 4 * ours.ndim).reshape(ours.shape)
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(("split", "count"), [("train", 60_000), ("test", 10_000)])
def test_sizes_types_and_labels(split: str, count: int) -> None:
    digits = SPLITS[split]()
    assert len(digits) == count
    assert digits.images.shape == (count, 28, 28)
    assert digits.images.dtype == digits.labels.dtype == np.uint8
    assert set(digits.labels) == set(range(10))
    assert (digits.images.min(), digits.images.max()) == (0, 255)


def test_load_gives_both_and_unpacks_neither_twice() -> None:
    train, test = mnist.load()
    assert train is mnist.train_digits()
    assert test is mnist.test_digits()


@pytest.mark.parametrize("split", SPLITS)
def test_nobody_can_write_to_the_digits(split: str) -> None:
    digits = SPLITS[split]()
    for whole in (digits, digits[:5], digits[np.array([3, 1])], mnist.probe()):
        for array in (whole.images, whole.labels):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0
    with pytest.raises(AttributeError):
        digits.images = digits.images  # type: ignore[misc]


def test_selecting_keeps_pictures_and_labels_together() -> None:
    digits = mnist.test_digits()
    chosen = digits[np.array([7, 3, 7])]
    assert len(chosen) == 3
    for i, position in enumerate((7, 3, 7)):
        np.testing.assert_array_equal(chosen.images[i], digits.images[position])
        assert chosen.labels[i] == digits.labels[position]


def test_of_finds_each_digit_in_order() -> None:
    digits = Digits(np.zeros((5, 28, 28), np.uint8), np.array([3, 1, 3, 0, 3], np.uint8))
    assert digits.of(3).tolist() == [0, 2, 4]
    assert digits.of(9).tolist() == []


# --- the probe ---------------------------------------------------------------------------------


def test_the_probe_holds_a_hundred_of_each_digit_once() -> None:
    indices = mnist.probe_indices()
    assert len(set(indices.tolist())) == 1000
    assert np.bincount(mnist.probe().labels).tolist() == [100] * 10
    np.testing.assert_array_equal(mnist.probe().images, mnist.test_digits().images[indices])


def test_the_probe_is_the_one_that_shipped_runs_recorded() -> None:
    """Their codes are stored by position: another probe would put wrong labels on them."""
    digest = hashlib.sha256(mnist.probe_indices().astype("<i8").tobytes()).hexdigest()
    assert digest == "77642a9b3ec5221eb49c203d9526525e419f9649257b4a52ae1d9c62f804268d"
    assert mnist.probe_indices.__wrapped__().tolist() == mnist.probe_indices().tolist()


def test_any_prefix_of_the_probe_is_a_fair_sample() -> None:
    """Of the first 200, each digit has 20 ± 4 by chance; sorted ones would have 100 and 0."""
    assert np.bincount(mnist.probe().labels[:200], minlength=10).min() > 5


def test_the_strip_shows_the_most_typical_of_each_digit() -> None:
    probe, chosen = mnist.probe(), mnist.strip_positions()
    assert probe.labels[chosen].tolist() == list(range(10))
    for digit, position in enumerate(chosen):
        kind = probe.images[probe.labels == digit].reshape(-1, 784) / 255
        distances = np.linalg.norm(kind - kind.mean(axis=0), axis=1)
        mine = np.linalg.norm(probe.images[position].ravel() / 255 - kind.mean(axis=0))
        assert mine == pytest.approx(distances.min())


# --- batches -----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 3, 10, 11, 100])
def test_batches_hold_every_picture_once_in_order(size: int) -> None:
    images = np.arange(10 * 784).reshape(10, 28, 28)
    parts = list(batches(images, size))
    assert [len(part) for part in parts[:-1]] == [size] * (len(parts) - 1)
    assert 0 < len(parts[-1]) <= size
    np.testing.assert_array_equal(np.concatenate(parts), images)


def test_no_pictures_make_no_batch() -> None:
    assert list(batches(np.empty((0, 28, 28), np.uint8), 5)) == []


# --- files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["data", "checkpoints"])
def test_every_shipped_file_is_under_ten_megabytes(folder: str) -> None:
    sizes = {path.name: path.stat().st_size for path in (ROOT / folder).iterdir()}
    assert sizes
    assert {name: size for name, size in sizes.items() if size >= TEN_MB} == {}


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the packed test digits in a folder of its own, to be damaged."""
    copy = tmp_path / "mnist-test.xz"
    copy.write_bytes((ROOT / "data" / copy.name).read_bytes())
    monkeypatch.setattr(mnist, "FOLDER", tmp_path)
    return copy


def read() -> Digits:
    """The test digits, unpacked anew."""
    return mnist.test_digits.__wrapped__()


def test_an_undamaged_copy_is_read(packed: Path) -> None:
    np.testing.assert_array_equal(read().images, mnist.test_digits().images)


def test_a_missing_file_is_named(packed: Path) -> None:
    packed.unlink()
    with pytest.raises(DataError, match=r"mnist-test\.xz is missing.*git checkout"):
        read()


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_a_truncated_file_is_named(packed: Path, share: float) -> None:
    raw = packed.read_bytes()
    packed.write_bytes(raw[: int(share * len(raw))])
    with pytest.raises(DataError, match=r"mnist-test\.xz is damaged"):
        read()


@pytest.mark.parametrize("place", [0, 7, 20, 1000, 600_000, -5])
def test_one_altered_byte_is_found(packed: Path, place: int) -> None:
    raw = bytearray(packed.read_bytes())
    raw[place] ^= 1
    packed.write_bytes(raw)
    with pytest.raises(DataError, match=r"mnist-test\.xz is damaged"):
        read()


def test_other_pixels_well_packed_are_found(packed: Path) -> None:
    """xz is content, the checksum of the digits is not."""
    raw = bytearray(lzma.decompress(packed.read_bytes()))
    raw[400] ^= 1
    packed.write_bytes(lzma.compress(raw, preset=0))
    with pytest.raises(DataError, match="checksum"):
        read()


def test_pack_writes_what_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small stand-in for the four originals comes back byte for byte."""
    rng, out = np.random.default_rng(0), tmp_path / "out"
    out.mkdir()
    images = rng.integers(0, 256, (6, 28, 28), np.uint8)
    labels = rng.integers(0, 10, 6, np.uint8)
    for prefix in ("train", "t10k"):
        for part, header in ((images, 16), (labels, 8)):
            kind = f"idx{part.ndim}-ubyte"
            name = f"{prefix}-{'images' if part is images else 'labels'}-{kind}.gz"
            (tmp_path / name).write_bytes(gzip.compress(bytes(header) + part.tobytes()))
    with pytest.raises(DataError, match="are not those of MNIST: their digits have another"):
        mnist.pack(tmp_path, out)
    assert not list(out.iterdir())  # a file that was there would be unchanged
    digest = hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
    monkeypatch.setattr(mnist, "FOLDER", out)
    monkeypatch.setattr(mnist, "SPLITS", dict.fromkeys(("train", "test"), (6, digest)))
    mnist.pack(tmp_path, out)
    np.testing.assert_array_equal(read().images, images)
    np.testing.assert_array_equal(read().labels, labels)
    last = tmp_path / name
    last.write_bytes(last.read_bytes()[:20])
    with pytest.raises(DataError, match=f"{name} can't be read: "):
        mnist.pack(tmp_path, out)
