"""How well digits are transformed in code space, and whether a model that is asked obeys.

    python benchmarks/transform.py [--digits 500] [--seed 0] [--json]

On held-out test digits: R² of linear functions of the codes; the PSNR that the map of each handle
reaches, beside encoding the transformed digit; how often the model with attributes, with the ruler
in the loop, ends within a quarter of a standard deviation of an asked slant or thickness with the
digit still read as the same; the same of the four ways of the page Transform; and whether digits
drawn from nothing obey.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not

import numpy as np
import torch

from vae_demo import runs
from vae_demo.digits import measured, mnist
from vae_demo.digits.attributes import measure
from vae_demo.digits.measured import ATTRIBUTES, standardised
from vae_demo.digits.transforms import NAMES, REACH, transformed
from vae_demo.evaluation.classifier import load_classifier, probabilities
from vae_demo.latent.code_maps import FOLDER, load_code_maps
from vae_demo.latent.obedience import ask
from vae_demo.models import decode_many, embed_many
from vae_demo.models.attribute import AttributeVAE

TELLER = "attribute-vae-8"
NEAR = 0.25  # standard deviations
MOVES = (-1.5, -1.0, 1.0, 1.5)  # standard deviations
SHARES = (-1.0, -0.5, 0.5, 1.0)  # of the reach of a handle
TEMPERATURES = (1.0, 0.7)

PULLED = (("thickness", 1.0), ("thickness", -1.0), ("slant", 22.0), ("slant", -22.0))

Numbers = dict[str, float]


def psnr(pictures: np.ndarray, wanted: np.ndarray) -> float:
    """The mean over pictures (n, 28, 28) uint8, dB."""
    error = np.square(pictures / 255 - wanted / 255).mean((1, 2))
    return float((-10 * np.log10(error)).mean())


def maps(run: str, chosen: np.ndarray, own: np.ndarray) -> dict[str, Numbers]:
    """The PSNR of the transformed digits in dB, for each handle, mean over `SHARES`."""
    model, found = runs.find(run).build(), load_code_maps(run)
    digits = mnist.test_digits().images[chosen]
    z = embed_many(model, digits)
    rows = {}
    for column, name in enumerate(NAMES):
        each = []
        for share in SHARES:
            amounts = np.zeros((len(z), len(NAMES)))
            amounts[:, column] = share * REACH[column]
            wanted = np.rint(255 * transformed(digits, amounts, own)).astype(np.uint8)
            codes = {
                "encoded": embed_many(model, wanted),
                "map": found.moved(z, amounts),
                "direction": found.along(z, amounts),
                "unmoved": z,
            }
            each.append({way: psnr(decode_many(model, c), wanted) for way, c in codes.items()})
        rows[name] = {way: float(np.mean([one[way] for one in each])) for way in each[0]}
    return rows


def moved(model: AttributeVAE, chosen: np.ndarray, own: np.ndarray) -> dict[str, Numbers]:
    """Slant and thickness moved by `MOVES` with the ruler in the loop: shares of the digits."""
    digits, labels = mnist.test_digits().images[chosen], mnist.test_digits().labels[chosen]
    style = embed_many(model, digits)[:, : model.style]
    start = standardised({name: own[:, i] for i, name in enumerate(ATTRIBUTES)})
    reader, rows = load_classifier(), {}
    for name in ("slant", "thickness"):
        column = ATTRIBUTES.index(name)
        for move in MOVES:
            wanted = start.copy()
            wanted[:, column] += move
            pictures, _ = ask(model, style, labels, wanted)
            away = standardised(measure(pictures))[:, column] - wanted[:, column]
            same = probabilities(reader, pictures).argmax(1) == labels
            rows[f"{name} {move:+}"] = {
                "near": float((np.abs(away) < NEAR).mean()),
                "same": float(same.mean()),
            }
    return rows


def ways(run: str, model: AttributeVAE, chosen: np.ndarray, own: np.ndarray) -> dict[str, Numbers]:
    """Each way of the page at the ends of two handles: near the target, same digit, holes closed.

    A hole is a part of the background, below 101 of 255, that is surrounded by ink.
    """
    codec, found = runs.find(run).build(), load_code_maps(run)
    digits, labels = mnist.test_digits().images[chosen], mnist.test_digits().labels[chosen]
    z, style = embed_many(codec, digits), embed_many(model, digits)[:, : model.style]
    reader, open_before, rows = load_classifier(), holes(digits), {}
    for name, amount in PULLED:
        amounts = np.zeros((len(z), len(NAMES)))
        amounts[:, NAMES.index(name)] = amount
        target = own + amounts[:, : len(ATTRIBUTES)]
        wanted = standardised({each: target[:, i] for i, each in enumerate(ATTRIBUTES)})
        pictures = {
            "pixels": np.rint(255 * transformed(digits, amounts, own)).astype(np.uint8),
            "direction": decode_many(codec, found.along(z, amounts)),
            "map": decode_many(codec, found.moved(z, amounts)),
            "told": ask(model, style, labels, wanted)[0],
        }
        column = ATTRIBUTES.index(name)
        for way, each in pictures.items():
            away = standardised(measure(each))[:, column] - wanted[:, column]
            rows[f"{name} {amount:+g} {way}"] = {
                "near": float((np.abs(away) < NEAR).mean()),
                "same": float((probabilities(reader, each).argmax(1) == labels).mean()),
                "closed": float((holes(each) < open_before)[open_before > 0].mean()),
            }
    return rows


def holes(pictures: np.ndarray) -> np.ndarray:
    """The number of holes of each picture."""
    import cv2

    paper = [(np.pad(each, 1) <= 100).astype(np.uint8) for each in pictures]
    return np.array([cv2.connectedComponents(each, connectivity=4)[0] - 2 for each in paper])


@torch.inference_mode()
def drawn(model: AttributeVAE, count: int, seed: int) -> dict[str, Numbers]:
    """Digits drawn from the prior, by temperature of the style: the kind and each attribute."""
    rows, generator = {}, torch.Generator().manual_seed(seed)
    for temperature in TEMPERATURES:
        label = torch.arange(count) % 10
        style = temperature * torch.randn((count, model.style), generator=generator)
        mean, logvar = model.p_attributes(label)
        noise = torch.randn(mean.shape, generator=generator)
        asked = mean + noise * torch.exp(logvar / 2)
        pictures = decode_many(model, model.join(style, label, asked).numpy())
        read = probabilities(load_classifier(), pictures).argmax(1)
        found = standardised(measure(pictures))
        row = {"kind": float((read == label.numpy()).mean())}
        for i, name in enumerate(ATTRIBUTES):
            away = found[:, i] - asked[:, i].numpy()
            row[name] = float(1 - np.nanmean(away**2) / asked[:, i].var(correction=0))
        rows[f"temperature {temperature}"] = row
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--digits", type=int, default=500, help="test digits, at random (500)")
    parser.add_argument("--seed", type=int, default=0, help="of their choice, and of draws (0)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    chosen = np.sort(rng.choice(10_000, options.digits, replace=False))
    known = measured.test_attributes()
    own = np.stack([known[name][chosen] for name in ATTRIBUTES], 1).astype(float)
    model = runs.find(TELLER).build()
    if not isinstance(model, AttributeVAE):
        raise SystemExit(f"{TELLER} is no VAE with attributes")
    names = sorted(path.stem for path in FOLDER.glob("*.safetensors"))
    found: dict[str, dict[str, Numbers]] = {
        "R² of linear functions of the code": {n: load_code_maps(n).explained for n in names},
        **{f"PSNR of {name}, dB": maps(name, chosen, own) for name in names},
        f"{TELLER}, ruler in the loop, shares": moved(model, chosen, own),
        "the four ways of the page, vae-20": ways("vae-20", model, chosen, own),
        f"{TELLER}, from the prior, kind right and R²": drawn(model, options.digits, options.seed),
    }
    if options.json:
        print(json.dumps({"digits": options.digits, "seed": options.seed, **found}, indent=2))
        return
    for title, rows in found.items():
        print(title)
        for name, row in rows.items():
            numbers = "  ".join(f"{key} {value:.3f}" for key, value in row.items())
            print(f"  {name:<16} {numbers}")


if __name__ == "__main__":
    main()
