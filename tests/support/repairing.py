"""A small U-Net of random weights, with every kind of layer that a browser computes."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class SmallUNet(nn.Module):
    """28×28→14×14→7×7 and back; what was halved is concatenated, and once added."""

    def __init__(self, inputs: int = 2, seed: int = 0) -> None:
        super().__init__()
        self.enter = nn.Conv2d(inputs, 9, 3, padding=1)
        self.down = nn.Conv2d(9, 12, 3, stride=2, padding=1)
        self.deep = nn.Conv2d(12, 16, 3, stride=2, padding=1)
        self.inner = nn.Sequential(
            nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(inplace=True), nn.Identity()
        )
        self.up = nn.ConvTranspose2d(16, 12, 4, stride=2, padding=1)
        self.twice = nn.Upsample(scale_factor=2)
        self.leave = nn.Conv2d(9 + 24, 1, 3, padding=1)
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for weight in self.parameters():
                weight.copy_(torch.randn(weight.shape, generator=generator) / 4)

    def forward(self, x: Tensor) -> Tensor:
        at28 = F.relu(self.enter(x))
        at14 = self.down(at28)  # read with its activation and without
        at7 = F.relu(self.deep(torch.tanh(at14)))
        at7 = F.relu(at7 + self.inner(at7))
        back = torch.cat([self.twice(at14), F.interpolate(self.up(at7), scale_factor=2)], dim=1)
        return torch.sigmoid(self.leave(torch.cat([at28, back], 1)))
