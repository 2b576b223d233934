"""A flow from N(0, I) to the codes of digits, given the digit: flow matching (Lipman et al. 2023).

A network learns the velocity v(z, t, kind) with which noise, at time 0, moves to a code, at time 1.
To draw a code, noise is moved so in small steps, which can be watched.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from vae_demo.distributions.distribution import KINDS, Kinds, check_kinds, even_kinds
from vae_demo.distributions.fitting import (
    GUIDANCE,
    KIND_DROPOUT,
    FitStep,
    RunningMean,
    set_learning_rate,
)
from vae_demo.models.losses import Codes

STEPS = 10  # in which a code is drawn
BATCH = 512
FIT_STEPS = 8000  # batches of a fit
LR = 2e-3  # the highest learning rate
_LEAST_SPREAD = 0.1  # of a latent, relative to the widest one
_WIDTH, _BLOCKS = 256, 3
_FREQUENCIES = 16  # of the features of time


class Velocity(nn.Module):
    """v(z, t, kind): residual blocks of two dense layers. Kind 10 stands for all digits."""

    def __init__(self, latent: int) -> None:
        super().__init__()
        self.enter = nn.Linear(latent, _WIDTH)
        self.kind = nn.Embedding(KINDS + 1, _WIDTH)
        self.time = nn.Linear(2 * _FREQUENCIES, _WIDTH)
        self.blocks = nn.ModuleList(
            nn.Sequential(
                *(nn.LayerNorm(_WIDTH), nn.Linear(_WIDTH, _WIDTH), nn.SiLU()),
                nn.Linear(_WIDTH, _WIDTH),
            )
            for _ in range(_BLOCKS)
        )
        self.leave = nn.Sequential(nn.LayerNorm(_WIDTH), nn.Linear(_WIDTH, latent))

    def forward(self, z: Codes, time: Float[Tensor, " batch"], kinds: Kinds) -> Codes:
        angles = time[:, None] * math.pi * torch.arange(1, _FREQUENCIES + 1)
        given = self.time(torch.cat([angles.cos(), angles.sin()], 1)) + self.kind(kinds)
        hidden = self.enter(z)
        for block in self.blocks:
            hidden = hidden + block(hidden + given)
        return self.leave(hidden)


class CodeFlow(nn.Module):
    """Codes from noise, by a velocity that is learned on codes of about unit variance."""

    has_kinds = True
    has_temperature = True
    mean: Float[Tensor, " latent"]
    spread: Float[Tensor, " latent"]

    def __init__(self, latent: int) -> None:
        super().__init__()
        self.velocity = Velocity(latent)
        self.register_buffer("mean", torch.zeros(latent))
        self.register_buffer("spread", torch.ones(latent))
        self.guidance = GUIDANCE

    def draw(
        self,
        count: int,
        generator: torch.Generator,
        temperature: float = 1.0,
        kinds: Kinds | None = None,
    ) -> Codes:
        """Codes with `self.guidance`; without `kinds`, each digit equally often."""
        return self.draw_path(count, generator, temperature, kinds)[-1]

    def draw_path(
        self,
        count: int,
        generator: torch.Generator,
        temperature: float = 1.0,
        kinds: Kinds | None = None,
    ) -> Float[Tensor, "times count latent"]:
        """The way to the codes that `draw` gives, see `path`."""
        check_kinds(self, kinds)
        if kinds is None:
            kinds = even_kinds(count, generator)
        noise = temperature * torch.randn((count, len(self.mean)), generator=generator)
        return self.path(noise, kinds)

    @torch.inference_mode()
    def path(
        self, noise: Codes, kinds: Kinds, steps: int = STEPS
    ) -> Float[Tensor, "times batch latent"]:
        """Where the codes are after each step, the noise first: Heun's method.

        The velocity is v(all) + (1 + guidance) (v(kind) - v(all)): classifier-free guidance (Ho &
        Salimans 2022), which makes codes more typical of their kind, and less various.
        """
        z, size, found = noise, 1 / steps, [noise]
        for step in range(steps):
            first = self._guided(z, step * size, kinds)
            then = self._guided(z + size * first, (step + 1) * size, kinds)
            z = z + size * (first + then) / 2
            found.append(z)
        return torch.stack(found) * self.spread + self.mean

    def _guided(self, z: Codes, time: float, kinds: Kinds) -> Codes:
        times = torch.full((len(z),), time)
        given = self.velocity(z, times, kinds)
        if not self.guidance:
            return given
        free = self.velocity(z, times, torch.full_like(kinds, KINDS))
        return free + (1 + self.guidance) * (given - free)


def fit_flow(
    codes: np.ndarray,
    labels: np.ndarray,
    *,
    seed: int = 0,
    steps: int = FIT_STEPS,
    lr: float = LR,
) -> Iterator[FitStep]:
    """Fit a flow to codes (n, latent) of digits (n,); yields after each batch.

    Between noise and a code, z moves on a straight line with the velocity code - noise. The network
    learns the mean of all such velocities at a place (Lipman et al. 2023, eq. 23): the loss is the
    squared error. What is drawn from is a running mean of the weights.
    """
    generator = torch.Generator().manual_seed(seed)
    z, kinds = torch.from_numpy(codes), torch.from_numpy(labels.astype(np.int64))
    with torch.random.fork_rng():  # torch initialises layers from the global random state
        torch.manual_seed(seed)
        flow = CodeFlow(codes.shape[1])
    spread = z.std(0)  # latents that are not active stay small, so that they cost nothing
    flow.mean, flow.spread = z.mean(0), spread.clamp_min(_LEAST_SPREAD * float(spread.max()))
    z = (z - flow.mean) / flow.spread
    kept = RunningMean(flow)
    optimizer = torch.optim.Adam(flow.parameters(), lr, betas=(0.9, 0.99))
    for step in range(steps):
        chosen = torch.randint(len(z), (BATCH,), generator=generator)
        noise = torch.randn((BATCH, z.shape[1]), generator=generator)
        time = torch.rand(BATCH, generator=generator)
        dropped = torch.rand(BATCH, generator=generator) < KIND_DROPOUT
        place = noise + time[:, None] * (z[chosen] - noise)
        found = flow.velocity(place, time, kinds[chosen].masked_fill(dropped, KINDS))
        loss = (found - (z[chosen] - noise)).square().mean()
        set_learning_rate(optimizer, lr, step / steps)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        kept.add(flow)
        yield FitStep(step + 1, steps, loss.item(), kept.network)
