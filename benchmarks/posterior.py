"""How far an encoder's Gaussians are from the true posteriors of test digits, in nats.

    python benchmarks/posterior.py                 300 digits with vae-2
    python benchmarks/posterior.py --digits 1000 --json

log p(x) is that of a grid; the gaps are those of Cremer, Li & Duvenaud 2018.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))  # run from anywhere, installed or not

import numpy as np
import torch
from tqdm import tqdm

from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.latent.gaussian_fit import Gaussian, best_gaussians, elbo
from vae_demo.latent.posterior import Search, log_joint, posterior_grid
from vae_demo.models import to_x
from vae_demo.models.vae import VAE

COLUMNS = ("log p(x)", "ELBO", "amortisation gap", "by a full covariance", "approximation gap")


@torch.inference_mode()
def gaps(model: VAE, search: Search, image: np.ndarray) -> list[float]:
    """The numbers of `COLUMNS` for a digit (28, 28) uint8."""
    x = to_x(image[None])
    joint = log_joint(model, x)
    grid = posterior_grid(joint, *search.bounds(x))
    mean, logvar = (each[0].double().numpy() for each in model.posterior(x))
    encoder = Gaussian.along_axes(mean, np.exp(logvar / 2))
    diagonal, full = best_gaussians(joint, encoder, Gaussian(*grid.moments()))
    first, second, third = (elbo(joint, q) for q in (encoder, diagonal, full))
    evidence = grid.log_evidence()
    return [evidence, first, second - first, third - second, evidence - third]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--digits", type=int, default=300, help="the first test digits")
    parser.add_argument("--run", default="vae-2", help="a VAE with two latents")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    model = runs.find(options.run).build()
    if not isinstance(model, VAE) or model.latent != 2:
        sys.exit(f"{options.run} is no VAE with two latents")
    torch.set_num_threads(1)
    search, images = Search(model), mnist.test_digits().images[: options.digits]
    found = np.array([gaps(model, search, image) for image in tqdm(images)])
    numbers = {
        name: {"mean": values.mean(), "median": np.median(values), "90%": np.quantile(values, 0.9)}
        for name, values in zip(COLUMNS, found.T, strict=True)
    }
    if options.json:
        print(json.dumps({"run": options.run, "digits": len(images), "nats": numbers}, indent=2))
        return
    print(f"{options.run}, the first {len(images):,} test digits, nats")
    for name, each in numbers.items():
        print(f"  {name:<22}" + "".join(f"{kind} {value:>9.2f}   " for kind, value in each.items()))


if __name__ == "__main__":
    main()
