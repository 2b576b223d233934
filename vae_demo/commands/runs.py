"""The commands that list, evaluate and use runs, and those that serve or export the app."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vae_demo import runs
from vae_demo.atomic import write_atomically
from vae_demo.commands.data import data_of_run
from vae_demo.commands.output import check_out, numbers_line, warn
from vae_demo.digits import REMARKS, mnist, open_picture, pictures, read_digit
from vae_demo.shipped import shipped

if TYPE_CHECKING:
    pass


def app(options: argparse.Namespace) -> None:
    """Serve the app on this machine until it is stopped."""
    command = [sys.executable, "-m", "streamlit", "run", str(shipped("app.py"))]
    os.execv(sys.executable, [*command, "--server.port", str(options.port)])


def list_runs(options: argparse.Namespace) -> None:
    """List the shipped and saved runs, one per line."""
    rows = []
    for name, path in runs.available().items():
        try:
            rows.append((name, path, runs.load(path)))
        except runs.RunError as error:  # list the other runs even so
            warn(f"left out: {error}")
    for path in runs.hidden():
        warn(f"left out: {path}; another run has the same name")
    if options.json:
        described = [
            {
                "name": name,
                "file": str(path),
                "model": dict(run.model),
                "data": run.data.name,
                "results": run.results,
            }
            for name, path, run in rows
        ]
        print(json.dumps(described, indent=2))
        return
    width = max([12, *(len(name) for name, _, _ in rows)])
    print(
        f"{'name':<{width}} {'model':<12} {'latent':>6} {'distortion':>11} {'rate':>7} "
        f"{'neg_elbo':>9}  data"
    )
    for name, _, run in rows:
        distortion, rate = run.results["distortion"], run.results["rate"]
        neg_elbo = f"{run.results['neg_elbo']:.2f}" if run.has_elbo else "-"
        print(
            f"{name:<{width}} {run.model['name']:<12} {run.latent:>6} "
            f"{distortion:>11.2f} {rate:>7.2f} {neg_elbo:>9}  "
            f"{run.data.name}"
        )


def evaluate_run(options: argparse.Namespace) -> None:
    """Evaluate a run on the test pictures of its data, or of others."""
    from vae_demo.evaluation.evaluate import evaluate

    run = runs.find(options.run)
    pixels = run.training.get("pixels", "grey")  # the first runs do not say
    results = evaluate(run.build(), data_of_run(run, options).test, pixels=pixels)
    print(json.dumps(results, indent=2) if options.json else numbers_line(results))


def reconstruct(options: argparse.Namespace) -> None:
    """Reconstruct any picture of a digit with a run; print the code and the error."""
    from vae_demo.models import reconstruct as through

    out = Path(options.out)
    check_out(out, suffix=".png", replace=options.force)
    if options.digit:
        check_out(Path(options.digit), suffix=".png", replace=options.force)
        if Path(options.digit).resolve() == out.resolve():
            raise ValueError(f"out and digit are both {options.out!r}; give them different files")
    model = runs.find(options.run).build()
    reading = read_digit(open_picture(Path(options.image)))
    found = through(model, reading.digit)
    write_atomically(out, pictures.png(found.pixels))
    if options.digit:
        write_atomically(Path(options.digit), pictures.png(reading.digit))
    remarks = [REMARKS[name] for name in reading.remarks]
    for remark in remarks:
        warn(remark)
    if options.json:
        print(json.dumps(found.report(options.run) | {"remarks": remarks}))
    else:
        print(f"mse {found.error:.6f}")
        form = "d" if model.codebook_size else ".4f"
        print("code " + " ".join(f"{value:{form}}" for value in found.code))


def export(options: argparse.Namespace) -> None:
    """Write a static site with Home, Draw, Explore and Morph, for any static host."""
    from vae_demo.ui.site.export import export as write_site

    folder = Path(options.folder)
    files = write_site(folder, options.run)
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"wrote {len(files)} files, {size:.1f} MB, to {folder}; to look at them:")
    print(f"python -m http.server --directory {folder}")


def pack(options: argparse.Namespace) -> None:
    """Create the packed digits from the four original gzipped IDX files, in about a minute."""
    mnist.pack(Path(options.folder))
    print(f"wrote mnist-train.xz and mnist-test.xz to {mnist.FOLDER}")
