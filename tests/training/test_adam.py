"""Our Adam is PyTorch's, bit for bit."""

from __future__ import annotations

import torch
from torch import nn

from vae_demo.training.adam import Adam


def test_it_gives_what_pytorch_s_own_gives_bit_for_bit() -> None:
    """Over a learning rate that changes, and with a parameter that has a slope now and then."""

    def parameters() -> list[nn.Parameter]:
        generator = torch.Generator().manual_seed(1)
        return [nn.Parameter(torch.randn(n, 3, generator=generator)) for n in (5, 40, 2)]

    mine, theirs = parameters(), parameters()
    ours, reference = Adam(mine), torch.optim.Adam(theirs, fused=True)
    generator = torch.Generator().manual_seed(2)
    for step in range(12):
        ours.zero_grad()
        reference.zero_grad()
        assert all(p.grad is None for p in mine)
        for place, pair in enumerate(zip(mine, theirs, strict=True)):
            if place != 2 or step % 3 == 0:
                slope = torch.randn(pair[0].shape, generator=generator)
                for parameter in pair:
                    parameter.grad = slope.clone()
        before = [p.detach().clone() for p in mine]
        ours.step(0.1 / (step + 1))
        reference.param_groups[0]["lr"] = 0.1 / (step + 1)
        reference.step()
        assert all(map(torch.equal, mine, theirs))
        moved = [not torch.equal(*pair) for pair in zip(before, mine, strict=True)]
        assert moved == [True, True, step % 3 == 0]
    assert all(p.requires_grad for p in mine)
