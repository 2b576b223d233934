"""The true posterior of digits on a grid beside the Gaussian that an encoder outputs."""

import math

import torch
import torch.nn.functional as F
from digits import read_digits
from torch import nn

# %% Settings
DATA = "data"  # the folder of MNIST; what is missing is downloaded
EPOCHS = 10
DIGITS = 60_000  # training digits
SHOWN = 5  # test digits whose posterior is computed
DRAWS = 5000  # of the importance-weighted bound
SEED = 0

torch.manual_seed(SEED)
images, _ = read_digits(DATA, "train")
images = images[:DIGITS]
test, _ = read_digits(DATA, "test")

# %% A VAE with two latents
encoder = nn.Sequential(nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 4))
decoder = nn.Sequential(nn.Linear(2, 400), nn.ReLU(), nn.Linear(400, 784))
optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=2e-3)


def posterior(x):
    """Mean and log-variance of q(z|x), (n, 2) each."""
    mean, logvar = encoder(x).chunk(2, dim=1)
    return mean, logvar.clamp(-14, 8)


def log_likelihood(z, x):
    """log p(x|z), nats, for codes (n, 2) and pictures (n, 784) or one of them."""
    logits = decoder(z)
    return -F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(1)


def normal(z, mean, logvar):
    """log N(z; mean, exp(logvar)), nats."""
    each = (z - mean).square() * torch.exp(-logvar) + logvar + math.log(2 * math.pi)
    return -each.sum(-1) / 2


for epoch in range(EPOCHS):
    total = 0.0
    for batch in torch.randperm(len(images)).split(128):
        x = images[batch]
        mean, logvar = posterior(x)
        z = mean + torch.randn_like(mean) * torch.exp(logvar / 2)
        rate = (mean.square() + logvar.exp() - 1 - logvar).sum(1) / 2
        loss = (rate - log_likelihood(z, x)).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    print(f"epoch {epoch + 1}: negative ELBO {total / len(images):.2f} nats per digit")

# %% log p(x) on a grid, the encoder's ELBO, the best Gaussian's, and the bound by many draws
STEP = 0.04
line = torch.arange(-5, 5 + STEP / 2, STEP)
grid = torch.cartesian_prod(line, line)


def elbo(mean, logvar, x, noise):
    """E_q[log p(x|z)] - KL(q ‖ p) of a Gaussian, (2,) and (2,), nats."""
    z = mean + noise * torch.exp(logvar / 2)
    rate = (mean.square() + logvar.exp() - 1 - logvar).sum() / 2
    return log_likelihood(z, x).mean() - rate


def best_gaussian(mean, logvar, x):
    """The Gaussian along the axes with the highest ELBO for this digit alone."""
    q = [mean.clone().requires_grad_(), logvar.clone().requires_grad_()]
    steps = torch.optim.Adam(q, lr=0.02)
    for _ in range(300):
        value = -elbo(*q, x, torch.randn(64, 2))
        steps.zero_grad()
        value.backward()
        steps.step()
    return [each.detach() for each in q]


@torch.no_grad()
def bound(mean, logvar, x, noise):
    """The importance-weighted bound of log p(x) by draws from a Gaussian, nats."""
    z = mean + noise * torch.exp(logvar / 2)
    weights = log_likelihood(z, x) + normal(z, 0.0, torch.zeros(2)) - normal(z, mean, logvar)
    return weights.logsumexp(0).item() - math.log(len(noise))


for number, x in enumerate(test[:SHOWN]):
    with torch.no_grad():
        joint = torch.cat(
            [log_likelihood(z, x) + normal(z, 0.0, torch.zeros(2)) for z in grid.split(2000)]
        )
        evidence = joint.logsumexp(0).item() + 2 * math.log(STEP)
        mean, logvar = (each[0] for each in posterior(x[None]))
        noise = torch.randn(DRAWS, 2)
        encoders = elbo(mean, logvar, x, noise).item()
    fitted = best_gaussian(mean, logvar, x)
    best = elbo(*fitted, x, noise).item()
    print(
        f"digit {number}: log p(x) {evidence:.2f}; bound by {DRAWS} draws "
        f"{bound(mean, logvar, x, noise):.2f}, from the best Gaussian "
        f"{bound(*fitted, x, noise):.2f}; ELBO {encoders:.2f}; "
        f"amortisation gap {best - encoders:.2f}; approximation gap {evidence - best:.2f} nats"
    )
