"""What the README tells people to type works, and what it lists is there."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from vae_demo.digits import mnist, pictures
from vae_demo.ui.frame.page import PAGES

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The README's code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_snippet_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (snippet,) = blocks("python")
    exec(compile(snippet, "README.md", "exec"), {})
    *moments, last = capsys.readouterr().out.split("\n")[:-1]
    assert [float(line.split()[0]) for line in moments] == [0, 0.125, 0.25, 0.5, 1, 2]
    assert 150 < float(last) < 250


def test_the_commands_run(tmp_path: Path) -> None:
    commands = [line for line in blocks("")[0].splitlines() if line.startswith("python -m")]
    verbs = [line.split()[3] for line in commands]
    assert verbs == ["list", "train", "evaluate", "reconstruct", "export"]
    digits = mnist.test_digits()
    (tmp_path / "digit.png").write_bytes(pictures.png(pictures.enlarge(digits.images[0], 10)))
    for line in commands:
        words = shlex.split(line.replace("--epochs 5", "--epochs 1"))
        done = subprocess.run(
            [sys.executable, *words[1:]],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "PATH": ""},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout
    assert (tmp_path / "runs" / "mine.safetensors").exists()
    assert (tmp_path / "again.png").exists()
    assert (tmp_path / "site" / "index.html").exists()


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^    |`)make (\w+)", README, re.M)) <= targets


def test_every_page_is_listed() -> None:
    listed = set(re.findall(r"\| \w+ `/(\w*)` \|", README))
    assert listed == {name.replace("home", "") for name in PAGES}


def test_every_file_it_points_to_is_there() -> None:
    paths = re.findall(r"\]\(([\w./-]+)\)", README)
    assert paths
    for path in paths:
        assert (ROOT / path).exists(), path


def test_every_dependency_is_explained() -> None:
    files = [ROOT / "requirements.txt", ROOT / "requirements-gradio.txt"]
    lines = [line for file in files for line in file.read_text().splitlines()]
    packages = {re.split(r"[<>=!]", line)[0] for line in lines if line and line[0] not in "#-"}
    assert packages == set(
        re.findall(r"^\| (\w[\w-]*) \| ", README.split("dependency is for")[1], re.M)
    ) - {"package"}
