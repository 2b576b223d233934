"""The commands `score` and `classifier`: what is measured of runs, and with what."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from vae_demo import runs
from vae_demo.atomic import write_atomically
from vae_demo.commands.output import check_out, confirm
from vae_demo.datasets import mnist_data

if TYPE_CHECKING:
    pass


def score_runs(options: argparse.Namespace) -> None:
    """Measure the numbers of the scoreboard for some runs, or for all shipped runs."""
    from tqdm import tqdm

    from vae_demo.evaluation import score, scoreboard

    try:
        samples = [int(part) for part in options.samples.split(",")]
    except ValueError:
        raise ValueError(f"samples is {options.samples!r}; expected numbers such as 1,50") from None
    score.check_samples(samples)
    out = Path(options.out) if options.out else scoreboard.shipped()
    check_out(out, replace=True)
    board = scoreboard.load(out)  # an invalid file fails before measuring
    rows, real = dict(board.rows), board.real
    available = runs.available()
    names = options.run or [
        name for name, path in available.items() if path.parent == runs.library.SHIPPED
    ]
    chosen = [
        (runs.find(name), available.get(runs.normal_name(name), Path(name))) for name in names
    ]
    again = [run.name for run, _ in chosen if run.name in rows]
    if again and not options.force:
        confirm(f"{out} already has rows of {', '.join(again)}", "measure them again")
    if again or real.get("classifier") != scoreboard.of_classifiers():
        real = scoreboard.with_fingerprints(score.score_real())
    data = mnist_data()
    form = "{desc} {percentage:3.0f} % |{bar}| {elapsed}<{remaining}"
    for measured, (run, path) in enumerate(chosen):
        with tqdm(total=1, desc=run.name, bar_format=form, disable=None, leave=False) as bar:

            def progress(done: float, bar: tqdm = bar) -> None:
                bar.update(done - bar.n)

            try:
                row = score.score(run, data, samples=samples, progress=progress)
            except KeyboardInterrupt:
                already = f"{measured} of {len(chosen)} runs were measured; they are in {out}"
                raise KeyboardInterrupt(already if measured else "") from None
        row = scoreboard.with_fingerprints(row, path)
        rows[run.name] = scoreboard.with_other_bounds(row, rows.get(run.name))
        scoreboard.save(scoreboard.Scoreboard(rows, real), out)  # an interruption loses no row
        shown = [
            f"{key} {scoreboard.written(column, row['numbers'][key], row['spreads'].get(key, 0.0))}"
            for column, key, _ in scoreboard.columns(row["samples"])
            if row["numbers"][key] is not None
        ]
        print(f"{run.name}: {'  '.join(shown)}")
    print(f"saved {out}")


def train_classifier(options: argparse.Namespace) -> None:
    """Train and evaluate a classifier that assesses generated digits."""
    from tqdm import tqdm

    from vae_demo.evaluation import classifier

    out = Path(options.out)
    check_out(out, suffix=runs.SUFFIX, replace=options.force)
    data = mnist_data()
    epochs = classifier.train_classifier(
        data.train, epochs=options.epochs, seed=options.seed, architecture=options.architecture
    )
    for epoch, model in tqdm(epochs, total=options.epochs, unit="epoch", disable=None, leave=False):
        right = classifier.accuracy(model, data.test)
        tqdm.write(f"epoch {epoch:>3}  reads {right:.2%} of the {len(data.test):,} test digits")
    described = {"epochs": options.epochs, "seed": options.seed, "test_accuracy": right}
    write_atomically(out, classifier.dumps(model, described))
    print(f"saved {out}")
