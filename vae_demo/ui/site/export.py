"""The static site: Home, Draw, Explore and Morph as plain files, for any web server.

It holds the app's JavaScript modules, the runs' networks and the pages of `ui/site/`. Everything is
computed in the browser.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from vae_demo import runs
from vae_demo.commands.output import check_out
from vae_demo.datasets import MNIST
from vae_demo.digits import mnist
from vae_demo.digits.contact_sheet import probe_sheet
from vae_demo.latent.code_space import measure_code_space
from vae_demo.models import Codec
from vae_demo.models.network_file import Part, browser_files, file_key
from vae_demo.ui.frame.catalogue import LANGUAGES, catalogue, count
from vae_demo.ui.frame.link_fields import TABLE
from vae_demo.ui.parts.array_file import ArrayFile
from vae_demo.ui.parts.base64_text import base64_text
from vae_demo.ui.parts.draw.data import DrawSettings, Map, draw_data, example_digit, map_file
from vae_demo.ui.parts.explore.data import (
    MAX_TEMPERATURE,
    classifier_file,
    first_view,
    space_file,
    view_data,
)
from vae_demo.ui.parts.home.data import home_data
from vae_demo.ui.parts.morph.data import Interpolation, morph_data
from vae_demo.ui.site.pages import PAGES, UI, modules, page, styles

TEXTS = (  # prefixes of the keys whose texts the site shows
    *(
        "app.name",
        "copy_link.",
        "frame.run",
        "frame.percent",
        "model.",
        "noise.",
        "stage.",
        "draw.p",
        "digit_choice.",
    ),
    *("home.menu", "home.title", "home.answer", "home.part.", "epochs.part."),
    *("draw.menu", "draw.title", "draw.answer", "draw.runs", "draw.map", "explore.part."),
    *("explore.menu", "explore.title", "explore.answer", "morph."),
)
FIRST_DRAWN, FIRST_EXPLORED, MAP = ("ae-30", "vae-20"), "vae-20", "vae-2"
VAE, AE = "vae-20", "ae-20"
ENDS = (3, 8)  # the digits of the first morph
NOISES = 20  # noise patterns that the browser can choose from
SPACE = """---
title: Autoencoders by Hand
emoji: ✍️
colorFrom: blue
colorTo: indigo
sdk: static
app_file: index.html
pinned: false
---

