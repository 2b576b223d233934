"""The command `train`."""

from __future__ import annotations

import argparse
import math
import time
from copy import deepcopy
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vae_demo import runs
from vae_demo.commands.arguments import add_force, number, whole
from vae_demo.commands.data import add_options as add_data_options
from vae_demo.commands.data import chosen_data
from vae_demo.commands.output import check_out, numbers_line
from vae_demo.training.config import FAST

if TYPE_CHECKING:
    from vae_demo.models import Codec
    from vae_demo.training.history import Snapshot


class _Fast(argparse.Action):
    """An option without a value that sets others."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, nargs=0)

    def __call__(self, _parser: object, options: argparse.Namespace, *_rest: object) -> None:
        vars(options).update(asdict(FAST))


def add_options(one: argparse.ArgumentParser) -> None:
    """Add the options of `train`."""
    one.add_argument(
        "--model", required=True, help="family: vae, ae-conv, ... (all: docs/architecture.md)"
    )
    one.add_argument("--out", required=True, help="file to write, NAME.safetensors")
    add_force(one)
    one.add_argument(
        "--start", metavar="RUN", help="run from whose weights to start (default: new weights)"
    )
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
        "--deformed",
        type=number,
        default=0.0,
        metavar="SHARE",
        help="share of the training in which digits are deformed a little at random (0)",
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
    add_data_options(one, "data to train on", default="mnist")


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
    if options.start:
        _copy_weights(runs.find(options.start).build(), model, options.start)
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


def _copy_weights(source: Codec, model: Codec, name: str) -> None:
    """Copy the weights of all layers that both models have; the model's others stay new.

    Raises:
        ValueError: if there are none.
    """
    own = model.state_dict()
    found = source.state_dict()
    both = {key for key in own if key in found and found[key].shape == own[key].shape}
    if not both:
        raise ValueError(
            f"--start {name}: {type(source).__name__} with {source.latent} latents has no layer of "
            f"{type(model).__name__} with {model.latent}"
        )
    model.load_state_dict(own | {key: found[key] for key in both})


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
