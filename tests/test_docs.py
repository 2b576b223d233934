"""What README.md and docs/ tell people to type works, and what they list is there."""

import re
import shlex
import subprocess
from inspect import isfunction, ismodule
from pathlib import Path

import pytest

from vae_demo import cli
from vae_demo.digits import mnist, pictures
from vae_demo.models import MODELS
from vae_demo.ui.frame.menu import PAGES

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
DOCS = {path: path.read_text("utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
DOCS[ROOT / "README.md"] = README
ARCHITECTURE = DOCS[ROOT / "docs" / "architecture.md"]


def blocks(language: str) -> list[str]:
    """The README's code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands() -> list[str]:
    """Every command in an indented line, a block or a table of README.md and docs/."""
    programs = "vae-demo|python|make|streamlit|docker|pip|hf"
    found = set()
    for text in DOCS.values():
        found |= set(re.findall(rf"^(?:    )?((?:{programs}) [^#\n]+)", text, re.MULTILINE))
        found |= set(re.findall(rf"`((?:{programs}) [^`]+)`", text))
    return sorted(" ".join(command.split()) for command in found)


def column(text: str, heading: str) -> set[str]:
    """The first cells of the table with this heading, without their backticks."""
    rows = text.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return {row.split("|")[1].strip().strip("`") for row in rows}


def test_the_readme_is_one_page_for_people_and_for_a_space() -> None:
    _, _, page = README.split("---\n", 2)
    assert page.count("\n") <= 130


def test_the_snippet_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (snippet,) = blocks("python")
    assert snippet.count("\n") <= 10
    exec(compile(snippet, "README.md", "exec"), {})
    *snapshots, last = capsys.readouterr().out.split("\n")[:-1]
    assert [float(line.split()[0]) for line in snapshots] == [0, 0.125, 0.25, 0.5, 1, 2]
    assert 150 < float(last) < 250


def test_the_command_line_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [line for line in blocks("")[0].splitlines() if line.startswith("vae-demo")]
    verbs = [line.split()[1] for line in lines]
    assert verbs == ["app", "list", "train", "evaluate", "reconstruct", "export"]
    digits = mnist.test_digits()
    (tmp_path / "digit.png").write_bytes(pictures.png(pictures.enlarge(digits.images[0], 10)))
    monkeypatch.chdir(tmp_path)
    for line in lines[1:]:  # tests/test_wheel.py starts the app
        words = shlex.split(line.replace("--epochs 5", "--epochs 1"))
        assert cli.main(words[1:]) == 0
        assert capsys.readouterr().out
    for name in ("runs/mine.safetensors", "reconstruction.png", "site/index.html"):
        assert (tmp_path / name).is_file()


def test_every_command_exists_with_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands of the command line are parsed; the options of a script stand in it."""
    for module in filter(ismodule, vars(cli).values()):
        if module.__name__.startswith("vae_demo.commands."):
            for name, found in vars(module).items():
                own = isfunction(found) and found.__module__ == module.__name__
                if own and not name.lstrip("_").startswith("add_"):
                    monkeypatch.setattr(module, name, lambda options=None: None)
    for command in commands():
        program, *words = shlex.split(command)
        ours = words[2:] if words[:2] == ["-m", "vae_demo"] else words
        if program == "make":
            done = subprocess.run(["make", "-n", *words], cwd=ROOT, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
        elif program == "vae-demo" or ours is not words:
            assert cli.main(ours) == 0, command
        elif program == "python" and words[0].endswith(".py"):
            source = (ROOT / words[0]).read_text("utf-8")
            if "trial_options(" in source:
                source += (ROOT / "tests/support/trials.py").read_text("utf-8")
            assert all(f'"{word}"' in source for word in words if word.startswith("--")), command
        for word in words:
            if re.fullmatch(r"[\w-]+(/[\w-]+)*\.(py|ya?ml|txt)", word):
                assert (ROOT / word).is_file(), command


def test_lists_are_complete() -> None:
    """Pages, models, settings and dependencies: those of the code, no more and no fewer."""
    assert set(re.findall(r"\| \w+ `/(\w*)` \|", README)) == {
        name.replace("home", "") for name in PAGES
    }
    models = column(ARCHITECTURE, "`--model` | architecture | source")
    assert {name for cell in models for name in cell.split("`, `")} == MODELS.keys()
    sources = [path.read_text("utf-8") for path in (ROOT / "vae_demo").rglob("*.py")]
    settings = {name for text in sources for name in re.findall(r'"(VAE_DEMO_\w+)"', text)}
    hosting = DOCS[ROOT / "docs" / "hosting.md"]
    assert column(hosting, "environment variable | default | meaning") == settings | {
        *("GRADIO_TEMP_DIR", "OMP_NUM_THREADS")
    }
    files = [ROOT / "requirements.txt", ROOT / "requirements-gradio.txt"]
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    packages = {re.split(r"[\[<>=!]", line)[0] for line in lines if line and line[0] not in "#-"}
    assert packages == column(ARCHITECTURE, "package | use")


@pytest.mark.parametrize("page", DOCS, ids=lambda path: path.name)
def test_every_file_that_is_named_exists(page: Path) -> None:
    text = DOCS[page]
    made = set(re.findall(r"^`([\w./]+)`:$", text, re.MULTILINE))  # what a reader is to make
    links = set(re.findall(r"\]\((?!http)([\w./-]+)\)", text))
    for name in links:
        assert (page.parent / name).exists(), name
    paths = set(re.findall(r"`((?:pages|vae_demo|tests|deploy|benchmarks|docs)/[\w./-]+)`", text))
    for name in paths - made:
        assert (ROOT / name).exists(), name
