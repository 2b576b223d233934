"""A VAE whose decoder also sees the pixels before each pixel (Gulrajani et al. 2017)."""

from __future__ import annotations

from itertools import product

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from vae_demo.digits.mnist import SIDE
from vae_demo.models.codec import as_pictures
from vae_demo.models.losses import Codes, Images, PerImage
from vae_demo.models.vae import VAE

RADIUS = 5  # rows above a pixel, and pixels to its left and right, that the decoder sees
WIDTH = 16  # units of each hidden layer between these pixels and the logit


class AutoregressiveVAE(VAE):
    """A `VAE` whose logit of a pixel also depends on the pixels before it: 60→16→16→1, ReLU.

    p(x|z) = Π p(xᵢ | x₁ … xᵢ₋₁, z), pixel by pixel from the top left. Such a decoder can describe
    digits without z, so training makes little or no use of the code (Bowman et al. 2015; Chen et
    al. 2017).
    """

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.before = nn.Sequential(
            nn.Conv2d(1, WIDTH, 2 * RADIUS + 1, padding=RADIUS),
            nn.ReLU(),
            nn.Conv2d(WIDTH, WIDTH, 1),
            nn.ReLU(),
            nn.Conv2d(WIDTH, 1, 1),
        )

    def initialise(self, generator: torch.Generator) -> None:
        """As for a `VAE`: at first, the pixels before have no effect."""
        super().initialise(generator)
        nn.init.zeros_(self.before.get_parameter("4.weight"))
        nn.init.zeros_(self.before.get_parameter("4.bias"))

    def distortion(self, z: Codes, x: Images) -> PerImage:
        weight, bias = self._masked(), self.before.get_parameter("0.bias")
        seen = self.before[1:](F.conv2d(x, weight, bias, padding=RADIUS))
        return self._distortion(self.logits(z) + seen.float(), x)

    @torch.no_grad()
    def decode(self, z: Codes) -> Images:
        """The picture of each code, pixel by pixel, each from the ink of those before it."""
        of_code, ink = self.logits(z), z.new_zeros(len(z), SIDE + RADIUS, SIDE + 2 * RADIUS)
        weight = self._masked()[:, 0, : RADIUS + 1].flatten(1)
        bias = self.before.get_parameter("0.bias")
        rest = nn.Sequential(nn.Unflatten(1, (WIDTH, 1, 1)), *self.before[1:])
        for row, column in product(range(SIDE), repeat=2):
            window = ink[:, row : row + RADIUS + 1, column : column + 2 * RADIUS + 1].flatten(1)
            logit = of_code[:, 0, row, column] + rest(F.linear(window, weight, bias)).flatten()
            ink[:, row + RADIUS, column + RADIUS] = torch.sigmoid(logit)
        return as_pictures(ink[:, RADIUS:, RADIUS:-RADIUS].flatten(1))

    def network(self) -> None:
        """None: the browser's layers do not decode pixel by pixel."""
        return

    def _masked(self) -> Float[Tensor, "width 1 side side"]:
        """The weights of the first layer, 0 at the pixel itself and at those after it."""
        weight = self.before.get_parameter("0.weight")
        mask = torch.zeros_like(weight)
        mask[..., :RADIUS, :] = 1
        mask[..., RADIUS, :RADIUS] = 1
        return weight * mask
