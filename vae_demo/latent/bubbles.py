"""Posteriors as bubbles: what pushes N(mean, exp(logvar)) in training, and two estimates of it.

A push is minus a gradient of a loss with respect to mean and log-variance, in nats per unit. The
reconstruction pushes bubbles apart and shrinks them; the rate pulls them to the centre and to
radius 1.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor, nn

from vae_demo.models.codec import dense
from vae_demo.models.losses import Codes, PerImage, gaussian_rate
from vae_demo.models.vae import LOGVAR_RANGE

Distortion = Callable[[Codes], PerImage]
"""-log p(x|z) of one picture at each of many codes z, nats."""
Pushes = tuple[Float[Tensor, "*batch latent"], Float[Tensor, "*batch latent"]]
"""Of the mean and of the log-variance."""

HIDDEN = 64  # units of the hidden layers
LEARNING_RATE = 0.003


class BubbleVAE(nn.Module):
    """A VAE with two latents that is small enough to be trained in a browser, frame by frame."""

    def __init__(self, pixels: int, hidden: int = HIDDEN, latent: int = 2) -> None:
        super().__init__()
        self.encoder = dense(pixels, hidden, 2 * latent)
        self.decoder = dense(latent, hidden, pixels)

    def losses(self, x: Float[Tensor, "batch pixels"], noise: Codes) -> tuple[PerImage, PerImage]:
        """Distortion and rate at z = mean + ε σ, nats per picture."""
        mean, logvar = self.encoder(x).chunk(2, dim=1)
        logvar = logvar.clamp(*LOGVAR_RANGE)
        logits = self.decoder(mean + noise * torch.exp(logvar / 2))
        loss = nn.functional.binary_cross_entropy_with_logits(logits, x, reduction="none")
        return loss.sum(1), gaussian_rate(mean, logvar)


def train_bubbles(x: Float[Tensor, "n pixels"], steps: int, beta: float = 1.0) -> BubbleVAE:
    """A `BubbleVAE` after some steps on all pictures at once; the same each time."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = BubbleVAE(x.shape[1])
        optimizer = torch.optim.Adam(model.parameters(), LEARNING_RATE)
        for _ in range(steps):
            distortion, rate = model.losses(x, torch.randn(len(x), 2))
            optimizer.zero_grad()
            (distortion + beta * rate).mean().backward()
            optimizer.step()
    return model


def rate_push(mean: Codes, logvar: Codes) -> Pushes:
    """Minus the gradients of KL(N(mean, exp(logvar)) ‖ N(0, I)): to the centre, to radius 1."""
    return -mean, -torch.expm1(logvar) / 2


def pathwise_pushes(distortion: Distortion, mean: Codes, logvar: Codes, noise: Codes) -> Pushes:
    """One estimate of minus the gradients of E_q[distortion] for each draw ε, (n, latent) each.

    The reparameterisation trick: z = mean + ε σ is a function of mean and σ with dz/dmean = 1 and
    dz/dσ = ε, so the slope of the distortion at z is passed on to both (Kingma & Welling 2013).
    """
    deviation = torch.exp(logvar / 2)
    z = (mean + noise * deviation).detach().requires_grad_()
    (slope,) = torch.autograd.grad(distortion(z).sum(), z)
    return -slope, -slope * noise * deviation / 2


def score_pushes(distortion: Distortion, mean: Codes, logvar: Codes, noise: Codes) -> Pushes:
    """The same by the score function: distortion(z) times the slope of log q(z), (n, latent) each.

    It needs no slope of the distortion (REINFORCE, Williams 1992), but varies much more.
    """
    deviation = torch.exp(logvar / 2)
    value = distortion(mean + noise * deviation)[:, None]
    return -value * noise / deviation, -value * (noise.square() - 1) / 2
