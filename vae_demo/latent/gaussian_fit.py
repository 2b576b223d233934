"""How close a Gaussian q(z) comes to the true posterior p(z|x) of a code with two latents.

For any q, log p(x) = ELBO(q) + KL(q(z) ‖ p(z|x)): the gap between log p(x) and the ELBO is the
distance of q from the true posterior. All numbers are in nats.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import ArrayLike

from vae_demo.latent.posterior import LogJoint

NODES = 12  # of Gauss-Hermite quadrature, in each latent
FIT_NODES = 8  # the same, for the steps of `best_gaussian`
STEPS = 60  # of `best_gaussian` at most
SHORTEST = 1e-3  # share of a step that is tried last
CONVERGED = 1e-4  # nats that a step must gain


@dataclass(frozen=True, eq=False)
class Gaussian:
    """A Gaussian over two latents."""

    mean: Float[np.ndarray, 2]
    covariance: Float[np.ndarray, "2 2"]

    @classmethod
    def along_axes(cls, mean: ArrayLike, deviations: ArrayLike) -> Gaussian:
        """A Gaussian with a diagonal covariance, as an encoder outputs it."""
        return cls(np.asarray(mean, float), np.diag(np.square(np.asarray(deviations, float))))

    def entropy(self) -> float:
        """-E[log q(z)], nats."""
        return math.log(2 * math.pi * math.e) + float(np.linalg.slogdet(self.covariance)[1]) / 2


def elbo(joint: LogJoint, q: Gaussian, nodes: int = NODES) -> float:
    """E_q[log p(x, z) - log q(z)], a lower bound of log p(x), by Gauss-Hermite quadrature, nats."""
    noise, weights = quadrature(nodes)
    return float(weights @ _values(joint, q, noise)) + q.entropy()


def best_gaussian(joint: LogJoint, start: Gaussian, *, diagonal: bool) -> Gaussian:
    """The Gaussian with the highest ELBO near `start`; with `diagonal`, the best along the axes.

    Steps of the natural gradient (Opper & Archambeau 2009): at the optimum the expected gradient of
    f(z) = log p(x, z) is 0, and its expected Hessian is minus the inverse covariance. Neither needs
    derivatives: with z = mean + L ε they are L⁻ᵀ E[ε f] and L⁻ᵀ (E[ε εᵀ f] - E[f] I) L⁻¹.
    """
    noise, weights = quadrature(FIT_NODES)
    covariance = np.diag(np.diag(start.covariance)) if diagonal else start.covariance
    q, size = Gaussian(start.mean, covariance), 1.0
    values = _values(joint, q, noise)
    bound = weights @ values + q.entropy()
    for _ in range(STEPS):
        gradient = (weights * values) @ noise  # both in units of the Gaussian
        hessian = (noise.T * weights * values) @ noise - weights @ values * np.eye(2)
        if diagonal:
            hessian = np.diag(np.diag(hessian))
        while size >= SHORTEST:
            found = _step(q, gradient, hessian, size)
            if found is not None:
                new = _values(joint, found, noise)
                higher = weights @ new + found.entropy()
                if higher > bound:
                    break
            size /= 2
        else:
            return q
        won, q, values, bound = higher - bound, found, new, higher
        if won < CONVERGED:
            break
        size = min(2 * size, 1.0)
    return q


def best_gaussians(
    joint: LogJoint, encoder: Gaussian, moments: Gaussian
) -> tuple[Gaussian, Gaussian]:
    """The best Gaussian along the axes, and the best one.

    Args:
        encoder, moments: The encoder's Gaussian and that with the moments of the posterior, where
            the search begins: a posterior may have several modes.
    """
    found = [best_gaussian(joint, start, diagonal=True) for start in (encoder, moments)]
    diagonal = max(found, key=lambda q: elbo(joint, q))
    return diagonal, best_gaussian(joint, diagonal, diagonal=False)


def _step(q: Gaussian, gradient: np.ndarray, hessian: np.ndarray, size: float) -> Gaussian | None:
    """A share of the step to the optimum; None if it leads to no Gaussian."""
    precision = (1 - size) * np.eye(2) - size * hessian
    if np.linalg.eigvalsh(precision)[0] <= 0:
        return None
    root, inverse = np.linalg.cholesky(q.covariance), np.linalg.inv(precision)
    return Gaussian(q.mean + size * root @ inverse @ gradient, root @ inverse @ root.T)


def importance_bounds(
    log_weights: np.ndarray, counts: Sequence[int]
) -> Float[np.ndarray, "counts 3"]:
    """The bound of log p(x) by k draws, for each k in `counts`: 10 %, mean and 90 %, nats.

    The draws, (n,) log p(x, z) - log q(z|x) with z ~ q(z|x), are divided into groups of k, and each
    group gives one value, the log of its mean weight (Burda et al. 2015, eq. 8).
    """
    bounds = []
    for k in counts:
        groups = log_weights[: len(log_weights) // k * k].reshape(-1, k)
        values = np.logaddexp.reduce(groups, axis=1) - math.log(k)
        bounds.append([np.quantile(values, 0.1), values.mean(), np.quantile(values, 0.9)])
    return np.array(bounds)


def quadrature(nodes: int) -> tuple[Float[np.ndarray, "n 2"], np.ndarray]:
    """Nodes (n, 2) and weights (n,) for expectations under N(0, I), n = nodes²."""
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    weights = weights / weights.sum()
    noise = np.stack([points.repeat(nodes), np.tile(points, nodes)], 1)
    return noise, np.outer(weights, weights).ravel()


def _values(joint: LogJoint, q: Gaussian, noise: np.ndarray) -> np.ndarray:
    """log p(x, z) at z = mean + L ε, (n,)."""
    codes = q.mean + noise @ np.linalg.cholesky(q.covariance).T
    return joint(torch.from_numpy(codes).float()).double().numpy()
