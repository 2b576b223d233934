"""The command `measure`: a picture and an `.npz` of many, for people and as JSON, and bad files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from vae_demo.cli import main
from vae_demo.digits import mnist, open_picture, pictures, to_digit
from vae_demo.digits.attributes import UNITS, measure


def printed(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["measure", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_a_picture_is_read_and_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "seven.png"
    file.write_bytes(pictures.png(pictures.enlarge(255 - mnist.test_digits().images[0], 10)))
    told = json.loads(printed(capsys, file, "--json"))
    assert told["units"] == UNITS and told["remarks"] == []
    (digit,) = told["digits"]
    assert digit.pop("kind") == 7 and digit.pop("probability") > 0.9
    expected = measure(to_digit(open_picture(file))[None])
    assert digit == pytest.approx({name: values[0] for name, values in expected.items()}, abs=1e-4)
    head, units, row = printed(capsys, file).splitlines()
    assert head.split() == ["digit", "kind", "probability", *UNITS]
    assert units.split() == list(UNITS.values())
    values = dict(zip(head.split(), row.split(), strict=True))
    assert values["kind"] == "7" and values["slant"] == f"{digit['slant']:.2f}"


def test_many_are_measured_as_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digits = mnist.test_digits()[:30]
    file = tmp_path / "many.npz"
    blank = np.zeros((1, 28, 28), np.uint8)
    np.savez(file, images=np.concatenate([digits.images, blank]))
    *found, last = json.loads(printed(capsys, file, "--json"))["digits"]
    assert [each["kind"] for each in found] == digits.labels.tolist()
    for name, values in measure(digits.images).items():
        assert [each[name] for each in found] == pytest.approx(values, abs=1e-4)
    assert last == dict.fromkeys(["kind", "probability", *UNITS]) | {"ink": 0}
    rows = printed(capsys, file).splitlines()
    assert len(rows) == 33 and rows[-1].split() == ["30", *["-"] * 7, "0.00"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("none.png", None, "cannot open the picture file"),
        ("none.npz", None, "No such file"),
        ("text.png", b"no picture", "can't be read as a picture"),
        ("text.npz", b"no arrays", "can't be read as an .npz file"),
        ("blank.png", pictures.png(np.zeros((28, 28), np.uint8)), "is blank"),
    ],
)
def test_bad_files_are_a_sentence(
    name: str,
    content: bytes | None,
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert main(["measure", str(tmp_path / name)]) == 2
    out, err = capsys.readouterr()
    assert not out and told in err and err.count("\n") == 1


def test_other_arrays_are_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arrays, told in (
        ({"pictures": np.zeros((1, 28, 28), np.uint8)}, "has no array 'images'"),
        ({"images": np.zeros((1, 28, 28))}, "it must be uint8 of shape (n, 28, 28)"),
        ({"images": np.zeros((0, 28, 28), np.uint8)}, "holds 0 digits"),
    ):
        np.savez(tmp_path / "other.npz", **arrays)
        assert main(["measure", str(tmp_path / "other.npz")]) == 2
        assert told in capsys.readouterr().err
