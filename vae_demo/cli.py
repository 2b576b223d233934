"""The command line: `vae-demo COMMAND`, or `python -m vae_demo COMMAND` in the repository."""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict
from typing import Any, NoReturn

from vae_demo.commands import captions, data, measures, repair, runs, samples, scores
from vae_demo.commands.arguments import (
    count,
    names,
    number,
    port,
    positive,
    several,
    several_decimals,
    whole,
)
from vae_demo.commands.output import lasting_output, program, sentence, warn
from vae_demo.datasets import KNOWN
from vae_demo.digits import mnist
from vae_demo.distributions import FITTED, PLACES
from vae_demo.evaluation import CLASSIFIERS
from vae_demo.training.config import FAST

DESCRIPTION = "Autoencoders on handwritten digits: train, measure, reconstruct, show."
FORCE = "replace the file if it exists"


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Invalid input prints one line to stderr and gives exit status 2."""
    with lasting_output() as output:
        status = _run(arguments)
        output.flush()
        if output.failure and not isinstance(output.failure, BrokenPipeError):
            warn(f"the output can't be written: {sentence(output.failure)}")
            status = status or 2
    return status


def _run(arguments: list[str] | None) -> int:
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except OSError as error:
        warn(sentence(error))
        return 2
    except (ValueError, mnist.DataError) as error:
        warn(str(error))
        return 2
    except KeyboardInterrupt as interrupt:
        warn(f"interrupted; {str(interrupt) or 'nothing was saved'}")
        return 130
    return 0


class _Parser(argparse.ArgumentParser):
    """A parser that prints errors as one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see {self.prog} --help)\n")


