"""Measures of a model's codes: the number of active latents, and the accuracy of a linear probe."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional as F

from vae_demo.digits.mnist import Digits
from vae_demo.latent.activity import active
from vae_demo.models import Codec, check_continuous, code_vectors_many, embed_many

PENALTY = 1e-4  # weight decay of the linear probe: PENALTY / 2 times the squared weights


def active_units(model: Codec, digits: Digits) -> int:
    """The number of active latents: variance above 0.01 over the digits.

    Burda et al. 2015, sec. 5.2. For a VAE, the code is the posterior mean. The class of a
    conditional model is not a latent, and is not counted. The codes of a plain autoencoder have no
    fixed scale, so its number depends on the threshold and can't be compared with others.

    Raises:
        TypeError: if codes hold indices of code vectors, whose variance is meaningless.
    """
    check_continuous(model, "latents can't be counted by their variance")
    codes = embed_many(model, digits.images)[:, model.unlabelled_latents()]
    return int(active(codes).sum())


def linear_probe(model: Codec, train: Digits, test: Digits) -> float:
    """The accuracy on `test` of multinomial logistic regression on the codes of `train`.

    It measures how well the classes are linearly separable in code space (Alain & Bengio 2016).
    Codes are those of `Codec.code_vectors`, without the class that a conditional model predicts:
    that would be the answer. They are standardised with the mean and standard deviation over
    `train`. The objective, mean cross-entropy plus PENALTY / 2 times the squared weights, is
    minimised by full-batch L-BFGS from 0 until no component of the gradient exceeds 1e-4. The
    objective is convex, so the result does not depend on a seed.
    """
    codes, others = (
        code_vectors_many(model, digits.images)[:, model.unlabelled_latents()]
        for digits in (train, test)
    )
    mean = codes.mean(0, dtype=np.float64)
    spread = np.maximum(codes.std(0, dtype=np.float64), 1e-9)  # a constant code stays at 0
    train_inputs, test_inputs = (torch.tensor((c - mean) / spread).float() for c in (codes, others))
    labels = torch.tensor(train.labels.astype(np.int64))
    classes = int(max(train.labels.max(), test.labels.max())) + 1
    weight, bias = torch.zeros(codes.shape[1], classes), torch.zeros(classes)
    optimizer = torch.optim.LBFGS(
        [weight.requires_grad_(), bias.requires_grad_()],
        max_iter=200,
        tolerance_grad=1e-4,
        history_size=20,
        line_search_fn="strong_wolfe",
    )

    def objective() -> float:
        optimizer.zero_grad()
        error = F.cross_entropy(train_inputs @ weight + bias, labels)
        loss = error + PENALTY / 2 * weight.square().sum()
        loss.backward()
        return loss.item()

    optimizer.step(objective)
    return float(((test_inputs @ weight + bias).argmax(1).numpy() == test.labels).mean())
