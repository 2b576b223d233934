"""Trains a VAE whose latents collapse and the same one with a cure, and prints their rates."""

import torch
import torch.nn.functional as F
from digits import read_digits
from torch import nn

# %% Settings
FOLDER = "data"  # with MNIST, which torchvision downloads if it is not there
EPOCHS = 2
LATENT = 20
ILL_BETA = 20.0  # of the ill training; with 784 its distortion would be a mean over pixels
CURED_BETA = 1.0
WARM_UP = 0.0  # share of the training, or of each cycle, in which beta rises from 0
CYCLES = 1  # how often it rises
FREE_BITS = 0.0  # nats of each latent that cost nothing
BATCH_SIZE = 128
LR = 0.003
SEED = 0

images, _ = read_digits(FOLDER, "train")
test, _ = read_digits(FOLDER, "test")


# %% The VAE: 784 → 400 → mean and log-variance, code → 400 → 784
class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 2 * LATENT))
        self.decoder = nn.Sequential(nn.Linear(LATENT, 400), nn.ReLU(), nn.Linear(400, 784))

    def losses(self, x):
        """Distortion, (batch,), and the rate of each latent, (batch, latent), in nats."""
        mean, logvar = self.encoder(x).chunk(2, dim=1)
        z = mean + torch.randn_like(mean) * torch.exp(logvar / 2)
        pixels = F.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="none")
        return pixels.sum(1), (mean**2 + logvar.exp() - 1 - logvar) / 2


# %% The weight of the rate after a share of the training
def weight(beta, done, warm_up, cycles):
    if not warm_up:
        return beta
    cycle = done * cycles % 1
    return beta * min(1, cycle / warm_up)


# %% A training
def train(beta, warm_up=0.0, cycles=1, free_bits=0.0):
    torch.manual_seed(SEED)
    model = VAE()
    adam = torch.optim.Adam(model.parameters(), lr=LR)
    batches = EPOCHS * len(torch.arange(len(images)).split(BATCH_SIZE))
    done = 0
    for _ in range(EPOCHS):
        for index in torch.randperm(len(images)).split(BATCH_SIZE):
            distortion, rate = model.losses(images[index])
            paid = rate.mean(0).clamp(min=free_bits).sum()
            loss = distortion.mean() + weight(beta, done / batches, warm_up, cycles) * paid
            adam.zero_grad()
            loss.backward()
            adam.step()
            done += 1
    with torch.no_grad():
        return model.losses(test[:2000])


# %% Both, side by side
for name, (distortion, rate) in {
    "ill": train(ILL_BETA),
    "cured": train(CURED_BETA, WARM_UP, CYCLES, FREE_BITS),
}.items():
    rates = rate.mean(0).sort(descending=True).values
    print(f"{name}: rate of each latent", " ".join(f"{nats:.2f}" for nats in rates.tolist()))
    total = distortion.mean() + rates.sum()
    active = int((rates >= 0.1).sum())
    print(f"{name}: {active} of {LATENT} latents active, negative ELBO {total:.1f} nats")
