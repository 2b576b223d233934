"""The commands `repair ...`: their options, and what each of them does."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vae_demo.atomic import write_atomically
from vae_demo.commands.arguments import add_force, add_json
from vae_demo.commands.output import check_out, counted, warn
from vae_demo.commands.repair_training import calibrate, train, train_compressor
from vae_demo.repair import CLASSICAL, COMPRESSORS, LEARNED, NETWORKS, SCORE_NAMES

if TYPE_CHECKING:
    from vae_demo.digits import Remark


def repair(options: argparse.Namespace) -> None:
    """Repair, judge or compress digits: denoise, inpaint, upscale, anomaly, compress and more."""
    options.task(options)


def add_to(parser: argparse.ArgumentParser, parser_class: type[argparse.ArgumentParser]) -> None:
    """Add the tasks and their options to the command `repair`."""
    tasks = parser.add_subparsers(required=True, metavar="TASK", parser_class=parser_class)

    def add(name: str, function: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
        about = (function.__doc__ or "").strip()
        made = tasks.add_parser(name, help=about, description=about)
        made.set_defaults(task=function)
        return made

    def add_files(one: argparse.ArgumentParser, digits: str) -> None:
        one.add_argument("--in", dest="source", required=True, help=f"a picture, or {digits}")
        one.add_argument(
            "--out", required=True, help="file to write: NAME.png, or NAME.npz for many"
        )
        add_force(one)

    def add_choice(one: argparse.ArgumentParser, option: str, names: Sequence[str]) -> None:
        one.add_argument(
            f"--{option}",
            choices=names,
            default=names[0],
            metavar=option.upper(),
            help=f"{', '.join(names)} ({names[0]})",
        )

    def add_method(one: argparse.ArgumentParser, task: str) -> None:
        add_choice(one, "method", LEARNED[task] + CLASSICAL[task])

    one = add("denoise", denoise)
    add_files(one, "an .npz with images (n, 28, 28) uint8")
    add_method(one, "denoise")

    one = add("inpaint", inpaint)
    add_files(one, "an .npz with images (n, 28, 28) uint8 and mask, the same shape, 1 = unknown")
    one.add_argument("--mask", help="for a picture: another of 28x28 pixels, white = unknown")
    add_method(one, "inpaint")

    one = add("upscale", upscale)
    add_files(one, "an .npz with images (n, 7, 7) or (n, 14, 14) uint8")
    add_method(one, "upscale")

    one = add("anomaly", anomaly)
    one.add_argument(
        "--in",
        dest="source",
        required=True,
        help="a picture, or an .npz with images (n, 28, 28) uint8",
    )
    add_choice(one, "score", SCORE_NAMES)
    one.add_argument(
        "--false-alarms",
        type=_share,
        default=0.01,
        metavar="SHARE",
        help="share of true digits that may be called none (0.01)",
    )
    add_json(one)

    one = add("compress", compress)
    one.add_argument(
        "--in",
        dest="source",
        required=True,
        help="a picture of 28x28 pixels, or an .npz with images (n, 28, 28) uint8",
    )
    one.add_argument("--out", required=True, help="file to write, NAME.bits")
    add_force(one)
    add_choice(one, "model", COMPRESSORS[:3])  # those without loss

    one = add("decompress", decompress)
    one.add_argument("--in", dest="source", required=True, help="a file NAME.bits")
    one.add_argument("--out", required=True, help="file to write: NAME.png, or NAME.npz for many")
    add_force(one)

    one = add("train-compressor", train_compressor)
    one.add_argument("name", choices=COMPRESSORS, metavar="NAME", help=", ".join(COMPRESSORS))
    one.add_argument("--out", required=True, help="file to write, NAME.safetensors")
    add_force(one)
    one.add_argument("--seed", type=int, default=0, help="seed of weights, order and noise (0)")

    one = add("train", train)
    one.add_argument("name", choices=NETWORKS, metavar="NAME", help=", ".join(NETWORKS))
    one.add_argument("--out", required=True, help="file to write, NAME.safetensors")
    add_force(one)
    one.add_argument("--seed", type=int, default=0, help="seed of weights, order and damage (0)")

    one = add("calibrate", calibrate)
    one.add_argument("--out", required=True, help="file to write, NAME.safetensors")
    add_force(one)


def _share(text: str) -> float:
    """Parse a number from 0 to 1."""
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return share


def denoise(options: argparse.Namespace) -> None:
    """Remove noise and blur of any kind and strength from digits."""
    from vae_demo.digits.mnist import SIDE
    from vae_demo.repair.denoise import METHODS

    _apply(options, METHODS[options.method], (SIDE,))


def inpaint(options: argparse.Namespace) -> None:
    """Fill holes in digits; the known pixels stay as they are."""
    from vae_demo.repair.files import MANY, read_mask, read_pixels, write_pixels
    from vae_demo.repair.inpaint import METHODS, check

    source, out = Path(options.source), Path(options.out)
    many = source.suffix == MANY
    if many == bool(options.mask):
        rule = "an .npz holds its own array mask" if many else "a picture needs one"
        raise ValueError(f"--mask FILE.png is for a picture, and {rule}")
    check_out(out, suffix=MANY if many else ".png", replace=options.force)
    pixels = read_pixels(source, exact=True)
    mask = read_mask(source if many else Path(options.mask))
    check(pixels, mask)
    write_pixels(out, METHODS[options.method](pixels, mask))
    print(f"saved {out}")


def upscale(options: argparse.Namespace) -> None:
    """Sharpen digits of 7x7 or 14x14 pixels to 28x28."""
    from vae_demo.repair.upscale import METHODS, SIDES

    _apply(options, METHODS[options.method], SIDES)


def anomaly(options: argparse.Namespace) -> None:
    """Say whether each picture is a digit at all: a score, higher = stranger, and a verdict."""
    from vae_demo.repair.anomaly import SCORES, threshold
    from vae_demo.repair.files import read_with_remarks

    pixels, seen = read_with_remarks(Path(options.source))
    remarks = _said(seen)
    scores = SCORES[options.score](pixels)
    limit = threshold(options.score, options.false_alarms)
    verdicts = ["strange" if score > limit else "digit" for score in scores]
    if options.json:
        found = [
            {"score": float(score), "verdict": verdict}
            for score, verdict in zip(scores, verdicts, strict=True)
        ]
        described = {"score": options.score, "false_alarms": options.false_alarms}
        described |= {"threshold": limit, "remarks": remarks}
        print(json.dumps(described | {"pictures": found}, indent=2))
        return
    print(f"{options.score}; above {limit:.4f} strange ({options.false_alarms:.1%} false alarms)")
    for place, (score, verdict) in enumerate(zip(scores, verdicts, strict=True)):
        print(f"{place:>5}  {score:10.4f}  {verdict}")


def compress(options: argparse.Namespace) -> None:
    """Compress digits without loss by bits back with a VAE."""
    from tqdm import tqdm

    from vae_demo.repair.compress.bits_files import SUFFIX, Compressed, compress_in_steps
    from vae_demo.repair.compress.networks import network
    from vae_demo.repair.files import read_pixels

    out = Path(options.out)
    check_out(out, suffix=SUFFIX, replace=options.force)
    pixels = read_pixels(Path(options.source), exact=True)
    steps = compress_in_steps(pixels, network(options.model))
    *_, found = tqdm(steps, total=len(pixels) + 1, unit="digit", disable=None, leave=False)
    assert isinstance(found, Compressed)
    write_atomically(out, found.raw)
    share = found.bits / pixels.size
    count = counted(len(pixels), "digit")
    print(f"saved {out}: {count}, {len(found.raw):,} bytes, {share:.4f} bits a pixel")


def decompress(options: argparse.Namespace) -> None:
    """Decode a file of `compress`, bit for bit."""
    import numpy as np
    from tqdm import tqdm

    from vae_demo.repair.compress.bits_files import LARGEST, decompress_in_steps
    from vae_demo.repair.files import MANY, write_pixels

    source, out = Path(options.source), Path(options.out)
    check_out(out, suffix=MANY if out.suffix == MANY else ".png", replace=options.force)
    if source.stat().st_size > LARGEST:
        raise ValueError(f"{source} is larger than any compressed file")
    with tqdm(unit="digit", disable=None, leave=False) as bar:
        for found in decompress_in_steps(source.read_bytes()):
            if isinstance(found, tuple):
                done, bar.total = found
                if out.suffix != MANY and bar.total > 1:
                    raise ValueError(f"{source} holds {bar.total} digits; --out must be an .npz")
                bar.update(done - bar.n)
    assert isinstance(found, np.ndarray)
    write_pixels(out, found)
    print(f"saved {out}")


def _apply(options: argparse.Namespace, method: Callable[[Any], Any], sides: Sequence[int]) -> None:
    """Repair the digits of a file by a method that takes digits with one of the given sides."""
    from vae_demo.repair.files import MANY, read_with_remarks, write_pixels

    source, out = Path(options.source), Path(options.out)
    suffix = MANY if source.suffix == MANY else ".png"
    check_out(out, suffix=suffix, replace=options.force)
    pixels, seen = read_with_remarks(source, sides)
    _said(seen)
    write_pixels(out, method(pixels))
    print(f"saved {out}")


def _said(seen: Sequence[Remark]) -> list[str]:
    """Warn of what else is seen in a picture; returns the sentences."""
    from vae_demo.digits import REMARKS

    remarks = [REMARKS[name] for name in seen]
    for remark in remarks:
        warn(remark)
    return remarks
