"""Files of people's own pictures: each kind is read as it was meant, or refused in a sentence."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vae_demo.datasets import (
    DataFileError,
    ReadData,
    ReadOptions,
    archives,
    array_files,
    read_files,
    read_path,
)
from vae_demo.digits import mnist, to_digit

DIGITS = mnist.test_digits()[:40]


def png(pixels: np.ndarray, mode: str | None = None) -> bytes:
    out = io.BytesIO()
    image = Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(out, "PNG")
    return out.getvalue()


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def folders(names: Callable[[int, int], str], count: int = 40) -> dict[str, bytes]:
    """Digits as pictures, each in a path that is made of its number and its label."""
    return {names(i, int(DIGITS.labels[i])): png(DIGITS.images[i]) for i in range(count)}


def npz(**arrays: Any) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def idx(array: np.ndarray) -> bytes:
    sizes = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.astype(np.uint8).tobytes()


def table(rows: np.ndarray, separator: str = ",", header: str = "", form: str = "{:g}") -> bytes:
    lines = [separator.join(form.format(v) for v in row) for row in rows]
    return "\n".join([*([header] if header else []), *lines]).encode()


def read(content: bytes, name: str = "mine.zip", **options: Any) -> ReadData:
    return read_files([(name, io.BytesIO(content))], ReadOptions(**options))


def every(found: ReadData) -> dict[bytes, str]:
    """Pixels -> the name of their kind, over both parts of a data set."""
    data = found.data
    return {
        image.tobytes(): data.kinds[label] if data.kinds else ""
        for part in (data.train, data.test)
        for image, label in zip(part.images, part.labels, strict=True)
    }


def codes(found: ReadData) -> set[str]:
    return {note.code for note in found.notes}


EXPECTED = {
    image.tobytes(): str(label) for image, label in zip(DIGITS.images, DIGITS.labels, strict=True)
}
ROWS = DIGITS.images.reshape(-1, 784)
LABELLED = np.concatenate([DIGITS.labels[:, None], ROWS], 1)
PAIR = {"a": DIGITS.images[0], "b": DIGITS.images[1]}


# --- what is read ------------------------------------------------------------------------------


def test_a_zip_from_a_mac() -> None:
    """Below one folder, with a twin of each file in `__MACOSX`, and names in decomposed UTF-8."""
    files = folders(lambda i, label: f"My digits/u\u0308 {label}/{i}.png")
    files |= {f"__MACOSX/My digits/._{i}.png": b"\0\5" for i in range(3)}
    found = read(zipped(files | {"My digits/.DS_Store": b"x", "My digits/read me.rtf": b"hi"}))
    assert every(found) == {pixels: f"\u00fc {kind}" for pixels, kind in EXPECTED.items()}
    assert {"zip", "hidden", "split"} <= codes(found)
    assert [(file, str(why)[:19]) for file, why in found.skipped] == [
        ("My digits/read me.rtf", "it is not a picture")
    ]


@pytest.mark.parametrize(("encoding", "word"), [("utf-8", "çığ"), ("cp857", "şeker")])
def test_names_whose_encoding_the_zip_does_not_say(encoding: str, word: str) -> None:
    content = zipped({"XXXXXXXX/1.png": png(PAIR["a"]), "b/2.png": png(PAIR["b"])})
    raw = word.encode(encoding).ljust(8, b"_")
    found = read(content.replace(b"XXXXXXXX", raw))
    assert set(found.data.kinds) == {"b", raw.decode(encoding)}
    assert "names" in codes(found)


def test_folders_train_and_test_are_the_two_parts() -> None:
    files = folders(lambda i, label: f"set/{'Train' if i < 30 else 'test'}/{label}/{i}.png")
    found = read(zipped(files))
    assert (len(found.data.train), len(found.data.test)) == (30, 10)
    assert every(found) == EXPECTED and "given" in codes(found)


def test_pictures_in_one_folder_have_no_kinds() -> None:
    found = read(zipped(folders(lambda i, label: f"a/b/{i}.png", 7)))
    assert found.data.kinds == () and len(found.data) == 7


def test_one_broken_picture_among_many_is_named_and_the_others_are_read() -> None:
    files = folders(lambda i, label: f"{label}/{i}.png")
    broken = "3/broken.png"
    found = read(
        zipped(files | {broken: files[next(iter(files))][:60], "loose.png": png(PAIR["a"])})
    )
    assert len(found.data) == 40
    assert [file for file, _ in found.skipped] == ["loose.png", broken]


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGB", "RGBA", "I;16", "CMYK"])
def test_pictures_of_every_mode_are_the_same_pictures(mode: str) -> None:
    black = [np.where(image > 127, 255, 0).astype(np.uint8) for image in PAIR.values()]
    files = {}
    for number, pixels in enumerate(black):
        if mode == "I;16":
            files[f"{number}.png"] = png(pixels.astype(np.uint16) * 257)
        elif mode == "CMYK":
            out = io.BytesIO()
            Image.fromarray(pixels).convert("CMYK").save(out, "JPEG", quality=100)
            files[f"{number}.jpg"] = out.getvalue()
        else:
            files[f"{number}.png"] = png(pixels, mode)
    data = read(zipped(files)).data
    images = np.concatenate([data.train.images, data.test.images])
    apart = np.abs(images[:, None].astype(int) - np.array(black)[None]).max((2, 3)).min(1)
    assert (apart <= (60 if mode == "CMYK" else 0)).all()


def test_pictures_of_another_size_are_resized_or_cut_out() -> None:
    """A digit twice as large, off its centre, in a frame that is not square."""
    large = np.zeros((80, 120), np.uint8)
    large[5:61, 60:116] = DIGITS.images[0].repeat(2, 0).repeat(2, 1)
    content = zipped({"1.png": png(large), "2.png": png(large.T)})
    plain, cut = read(content), read(content, fit="digit")
    assert "resized" in codes(plain) and "as_digits" in codes(cut)
    square = np.zeros((120, 120))
    square[20:100] = large
    mean = (
        np.add.reduceat(
            np.add.reduceat(square.repeat(7, 0).repeat(7, 1), range(0, 840, 30)),
            range(0, 840, 30),
            1,
        )
        / 900
    )
    pixels = np.concatenate([plain.data.train.images, plain.data.test.images])
    assert min(np.abs(image - mean).max() for image in pixels.astype(float)) <= 0.51
    assert to_digit(large).tobytes() in every(cut)


X, Y = DIGITS.images, DIGITS.labels.astype(np.int64)
ARRAYS: dict[str, dict[str, Any]] = {
    "uint8": {"images": X, "labels": Y},
    "float of 0 to 1": {"x": X / 255, "y": Y.astype(np.float32)},
    "float of 0 to 255": {"X": X.astype(np.float32), "Y": Y[:, None]},
    "int64 rows": {"data": ROWS.astype(np.int64), "target": Y},
    "float of -1 to 1": {"x": X / 127.5 - 1, "y": Y},
    "uint16": {"images": X.astype(np.uint16) * 257, "labels": Y},
    "the last axis counts": {"X": np.moveaxis(X, 0, 2), "y": Y},
    "the last axis counts, in colour": {"X": np.moveaxis(np.stack([X] * 3, 3), 0, 3), "y": Y},
    "the same pictures twice": {"images": X, "rows": X.copy(), "labels": Y},
    "colour": {"images": np.stack([X] * 3, -1), "labels": Y.astype("U1")},
    "channels first": {"images": np.stack([X] * 3, 1), "labels": Y.astype("S1")},
    "fortran": {"images": np.asfortranarray(X), "labels": np.eye(10)[Y]},
    "in two parts": {
        **{"x_train": X[:30], "y_train": Y[:30]},
        **{"x_test": X[30:], "y_test": Y[30:]},
    },
    "in three parts": {
        **{"train_images": X[:20], "train_labels": Y[:20], "val_images": X[20:30]},
        **{"val_labels": Y[20:30], "test_images": X[30:], "test_labels": Y[30:]},
    },
}


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_of_every_type_and_shape_are_the_same_pictures(name: str) -> None:
    found = read(npz(**ARRAYS[name]), "arrays.npz")
    assert every(found) == EXPECTED
    assert len(found.data.test) == (10 if "parts" in name else 40 // 7)


def test_labels_may_be_words_and_kinds_are_in_order() -> None:
    words = np.array(["kedi 10", "köpek", "kedi 2", "kuş", "ığdır", "Çita"])
    found = read(npz(a=DIGITS.images[:6], b=words), "animals.npz")
    assert found.data.kinds == ("Çita", "ığdır", "kedi 2", "kedi 10", "köpek", "kuş")


def test_dark_pictures_are_brightened_together() -> None:
    """The digits of scikit-learn go from 0 to 16, pictures of 12 bits in 16 from 0 to 4,095."""
    found = read(npz(images=X // 16, target=Y), "digits.npz")
    pixels = np.concatenate([found.data.train.images, found.data.test.images])
    assert "brightened" in codes(found) and pixels.max() == 255
    twelve = {f"{i}.png": png((X[i] // 16).astype(np.uint16) * 257) for i in range(20)}
    found = read(zipped(twelve))
    assert "brightened" in codes(found) and found.data.train.images.max() == 255


def test_emnist_is_turned_upright(tmp_path: Path) -> None:
    sideways = np.ascontiguousarray(X.transpose(0, 2, 1))
    for name, upright in (("emnist-letters-train", True), ("my-emnist-train", False)):
        (tmp_path / f"{name}-images-idx3-ubyte").write_bytes(idx(sideways))
        (tmp_path / f"{name}-labels-idx1-ubyte").write_bytes(idx(DIGITS.labels))
        found = read_path(tmp_path / f"{name}-images-idx3-ubyte", ReadOptions())
        assert (every(found) == EXPECTED) is upright is ("transposed" in codes(found))


def test_a_part_without_labels_is_left_out_where_others_have_them() -> None:
    """As in the ZIP of a well-known competition."""
    names = ",".join(f"pixel{i}" for i in range(784))
    files = {
        "train.csv": table(LABELLED[:30], header=f"label,{names}"),
        "test.csv": table(ROWS[30:], header=names),
        "sample_submission.csv": b"ImageId,Label\n1,0\n2,0\n",
    }
    found = read(zipped(files), "digit-recognizer.zip")
    assert set(every(found).items()) < set(EXPECTED.items()) and len(found.data) == 30
    assert [file for file, _ in found.skipped] == ["sample_submission.csv", "test images"]


def test_transparent_pixels_are_of_one_colour_in_all_pictures() -> None:
    """Most of the ink is dark, so the light one is on white, too."""
    files = {}
    for i, ink in enumerate([(0, 0, 0), (200, 20, 20), (255, 255, 0)]):
        pixels = np.dstack([np.full((28, 28, 3), ink, np.uint8), X[i]])
        files[f"{i}.png"] = png(pixels)
    found = read(zipped(files))
    pixels = np.concatenate([found.data.train.images, found.data.test.images])
    assert "on_white" in codes(found) and (pixels[:, 0, 0] == 255).all()
    assert sorted(pixels.min((1, 2)).tolist())[0] == 0
    white = np.full((28, 28, 3), 255, np.uint8)
    light = {f"{i}.png": png(np.dstack([white, X[i]])) for i in range(2)}
    assert every(read(zipped(light))).keys() == {X[0].tobytes(), X[1].tobytes()}


def test_idx_pairs_gzipped_or_not_and_of_another_size(tmp_path: Path) -> None:
    small = DIGITS.images[:, ::2, ::2]
    for suffix, pack in (("", bytes), (".gz", gzip.compress)):
        folder = tmp_path / f"set{suffix}"
        folder.mkdir()
        images = folder / f"my-images-idx3-ubyte{suffix}"
        images.write_bytes(pack(idx(small)))
        (folder / f"my-labels-idx1-ubyte{suffix}").write_bytes(pack(idx(DIGITS.labels)))
        for path in (images, folder):
            found = read_path(path, ReadOptions())
            assert set(every(found).values()) == {str(label) for label in DIGITS.labels}
            assert "resized" in codes(found) and len(found.data) == 40


def test_tables_with_headers_labels_and_decimal_commas() -> None:
    names = ",".join(["label", *(f"pixel{i}" for i in range(784))])
    assert every(read(table(ROWS), "rows.csv")).keys() == EXPECTED.keys()
    kaggle = read(table(LABELLED, header=names), "train.csv")  # the header names the label
    assert every(kaggle) == EXPECTED and {"header", "label_named"} <= codes(kaggle)
    counted = np.c_[np.arange(len(LABELLED)), LABELLED]
    pandas = read(table(counted, header=f",{names}"), "pandas.csv")
    assert every(pandas) == EXPECTED and "index" in codes(pandas)
    savetxt = read(table(LABELLED, form="{:.18e}"), "a.csv", label="first")
    assert every(savetxt) == EXPECTED  # as NumPy writes it
    usps = table(LABELLED, "  ", form="{:.4f}")
    assert every(read(usps, "zip.train", label="first")) == EXPECTED
    last = np.roll(LABELLED, -1, 1)
    assert every(read(table(last, "\t"), "a.tsv", label="last")) == EXPECTED
    decimal = table(ROWS / 255, ";", form="{:.6f}").replace(b".", b",")
    assert every(read(decimal, "german.csv")).keys() == EXPECTED.keys()
    quoted = b"\n".join(
        b",".join(b'"%s"' % f"{v:.6f}".replace(".", ",").encode() for v in row)
        for row in ROWS / 255
    )
    assert every(read(quoted, "quoted.csv")).keys() == EXPECTED.keys()
    both = zipped({"mnist_train.csv": table(LABELLED[:30]), "mnist_test.csv": table(LABELLED[30:])})
    found = read(both, "archive.zip", label="first")
    assert every(found) == EXPECTED and len(found.data.test) == 10


def test_two_pictures_are_enough_and_the_progress_is_told() -> None:
    told: list[tuple[int, int, int]] = []
    files = [("two.npz", io.BytesIO(npz(x=DIGITS.images[:2])))]
    found = read_files(files, ReadOptions(), lambda *numbers: told.append(numbers))
    assert (len(found.data.train), len(found.data.test)) == (1, 1)
    assert len(found.data.probe.strip) == 10 and set(found.data.probe.strip) == {0}
    assert told[0][:2] == (0, 2) and told[-1][:2] == (2, 2) and told[0][2] >= 2 * 784


def test_a_lone_array_has_the_name_of_its_file_whatever_that_is() -> None:
    raw = io.BytesIO()
    np.save(raw, X.reshape(len(X), -1))
    found = read(raw.getvalue(), "classes.npy")
    assert "the array classes, 40×784" in str(found.notes[0]) and len(found.data) == 40


# --- what is refused ---------------------------------------------------------------------------

WIDE = ",".join(["1"] * 100)
REFUSED: dict[str, tuple[str, bytes, str, str]] = {
    "empty": ("a.zip", b"", "no_bytes", "0 bytes"),
    "another kind": ("a.pdf", b"%PDF\0\1\2", "unknown", "a.pdf"),
    "an empty zip": ("a.zip", zipped({}), "no_files", "a.zip"),
    "only paths out": ("a.zip", zipped({"../b.png": b"x"}), "only_outside", "../b.png"),
    "a pickle": ("a.npy", b"\x80\x04\x95abc", "unknown", "a.npy"),
    "a zip without pictures": ("a.zip", zipped({"b.doc": b"x"}), "nothing", "b.doc"),
    "half a zip": ("a.zip", zipped(folders(lambda i, _: f"{i}.png"))[:900], "damaged", "a.zip"),
    "one picture": ("a.zip", zipped({"b.png": png(PAIR["a"])}), "too_few", "read: 1;"),
    "equal pictures": ("a.npz", npz(x=np.ones((5, 28, 28))), "equal", "all 5"),
    "objects": ("a.npz", npz(x=np.array([{}, []], object)), "objects", "array x"),
    "half an npz": ("a.npz", npz(x=DIGITS.images)[:-200], "damaged", "a.npz"),
    "another shape": ("a.npz", npz(x=np.ones((5, 10))), "shape", "(5, 10)"),
    "only numbers": ("a.npz", npz(x=np.ones(5)), "nothing", "x (5,)"),
    "standardised": ("a.npz", npz(x=(X / 255 - 0.13) / 0.31), "range", "-0.4194 to 2.806"),
    "not finite": ("a.npz", npz(x=np.full((2, 28, 28), np.nan)), "not_finite", "NaN"),
    "words": ("a.npz", npz(x=np.full((2, 28, 28), "a")), "type", "<U1"),
    "too few labels": ("a.npz", npz(x=X, labels=Y[:7]), "label_count", "7 labels for 40"),
    "labels that are none": ("a.npz", npz(x=X, labels=Y / 3), "label_type", "labels"),
    "too many kinds": (
        "a.npz",
        npz(x=np.resize(X, (300, 28, 28)), y=np.arange(300)),
        "kinds",
        "256",
    ),
    "two that may be meant": ("a.npz", npz(b=X, c=X[::-1]), "choose", "b, c"),
    "a label that may be first or last": ("a.csv", table(LABELLED), "label_place", "785"),
    "commas twice": (
        "a.csv",
        table(ROWS / 255, form="{:.3f}").replace(b".", b","),
        "commas",
        "1568",
    ),
    "twelve columns": ("a.csv", table(ROWS[:, :12]), "width", "is 12"),
    "a short line": ("a.csv", table(ROWS[:3]) + b"\n0,0,0\n", "columns", "line 4"),
    "a word": (
        "a.csv",
        f"{WIDE}\n{WIDE[:-1]}cat\n".encode(),
        "number",
        "line 2 of a.csv, column 100",
    ),
    "an empty cell": ("a.csv", f"{WIDE}\n{WIDE[:-1]}\n".encode(), "number", "column 100"),
    "a short idx": ("a", idx(DIGITS.images)[:-9], "damaged", "ends after"),
    "a long idx": ("a", idx(DIGITS.images) + b"12", "damaged", "more than"),
    "no gzip": ("a.gz", b"\x1f\x8b\x08abc", "damaged", "a.gz"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_a_sentence(name: str) -> None:
    file, content, code, words = REFUSED[name]
    with pytest.raises(DataFileError) as caught:
        read(content, file)
    assert caught.value.code == code and words in str(caught.value)


def test_a_zip_beside_other_files_is_refused_by_name() -> None:
    pictures = ("mine.zip", io.BytesIO(zipped(folders(lambda i, _: f"{i}.png"))))
    arrays = ("a.npz", io.BytesIO(npz(images=X, labels=Y)))
    with pytest.raises(DataFileError, match=r"mine\.zip is a ZIP, .* and 2 files were given"):
        read_files([arrays, pictures], ReadOptions())
    parts = {"train.npz": npz(images=X[:30]), "test.npz": npz(images=X[30:])}
    found = read_files([(n, io.BytesIO(c)) for n, c in parts.items()], ReadOptions())
    assert (len(found.data.train), len(found.data.test)) == (30, 10)


def test_what_lies_outside_of_a_zip_is_not_read() -> None:
    files = folders(lambda i, label: f"{label}/{i}.png", 20)
    outside = {"../../etc/1.png": png(PAIR["a"]), "/elsewhere/2.png": png(PAIR["b"])}
    found = read(zipped(files | outside))
    assert {file for file, _ in found.skipped} == set(outside) and len(found.data) == 20


def test_bombs_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the number of entries, in what one picture and what all unpack to, and in arrays."""
    files = folders(lambda i, label: f"{i}.png", 4)
    out = io.BytesIO()
    Image.new("L", (4000, 4000)).save(out, "BMP")
    found = read(zipped(files | {"bomb.bmp": out.getvalue()}, zipfile.ZIP_DEFLATED))
    ((file, why),) = found.skipped
    assert file == "bomb.bmp" and "compressed" in str(why)
    monkeypatch.setattr(archives, "MAX_UNPACKED", 500)
    with pytest.raises(DataFileError, match="unpacked"):
        read(zipped(files))
    monkeypatch.setattr(archives, "MAX_ENTRIES", 3)
    with pytest.raises(DataFileError, match="more than 3 files"):
        read(zipped(files))
    monkeypatch.setattr(array_files, "MAX_BYTES", 10_000)
    for content in (npz(x=DIGITS.images), gzip.compress(idx(DIGITS.images)), idx(DIGITS.images)):
        with pytest.raises(DataFileError, match="unpacked"):
            read(content, "a.npz")
