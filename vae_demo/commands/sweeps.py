"""The command `sweep`."""

from __future__ import annotations

import argparse
import os
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from vae_demo.commands.arguments import names, number, positive, several, several_decimals, whole
from vae_demo.commands.output import check_out, numbers_line
from vae_demo.datasets import KNOWN

if TYPE_CHECKING:
    from vae_demo.sweeps.sweep import Sweep


def add_options(one: argparse.ArgumentParser) -> None:
    """Add the options of `sweep`; the default values are those of its two kinds."""
    one.add_argument("--seeds", type=several, help="seeds of each training (0,1; --lrs: 0,1,2)")
    one.add_argument("--epochs", type=whole, help="passes over the training digits (4; --lrs: 2)")
    one.add_argument("--batch-size", type=whole, help="digits per step (256; --lrs: 128)")
    one.add_argument(
        "--precision",
        help="float32 or bfloat16 (default: the faster one on this machine; --lrs: float32)",
    )
    one.add_argument("--digits", type=whole, help="number of training digits (60000)")
    one.add_argument("--data", choices=KNOWN, default="mnist", help="what to train on (mnist)")
    one.add_argument(
        "--out", help="table to write or to continue (runs/sweep.json; runs/learning_rates.json)"
    )
    cores = os.cpu_count() or 1
    one.add_argument(
        "--workers", type=positive, default=cores, help="processes (default: one per core)"
    )
    one.add_argument(
        "--ray", metavar="ADDRESS", help="address of a Ray cluster to run on: auto, ..."
    )
    grid = one.add_argument_group("latent sizes and betas")
    grid.add_argument("--model", help="a model with a rate: vae, vae-deep, ... (vae)")
    grid.add_argument("--latents", type=several, help="latent sizes (2,5,10,20,40,80)")
    grid.add_argument("--betas", type=several_decimals, help="values of beta (0.25,0.5,1,2,4,8)")
    grid.add_argument("--lr", type=number, help="peak learning rate (0.012)")
    grid.add_argument(
        "--rate-from-zero",
        type=number,
        help="share of the training in which the rate's weight grows from 0 (0.5)",
    )
    rates = one.add_argument_group("learning rates, each constant, in place of these")
    rates.add_argument(
        "--lrs",
        type=several_decimals,
        nargs="?",
        const=(),
        help="learning rates; without values 0.0001,0.0003,0.001,0.003,0.01,0.03,0.1,0.3",
    )
    rates.add_argument("--models", type=names, help="models, with or without a rate (ae,vae)")
    rates.add_argument("--latent", type=whole, help="latent size (20)")


def sweep(options: argparse.Namespace) -> None:
    """Train with many latent sizes and betas, or many learning rates; write a table of the results.

    With --lrs, families of models are trained with each learning rate; trainings that diverge are
    in the table as such.
    """
    from tqdm import tqdm

    from vae_demo.sweeps import backends, table
    from vae_demo.sweeps import sweep as sweeps

    wanted = _chosen_sweep(options)
    backend = (
        backends.ray_cluster(options.ray)
        if options.ray
        else backends.local_processes(options.workers)
    )
    out = Path(options.out) if options.out else table.saved(wanted.kind)
    check_out(out, replace=True)  # a table that exists is continued
    todo = len(sweeps.missing(wanted, sweeps.open_table(wanted, out)))
    try:
        with tqdm(total=todo, unit="training", disable=None, leave=False) as bar:
            for outcome in sweeps.run(wanted, out, backend):
                if outcome.error:
                    bar.write(outcome.error)
                else:
                    numbers = {name: outcome.row[name] for name in wanted.kind.measures}
                    bar.write(f"{outcome.point}: {numbers_line(numbers)}")
                bar.update()
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"run the same command to continue from {out}") from None
    print(f"saved {out}")


def _chosen_sweep(options: argparse.Namespace) -> Sweep:
    """The sweep that the options describe: over learning rates, or over latent sizes and betas.

    Raises:
        ValueError: if an option of the other kind is given, or a value is not possible.
    """
    from vae_demo.sweeps.latents_and_betas import LatentsAndBetas
    from vae_demo.sweeps.learning_rates import LearningRates
    from vae_demo.training.loop import fastest_precision

    kind, other = (
        (LatentsAndBetas, LearningRates)
        if options.lrs is None
        else (LearningRates, LatentsAndBetas)
    )
    names = {made: {f.name for f in fields(made)} for made in (LatentsAndBetas, LearningRates)}
    for name in sorted(names[other] - names[kind]):
        if getattr(options, name) is not None:
            does = "goes only" if kind is LatentsAndBetas else "does not go"
            raise ValueError(f"--{name.replace('_', '-')} {does} with --lrs")
    settings = {name: getattr(options, name) for name in names[kind]}
    if kind is LatentsAndBetas:
        settings["precision"] = options.precision or fastest_precision()
    return kind(**{name: value for name, value in settings.items() if value not in (None, ())})
