"""Who may import whom: the arrows of the house, and a test that they are really checked."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "vae_demo"
CORE = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if "ui" not in path.relative_to(PACKAGE).parts
}
SCREENS = {"streamlit", "gradio"}
LEAVES = ("data", "drawing", "corruptions", "losses", "figures", "pictures")
BY_NAME = ("importlib.import_module", "import_module", "__import__")
LIGHT = ("data", "runs", "history", "figures", "latent", "drawing", "pictures", "train_config")


def imported(source: str, module: str = "vae_demo.some") -> set[str]:
    """Every module that some source imports, wherever in it, but for the type checker alone.

    Relative imports are resolved from `module`, and `from vae_demo import x` counts as
    `vae_demo.x`; so does a module imported by its name through importlib.
    """
    found: set[str] = set()

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for child in node.orelse:
                visit(child)
            return
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*module.split(".")[: -node.level], *filter(None, [base])])
            if base == "vae_demo":
                found.update(f"{base}.{name.name}" for name in node.names)
            else:
                found.add(base)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in BY_NAME:
            found.update(str(name.value) for name in node.args if isinstance(name, ast.Constant))
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(ast.parse(source))
    return found


def imports_of(module: str) -> set[str]:
    return imported(CORE[module].read_text(), module)


def core_imports_of(module: str) -> set[str]:
    """The core modules that one of them imports: losses, models.codec, ..."""
    ours = {name for name in imports_of(module) if name.split(".")[0] == "vae_demo"}
    return {name.removeprefix("vae_demo.") for name in ours}


def loaded_by(code: str) -> set[str]:
    """The top-level modules in memory after running some code in a new process."""
    ending = "\nimport sys\nprint(*{name.split('.')[0] for name in sys.modules})"
    found = subprocess.run(
        [sys.executable, "-c", code + ending], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(found.stdout.split())


# --- no screen in the core ---------------------------------------------------------------------


def test_the_core_is_what_we_think_it_is() -> None:
    assert {
        "vae_demo",
        "vae_demo.models.losses",
        "vae_demo.models",
        "vae_demo.models.vae",
    } <= CORE.keys()
    assert not [name for name in CORE if name.startswith("vae_demo.ui")]


@pytest.mark.parametrize("module", CORE)
def test_no_core_module_names_a_screen(module: str) -> None:
    tops = {name.split(".")[0] for name in imports_of(module)}
    assert not tops & SCREENS
    assert not [name for name in imports_of(module) if name.startswith("vae_demo.ui")]


@pytest.mark.parametrize("path", sorted((PACKAGE / "ui").rglob("*.py")), ids=lambda path: path.stem)
def test_gradio_is_the_pad_s_and_streamlit_is_not(path: Path) -> None:
    tops = {name.split(".")[0] for name in imported(path.read_text())}
    assert "gradio" not in tops or path.stem.startswith("pad")
    assert "streamlit" not in tops or not path.stem.startswith("pad")


def test_the_pad_loads_without_streamlit_and_the_app_without_gradio() -> None:
    loaded = loaded_by("import vae_demo.ui.pad.page")
    assert loaded & SCREENS == {"gradio"}
    loaded = loaded_by("import vae_demo.ui.frame.page, vae_demo.ui.components")
    assert loaded & SCREENS == {"streamlit"}


def test_the_whole_core_loads_without_a_screen() -> None:
    modules = [name for name in CORE if name != "vae_demo.cli"]
    loaded = loaded_by("import " + ", ".join([*modules, "vae_demo.cli"]))
    assert "torch" in loaded
    assert not loaded & SCREENS


@pytest.mark.parametrize(
    "planted",
    [
        "import streamlit",
        "import numpy, streamlit as st",
        "from streamlit.components import v2",
        "def page():\n    if True:\n        import streamlit",
        "try:\n    import gradio\nexcept ImportError:\n    pass",
        "import importlib\nimportlib.import_module('streamlit')",
        "__import__('gradio')",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    import gradio",
    ],
)
def test_a_planted_screen_is_found(planted: str) -> None:
    source = (PACKAGE / "losses.py").read_text()
    assert not {name.split(".")[0] for name in imported(source)} & SCREENS
    assert {name.split(".")[0] for name in imported(source + "\n" + planted)} & SCREENS


@pytest.mark.parametrize(
    ("planted", "name"),
    [
        ("from vae_demo.ui import jobs", "vae_demo.ui"),
        ("from vae_demo import ui", "vae_demo.ui"),
        ("from . import training", "vae_demo.training.loop"),
        ("from .training import train", "vae_demo.training.loop"),
        ("from ..losses import Losses", "vae_demo.models.losses"),
    ],
)
def test_a_planted_arrow_is_found(planted: str, name: str) -> None:
    module = "vae_demo.models.some" if ".." in planted else "vae_demo.some"
    assert imported(planted, module) == {name}


def test_a_planted_screen_is_found_when_it_is_loaded() -> None:
    assert loaded_by("import vae_demo.models.losses, streamlit") & SCREENS == {"streamlit"}


def test_an_import_for_the_type_checker_is_no_arrow() -> None:
    assert imported("if TYPE_CHECKING:\n    import torch") == set()


# --- arrows inside the core --------------------------------------------------------------------


@pytest.mark.parametrize("module", [m for m in CORE if f"{m}.".split(".")[1] in LEAVES])
def test_leaves_know_no_other_core_file(module: str) -> None:
    """A package may know its own files."""
    leaf = module.split(".")[1]
    assert not {name for name in core_imports_of(module) if name.split(".")[0] != leaf}


@pytest.mark.parametrize("module", [name for name in CORE if name.startswith("vae_demo.models")])
def test_models_know_losses_and_corruptions_only(module: str) -> None:
    others = {name for name in core_imports_of(module) if name.split(".")[0] != "models"}
    assert others <= {"losses", "corruptions"}


def test_nothing_below_knows_what_is_above() -> None:
    """losses <- models <- training <- runs: an arrow never goes back."""
    order = ["losses", "models", "training", "runs"]
    for place, below in enumerate(order[:-1]):
        for module in (name for name in CORE if name.split(".")[1:2] == [below]):
            tops = {name.split(".")[0] for name in core_imports_of(module)}
            assert not tops & set(order[place + 1 :]), module


def test_the_public_names_are_all_there() -> None:
    import vae_demo

    for name in vae_demo.__all__:
        assert getattr(vae_demo, name) is not None
    assert sorted(vae_demo.__all__) == sorted(vae_demo._MODULE_OF)
    with pytest.raises(AttributeError, match="no attribute 'tensor'"):
        vae_demo.tensor  # noqa: B018


# --- the first page does not wait for torch ----------------------------------------------------


@pytest.mark.parametrize(
    "module", ["vae_demo", *(f"vae_demo.{m}" for m in (*LIGHT, "commands", "__main__"))]
)
def test_light_modules_do_not_load_torch(module: str) -> None:
    loaded = loaded_by(f"import {module}")
    assert "vae_demo" in loaded
    assert not loaded & {"torch", "torchvision", "sklearn", *SCREENS}


def test_reading_a_shipped_run_does_not_load_torch() -> None:
    code = "from vae_demo import runs, data\nrun = runs.find('vae-2')\nassert len(run.history)"
    assert "torch" not in loaded_by(code + "\ndata.probe()")
