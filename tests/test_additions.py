"""A page, a model and a likelihood are added in a copy, as docs/architecture.md says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
OPEN_ALL = """
from streamlit.testing.v1 import AppTest
from vae_demo.shipped import shipped
from vae_demo.ui.frame.menu import PAGES

assert "mean" in PAGES
for name, (section, _) in PAGES.items():
    page = shipped("pages") / section / f"{name}.py"
    for language in ("en", "tr") if name in ("explore", "mean") else ("en",):
        for run in ("small", "vae-2") if name == "explore" else ("",):
            at = AppTest.from_file("vae_demo/ui/main.py", default_timeout=300)
            at.query_params["lang"] = language
            if run:
                at.query_params["run"] = run
            at.run()
            at.switch_page(str(page)).run()
            found = [each.message for each in at.exception] + [each.value for each in at.error]
            assert not found, (name, language, run, found)
            assert at.title, name
"""


def section(heading: str) -> str:
    return ARCHITECTURE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def follow(heading: str, copy: Path) -> None:
    """Create the files of a section of the architecture page, and add its line to a dictionary."""
    text = section(heading)
    for name, content in re.findall(r"^`([\w./]+)`:\n\n```\w+\n(.*?)```", text, re.M | re.S):
        path = copy / name
        path.parent.mkdir(parents=True, exist_ok=True)
        assert not path.exists()
        path.write_text(content, "utf-8")
    ((dictionary, file, line),) = re.findall(
        r"one line to `(\w+)`(?: in `([\w./]+)`)?:\n\n```python\n(    [^\n]*\n)```", text
    )
    path = copy / (file or "vae_demo/models/__init__.py")
    source, added = re.subn(
        rf"(?m)^({dictionary}\b[^\n]*= \{{\n)", rf"\1{line}", path.read_text("utf-8")
    )
    assert added == 1
    if heading == "Add a model":
        name = line.split(": ")[1].strip(" ,\n")
        source = source.replace("\nMODELS", f"\nfrom vae_demo.models.small import {name}\n\nMODELS")
    for function in re.findall(r"```python\n(def .*?)```", text, re.S):
        above = "@dataclass(frozen=True)\nclass Likelihood:"
        assert above in source
        source = source.replace(above, f"{function}\n\n{above}")
    path.write_text(source, "utf-8")


def test_a_page_a_model_and_a_likelihood_are_added_as_the_docs_say(tmp_path: Path) -> None:
    for name in ("vae_demo", "pages", ".streamlit"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("checkpoints", "data"):
        (tmp_path / name).symlink_to(ROOT / name)
    follow("Add a page", tmp_path)
    follow("Add a model", tmp_path)
    follow("Add a likelihood", tmp_path)
    env = os.environ | {"PYTHONPATH": str(tmp_path)}
    (command,) = re.findall(r"`vae-demo (train --model small [^`]+)`", ARCHITECTURE)
    for words in (
        ["-m", "vae_demo", *command.split(), "--epochs", "1", "--likelihood", "laplace"],
        ["-m", "vae_demo", "evaluate", "small", "--json"],
        ["-c", OPEN_ALL],
    ):
        done = subprocess.run(
            [sys.executable, *words], cwd=tmp_path, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
