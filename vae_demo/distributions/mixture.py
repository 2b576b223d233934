"""Gaussians fitted to the codes of digits after training (Ghosh et al. 2020, sec. 4).

A trained decoder knows what to do with the codes that its encoder gives, wherever they lie. Codes
drawn from a distribution that was fitted to them lie there, too; those drawn from N(0, I) may not.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from vae_demo.distributions.distribution import KINDS, Kinds, check_kinds
from vae_demo.models.losses import Codes

LEAST_VARIANCE = 1e-3  # share of the codes' variance that a component has in each direction
_ITERATIONS = 20  # of the EM algorithm at most
_CONVERGED = 1e-2  # nats per code that an iteration must gain


@dataclass(frozen=True, eq=False)
class CodeMixture:
    """Σ w N(mean, root rootᵀ), a Gaussian if there is one component."""

    weights: Float[Tensor, " components"]  # their sum is 1
    means: Float[Tensor, "components latent"]
    roots: Float[Tensor, "components latent latent"]  # of the covariances: lower triangles
    has_kinds: bool  # whether the components are those of the digit 0, then those of 1, ...
    has_temperature = True

    @property
    def kind_of(self) -> Int[Tensor, " components"]:
        """The digit of each component, if they have digits."""
        return torch.arange(KINDS).repeat_interleave(len(self.weights) // KINDS)

    def draw(
        self,
        count: int,
        generator: torch.Generator,
        temperature: float = 1.0,
        kinds: Kinds | None = None,
    ) -> Codes:
        check_kinds(self, kinds)
        shares = self.weights.expand(count, -1)
        if kinds is not None:
            shares = shares * (self.kind_of == kinds[:, None])
        chosen = torch.multinomial(shares, 1, generator=generator).squeeze(1)
        noise = torch.randn((count, self.means.shape[1]), generator=generator)
        moved = torch.einsum("nij,nj->ni", self.roots[chosen], noise)
        return self.means[chosen] + temperature * moved

    def log_density(self, codes: Codes) -> Float[Tensor, " n"]:
        """log p(z) of codes (n, latent), in nats."""
        away = (codes[:, None] - self.means).double().unsqueeze(-1)  # (n, components, latent, 1)
        roots = self.roots.double()
        scaled = torch.linalg.solve_triangular(roots, away, upper=False).squeeze(-1)
        volumes = roots.diagonal(dim1=1, dim2=2).log().sum(1)
        each = -scaled.square().sum(2) / 2 - volumes - math.log(2 * math.pi) * codes.shape[1] / 2
        return (self.weights.double().log() + each).logsumexp(1)


def fit_mixture(
    codes: np.ndarray, components: int, labels: np.ndarray | None = None, seed: int = 0
) -> CodeMixture:
    """Fit a mixture of Gaussians with full covariances to codes by the EM algorithm.

    Args:
        codes: (n, latent) float32.
        components: How many; with `labels`, for each digit.
        labels: (n,) the digits 0..9, for a mixture for each digit, which can then be asked for.

    Raises:
        ValueError: if there are fewer codes than components, or none of a digit.
    """
    spread = np.maximum(codes.std(0), 1e-6)
    scaled = codes / spread
    everything = [np.ones(len(codes), bool)]
    groups = everything if labels is None else [labels == kind for kind in range(KINDS)]
    parts = [_fit(scaled[chosen], components, seed) for chosen in groups]
    shares = np.repeat([chosen.mean() for chosen in groups], components)
    roots = np.linalg.cholesky(np.concatenate([covariances for _, _, covariances in parts]))
    return CodeMixture(
        weights=torch.tensor(shares * np.concatenate([weights for weights, _, _ in parts])).float(),
        means=torch.tensor(np.concatenate([means for _, means, _ in parts]) * spread).float(),
        roots=torch.tensor(roots * spread[:, None]).float(),
        has_kinds=labels is not None,
    )


def _fit(codes: np.ndarray, components: int, seed: int) -> tuple[np.ndarray, ...]:
    """Weights, means and covariances of a mixture fitted to codes."""
    if len(codes) < max(components, 2):
        raise ValueError(f"there are {len(codes)} codes for {components} components")
    if components == 1:
        covariance = np.cov(codes, rowvar=False).reshape(1, codes.shape[1], -1)
        return np.ones(1), codes.mean(0)[None], covariance + LEAST_VARIANCE * np.eye(codes.shape[1])
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture
    from threadpoolctl import threadpool_limits

    found = GaussianMixture(
        components,
        reg_covar=LEAST_VARIANCE,
        max_iter=_ITERATIONS,
        tol=_CONVERGED,
        random_state=seed,
    )
    with warnings.catch_warnings(), threadpool_limits(1):  # the matrices are small
        warnings.simplefilter("ignore", ConvergenceWarning)
        found.fit(codes)
    return found.weights_, found.means_, found.covariances_
