"""Fill holes in digits: networks and energies beside classical methods.

Every method takes pixels (n, 28, 28) uint8 and a mask (n, 28, 28) bool, True = unknown, and returns
pixels of the same shape. The known pixels are returned as they are, and what is in a hole is never
read.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import torch
from jaxtyping import Bool, Float, UInt8

from vae_demo.digits.mnist import SIDE
from vae_demo.models import reconstruct_many, to_pixels, to_x
from vae_demo.models.hierarchical import HierarchicalVAE
from vae_demo.models.losses import AnyCodes, Images
from vae_demo.models.vae import VAE
from vae_demo.repair import networks
from vae_demo.repair.energy import Energy, descend, sample_posterior
from vae_demo.repair.holes import with_hole
from vae_demo.repair.shipped_models import shipped_model

Digits28 = UInt8[np.ndarray, "n 28 28"]
Mask28 = Bool[np.ndarray, "n 28 28"]
Pictures = UInt8[np.ndarray, "... 28 28"]
Masks = Bool[np.ndarray, "... 28 28"]
Method = Callable[[Digits28, Mask28], Digits28]

RADIUS = 3  # of the neighbourhood that Telea's method and Navier-Stokes look at, pixels
ROUNDS = 20  # of the denoiser
STARTS = 8  # of a descent
CHUNK = 100  # digits whose energies are descended together
ANSWERS = 6
WEIGHTS = {"unet": 2, "energy-hvae-64": 1, "energy-vae-20": 1}  # of the methods in `together`


def check(pixels: Pictures, mask: Masks) -> None:
    """Check a mask.

    Raises:
        ValueError: if a digit has no hole, or nothing of it is known; the message says which.
    """
    if mask.shape != pixels.shape:
        raise ValueError(f"the mask has the shape {mask.shape}; the digits have {pixels.shape}")
    for hidden, what in ((0, "hides nothing"), (28 * 28, "hides every pixel")):
        wrong = np.flatnonzero(mask.sum((1, 2)) == hidden)
        if len(wrong):
            raise ValueError(
                f"the mask of digit {wrong[0]} {what}; it must hide some pixels and leave some"
            )


def with_known_pixels(pixels: Pictures, mask: Masks, found: Pictures) -> Pictures:
    """What was found in the hole, with the known pixels as they are."""
    return np.where(mask, found, pixels)


def emptied(pixels: Pictures, mask: Masks) -> Pictures:
    """The known pixels, and 0 in the hole."""
    return np.where(mask, 0, pixels).astype(np.uint8)


def by_network(pixels: Digits28, mask: Mask28, name: str) -> Digits28:
    """Fill holes with a network of `checkpoints/repair/` that sees the mask beside the pixels."""
    seen = with_hole(to_x(pixels), torch.from_numpy(mask))
    found = networks.apply(networks.shipped_network(name), seen)
    return with_known_pixels(pixels, mask, to_pixels(found))


def by_energy(pixels: Digits28, mask: Mask28, run: str) -> Digits28:
    """Descend the energy from several codes (see `energy`), and take the mean of their pictures.

    Each picture weighs exp(-E): nearly all is that of the code with the least energy, unless others
    are as good.
    """
    model, found = _vae(run), [pixels[:0]]
    for at in range(0, len(pixels), CHUNK):
        part, holes = emptied(pixels, mask)[at : at + CHUNK], mask[at : at + CHUNK]
        x, unknown = to_x(part), torch.from_numpy(holes)[:, None]
        energy = Energy(model, *(each.repeat_interleave(STARTS, 0) for each in (x, unknown)))
        *_, last = descend(energy, starts(model, x).flatten(0, 1))
        weights = torch.softmax(-last.energy.view(-1, STARTS), 1)
        with torch.no_grad():
            pictures = energy.pictures(last.codes).view(-1, STARTS, 28, 28)
        mean = torch.einsum("ns,nsij->nij", weights, pictures)
        found.append(with_known_pixels(part, holes, to_pixels(mean[:, None])))
    return np.concatenate(found)


def starts(model: VAE | HierarchicalVAE, x: Images, count: int = STARTS) -> AnyCodes:
    """Whitened codes to start from, (batch, count, latent).

    The first is that of the picture with its empty hole, the others are drawn from the prior, the
    same for every picture.
    """
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randn(count - 1, model.latent, generator=generator)
    with torch.no_grad():
        first = model.whiten(model.embed(x))
    return torch.cat([first[:, None], drawn.expand(len(x), -1, -1)], 1)


def together(pixels: Digits28, mask: Mask28) -> Digits28:
    """The mean of what the network and both energies find."""
    return mean_of({name: METHODS[name](pixels, mask) for name in WEIGHTS})


def mean_of(found: Mapping[str, Pictures]) -> Pictures:
    """The mean of the pictures of the methods in `WEIGHTS`.

    Their errors differ, so that the mean has a smaller one.
    """
    total = sum(weight * found[name].astype(float) for name, weight in WEIGHTS.items())
    return np.rint(total / sum(WEIGHTS.values())).astype(np.uint8)


def by_denoiser(pixels: Digits28, mask: Mask28, run: str) -> Digits28:
    """Reconstruct again and again with a shipped run; the known pixels are put back each time."""
    found = emptied(pixels, mask)
    for _ in range(ROUNDS):
        found = with_known_pixels(pixels, mask, reconstruct_many(shipped_model(run), found))
    return found


def by_opencv(pixels: Digits28, mask: Mask28, how: str) -> Digits28:
    """Continue the known pixels into the hole with OpenCV's inpaint.

    Args:
        how: The end of the name of one of OpenCV's constants: TELEA (Telea 2004) or NS (Bertalmio,
            Bertozzi & Sapiro 2001, after Navier-Stokes).
    """
    import cv2

    flag = getattr(cv2, f"INPAINT_{how}")
    found = emptied(pixels, mask)
    for i, hole in enumerate(mask.astype(np.uint8)):
        found[i] = cv2.inpaint(found[i], hole, RADIUS, flag)
    return with_known_pixels(pixels, mask, found)


def biharmonic(pixels: Digits28, mask: Mask28) -> Digits28:
    """Continue the known pixels smoothly: in the hole the bilaplacian Δ²u is 0.

    Damelin & Hoang 2018; the same as scikit-image's `inpaint_biharmonic`. Every unknown pixel gives
    an equation, and the result is limited to the range of the known pixels.
    """
    from threadpoolctl import threadpool_limits

    found = emptied(pixels, mask)
    with threadpool_limits(1):  # for small matrices, threads wait for each other
        for picture, holes in zip(found, mask, strict=True):
            hole, known = holes.ravel(), picture[~holes].astype(float)
            equations = _bilaplacian()[hole]
            values = np.linalg.solve(equations[:, hole], -equations[:, ~hole] @ known)
            picture[holes] = np.rint(values.clip(known.min(), known.max()))
    return found


@functools.cache
def _bilaplacian() -> Float[np.ndarray, "784 784"]:
    """Δ² of a picture whose edge pixels continue beyond its edge, (784, 784)."""
    one = np.diag(np.full(SIDE, -2.0)) + np.eye(SIDE, k=1) + np.eye(SIDE, k=-1)
    one[0, 0] = one[-1, -1] = -1
    laplacian = np.kron(one, np.eye(SIDE)) + np.kron(np.eye(SIDE), one)
    return laplacian @ laplacian


METHODS: dict[str, Method] = {
    "together": together,
    "unet": functools.partial(by_network, name="inpaint-unet"),
    "energy-hvae-64": functools.partial(by_energy, run="hvae-64"),
    "energy-vae-20": functools.partial(by_energy, run="vae-20"),
    "denoiser": functools.partial(by_denoiser, run="dae-500"),
    "telea": functools.partial(by_opencv, how="TELEA"),
    "navier-stokes": functools.partial(by_opencv, how="NS"),
    "biharmonic": biharmonic,
}


def answers(
    digit: UInt8[np.ndarray, "28 28"],
    mask: Bool[np.ndarray, "28 28"],
    seed: int,
    run: str = "hvae-64",
) -> UInt8[np.ndarray, "answers 28 28"]:
    """Different answers to one hole, drawn from a model given the known pixels, six.

    Raises:
        ValueError: if the digit has no hole, or nothing of it is known.
    """
    *_, found = answers_in_steps(digit, mask, seed, run)
    assert isinstance(found, np.ndarray)
    return found


def answers_in_steps(
    digit: UInt8[np.ndarray, "28 28"],
    mask: Bool[np.ndarray, "28 28"],
    seed: int,
    run: str = "hvae-64",
) -> Iterator[float | UInt8[np.ndarray, "answers 28 28"]]:
    """`answers`; yields how much the known pixels count, up to 1, and at last the answers."""
    check(digit[None], mask[None])
    model, generator = _vae(run), torch.Generator().manual_seed(seed)
    energy = Energy(model, to_x(emptied(digit, mask)[None]), torch.from_numpy(mask)[None, None])
    for found in sample_posterior(energy, generator, ANSWERS):
        if isinstance(found, float):
            yield found
        else:
            with torch.no_grad():
                yield with_known_pixels(digit, mask, to_pixels(energy.pictures(found)))


def _vae(run: str) -> VAE | HierarchicalVAE:
    """A shipped run whose codes have energies."""
    model = shipped_model(run)
    if not isinstance(model, VAE | HierarchicalVAE):
        raise TypeError(f"{run} has no energy: it is a {type(model).__name__}, not a VAE")
    return model
