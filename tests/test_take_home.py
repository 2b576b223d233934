"""The files that visitors take home need torch alone, run to their end and print their result."""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from vae_demo.shipped import shipped
from vae_demo.ui.parts.take_home import files

FOLDER = shipped("take_home")
DATA = str(shipped("data"))

# Page -> settings with which its script is quick, and a check of what it prints.
SMALL: dict[str, tuple[dict[str, object], Callable[[str], bool]]] = {
    "kernels": (
        {"DATA": DATA, "DIGITS": 1500, "EPOCHS": 4, "UNITS": 30, "LR": 0.008, "BATCH": 16},
        lambda said: starts_kept(said, "plain") > 0.99 > 0.95 > starts_kept(said, "denoising"),
    ),
    "loss": (
        {"DATA": DATA, "DIGITS": 2000, "EPOCHS": 1, "PIXELS": "mean", "LATENTS": "mean"},
        lambda said: "effective beta 39.2\n" in said and "effective beta 1\n" in said,
    ),
    "collapse": (
        {"FOLDER": DATA, "EPOCHS": 1, "BATCH_SIZE": 512, "LR": 0.01},
        lambda out: 2 * awake(out)["ill"] <= awake(out)["cured"] > 5,
    ),
    "manifold": ({"CURVE": "circle", "STEPS": 400}, lambda out: travelled(out) < 0.2),
    "straightened": (
        {"CURVE": "cone", "STEPS": 800},
        lambda out: value(r"mean error (\S+);", out) < 0.1 and value(r"in (\d+)% of", out) > 95,
    ),
    "bubbles": (
        {"DATA": DATA, "DIGITS": 20, "STEPS": 250, "DRAWS": 300},
        lambda out: (
            value(r"rate off: mean radius (\S+),", out) < value(r"both: mean radius (\S+),", out)
            and abs(value(r"reconstruction off: mean radius (\S+),", out) - 1) < 0.1
            and value(r"(\S+) by the score function\n$", out)
            > 2 * value(r"variance (\S+) by the trick", out)
        ),
    ),
    "transform": (
        {"DATA": DATA, "DIGITS": 4000, "EPOCHS": 3, "STEPS": 150, "MOVES": "slant", "SHOWN": 200},
        lambda out: (
            value(r"encoded (\S+) dB;", out)
            > value(r"map (\S+);", out)
            > value(r"direction (\S+);", out)
            > value(r"unmoved (\S+)", out)
        ),
    ),
    "posterior": (
        {"DATA": DATA, "EPOCHS": 1, "DIGITS": 3000, "SHOWN": 1, "DRAWS": 500},
        lambda out: (
            value(r"ELBO (\S+);", out) < value(r"log p\(x\) (\S+);", out)
            and abs(value(r"log p\(x\) (\S+);", out) - value(r"500 draws (\S+),", out)) < 2
            and abs(value(r"log p\(x\) (\S+);", out) - value(r"Gaussian (\S+);", out)) < 0.5
            and value(r"amortisation gap (\S+);", out) > 0
        ),
    ),
}


def starts_kept(printed: str, name: str) -> float:
    """The correlation of an autoencoder's kernels with the start."""
    return float(re.findall(rf"{name}: .* (\S+)", printed)[0])


def awake(printed: str) -> dict[str, int]:
    """How many latents are active in each training."""
    found = re.findall(r"(\w+): (\d+) of \d+ latents active", printed)
    return {name: int(count) for name, count in found}


def travelled(printed: str) -> float:
    """How far the points of the curve travel, as a share of how far those in the corners do."""
    curve, corners = map(float, re.findall(r"travel (\S+), those in the corners (\S+)", printed)[0])
    return curve / corners


def value(pattern: str, out: str) -> float:
    """The number at a place of an output."""
    found = re.search(pattern, out)
    assert found, out
    return float(found[1])


def printed(code: str) -> str:
    """What some code prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), torch.random.fork_rng():
        exec(compile(code, "taken home", "exec"), {"__name__": "__main__"})
    return out.getvalue()


def code_of(notebook: str) -> str:
    cells = json.loads(notebook)["cells"]
    assert [cell["cell_type"] for cell in cells[:2]] == ["markdown", "code"]
    assert len({cell["id"] for cell in cells}) == len(cells)
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def test_every_script_is_tried() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} - {"digits"} == SMALL.keys()


@pytest.mark.some(4)
@pytest.mark.parametrize("name", SMALL)
def test_script_and_notebook_need_torch_alone_and_print_their_result(name: str) -> None:
    settings, holds = SMALL[name]
    script = files.script(name, "A question?\n\nAn answer.", settings)
    tree = ast.parse(script)
    assert ast.get_docstring(tree) == "A question?\n\nAn answer."
    asked = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]  # type: ignore[union-attr]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert asked <= {"torch", "torchvision"} | sys.stdlib_module_names
    result = printed(script)
    assert holds(result), result
    again = code_of(files.notebook(name, "A question?\n\nAn answer.", settings))
    assert ast.dump(ast.parse(again)) == ast.dump(ast.Module(tree.body[1:], []))


@pytest.mark.long
@pytest.mark.parametrize("name", ["bubbles", "kernels", "manifold", "straightened"])
def test_its_own_settings_give_the_same_result(name: str) -> None:
    own = {"DATA": DATA} if "DATA" in SMALL[name][0] else {}
    result = printed(files.script(name, "A question?", own))
    assert SMALL[name][1](result), result


def test_digits_are_read_from_this_project_or_by_torchvision(tmp_path: Path) -> None:
    names: dict[str, Callable[..., tuple[torch.Tensor, torch.Tensor]]] = {}
    exec((FOLDER / "digits.py").read_text("utf-8"), names)
    images, labels = names["read_digits"](DATA, "test")
    assert images.shape == (10_000, 784) and labels[:3].tolist() == [7, 2, 1]
    raw = tmp_path / "MNIST" / "raw"  # the published files, three digits of them
    raw.mkdir(parents=True)
    pixels = (255 * images[:3]).to(torch.uint8).reshape(-1).tolist()
    for split in ("train", "t10k"):
        start = bytes([0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 28, 0, 0, 0, 28])
        (raw / f"{split}-images-idx3-ubyte").write_bytes(start + bytes(pixels))
        start = bytes([0, 0, 8, 1, 0, 0, 0, 3])
        (raw / f"{split}-labels-idx1-ubyte").write_bytes(start + bytes(labels[:3].tolist()))
    for split in ("train", "test"):
        read, kinds = names["read_digits"](str(tmp_path), split)
        assert torch.equal(read, images[:3]) and torch.equal(kinds, labels[:3])


def test_settings_are_those_of_the_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text(
        '"""One."""\n\nimport torch\n\n# %% Settings\nBETA = 1.0  # why\n\n'
        "# %%\nprint(torch.tensor(BETA).item())\n"
    )
    monkeypatch.setattr(files, "FOLDER", tmp_path)
    script = files.script("one", 'A "question"?\n\n\\beta', {"BETA": 4.0})
    assert "BETA = 4.0  # why" in script
    assert re.fullmatch(r"4\.0\s*", printed(script))
    assert printed(code_of(files.notebook("one", "A", {"BETA": 2.0}))) == "2.0\n"
    with pytest.raises(ValueError, match="no setting 'GAMMA'"):
        files.script("one", "A", {"GAMMA": 1})
