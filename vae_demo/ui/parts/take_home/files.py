"""The files that visitors take home: a page's experiment as a Python script and as a notebook.

The folder `take_home` has one script for each experiment. A script needs only torch, and
torchvision if the digits are not beside it. Lines that begin with `# %%` divide it into the cells
of the notebook, and upper-case names at the start of a line are its settings.
"""

from __future__ import annotations

import ast
import json
import re
import textwrap
from collections.abc import Mapping

from vae_demo.shipped import shipped

FOLDER = shipped("take_home")
READ_DIGITS = "from digits import read_digits\n"
_CELL = re.compile(r"^# %%[ ]?(.*)\n", re.MULTILINE)


def script(name: str, opening: str, settings: Mapping[str, object]) -> str:
    """The Python file of a page.

    Args:
        name: The page.
        opening: The text that stands first, such as the page's question and answer.
        settings: Setting -> value, for settings whose values differ from those of the file.

    Raises:
        ValueError: if the script has no such setting.
    """
    code = _without_docstring((FOLDER / f"{name}.py").read_text("utf-8"))
    if READ_DIGITS in code:
        digits = _without_docstring((FOLDER / "digits.py").read_text("utf-8"))
        code = code.replace(READ_DIGITS, digits)
    for setting, value in settings.items():
        found = re.search(rf"^{setting} = \S+", code, re.MULTILINE)
        if not found:
            raise ValueError(f"take_home/{name}.py has no setting {setting!r}")
        code = f"{code[: found.start()]}{setting} = {value!r}{code[found.end() :]}"
    return f'"""{_wrapped(opening)}\n"""\n\n{code}'


def notebook(name: str, opening: str, settings: Mapping[str, object]) -> str:
    """The same as `script`, as a notebook of Jupyter (nbformat 4.5), JSON."""
    code = _without_docstring(script(name, opening, settings))
    start, *rest = _CELL.split(code)
    cells = [("markdown", opening), ("code", start)]
    for title, source in zip(rest[::2], rest[1::2], strict=True):
        cells += [("markdown", f"## {title}"), ("code", source)]
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {
                "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"},
            },
            "cells": [
                _cell(kind, at, source.strip()) for at, (kind, source) in enumerate(cells) if source
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def _cell(kind: str, at: int, source: str) -> dict[str, object]:
    cell: dict[str, object] = {
        "cell_type": kind,
        "id": f"cell-{at}",
        "metadata": {},
        "source": source.splitlines(keepends=True),
    }
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def _without_docstring(code: str) -> str:
    first = ast.parse(code).body[0]
    lines = code.splitlines(keepends=True)
    return "".join(lines[first.end_lineno :]).lstrip("\n")


def _wrapped(text: str) -> str:
    safe = text.replace("\\", "\\\\").replace('"""', "'''")
    return "\n".join(textwrap.fill(line, 98) for line in safe.splitlines())
