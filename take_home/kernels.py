"""Train a plain and a denoising autoencoder, and measure their kernels where no digit has ink."""

import torch
from digits import read_digits
from torch import Tensor, nn

# %% Settings
UNITS = 500
MASK = 0.5  # probability with which dropout hides a pixel from the denoising one
EPOCHS = 4
BATCH = 64
LR = 1e-3  # with larger steps the units come to the ends of tanh, where they no longer learn
DIGITS = 60_000  # training digits
DATA = "data"


# %% The digits, from −1 to 1, and the pixels at which none has ink
images, _ = read_digits(DATA, "train")
x = 2 * images[:DIGITS] - 1
bare = (images == 0).all(0)


# %% The autoencoder
def autoencoder() -> nn.Sequential:
    """784→units→784, tanh; the same start each time."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(784, UNITS), nn.Tanh(), nn.Linear(UNITS, 784), nn.Tanh())


def trained(mask: float) -> nn.Sequential:
    """Train it to undo a dropout mask; with 0, to copy its input."""
    model, drop = autoencoder(), nn.Dropout(mask)
    optimizer = torch.optim.Adam(model.parameters(), lr=LR)
    for _ in range(EPOCHS):
        for batch in x[torch.randperm(len(x))].split(BATCH):
            seen = batch * drop(torch.ones_like(batch))
            loss = (model(seen) - batch).square().sum(1).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model


# %% Two numbers about the kernels
def measured(kernels: Tensor, start: Tensor) -> tuple[float, float]:
    """At pixels without ink: the spread of the weights over that of the others; what is kept.

    The second number is the correlation with the random weights of the start. Both are medians over
    the kernels, (units, 784).
    """
    spread = kernels[:, bare].std(1) / kernels[:, ~bare].std(1)
    a, b = (each[:, bare] - each[:, bare].mean(1, keepdim=True) for each in (kernels, start))
    kept = torch.cosine_similarity(a, b)
    return spread.median().item(), kept.median().item()


start = autoencoder()[0].weight.detach()
for name, mask in (("plain", 0.0), ("denoising", MASK)):
    spread, kept = measured(trained(mask)[0].weight.detach(), start)
    print(f"{name}: spread {spread:.2f}, correlation with the start {kept:.2f}")
