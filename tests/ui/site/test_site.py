"""The static site as files: complete, small, and asking nothing of the net."""

import json
import re
from pathlib import Path

import pytest

from vae_demo import runs
from vae_demo.models import Codec
from vae_demo.ui.site import export
from vae_demo.ui.site.pages import UI


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("export") / "site"
    export.export(found)
    return found


def imports(script: Path) -> set[Path]:
    """The files that a script imports by a name that stands in it, types in comments apart."""
    source = re.sub(r"/\*.*?\*/", "", script.read_text("utf-8"), flags=re.DOTALL)
    found = re.findall(r'(?:from|import\() ?["`](\.{1,2}/[\w./]+)["`]', source)
    return {(script.parent / name).resolve() for name in found}


def test_every_page_names_all_scripts_and_these_are_the_app_s_own(folder: Path) -> None:
    scripts = {path.resolve() for path in folder.rglob("*.js")}
    named: set[Path] = set()
    for name, file in export.PAGES.items():
        page = (folder / file).read_text()
        for address in re.findall(r'(?:href|src)="([^"?]+)', page):
            assert (folder / address).is_file(), f"{file} names {address}"
        needed = {
            (folder / address).resolve()
            for address in re.findall(r'"modulepreload" href="([^"]+)"', page)
        }
        assert {f"site/{script}.js" for script in ("site", name)} <= {
            path.relative_to(folder.resolve()).as_posix() for path in needed
        }
        for script in needed:
            assert imports(script) <= needed, script
        named |= needed
    assert named == scripts
    for script in scripts:
        assert script.read_bytes() == (UI / script.relative_to(folder.resolve())).read_bytes()


def test_all_files_that_data_names_are_there(folder: Path) -> None:
    named: set[str] = set()

    def look(value: object) -> None:
        if isinstance(value, dict):
            if "url" in value:
                named.add(value["url"])
            for each in value.values():
                look(each)
        elif isinstance(value, list):
            for each in value:
                look(each)

    for path in (folder / "data").glob("*.json"):
        look(json.loads(path.read_text()))
    assert named == {str(path.relative_to(folder)) for path in (folder / "files").iterdir()}
    names = [path.stem for path in runs.library.SHIPPED.glob("*.safetensors")]
    shipped = {name for name in names if runs.find(name).build().network() is not None}
    assert {name.split("/")[1].rsplit("-", 1)[0] for name in named if "-" in name} == shipped


def test_it_names_no_other_host(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.suffix in (".js", ".html", ".css", ".json"):
            text = path.read_text()
            assert not re.search(r"https?://(?!www\.w3\.org)", text), path


def test_an_earlier_export_is_written_over_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    export.export(folder, ["ae-30"])
    (folder / "data" / "old.json").write_text("{}")
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main")
    export.export(folder, ["vae-2", "ae-30"])
    assert not (folder / "data" / "old.json").exists()
    assert json.loads((folder / "data" / "explore.json").read_text())["runs"] == ["vae-2", "ae-30"]
    assert (folder / ".git" / "HEAD").exists()  # what is no part of an export stays
    assert not list(folder.glob(".export-*"))
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    with pytest.raises(ValueError, match="holds no earlier export"):
        export.export(mine)
    with pytest.raises(ValueError, match="can't be written: Not a directory"):
        export.export(mine / "thesis.txt")
    with pytest.raises(runs.RunError, match="unknown run 'vae-3'"):
        export.export(folder, ["vae-3"])
    assert (mine / "thesis.txt").read_text() == "years of work"
    assert (folder / "index.html").exists()  # a wrong name leaves the earlier export alone


def test_a_run_that_is_no_dense_net_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export.export(tmp_path / "site", ["ae-30"])
    monkeypatch.setattr("vae_demo.models.vae.VAE.network", Codec.network)
    with pytest.raises(ValueError, match="run 'vae-2' can't be computed in a browser"):
        export.export(tmp_path / "site", ["vae-2"])
    assert (tmp_path / "site" / "index.html").exists()


def test_a_static_host_knows_what_it_is(folder: Path) -> None:
    assert "sdk: static" in (folder / "README.md").read_text()
