"""Trains a tiny autoencoder on points of a curve, and shows how far it sends every point."""

import math

import torch
from torch import nn
from torch.func import jacrev, vmap

# %% Settings
CURVE = "arms"  # "arms", "spiral", "circle", "moons", or "drawn": the points of STROKE
STROKE = []  # points such as (-0.5, 0.2), in the order in which they are passed
KIND = "denoising"  # "plain", "denoising" or "contractive"
NOISE = 0.15  # standard deviation of the noise on the inputs of the denoising autoencoder
PENALTY = 0.01  # weight of the penalty of the contractive autoencoder
PENALISED = "output"  # what shall change little with the input: "output" or "code"
SEED = 0
STEPS = 1000
BATCH_SIZE = 64
LR = 0.01  # at the first step, falling to a tenth of it

torch.manual_seed(SEED)


# %% The curve: places from 0 to 1 -> points of the plane
def points_at(t):
    if CURVE == "arms":
        u = 2 * t - 1
        return torch.stack([1.5 * u**2 - 0.8, 0.75 * u], 1)
    if CURVE == "drawn":  # straight lines, followed at constant speed
        corners = torch.tensor(STROKE)
        walked = torch.cat([torch.zeros(1), corners.diff(dim=0).norm(dim=1).cumsum(0)])
        place = t * walked[-1]
        after = torch.searchsorted(walked, place).clamp(1, len(walked) - 1)
        share = (place - walked[after - 1]) / (walked[after] - walked[after - 1])
        return torch.lerp(corners[after - 1], corners[after], share[:, None])
    angle = 2 * math.pi * t
    if CURVE == "circle":
        return 0.75 * torch.stack([angle.cos(), angle.sin()], 1)
    if CURVE == "spiral":
        angle, radius = 1.5 * angle, 0.2 + 0.7 * t
        return torch.stack([radius * angle.cos(), radius * angle.sin()], 1)
    side = torch.where(t < 0.5, 1.0, -1.0)  # two moons
    return torch.stack([0.6 * angle.cos() - 0.3 * side, 0.6 * angle.sin() - 0.15 * side], 1)


# %% The autoencoder: its code has 32 numbers, so it could copy every point
encoder = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh())
decoder = nn.Linear(32, 2)
model = nn.Sequential(encoder, decoder)

# %% The training
adam = torch.optim.Adam(model.parameters())
for step in range(STEPS):
    x = points_at(torch.rand(BATCH_SIZE))
    noise = NOISE * torch.randn_like(x) if KIND == "denoising" else 0
    loss = (model(x + noise) - x).square().sum(1).mean() / 2
    if KIND == "contractive":
        changing = model if PENALISED == "output" else encoder
        loss = loss + PENALTY * vmap(jacrev(changing))(x).square().sum((1, 2)).mean()
    adam.param_groups[0]["lr"] = LR * (1 - 0.9 * step / STEPS)
    adam.zero_grad()
    loss.backward()
    adam.step()

# %% How far points travel from input to output
SIDE = 36  # cells of the map in a row
REACH = 1.2  # the map shows the square from -REACH to REACH
ticks = REACH * ((torch.arange(SIDE) + 0.5) / SIDE * 2 - 1)
y, x = torch.meshgrid(ticks.flip(0), ticks, indexing="ij")
with torch.no_grad():
    grid = torch.stack([x, y], 2).view(-1, 2)
    distance = (model(grid) - grid).norm(dim=1)
    curve = points_at((torch.arange(200) + 0.5) / 200)
    on_curve = (model(curve) - curve).norm(dim=1).mean()
corners = distance[grid.abs().amin(1) > 0.95].mean()
print(f"loss after {STEPS} steps: {loss.item():.4f}")
print(f"points of the curve travel {on_curve:.2f}, those in the corners {corners:.2f}")
print("the map; the denser the character, the farther; o is the curve")
shades = " .:-=+*#%@"
lines = [[shades[min(int(10 * d), 9)] for d in row] for row in distance.view(SIDE, SIDE).tolist()]
for cx, cy in curve.tolist():
    row, column = int((REACH - cy) / REACH / 2 * SIDE), int((cx + REACH) / REACH / 2 * SIDE)
    if 0 <= row < SIDE and 0 <= column < SIDE:
        lines[row][column] = "o"
print("\n".join("".join(2 * cell for cell in line) for line in lines))
