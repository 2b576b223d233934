"""The command line: `vae-demo COMMAND`, or `python -m vae_demo COMMAND` in the repository."""

from __future__ import annotations

import argparse
from typing import NoReturn

from vae_demo.commands import (
    captions,
    data,
    measures,
    repair,
    runs,
    samples,
    scores,
    sweeps,
    training,
)
from vae_demo.commands.arguments import (
    add_force,
    add_json,
    count,
    number,
    port,
    positive,
    whole,
)
from vae_demo.commands.output import lasting_output, program, sentence, warn
from vae_demo.digits import mnist
from vae_demo.distributions import FITTED, PLACES
from vae_demo.evaluation import CLASSIFIERS

DESCRIPTION = "Autoencoders on handwritten digits: train, measure, reconstruct, show."


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
    add_json(one)

    one = add("train", training.train)
    training.add_options(one)

    one = add("evaluate", runs.evaluate_run)
    one.add_argument("run", help="a name from list, or a .safetensors file")
    add_json(one)
    data.add_options(one, "data to test on (default: what the run was trained on)")

    data.add_to(add("data", data.data), _Parser)

    one = add("score", scores.score_runs)
    one.add_argument("run", nargs="*", help="names from list, or .safetensors files (all shipped)")
    one.add_argument("--samples", default="1,50", help="importance samples of z per digit (1,50)")
    one.add_argument("--out", help="file to write (checkpoints/scoreboard.json)")
    one.add_argument(
        "--force", action="store_true", help="replace the rows of these runs without asking"
    )

    sweeps.add_options(add("sweep", sweeps.sweep))

    one = add("reconstruct", runs.reconstruct)
    one.add_argument("run", help="a name from list, or a .safetensors file")
    one.add_argument("--image", required=True, help="any picture of a digit")
    one.add_argument("--out", required=True, help="file to write, NAME.png, 28x28")
    one.add_argument("--digit", help="file for the digit itself, as in MNIST: NAME.png, 28x28")
    add_force(one)
    add_json(one)

    one = add("measure", measures.measure)
    one.add_argument("file", help="a picture, or an .npz with images (n, 28, 28) uint8")
    add_json(one)

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
    add_force(one)
    add_json(one)

    one = add("write", captions.write)
    one.add_argument("text", help='what to draw, such as "a thick seven leaning right"')
    one.add_argument("--count", type=whole, default=8, help="number of digits (8)")
    one.add_argument("--seed", type=whole, default=0, help="seed of the random codes (0)")
    one.add_argument("--out", required=True, help="file to write, NAME.npz")
    add_force(one)
    add_json(one)

    one = add("fit", samples.fit)
    one.add_argument("run", help="a name from list, or a .safetensors file")
    one.add_argument("place", choices=FITTED, help="mixture, flow, or words of a VQ-VAE")
    one.add_argument("--components", type=whole, help="Gaussians of a mixture, per digit (10)")
    one.add_argument("--steps", type=whole, help="batches of a flow or words (8000)")
    one.add_argument("--lr", type=number, help="highest learning rate (0.002; of words 0.0015)")
    one.add_argument("--seed", type=whole, default=0, help="seed of weights, order and noise (0)")
    one.add_argument("--out", help="file to write (runs/distributions/RUN-PLACE.safetensors)")
    add_force(one)

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
    add_force(one)
    one.add_argument(
        "--epochs", type=positive, default=16, help="passes over the training digits (16)"
    )
    one.add_argument(
        "--seed", type=count, default=0, help="seed of weights, order and rotations (0)"
    )

    one = add("pack", runs.pack)
    one.add_argument("folder", help="folder with the four .gz files of MNIST")
    return parser
