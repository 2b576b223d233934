"""The wheel holds all that the command line and the app need, the repository apart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.support.servers import ROOT, free_port, outcome, running
from tests.support.visitor import Visitor
from vae_demo import runs


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's files; its dependencies are those of this environment."""
    made = tmp_path_factory.mktemp("wheel")
    settings = made / "setup.cfg"  # nothing is written into the repository
    settings.write_text(f"[build]\nbuild_base = {made}/build\n[egg_info]\negg_base = {made}\n")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "wheel", str(ROOT), "--no-deps", "--no-build-isolation", "-w", str(made)],
        env=os.environ | {"DIST_EXTRA_CONFIG": str(settings)},
        check=True,
    )
    (wheel,) = made.glob("*.whl")
    folder = made / "installed"
    subprocess.run([*pip, "install", str(wheel), "--no-deps", "--target", str(folder)], check=True)
    return folder


def environment(installed: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(installed), "COLUMNS": "100"}


def command(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`vae-demo` as pip has installed it, in a folder that is not the repository."""
    return subprocess.run(
        [sys.executable, str(installed / "bin" / "vae-demo"), *words],
        cwd=folder,
        env=environment(installed),
        capture_output=True,
        text=True,
    )


def test_the_commands_work_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    found = command(installed, tmp_path, "evaluate", "vae-20", "--json")
    assert json.loads(found.stdout) == pytest.approx(dict(runs.find("vae-20").results), abs=1e-3)

    found = command(installed, tmp_path, "export", "site")
    assert found.returncode == 0, found.stderr
    assert (tmp_path / "site" / "index.html").is_file()

    found = command(installed, tmp_path, "evaluate", "vae-3")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("vae-demo: unknown run 'vae-3'; there are: ")
    assert command(installed, tmp_path, "--help").stdout.startswith("usage: vae-demo [-h] COMMAND")


class ThemedVisitor(Visitor):
    """Also notes the theme that the server sends to the browser."""

    theme = ""

    def _take(self, message: ForwardMsg) -> None:
        if message.WhichOneof("type") == "new_session":
            self.theme = message.new_session.custom_theme.light.primary_color
        super()._take(message)


def test_the_app_starts_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    port = free_port()
    start = [sys.executable, str(installed / "bin" / "vae-demo"), "app", "--port", str(port)]
    env = environment(installed)
    with running(start, tmp_path / "log", port, cwd=tmp_path, **env) as server:

        async def look() -> ThemedVisitor:
            async with ThemedVisitor(server.url) as visitor:
                await visitor.open("explore")
                return visitor

        visitor = outcome(look())
        assert "explore_part" in visitor.parts and visitor.errors == []
        settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
        assert visitor.theme == settings["theme"]["light"]["primaryColor"]


def test_the_wheel_holds_every_file_of_the_repository_that_is_shipped(installed: Path) -> None:
    folders = ("vae_demo", "checkpoints", "data", "pages", "take_home")
    tracked = subprocess.run(
        ["git", "ls-files", *folders, "app.py", ".streamlit"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout.split()
    if not tracked:
        pytest.skip("this is not a git repository")
    for name in tracked:
        inside = name if name.startswith("vae_demo/") else f"vae_demo/repository/{name}"
        assert (installed / inside).read_bytes() == (ROOT / name).read_bytes()
    with zipfile.ZipFile(next(installed.parent.glob("*.whl"))) as wheel:
        names = [name for name in wheel.namelist() if ".dist-info/" not in name]
    assert len(names) <= len(tracked) + 2  # pad.py
