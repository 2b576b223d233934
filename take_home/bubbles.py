"""What rate and reconstruction do to the posteriors of a VAE, and two estimates of a gradient."""

import torch
import torch.nn.functional as F
from digits import read_digits
from torch import nn

# %% Settings
DATA = "data"  # the folder of MNIST; what is missing is downloaded
BETA = 1.0  # weight of the rate
LR = 0.003  # learning rate
DIGITS = 60  # that are learned, all at once
STEPS = 3000
DRAWS = 1000  # of each estimate of a gradient
SEED = 0

images, _ = read_digits(DATA, "test")
x = images[:DIGITS]


# %% A VAE with two latents: each digit is a bubble of radius sigma around its mean
def build():
    torch.manual_seed(SEED)
    encoder = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 4))
    decoder = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 784))
    return encoder, decoder


def distortion(decoder, z, x):
    """-log p(x|z), nats per digit."""
    logits = decoder(z)
    return F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(1)


def train(reconstruction, beta):
    encoder, decoder = build()
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=LR)
    for _ in range(STEPS):
        mean, logvar = encoder(x).chunk(2, dim=1)
        logvar = logvar.clamp(-14, 8)
        z = mean + torch.randn_like(mean) * torch.exp(logvar / 2)
        rate = (mean.square() + logvar.exp() - 1 - logvar).sum(1) / 2
        loss = (reconstruction * distortion(decoder, z, x) + beta * rate).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    mean, logvar = encoder(x).detach().chunk(2, dim=1)
    return decoder, mean, logvar.clamp(-14, 8)


# %% Three trainings
for name, reconstruction, beta in (
    ("both", 1.0, BETA),
    ("rate off", 1.0, 0.0),
    ("reconstruction off", 0.0, max(BETA, 0.1)),
):
    decoder, mean, logvar = train(reconstruction, beta)
    radius = torch.exp(logvar / 2).mean().item()
    spread = mean.square().sum(1).mean().sqrt().item()
    print(f"{name}: mean radius {radius:.3f}, spread of the means {spread:.3f}")

# %% Two estimates of the same gradient: by the trick z = mean + noise * sigma, and by the score
decoder, mean, logvar = train(1.0, BETA)
mean, sigma, digit = mean[0], torch.exp(logvar[0] / 2), x[0]
noise = torch.randn(DRAWS, 2)
z = (mean + noise * sigma).requires_grad_()
value = distortion(decoder, z, digit)
(trick,) = torch.autograd.grad(value.sum(), z)  # dz/dmean = 1
score = value.detach()[:, None] * noise / sigma  # distortion times the slope of log q(z)
print(f"gradient with respect to the mean: {trick.mean(0).tolist()} by the trick,")
print(f"{score.mean(0).tolist()} by the score function")
print(
    f"variance {trick.var(0).sum().item():.4g} by the trick, "
    f"{score.var(0).sum().item():.4g} by the score function"
)
