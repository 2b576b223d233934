"""Trains an autoencoder whose code is one number on the points of a curve in space."""

import math

import torch
from torch import nn

# %% Settings
CURVE = "helix"  # "helix", "cone" (a spiral on a cone) or "knot"
AT = 0.3  # a code, as a share of the way from the least one to the largest
BALL = 0.85  # radius of a ball around the point of that code
SEED = 0
STEPS = 2000
BATCH_SIZE = 64
LR = 0.01  # at the first step, falling to a tenth of it

torch.manual_seed(SEED)


# %% The curve: places from 0 to 1 -> points of space
def points_at(t):
    if CURVE == "knot":  # a trefoil that is cut open
        a = 2 * math.pi * (0.02 + 0.96 * t)
        x, y = a.sin() + 2 * (2 * a).sin(), a.cos() - 2 * (2 * a).cos()
        return torch.stack([x, y, -2 * (3 * a).sin()], 1) / 3
    if CURVE == "helix":
        radius, angle = 0.45, 5 * math.pi * t
    else:
        radius, angle = 0.15 + 0.5 * t, 3 * math.pi * t
    return torch.stack([radius * angle.cos(), radius * angle.sin(), 2 * t - 1], 1)


# %% The autoencoder: its code is one number
def dense(inputs, outputs):
    inner = [nn.Linear(inputs, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh()]
    return nn.Sequential(*inner, nn.Linear(32, outputs))


encoder, decoder = dense(3, 1), dense(1, 3)
model = nn.Sequential(encoder, decoder)

# %% The training
adam = torch.optim.Adam(model.parameters())
for step in range(STEPS):
    x = points_at(torch.rand(BATCH_SIZE))
    loss = (model(x) - x).square().sum(1).mean() / 2
    adam.param_groups[0]["lr"] = LR * (1 - 0.9 * step / STEPS)
    adam.zero_grad()
    loss.backward()
    adam.step()

# %% Each point of the curve has a code, and each code a point
points = points_at(torch.linspace(0, 1, 400))
with torch.no_grad():
    codes = encoder(points).squeeze(1)
    error = (model(points) - points).square().sum(1).mean().sqrt()
    low, high = codes.min(), codes.max()
    point = decoder((low + AT * (high - low)).view(1, 1)).squeeze(0)
steps = codes.diff()
onward = max((steps > 0).float().mean(), (steps < 0).float().mean())
print(f"mean error {error:.3f}; codes from {low:.2f} to {high:.2f}")
print(f"along the curve, the code changes in one direction in {onward:.0%} of the steps")
place = "; ".join(f"{v:.2f}" for v in point.tolist())
print(f"the code {low + AT * (high - low):.2f} is the point ({place})")

# %% Regions do not correspond: pieces of the curve in a ball around the point, and their codes
inside = (points - point).norm(dim=1) <= BALL
begins = inside & ~torch.cat([torch.zeros(1, dtype=torch.bool), inside[:-1]])
piece = begins.cumsum(0)
print(f"a ball of radius {BALL} around it holds {begins.sum().item()} pieces of the curve")
for number in range(1, begins.sum().item() + 1):
    held = codes[inside & (piece == number)]
    print(f"piece {number}: codes from {held.min():.2f} to {held.max():.2f}")