Draw a digit, drag the latent sliders of an autoencoder, morph a 3 into an 8. These pages are plain
files that any web server can serve, such as `python -m http.server`. They load nothing from
elsewhere.
"""
_MARK = "engine/network.js"  # a file by which an earlier export is recognised


def export(folder: Path, names: Iterable[str] | None = None) -> list[Path]:
    """Write the site into a folder and return the paths of its files.

    Args:
        folder: A new or empty folder, or one that holds an earlier export, which is replaced;
            what else is in it stays.
        names: The runs to include; by default all shipped runs that browsers can compute.

    Raises:
        ValueError: the folder holds something else only or can't be written, a run
            can't be computed in a browser, or two runs have the same name.
        RunError: a run can't be found or read.
    """
    if folder.is_dir() and any(folder.iterdir()) and not _is_export(folder):
        raise ValueError(f"{folder} is not empty and holds no earlier export; choose a new folder")
    check_out(folder / "index.html", replace=True)
    all_runs = [runs.find(name) for name in dict.fromkeys(names or _shipped())]
    found = {run.name: run for run in all_runs}
    if len(found) < len(all_runs):
        raise ValueError("two of the runs have the same name; choose one of them")
    for name, run in found.items():
        if not run.data.is_mnist:
            raise ValueError(f"{name} was trained on {run.data.name}; the site has digits only")
    site = _Site()
    site.add_shell()
    models = {name: run.build() for name, run in found.items()}
    files = {name: site.add_network(name, model) for name, model in models.items()}
    probe = mnist.shown_probe()
    sheet = site.add(f"files/{file_key(probe_sheet(probe))[:16]}.png", probe_sheet(probe))
    sheet_file = {"key": file_key(probe_sheet(probe)), "url": sheet}
    site.add_json("data/home.json", _home(site))
    site.add_json("data/draw.json", _draw(site, found, models, files))
    site.add_json("data/morph.json", _morph(models, files, sheet_file))
    first = FIRST_EXPLORED if FIRST_EXPLORED in models else next(iter(models))
    site.add_json("data/explore.json", {"runs": list(models), "first": first})
    for name, model in models.items():
        space = measure_code_space(model, probe)
        file = space_file(space, probe, MNIST)
        explored = {
            "run": name,
            "key": files[name]["key"],
            "decoder": files[name],
            "encoder": files[name],
            "sheet": sheet_file,
            "space": site.add_file(file),
            "classifier": site.add_file(classifier_file()),
            "view": view_data(model, space, probe, first_view(space, probe)),
            "version": 0,
            "latent": space.latent,
            "maxTemperature": MAX_TEMPERATURE,
        }
        site.add_json(f"data/explore-{name}.json", explored)
    return site.write(folder)  # only now: a failure above leaves an earlier export as it is


def _shipped() -> list[str]:
    """The names of the shipped runs that the browser can compute."""
    names = sorted(path.stem for path in runs.library.SHIPPED.glob(f"*{runs.SUFFIX}"))
    return [name for name in names if runs.find(name).build().network() is not None]


def _is_export(folder: Path) -> bool:
    return (folder / _MARK).is_file()


class _Site:
    """The files of a site: path in its folder -> content."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def add(self, name: str, content: bytes) -> str:
        self.files[name] = content
        return name

    def write(self, folder: Path) -> list[Path]:
        """Write the files, and then replace what an earlier export has of the same names.

        Other files at the top of the folder stay, such as those of Git. If the disk is full, an
        earlier export is unchanged.
        """
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as new:
            for name, content in self.files.items():
                path = Path(new, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            for path in Path(new).iterdir():
                old = folder / path.name
                if old.is_dir():
                    shutil.rmtree(old)
                path.replace(old)
        return [folder / name for name in self.files]

    def add_json(self, name: str, content: Any) -> None:
        self.add(name, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())

    def add_file(self, file: ArrayFile) -> dict[str, str]:
        """Add a file whose name holds its hash, so that browsers may cache it forever."""
        name = f"files/{file.key[:16]}.safetensors"
        return {"key": file.key, "url": self.add(name, file.raw)}

    def add_network(self, name: str, model: Codec, part: Part = "network") -> dict[str, str]:
        """Add a run's network, or one side of it, in a file whose name holds its hash."""
        files = browser_files(model, mnist.probe().images)
        if part not in files:
            raise ValueError(
                f"run {name!r} can't be computed in a browser, as the static site computes its runs"
            )
        key, raw = files[part]
        return {"key": key, "url": self.add(f"files/{name}-{key[:16]}.safetensors", raw)}

    def add_shell(self) -> None:
        """Add the pages, all scripts that they import, the style sheets and the texts."""
        texts = {language: catalogue(language) for language in LANGUAGES}
        for name, file in PAGES.items():
            scripts = modules("site/site.js", f"site/{name}.js")
            for file_name in (*scripts, *styles(scripts), "site/site.css"):
                self.add(file_name, (UI / file_name).read_bytes())
            self.add(file, page(name, texts, scripts).encode())
        self.add("data/links.json", TABLE.read_bytes())
        self.add("icon.png", (UI / "frame" / "icon.png").read_bytes())
        self.add("README.md", SPACE.encode())
        for language, all_texts in texts.items():
            shown = {key: text for key, text in all_texts.items() if key.startswith(TEXTS)}
            self.add_json(f"texts/{language}.json", shown)


def _home(site: _Site) -> dict[str, Any]:
    """The data of the page "home", without its texts but with what stands in them."""
    run = runs.find(MAP)
    found = home_data(run.history)
    last = float(run.history.epochs[-1])
    return {
        "file": site.add_file(found.file),
        "decoder": site.add_network(MAP, run.build(), "decoder"),
        "middle": found.middle,
        "reach": found.reach,
        "stops": found.stops,
        "first": found.first,
        "places": {
            language: {"run": MAP, "epochs": count("count.epochs", last, f"{last:g}", language)}
            for language in LANGUAGES
        },
    }


def _draw(
    site: _Site,
    found: dict[str, runs.Run],
    models: dict[str, Codec],
    files: dict[str, dict[str, str]],
) -> dict[str, Any]:
    """The data of the page "draw", without its texts."""
    place = None
    if MAP in found and found[MAP].latent == 2:
        place = Map("", models[MAP], files[MAP], map_file(found[MAP].history.codes[-1]))
    shown = draw_data(
        language="en",
        text={},
        digit=None,
        example=example_digit(),
        settings=DrawSettings(),
        models={},
        map=place,
        seeds=NOISES,
        server=False,
        offer=site.add_file,
    )
    if place:
        shown["map"]["run"] = MAP
    return {
        "data": shown,
        "stages": shown["settings"]["stages"],
        "runs": [
            {"run": name, "family": run.model["name"], "file": files[name]}
            for name, run in found.items()
        ],
        "first": [name for name in FIRST_DRAWN if name in found] or list(found)[:2],
    }


def _morph(
    models: dict[str, Codec], files: dict[str, dict[str, str]], sheet: dict[str, str]
) -> dict[str, Any]:
    """The data of the page "morph", without its texts: pixel space and the paths of two runs."""
    paths = [Interpolation("morph.path.pixel")]  # the key of its text
    for kind, name, shapes in (("vae", VAE, ("linear", "spherical")), ("ae", AE, ("linear",))):
        if name in models:
            paths += [
                Interpolation(f"morph.path.{kind}_{p}", p, models[name], files[name])
                for p in shapes
            ]
    positions = [int(mnist.strip_positions()[kind]) for kind in ENDS]
    ends = np.stack([mnist.probe().images[position] for position in positions])
    return {
        "data": morph_data(ends, paths, text={}),
        "runs": {"vae": VAE, "ae": AE},
        "sheet": sheet,
        "labels": base64_text(mnist.probe().labels),
        "positions": mnist.probe_indices().tolist(),
        "ends": positions,
    }
