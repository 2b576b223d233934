"""Who may import whom: the arrows of the house, and a test that they are really checked."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "vae_demo"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted([*PACKAGE.rglob("*.py"), *(ROOT / "pages").rglob("*.py")])
}
CORE = {
    name: path
    for name, path in MODULES.items()
    if name.split(".")[:1] == ["vae_demo"] and name.split(".")[1:2] != ["ui"]
}
SCREENS = {"streamlit", "gradio", "plotly", "starlette"}
COMMANDS = {"vae_demo.cli", "vae_demo.commands.runs", "vae_demo.__main__"}
BY_NAME = ("importlib.import_module", "import_module", "__import__")
# A package of the core may import itself, those before it and `SHARED`.
ORDER = (
    *(
        "toys",
        "digits",
        "datasets",
        "models",
        "training",
        "runs",
        "latent",
        "distributions",
        "repair",
    ),
    *("evaluation", "captions", "sweeps", "classroom"),
)
SHARED = {"atomic", "shipped"}
LIGHT = (
    *("digits.mnist", "digits.pictures", "digits.contact_sheet", "digits.measured", "digits"),
    *(
        "datasets",
        "training.config",
        "training.history",
        "runs",
        "latent",
        "distributions",
        "repair",
    ),
    *(
        "commands.runs",
        "commands.training",
        "commands.sweeps",
        "cli",
        "classroom",
        "classroom.names",
        "classroom.rooms",
    ),
)


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


@functools.cache
def imports_of(module: str) -> set[str]:
    return imported(MODULES[module].read_text("utf-8"), module)


def tops_of(module: str) -> set[str]:
    return {name.split(".")[0] for name in imports_of(module)}


def loaded_by(code: str) -> set[str]:
    """The top-level modules in memory after running some code in a new process."""
    ending = "\nimport sys\nprint(*{name.split('.')[0] for name in sys.modules})"
    found = subprocess.run(
        [sys.executable, "-c", code + ending], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(found.stdout.split())


# --- pages -> vae_demo.ui -> vae_demo ----------------------------------------------------------


def test_the_core_names_no_screen_and_nothing_of_the_ui() -> None:
    assert {"vae_demo", "vae_demo.models.losses", "vae_demo.digits.mnist"} <= CORE.keys()
    for module in CORE:
        assert not tops_of(module) & SCREENS, module
        of_ui = [name for name in imports_of(module) if name.startswith("vae_demo.ui")]
        assert not of_ui or module in COMMANDS, module
    for module in MODULES:
        assert "pages" not in tops_of(module), module


def test_only_the_pad_imports_gradio_and_it_imports_no_streamlit() -> None:
    for module in MODULES:
        of_pad = module.startswith("vae_demo.ui.pad")
        assert "gradio" not in tops_of(module) or of_pad, module
        assert "streamlit" not in tops_of(module) or not of_pad, module


@pytest.mark.long
def test_the_pad_loads_gradio_and_a_page_loads_streamlit() -> None:
    loaded = loaded_by("import vae_demo.ui.pad.page")
    assert loaded & {"gradio", "streamlit"} == {"gradio"}
    loaded = loaded_by("import vae_demo.ui.frame.page, vae_demo.ui.parts.draw.part")
    assert loaded & {"gradio", "streamlit"} == {"streamlit"}


def test_the_whole_core_loads_without_a_screen_and_models_without_torch_s_compiler() -> None:
    code = "import " + ", ".join(CORE.keys() - {"vae_demo.__main__"})
    code += "\nfrom vae_demo.models import *\nfor name in MODELS:\n    build(ModelConfig(name))"
    loaded = loaded_by(code)
    assert "torch" in loaded
    assert not loaded & SCREENS
    assert not loaded & {"sympy"}  # what torch compiles with; to load it takes half a second


@pytest.mark.parametrize(
    "planted",
    [
        "import numpy, streamlit as st",
        "from streamlit.components import v2",
        "try:\n    import gradio\nexcept ImportError:\n    pass",
        "import importlib\nimportlib.import_module('streamlit')",
        "__import__('gradio')",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    import gradio",
    ],
)
def test_a_planted_screen_is_found(planted: str) -> None:
    source = (PACKAGE / "models" / "losses.py").read_text("utf-8")
    assert not {name.split(".")[0] for name in imported(source)} & SCREENS
    assert {name.split(".")[0] for name in imported(source + "\n" + planted)} & SCREENS


def test_a_loaded_screen_is_found() -> None:
    assert loaded_by("import vae_demo.digits, streamlit") & {"streamlit"}


# --- arrows inside the core --------------------------------------------------------------------


def wrong_arrows(module: str, imports: set[str]) -> set[str]:
    """The packages of the core that a module imports and must not."""
    own = module.split(".")[1]
    asked = {name.split(".")[1] for name in imports if name.startswith("vae_demo.")}
    return asked - {*ORDER[: ORDER.index(own) + 1], *SHARED}


@pytest.mark.parametrize("package", ORDER)
def test_arrows_point_one_way(package: str) -> None:
    inside = [name for name in CORE if name.split(".")[1:2] == [package]]
    assert inside
    for module in inside:
        assert not wrong_arrows(module, imports_of(module)), module


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("from vae_demo import runs", {"runs"}),
        ("from vae_demo.training.loop import train", {"training"}),
        ("from ..runs import Run", {"runs"}),
        ("if TYPE_CHECKING:\n    from vae_demo.runs import Run", set()),
        ("from vae_demo.digits import mnist", set()),
    ],
)
def test_a_planted_arrow_is_found(planted: str, found: set[str]) -> None:
    module = "vae_demo.models.some"
    assert wrong_arrows(module, imported(planted, module)) == found


LOADERS = {
    *("train_digits", "test_digits", "load", "probe", "probe_indices", "strip_positions"),
    "shown_probe",
}
ASKERS = {"mnist_data", "mnist_train", "mnist_test", "mnist_probe"}  # of `datasets`
ABOUT_DIGITS = {  # their classifiers, measured attributes or shipped networks are of digits
    *("latent.code_maps", "captions.writing", "evaluation.small_classifier"),
    *(f"evaluation.{name}" for name in ("quality", "score", "walls")),
    *(f"repair.compress.{name}" for name in ("lossy", "rates")),
    *(f"classroom.{name}" for name in ("reader", "tasks.caption", "tasks.eight")),
}
MADE_OF_DIGITS = {  # what makes shipped files takes a data set; only as a script is it MNIST
    *("runs.past_weights", "evaluation.generalisation", "evaluation.kernels"),
    *("sweeps.effective_betas", "sweeps.stability", "classroom.betas"),
}
BY_DEFAULT = {"training.loop"}  # a training without test pictures or probe has those of MNIST


def loaded_digits(source: str) -> set[str]:
    """The functions that give the digits of MNIST, of those that some source uses."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "vae_demo.digits.mnist":
            found |= {name.name for name in node.names} & LOADERS
        elif isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith("vae_demo.datasets"):
            found |= {name.name for name in node.names} & ASKERS
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "mnist":
            found |= {node.attr} & LOADERS
    return found