class _Fast(argparse.Action):
    """An option without a value that sets others."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, nargs=0)

    def __call__(self, _parser: object, options: argparse.Namespace, *_rest: object) -> None:
        vars(options).update(asdict(FAST))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog=program(), description=DESCRIPTION)
    all_of_them = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    def add(name: str, function: object) -> argparse.ArgumentParser:
        about = (function.__doc__ or "").strip()
        made = all_of_them.add_parser(name, help=about.partition("\n")[0], description=about)
        made.set_defaults(command=function)
        return made

    one = add("app", runs.app)
    one.add_argument("--port", type=port, default=8501, help="port to listen on (8501)")

    one = add("list", runs.list_runs)
    one.add_argument("--json", action="store_true", help="print as JSON")

    one = add("train", runs.train)
    one.add_argument(
        "--model", required=True, help="family: vae, ae-conv, ... (all: docs/architecture.md)"
    )
    one.add_argument("--out", required=True, help="file to write, NAME.safetensors")
    one.add_argument("--force", action="store_true", help=FORCE)
    one.add_argument("--latent", type=whole, help="latent size (default: the family's)")
    one.add_argument("--likelihood", help="bernoulli or gaussian (default: the family's)")
    one.add_argument(
        "--epochs", type=whole, default=20, help="passes over the training digits (20)"
    )
    one.add_argument("--batch-size", type=whole, default=128, help="digits per step (128)")
    one.add_argument("--lr", type=number, default=3e-3, help="peak learning rate (0.003)")
    one.add_argument("--schedule", default="cosine", help="cosine, linear or constant (cosine)")
    one.add_argument("--beta", type=number, default=1.0, help="weight of the rate (KL) (1)")
    one.add_argument("--seed", type=whole, default=0, help="seed of weights, order and noise (0)")
    one.add_argument("--pixels", default="grey", help="grey, or dynamic: sampled as 0 or 1 (grey)")
    one.add_argument(
        "--importance", type=whole, default=1, help="importance samples of z per digit (1)"
    )
    one.add_argument(
        "--importance-from",
        type=number,
        default=0.0,
        help="share of the training after which --importance applies (0)",
    )
    one.add_argument(
        *("--rate-from-zero", "--warm-up"),
        type=number,
        default=0.0,
        metavar="SHARE",
        help="share of the training in which the rate's weight grows from 0 (0)",
    )
    one.add_argument(
        "--cycles",
        type=whole,
        default=1,
        help="parts of the training, in each of which the rate's weight grows so (1)",
    )
    one.add_argument(
        "--free-bits",
        type=number,
        default=0.0,
        metavar="LAMBDA",
        help="nats of rate per latent that cost nothing (0)",
    )
    one.add_argument("--mean-start", action="store_true", help="start from the mean digit")
    one.add_argument(
        "--lr-by-inputs",
        action="store_true",
        help="divide the learning rate by the number of inputs of each layer, over 400",
    )
    one.add_argument(
        "--fast",
        action=_Fast,
        help="the settings with which vae learns soonest; options after it change single ones",
    )
    one.add_argument(
        "--precision", default="float32", help="arithmetic: float32 or bfloat16 (float32)"
    )
    one.add_argument(
        "--keep-decoder",
        action="store_true",
        help="also save the decoder's weights at each snapshot",
    )
    one.add_argument(
        "--keep-weights",
        action="store_true",
        help="also save those of the encoder, for the page Posterior",
    )
    data.add_options(one, "data to train on", default="mnist")

    one = add("evaluate", runs.evaluate_run)
    one.add_argument("run", help="a name from list, or a .safetensors file")
    one.add_argument("--json", action="store_true", help="print as JSON")
    data.add_options(one, "data to test on (default: what the run was trained on)")

    data.add_to(add("data", data.data), _Parser)

    one = add("score", scores.score_runs)
    one.add_argument("run", nargs="*", help="names from list, or .safetensors files (all shipped)")
    one.add_argument("--samples", default="1,50", help="importance samples of z per digit (1,50)")
    one.add_argument("--out", help="file to write (checkpoints/scoreboard.json)")
    one.add_argument(
        "--force", action="store_true", help="replace the rows of these runs without asking"
    )

    _sweep_options(add("sweep", scores.sweep))

    one = add("reconstruct", runs.reconstruct)
    one.add_argument("run", help="a name from list, or a .safetensors file")
    one.add_argument("--image", required=True, help="any picture of a digit")
    one.add_argument("--out", required=True, help="file to write, NAME.png, 28x28")
    one.add_argument("--digit", help="file for the digit itself, as in MNIST: NAME.png, 28x28")
    one.add_argument("--force", action="store_true", help=FORCE)
    one.add_argument("--json", action="store_true", help="print as JSON")

    one = add("measure", measures.measure)
    one.add_argument("file", help="a picture, or an .npz with images (n, 28, 28) uint8")
    one.add_argument("--json", action="store_true", help="print as JSON")

    one = add("sample", samples.sample)
    one.add_argument("run", help="a name from list, or a .safetensors file")
    one.add_argument(
        "--from",
        dest="place",
        choices=PLACES,
        metavar="PLACE",
        help=f"where codes are drawn from: {', '.join(PLACES)} (the run's best)",
    )
    one.add_argument("--count", type=whole, default=100, help="number of digits (100)")
    one.add_argument("--seed", type=whole, default=0, help="seed of the random codes (0)")
    one.add_argument(
        "--temperature", type=number, help="less than 1: more typical (1; of a mixture 0.9)"
    )
    one.add_argument("--kind", help="a digit, 0..9, or the word each: 0, 1, ..., 9 in turn")
    one.add_argument("--components", type=whole, help="Gaussians of a mixture, per digit (10)")
    one.add_argument(
        "--guidance", type=number, help="of flow or words: how typical of its kind a digit is"
    )
    one.add_argument("--out", required=True, help="file to write, NAME.npz or NAME.png")
    one.add_argument("--force", action="store_true", help=FORCE)
    one.add_argument("--json", action="store_true", help="print as JSON")

    one = add("write", captions.write)
    one.add_argument("text", help='what to draw, such as "a thick seven leaning right"')
    one.add_argument("--count", type=whole, default=8, help="number of digits (8)")
    one.add_argument("--seed", type=whole, default=0, help="seed of the random codes (0)")
    one.add_argument("--out", required=True, help="file to write, NAME.npz")
    one.add_argument("--force", action="store_true", help=FORCE)
    one.add_argument("--json", action="store_true", help="print as JSON")

    one = add("fit", samples.fit)
    one.add_argument("run", help="a name from list, or a .safetensors file")
    one.add_argument("place", choices=FITTED, help="mixture, flow, or words of a VQ-VAE")
    one.add_argument("--components", type=whole, help="Gaussians of a mixture, per digit (10)")
    one.add_argument("--steps", type=whole, help="batches of a flow or words (8000)")
    one.add_argument("--lr", type=number, help="highest learning rate (0.002; of words 0.0015)")
    one.add_argument("--seed", type=whole, default=0, help="seed of weights, order and noise (0)")
    one.add_argument("--out", help="file to write (runs/distributions/RUN-PLACE.safetensors)")
    one.add_argument("--force", action="store_true", help=FORCE)

    one = add("export", runs.export)
    one.add_argument("folder", help="folder to write: a new one or an earlier export")
    one.add_argument(
        "--run",
        action="append",
        help="a run to include; repeat it for several (default: all shipped ones that browsers "
        "can compute)",
    )

    repair.add_to(add("repair", repair.repair), _Parser)

    one = add("classifier", scores.train_classifier)
    one.add_argument(
        "--architecture", choices=CLASSIFIERS, default=CLASSIFIERS[0], help="its layers (pooling)"
    )
    one.add_argument("--out", default="classifier.safetensors", help="file to write")
    one.add_argument("--force", action="store_true", help=FORCE)
    one.add_argument(
        "--epochs", type=positive, default=16, help="passes over the training digits (16)"
    )
    one.add_argument(
        "--seed", type=count, default=0, help="seed of weights, order and rotations (0)"
    )

    one = add("pack", runs.pack)
    one.add_argument("folder", help="folder with the four .gz files of MNIST")
    return parser


def _sweep_options(one: argparse.ArgumentParser) -> None:
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
