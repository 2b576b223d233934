"""The commands of the command line: one function for each, called with the parsed options."""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import time
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from vae_demo import runs
from vae_demo.atomic import write_atomically
from vae_demo.commands.data import chosen_data, data_of_run
from vae_demo.commands.output import check_out, numbers_line, warn
from vae_demo.digits import REMARKS, mnist, open_picture, pictures, read_digit
from vae_demo.shipped import shipped

if TYPE_CHECKING:
    from vae_demo.models import Codec
    from vae_demo.training.history import Snapshot


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


def train(options: argparse.Namespace) -> None:
    """Train a model on MNIST or on other data, evaluate it on the test pictures, save the run.

    Ctrl-C ends the training and saves the model as it was at the last line of its output.
    """
    from tqdm import tqdm

    from vae_demo.evaluation.evaluate import evaluate
    from vae_demo.models import ModelConfig, build
    from vae_demo.training.config import TrainConfig
    from vae_demo.training.divergence import TrainingDiverged
    from vae_demo.training.history import History
    from vae_demo.training.loop import check_labels
    from vae_demo.training.loop import train as run_training
    from vae_demo.training.snapshots import snapshot_steps

    out = Path(options.out)
    name = _check_run_file(out, options.force)
    config = ModelConfig(options.model, options.latent, options.likelihood)
    training = TrainConfig(**{f.name: getattr(options, f.name) for f in fields(TrainConfig)})
    model = build(config, training.seed)
    data = chosen_data(options)
    check_labels(model, data)
    digits, test = data.train, data.test
    keep_decoder = options.keep_decoder or options.keep_weights
    if keep_decoder:
        per_epoch = math.ceil(len(digits) / training.batch_size)
        count = 1 + len(snapshot_steps(training.epochs, per_epoch))
        _check_size(model, count, encoders=options.keep_weights)
    snapshots: tuple[Snapshot, ...] = ()
    weights = model.state_dict()
    start = time.perf_counter()
    ending: TrainingDiverged | KeyboardInterrupt | None = None
    with tqdm(unit="batch", disable=None, leave=False) as bar:  # hidden if there is no terminal
        try:
            steps = run_training(
                model,
                digits,
                training,
                test=test,
                probe=data.probe,
                keep_decoder=keep_decoder,
                keep_encoder=options.keep_weights,
            )
            for step in steps:
                bar.total = step.steps
                bar.update(step.step - bar.n)
                if snapshot := step.snapshot:
                    weights = deepcopy(model.state_dict())
                    snapshots += (snapshot,)
                    total = snapshot.test_distortion + snapshot.test_rate
                    bar.write(
                        f"epoch {snapshot.epochs:>6.3f}  test {total:8.3f} nats = "
                        f"distortion {snapshot.test_distortion:8.3f} + "
                        f"rate {snapshot.test_rate:7.3f}"
                        f"   training {snapshot.train_distortion + snapshot.train_rate:8.3f}"
                        f"   {time.perf_counter() - start:6.1f} s"
                    )
        except TrainingDiverged as error:
            ending = error
        except KeyboardInterrupt:
            if len(snapshots) < 2:
                raise
            model.load_state_dict(weights)
            epochs = f"{snapshots[-1].epochs:g} of {training.epochs} epochs"
            ending = KeyboardInterrupt(f"{out} holds the model after {epochs}")
    results = evaluate(model, test, pixels=training.pixels)
    run = runs.make_run(name, model, config, training, results, History.of(snapshots), data)
    runs.save(run, out)
    if isinstance(ending, KeyboardInterrupt):
        raise ending
    print(f"saved {out}: " + numbers_line(results))
    if ending:
        raise ValueError(f"{ending}; they are in {out}")


def _check_run_file(out: Path, force: bool) -> str:
    """Check before a training that its run can be written to `out` and found by its name there.

    Returns:
        The name of the run.
    """
    name = runs.check_name(out.stem)
    check_out(out, suffix=runs.SUFFIX, replace=force)
    for folder in (runs.library.SHIPPED, out.parent):
        for other in folder.glob(f"*{runs.SUFFIX}"):
            is_out = out.exists() and other.resolve() == out.resolve()
            if runs.normal_name(other.stem) == name and not is_out:
                raise ValueError(f"there is a run {name!r} already: {other}; choose another name")
    return name


def _check_size(model: Codec, snapshots: int, *, encoders: bool) -> None:
    """Check before a training that its run, with weights of each snapshot, fits in a file."""
    weights, decoder, encoder = (
        sum(value.numel() for value in part.state_dict().values())
        for part in (model, model.decoder, model.encoder)
    )
    kept = decoder + encoders * encoder + 80_000  # 80 kB for codes, pictures and scales
    size = 4 * weights + snapshots * kept
    if size > runs.run_file.MAX_RUN_BYTES:
        option = "--keep-weights" if encoders else "--keep-decoder"
        raise ValueError(
            f"with {option} the run would have {size / 2**20:.0f} MB, more than "
            f"{runs.run_file.MAX_RUN_BYTES // 2**20} MB; leave it out or train fewer epochs"
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
