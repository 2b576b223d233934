"""Measures of a model's codes: how many latents are active, and how well codes tell the digit."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional as F

from vae_demo.digits.mnist import Digits
from vae_demo.latent.activity import active
from vae_demo.models import Codec, check_continuous, code_vectors_many, embed_many

PENALTY = 1e-4  # of the linear probe: half of it times the squared weights, per digit


def active_units(model: Codec, digits: Digits) -> int:
    """Latents whose code varies over the digits: variance > 0.01 (Burda et al. 2015, sec. 5.2).

    A VAE's code is its posterior mean; a plain autoencoder's has a scale of its own.

    Raises:
        TypeError: codes hold indices of code vectors, whose variance says nothing.
    """
    check_continuous(model, "latents can't be counted by their variance")
    return int(active(embed_many(model, digits.images)).sum())


def linear_probe(model: Codec, train: Digits, test: Digits) -> float:
    """Share of `test` that multinomial logistic regression on the codes of `train` reads right.

    How well the digits are linearly separable in code space (Alain & Bengio 2016).
    Codes are standardised by those of `train`; the mean cross-entropy plus PENALTY / 2 times
    the squared weights is minimised from 0 by L-BFGS over all digits at once, until no slope is
    above 1e-4. That is convex, so the number depends on no seed. Codes are taken as
    `Codec.code_vectors`.
    """
    codes, others = (code_vectors_many(model, d.images) for d in (train, test))
    mean = codes.mean(0, dtype=np.float64)
    spread = np.maximum(codes.std(0, dtype=np.float64), 1e-9)  # a constant code stays at 0
    inputs, asked = (torch.tensor((c - mean) / spread).float() for c in (codes, others))
    labels = torch.tensor(train.labels.astype(np.int64))
    weight, bias = torch.zeros(codes.shape[1], 10), torch.zeros(10)
    optimizer = torch.optim.LBFGS(
        [weight.requires_grad_(), bias.requires_grad_()],
        max_iter=200,
        tolerance_grad=1e-4,
        history_size=20,
        line_search_fn="strong_wolfe",
    )

    def objective() -> float:
        optimizer.zero_grad()
        error = F.cross_entropy(inputs @ weight + bias, labels)
        loss = error + PENALTY / 2 * weight.square().sum()
        loss.backward()
        return loss.item()

    optimizer.step(objective)
    return float(((asked @ weight + bias).argmax(1).numpy() == test.labels).mean())
