"""Slant, turn, shift or enlarge digits in the code of a VAE, and compare with moved pixels."""

import math

import torch
import torch.nn.functional as F
from digits import read_digits
from torch import Tensor, nn

# %% Settings
MOVES = "slant,rotation,right,zoom"
REACH = {"slant": 22.0, "rotation": 30.0, "right": 4.0, "zoom": 0.3}  # degrees, pixels, share
LATENT = 20
EPOCHS = 5
STEPS = 1500  # of the training of each map
DIGITS = 60_000  # training digits
SHOWN = 500  # test digits
DATA = "data"


# %% In pixels
def moved(x: Tensor, move: str, share: Tensor) -> Tensor:
    """Digits (n, 784), moved by a share (n,) of the reach, bilinear interpolation."""
    amount = share * REACH[move]
    zero, one = torch.zeros_like(amount), torch.ones_like(amount)
    angle = amount * math.pi / 180
    # The rows say where a pixel of the result is in the digit: x and y from -1 to 1.
    rows = {
        "slant": [one, torch.tan(angle), zero, zero, one, zero],
        "rotation": [angle.cos(), angle.sin(), zero, -angle.sin(), angle.cos(), zero],
        "right": [one, zero, -amount / 14, zero, one, zero],
        "zoom": [1 / (1 + amount), zero, zero, zero, 1 / (1 + amount), zero],
    }
    theta = torch.stack(rows[move], 1).view(-1, 2, 3)
    grid = F.affine_grid(theta, [len(x), 1, 28, 28], align_corners=False)
    return F.grid_sample(x.view(-1, 1, 28, 28), grid, align_corners=False).flatten(1)


# %% The model
class VAE(nn.Module):
    """784→400→2·latent, latent→400→784."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 2 * LATENT))
        self.decoder = nn.Sequential(nn.Linear(LATENT, 400), nn.ReLU(), nn.Linear(400, 784))

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mean, logvar = self.encoder(x).chunk(2, 1)
        return mean, logvar

    def loss(self, x: Tensor) -> Tensor:
        """The negative ELBO, nats per image."""
        mean, logvar = self.encode(x)
        z = mean + torch.randn_like(mean) * torch.exp(logvar / 2)
        distortion = F.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="none").sum(1)
        rate = -0.5 * (1 + logvar - mean.square() - logvar.exp()).sum(1)
        return (distortion + rate).mean()


torch.manual_seed(0)
train, test = read_digits(DATA, "train")[0][:DIGITS], read_digits(DATA, "test")[0][:SHOWN]
vae = VAE()
optimizer = torch.optim.Adam(vae.parameters(), lr=1e-3)
for _ in range(EPOCHS):
    for x in train[torch.randperm(len(train))].split(128):
        loss = vae.loss(x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
vae.requires_grad_(False)


# %% In the code: one direction for all digits, and a map that depends on the digit
class CodeMap(nn.Module):
    """z + t · f(z, t) for a share t of the reach."""

    def __init__(self) -> None:
        super().__init__()
        self.step = nn.Sequential(nn.Linear(LATENT + 1, 96), nn.ReLU(), nn.Linear(96, LATENT))

    def forward(self, z: Tensor, share: Tensor) -> Tensor:
        return z + share[:, None] * self.step(torch.cat([z, share[:, None]], 1))


def learn(move: str) -> tuple[CodeMap, Tensor]:
    """A map and a direction from the codes of digits before and after."""
    found = CodeMap()
    optimizer = torch.optim.Adam(found.parameters(), lr=3e-3)
    for _ in range(STEPS):
        x = train[torch.randint(len(train), (256,))]
        share = 2 * torch.rand(len(x)) - 1
        z, there = vae.encode(x)[0], vae.encode(moved(x, move, share))[0]
        loss = (found(z, share) - there).square().sum(1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    x, share = train[:10_000], 2 * torch.rand(len(train[:10_000])) - 1
    away = vae.encode(moved(x, move, share))[0] - vae.encode(x)[0]
    return found.requires_grad_(False), share @ away / share.square().sum()  # least squares


# %% The pictures of all ways, beside the moved pixels
def psnr(z: Tensor, wanted: Tensor) -> float:
    """Of the pictures of codes, dB."""
    error = (torch.sigmoid(vae.decoder(z)) - wanted).square().mean(1)
    return (-10 * error.log10()).mean().item()


for move in MOVES.split(","):
    code_map, direction = learn(move)
    z, share = vae.encode(test)[0], torch.ones(len(test))
    wanted = moved(test, move, share)
    print(
        f"{move}: encoded {psnr(vae.encode(wanted)[0], wanted):.1f} dB; "
        f"map {psnr(code_map(z, share), wanted):.1f}; "
        f"direction {psnr(z + direction, wanted):.1f}; unmoved {psnr(z, wanted):.1f}"
    )