def functions_that_load(source: str) -> set[str]:
    """The names of the functions that ask for MNIST; "" for code outside of functions."""
    tree = ast.parse(source)
    within = {
        id(inner): outer.name
        for outer in ast.walk(tree)
        if isinstance(outer, ast.FunctionDef)
        for inner in ast.walk(outer)
    }
    return {
        within.get(id(node), "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ASKERS
    }


def test_the_core_takes_a_data_set_instead_of_loading_mnist() -> None:
    later = ORDER[ORDER.index("datasets") + 1 :]
    inside = [name for name in CORE if name.split(".")[1:2] and name.split(".")[1] in later]
    sources = {name.removeprefix("vae_demo."): MODULES[name].read_text("utf-8") for name in inside}
    used = {name: found for name, text in sources.items() if (found := loaded_digits(text))}
    assert used.keys() == ABOUT_DIGITS | MADE_OF_DIGITS | BY_DEFAULT
    assert set().union(*used.values()) <= ASKERS
    for name in MADE_OF_DIGITS:
        assert functions_that_load(sources[name]) <= {"main", ""}, name
    planted = "from vae_demo.digits import mnist\nx = mnist.test_digits()"
    assert loaded_digits(planted) == {"test_digits"}
    planted = "from vae_demo.datasets import mnist_data\ndef train():\n    mnist_data()"
    assert loaded_digits(planted) == {"mnist_data"} and functions_that_load(planted) == {"train"}
    assert loaded_digits("from vae_demo.digits.mnist import Digits, load") == {"load"}


def test_tests_and_benchmarks_share_nothing_but_tests_support() -> None:
    for path in [*ROOT.glob("benchmarks/**/*.py"), *ROOT.glob("tests/**/*.py")]:
        found = imported(path.read_text("utf-8"))
        own = path.relative_to(ROOT).parts
        if own[0] == "benchmarks":
            named = {n for n in found if n.startswith("tests") and n.split(".")[1:2] != ["support"]}
        else:  # the tests of a benchmark import it
            named = {n for n in found if n.startswith("benchmarks") and own[1] != "benchmarks"}
        assert not named, path


def test_every_benchmark_is_a_script() -> None:
    """It runs from anywhere; what benchmarks share is in folders."""
    start = "sys.path.insert(0, str(Path(__file__).parent.parent))"
    for path in ROOT.glob("benchmarks/*.py"):
        text = path.read_text("utf-8")
        assert start in text and 'if __name__ == "__main__":' in text, path


def test_no_two_public_classes_have_one_name() -> None:
    found: dict[str, set[str]] = {}
    for module in MODULES:
        for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found.setdefault(node.name, set()).add(module)
    assert not {name: modules for name, modules in found.items() if len(modules) > 1}


def test_the_public_names_are_all_there() -> None:
    import vae_demo

    for name in vae_demo.__all__:
        assert getattr(vae_demo, name) is not None
    assert sorted(vae_demo.__all__) == sorted(vae_demo._MODULE_OF)
    with pytest.raises(AttributeError, match="no attribute 'tensor'"):
        vae_demo.tensor  # noqa: B018


# --- the first page does not wait for torch ----------------------------------------------------


def test_light_modules_do_not_load_torch() -> None:
    heavy = {"torch", "torchvision", "sklearn", *SCREENS}
    code = "import sys"
    for module in LIGHT:
        code += f"\nimport vae_demo.{module}\nassert not {heavy} & sys.modules.keys(), {module!r}"
    assert "vae_demo" in loaded_by(code)


def test_the_server_answers_before_pages_are_imported() -> None:
    assert not loaded_by("import app") & {"numpy", "babel", "msgspec", "pandas", "torch"}


def test_the_first_pages_need_no_torch() -> None:
    loaded = loaded_by("from vae_demo.ui.server.warm_up import load_first_page as w; w()")
    assert {"streamlit", "numpy"} <= loaded and not loaded & {"torch", "pandas"}


def test_home_draw_and_epochs_are_shown_without_torch() -> None:
    code = """
import sys
import streamlit
from tests.support.pages import MAIN, page_file
from streamlit.testing.v1 import AppTest
import vae_demo.ui.server.warm_up as warm_up
warm_up.run_when_warm = streamlit.stop
for page, part in (("home", "home"), ("draw", "draw"), ("epochs", "epochs")):
    at = AppTest.from_file(MAIN, default_timeout=60).switch_page(page_file(page)).run()
    shown = [each.proto.component_name for each in at.get("bidi_component")]
    assert not at.exception and not at.error and f"vae_demo_{part}" in shown, (page, shown)
    slow = {"streamlit.emojis", "babel.dates"} & sys.modules.keys()
    assert page != "home" or not slow, slow
"""
    loaded = loaded_by(code)
    assert "numpy" in loaded and "torch" not in loaded


def test_reading_a_shipped_run_does_not_load_torch() -> None:
    code = (
        "from vae_demo import runs\nfrom vae_demo.digits import mnist\n"
        "assert len(runs.find('vae-2').history) and len(mnist.probe())"
    )
    assert not loaded_by(code) & {"torch"}
