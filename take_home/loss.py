"""Train the same VAE with two reductions of its loss, and compare what becomes of its latents."""

import torch
import torch.nn.functional as F
from digits import read_digits
from torch import Tensor, nn

# %% Settings
PIXELS = "mean"  # of the error: "sum", "mean", "sum-all" or "mean-images"; see `reduced`
LATENTS = "sum"  # of the rate: the same names
ERROR = "cross-entropy"  # or "squared-error"
HALF = True  # whether ½ stands in front of the squared error
COEFFICIENT = -0.5  # in front of 1 + log σ² − μ² − σ²
BETA = 1.0  # the factor in front of the rate
BATCH = 128
LATENT = 20
EPOCHS = 3
DIGITS = 60_000  # training digits
DATA = "data"


# %% The loss
def reduced(terms: Tensor, reduction: str) -> Tensor:
    """One number of the terms of a batch, (batch, n)."""
    each = terms.sum(1) if reduction.startswith("sum") else terms.mean(1)
    return each.sum() if reduction in ("sum-all", "mean-images") else each.mean()


def error_terms(x_hat: Tensor, x: Tensor) -> Tensor:
    """The error of each pixel, (batch, 784)."""
    if ERROR == "cross-entropy":
        return F.binary_cross_entropy(x_hat, x, reduction="none")
    return (0.5 if HALF else 1.0) * F.mse_loss(x_hat, x, reduction="none")


def rate_terms(mean: Tensor, logvar: Tensor) -> Tensor:
    """KL(q(z|x) ‖ N(0, 1)) of each latent times `COEFFICIENT` / −½, (batch, latent)."""
    return COEFFICIENT * (1 + logvar - mean.square() - logvar.exp())


def effective_beta(pixels: str, latents: str) -> float:
    """The beta of distortion + beta · rate with the same minimum, both in nats per image."""
    factors = [
        reduced(torch.ones(BATCH, n), reduction).item() / n
        for n, reduction in ((784, pixels), (LATENT, latents))
    ]
    own = 1.0 if ERROR == "cross-entropy" or HALF else 2.0
    return BETA * COEFFICIENT / -0.5 * factors[1] / (own * factors[0])


# %% The model
class VAE(nn.Module):
    """784→400→2·latent, latent→400→784."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 2 * LATENT))
        self.decoder = nn.Sequential(nn.Linear(LATENT, 400), nn.ReLU(), nn.Linear(400, 784))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mean, logvar = self.encoder(x).chunk(2, 1)
        z = mean + torch.randn_like(mean) * torch.exp(logvar / 2)
        return torch.sigmoid(self.decoder(z)), mean, logvar


# %% Training with two reductions
train, _ = read_digits(DATA, "train")
test, _ = read_digits(DATA, "test")
train = train[:DIGITS]
for pixels, latents in ((PIXELS, LATENTS), ("sum", "sum")):
    torch.manual_seed(0)
    model = VAE()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for _ in range(EPOCHS):
        for x in train[torch.randperm(len(train))].split(BATCH):
            x_hat, mean, logvar = model(x)
            error = reduced(error_terms(x_hat, x), pixels)
            loss = error + BETA * reduced(rate_terms(mean, logvar), latents)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        _, mean, logvar = model(test)
    rates = (-0.5 * (1 + logvar - mean.square() - logvar.exp())).mean(0)
    active = int((mean.var(0) > 0.01).sum())
    print(f"error: {pixels}, rate: {latents}, effective beta {effective_beta(pixels, latents):g}")
    print("  rate of each latent:", " ".join(f"{rate:.2f}" for rate in rates.sort().values.flip(0)))
    print(f"  rate {rates.sum():.2f} nats, {active} of {LATENT} latents active")
