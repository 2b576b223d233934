"""A page, a model and a likelihood are added in a copy, as docs/architecture.md says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
# What looks at all pages, and at the new one.
OWN_TESTS = (
    *("tests/ui/frame/test_text.py", "tests/ui/frame/test_links.py"),
    *("tests/ui/test_pages.py", "tests/test_docs.py::test_lists_are_complete"),
)
OPEN = """
from tests.support.pages import MAIN, page_file
from streamlit.testing.v1 import AppTest

for name in ("draw", "explore", "morph", "generate", "epochs", "compare"):
    at = AppTest.from_file(MAIN, default_timeout=300)
    at.query_params.update(run="small", runs="small", ae="small")
    at.switch_page(page_file(name)).run()
    found = [each.message for each in at.exception] + [each.value for each in at.error]
    assert not found, (name, found)
    assert name in ("draw", "compare") or "small" in str(at.query_params), name
"""


def section(heading: str) -> str:
    return ARCHITECTURE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def follow(heading: str, copy: Path) -> None:
    """Create the files of a section of the architecture page, and add its lines."""
    text = section(heading)
    for name, content in re.findall(r"^`([\w./]+)`:\n\n```\w+\n(.*?)```", text, re.M | re.S):
        path = copy / name
        path.parent.mkdir(parents=True, exist_ok=True)
        assert not path.exists()
        path.write_text(content, "utf-8")
        if path.name == "part.py":
            path.with_name("__init__.py").touch()
    line = r"[^`:]*:\n\n```\w*\n([^\n]*\n)```"
    for dictionary, file, added in re.findall(rf"one line to `(\w+)` in `([\w./]+)`{line}", text):
        insert(copy / file, rf"(?m)^{dictionary}\b[^\n]*= \{{\n", added)
        if heading == "Add a model":
            name = added.split(": ")[1].strip(" ,\n")
            insert(copy / file, r"\n(?=\nMODELS)", f"from vae_demo.models.small import {name}\n")
    for file, added in re.findall(rf"one line to `([\w./]+\.json)`{line}", text):
        insert(copy / file, r"^\{\n", added)
    for title, file, added in re.findall(
        rf'one line to the table "(.*?)" of `([\w./]+)`{line}', text
    ):
        insert(copy / file, rf"(?s)\n## {title}\n.*?\n\| ---[^\n]*\n", added)
    for function in re.findall(r"```python\n(def .*?)```", text, re.S):
        above = r"(?=@dataclass\(frozen=True\)\nclass Likelihood:)"
        insert(copy / "vae_demo/models/losses.py", above, f"{function}\n\n")


def insert(path: Path, after: str, added: str) -> None:
    """Insert text after the first place in a file that a pattern matches."""
    source = path.read_text("utf-8")
    found = re.search(after, source)
    assert found, (path, after)
    path.write_text(source[: found.end()] + added + source[found.end() :], "utf-8")


@pytest.mark.long
def test_a_page_a_model_and_a_likelihood_are_added_as_the_docs_say(tmp_path: Path) -> None:
    for name in ("vae_demo", "pages", ".streamlit", "tests/ui", "tests/support", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("checkpoints", "data", "tests/data", "benchmarks"):
        (tmp_path / name).symlink_to(ROOT / name)
    for name in ("README.md", "pyproject.toml", "requirements.txt", "requirements-gradio.txt"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("conftest.py", "test_docs.py"):
        shutil.copy(ROOT / "tests" / name, tmp_path / "tests")
    follow("Add a page", tmp_path)
    follow("Add a model", tmp_path)
    follow("Add a likelihood", tmp_path)
    env = os.environ | {"PYTHONPATH": str(tmp_path)}
    (command,) = re.findall(r"`vae-demo (train --model small [^`]+)`", ARCHITECTURE)
    own = ["-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider"]
    for words in (
        ["-m", "vae_demo", *command.split(), "--epochs", "1", "--likelihood", "laplace"],
        ["-m", "vae_demo", "evaluate", "small", "--json"],
        ["-c", OPEN],
        [*own, *OWN_TESTS, "-k", "test_pages and (mean or home) or not test_pages"],
    ):
        done = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr
