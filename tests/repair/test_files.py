"""The files that `repair` reads and writes, and one line about each that it can't read."""

import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest

from vae_demo.cli import main
from vae_demo.digits import REMARKS, mnist, open_picture, pictures
from vae_demo.repair import upscale
from vae_demo.repair.denoise import METHODS

IMAGES = mnist.test_digits().images[:3]


def test_many_digits_go_through_a_method_and_back(tmp_path: Path) -> None:
    source, out = tmp_path / "many.npz", tmp_path / "new" / "out.npz"
    np.savez(source, images=IMAGES)
    command = ["repair", "denoise", "--in", str(source), "--out", str(out)]
    assert main([*command, "--method", "median"]) == 0
    assert np.array_equal(np.load(out)["images"], METHODS["median"](IMAGES))
    assert main(command) == 2  # it exists
    assert main([*command, "--force"]) == 0
    assert np.array_equal(np.load(out)["images"], METHODS["unet"](IMAGES))


def test_a_picture_is_taken_pixel_for_pixel_or_read_as_a_digit(tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    command = ["repair", "denoise", "--out", str(out), "--method", "median", "--force", "--in"]
    for name, picture in (("28", IMAGES[0]), ("280", 255 - pictures.enlarge(IMAGES[0], 10))):
        (tmp_path / name).write_bytes(pictures.png(picture))
        assert main([*command, str(tmp_path / name)]) == 0
        found = open_picture(out)[..., 0]
        assert found.shape == (28, 28)
        if name == "28":
            assert np.array_equal(found, METHODS["median"](IMAGES[:1])[0])
        else:
            assert np.abs(found - METHODS["median"](IMAGES[:1])[0].astype(int)).mean() < 8
    small = upscale.shrink(IMAGES, 7)
    (tmp_path / "7.png").write_bytes(pictures.png(small[0]))
    assert main(["repair", "upscale", "--in", str(tmp_path / "7.png"), "--out", str(out), "--force",
                 "--method", "bicubic"]) == 0  # fmt: skip
    assert np.array_equal(open_picture(out)[..., 0], upscale.METHODS["bicubic"](small)[0])


def test_what_else_is_in_a_picture_is_said_beside_the_score(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two, (one, other) = tmp_path / "two.png", (pictures.enlarge(each, 10) for each in IMAGES[:2])
    two.write_bytes(pictures.png(255 - np.hstack([one, other])))
    assert main(["repair", "anomaly", "--in", str(two), "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["remarks"] == [REMARKS["several"]]
    assert said.err.endswith(f": {REMARKS['several']}\n")
    two.write_bytes(pictures.png(255 - one))
    assert main(["repair", "anomaly", "--in", str(two), "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["remarks"] == [] and said.err == ""


def npz(path: Path, **arrays: object) -> None:
    np.savez(path, **arrays)  # type: ignore[arg-type]


BAD = {
    "missing": (lambda path: None, "No such file"),
    "no npz": (lambda path: path.write_bytes(b"PK no zip"), "can't be read as an .npz file"),
    "a pickle": (
        lambda path: npz(path, images=np.array([{"a": 1}], object)),
        "images can't be read; it must be uint8 of shape (n, 28, 28)",
    ),
    "another pickle": (
        lambda path: path.write_bytes(pickle.dumps(IMAGES)),
        "can't be read as an .npz file",
    ),
    "another name": (lambda path: npz(path, x=IMAGES), "has no array 'images'; it has: x"),
    "floats": (lambda path: npz(path, images=IMAGES / 255), "is float64 of shape (3, 28, 28)"),
    "another side": (lambda path: npz(path, images=IMAGES[:, :14]), "of shape (3, 14, 28)"),
    "one digit": (lambda path: npz(path, images=IMAGES[0]), "of shape (28, 28)"),
    "none": (lambda path: npz(path, images=IMAGES[:0]), "holds 0 digits; it may hold 1 to 100,000"),
}


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("images.npy", bytes(80_000_000))


def cut(path: Path) -> None:
    np.savez_compressed(path, images=IMAGES)
    raw = bytearray(path.read_bytes())
    raw[200:260] = bytes(60)
    path.write_bytes(raw)


BAD |= {
    "a bomb": (bomb, "images is larger than 100,000 digits"),
    "altered": (cut, "images can't be read; it must be uint8 of shape (n, 28, 28)"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_one_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make, sentence = BAD[name]
    source, out = tmp_path / "bad.npz", tmp_path / "out.npz"
    make(source)
    assert main(["repair", "denoise", "--in", str(source), "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert sentence in error and error.count("\n") == 1 and "bad.npz" in error
    assert not out.exists()


def test_pictures_and_options_that_fit_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "digit.png"
    picture.write_bytes(pictures.png(IMAGES[0]))
    upscaled = ["repair", "upscale", "--in", str(picture), "--out", str(tmp_path / "out.png")]
    assert main(upscaled) == 2
    assert "28 x 28 pixels; it must have 7 x 7 or 14 x 14" in capsys.readouterr().err
    assert main([*upscaled[:-1], str(tmp_path / "out.npz")]) == 2
    assert "it must be a file NAME.png" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*upscaled, "--method", "magic"])
    assert "invalid choice: 'magic'" in capsys.readouterr().err
