"""Damages to digits: functions of images, a strength and a generator.

Each function takes `x`, `(batch, 1, 28, 28)` in [0, 1], and returns a new tensor of the same
shape, or `x` itself if the strength is 0. Random numbers come only from the given generator. To
add a damage, write one function and add it to `DAMAGES`; if it draws one random number per pixel,
add that distribution to `NOISES`, and if it leaves some pixels out, those it hits to `_HITS`.
"""

from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32
from torch import Generator, Tensor

Images = Float[Tensor, "batch 1 28 28"]
Mask = Bool[Tensor, "batch 1 28 28"]
Damage = Callable[[Images, float, Generator], Images]


def dropout(x: Images, strength: float, generator: Generator) -> Images:
    """Multiply the signed pixels by the mask of `torch.nn.Dropout(strength)` over ones.

    On the scale of 2x - 1, each pixel is multiplied by 0 with probability p = `strength` in
    [0, 1), and by 1 / (1 - p) otherwise, which preserves its mean. On the scale of `x`, a dropped
    pixel is mid-grey, 0.5, and the distance of every other pixel from 0.5 is multiplied by
    1 / (1 - p). Values may therefore lie outside [0, 1]; they are clipped only for display
    (A. Canziani, NYU Deep Learning, notebook 10-autoencoder).

    Raises:
        ValueError: if the strength is outside [0, 1).
    """
    if not 0 <= strength < 1:
        raise ValueError(f"the strength of dropout is a share in [0, 1), not {strength}")
    if strength == 0:
        return x
    dropped = _dropped(_uniform(x, generator), strength)
    return ((2 * x - 1) * (~dropped / (1 - strength)) + 1) / 2


def gaussian(x: Images, strength: float, generator: Generator) -> Images:
    """Add normal noise with standard deviation `strength` >= 0, then clip to [0, 1].

    Raises:
        ValueError: if the strength is negative or not finite.
    """
    if not 0 <= strength < float("inf"):
        raise ValueError(
            f"the strength of gaussian is a standard deviation in [0, inf), not {strength}"
        )
    if strength == 0:
        return x
    return (x + strength * _normal(x, generator)).clamp(0, 1)


def salt_and_pepper(x: Images, strength: float, generator: Generator) -> Images:
    """Set each pixel, with probability `strength` in [0, 1], to 0 or 1 with equal probability.

    Raises:
        ValueError: if the strength is outside [0, 1].
    """
    if not 0 <= strength <= 1:
        raise ValueError(f"the strength of salt_and_pepper is a share in [0, 1], not {strength}")
    if strength == 0:
        return x
    drawn = _uniform(x, generator)  # [0, s/2) pepper, [s/2, s) salt, else unchanged
    return torch.where(_replaced(drawn, strength), (drawn >= strength / 2).to(x.dtype), x)


def blur(x: Images, strength: float, generator: Generator) -> Images:
    """Blur with a Gaussian of standard deviation `strength` >= 0 in pixels.

    Beyond the edge there is nothing: the weights of the pixels that exist are scaled to the sum 1.
    No random numbers are drawn.

    Raises:
        ValueError: if the strength is negative or not finite.
    """
    if not 0 <= strength < float("inf"):
        raise ValueError(
            f"the strength of blur is a standard deviation in pixels, in [0, inf), not {strength}"
        )
    if strength == 0:
        return x
    place = torch.arange(x.shape[-1], dtype=torch.float64)
    kernel = torch.exp(-(((place[:, None] - place) / strength) ** 2) / 2)
    kernel = (kernel / kernel.sum(1, keepdim=True)).to(x)
    return kernel @ x @ kernel.T


DAMAGES: dict[str, Damage] = {
    "dropout": dropout,
    "gaussian": gaussian,
    "salt_and_pepper": salt_and_pepper,
    "blur": blur,
}


def damage(
    x: Images,
    kind: str,
    strength: float,
    seed: int | Generator,
    *,
    where: Images | None = None,
) -> Images:
    """Damage images. The same `seed` gives the same result.

    Args:
        x: (batch, 1, 28, 28), ink in [0, 1].
        kind: A key of `DAMAGES`.
        strength: The strength, in the range of this damage.
        seed: The seed of the random numbers, or a generator to draw them from.
        where: A weight in [0, 1] for each pixel: 1 damages the pixel, 0 leaves it unchanged.

    Raises:
        ValueError: if the kind is unknown or the strength is outside its range.
    """
    damaged = _known(kind)(x, strength, _generator(seed))
    if where is None or damaged is x:
        return damaged
    return where * damaged + (1 - where) * x


def damage_mask(
    x: Images, kind: str, strength: float, seed: int | Generator, *, where: Images | None = None
) -> Mask:
    """The pixels that `damage` hits with the same arguments: True = damaged.

    The mask comes from the random numbers and from `where`, never from pixels: `x` gives the
    shape only. Hit are the dropped pixels of dropout, the replaced ones of salt_and_pepper (even
    where the new value is the old one), and all pixels of the others.

    Raises:
        ValueError: if the kind is unknown or the strength is outside its range.
    """
    _known(kind)(x[:0], strength, Generator())  # checks the strength
    shape = torch.empty_like(x)
    hit = torch.full(x.shape, strength > 0)
    if kind in _HITS:
        hit &= _HITS[kind](NOISES[kind](shape, _generator(seed)), strength)
    return hit if where is None else hit & (where > 0)


def noise_field(kind: str, seed: int) -> Float32[np.ndarray, "28 28"]:
    """The random numbers that `damage` draws for one image, whatever the strength.

    They are uniform in [0, 1) for dropout and salt_and_pepper, and standard normal for gaussian.
    A browser uses them to damage an image exactly as `damage(x, kind, strength, seed)` does.

    Raises:
        ValueError: if the kind is unknown.
    """
    if kind not in NOISES:
        raise ValueError(f"unknown noise {kind!r}; there are: {', '.join(NOISES)}")
    one = torch.empty(1, 1, 28, 28)
    return NOISES[kind](one, Generator().manual_seed(seed))[0, 0].numpy()


def _known(kind: str) -> Damage:
    if kind not in DAMAGES:
        raise ValueError(f"unknown damage {kind!r}; there are: {', '.join(DAMAGES)}")
    return DAMAGES[kind]


def _generator(seed: int | Generator) -> Generator:
    return seed if isinstance(seed, Generator) else Generator().manual_seed(seed)


def _uniform(x: Tensor, generator: Generator) -> Tensor:
    """Uniform numbers in [0, 1) in the shape of `x`, drawn on the generator's device."""
    draw = torch.rand(x.shape, generator=generator, device=generator.device, dtype=x.dtype)
    return draw.to(x.device)


def _normal(x: Tensor, generator: Generator) -> Tensor:
    """Standard normal numbers in the shape of `x`, drawn on the generator's device."""
    draw = torch.randn(x.shape, generator=generator, device=generator.device, dtype=x.dtype)
    return draw.to(x.device)


def _dropped(drawn: Tensor, strength: float) -> Tensor:
    return drawn >= 1 - strength


def _replaced(drawn: Tensor, strength: float) -> Tensor:
    return drawn < strength


# The damages that draw one random number per pixel, and how it is distributed.
NOISES: dict[str, Callable[[Tensor, Generator], Tensor]] = {
    "dropout": _uniform,
    "gaussian": _normal,
    "salt_and_pepper": _uniform,
}
# The noises that leave some pixels out: which ones they hit, from the number drawn for each.
_HITS: dict[str, Callable[[Tensor, float], Tensor]] = {
    "dropout": _dropped,
    "salt_and_pepper": _replaced,
}
