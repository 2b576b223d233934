"""A VAE whose prior is a mixture of Gaussians that is trained with the networks."""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from vae_demo.models.losses import AnyCodes, Codes, Images, LogWeights, Losses, gaussian_kl
from vae_demo.models.vae import DeepVAE, reparameterise

COMPONENTS = 100
SPREAD = 0.1  # variance of the means of an untrained prior, whose variance is 1 in all


class MixturePriorVAE(DeepVAE):
    """784→512→512→2·latent and back, with p(z) = Σ share_c N(z; mean_c, exp(logvar_c)).

    The shares, means and variances of the 100 components are parameters: training brings the prior
    to the codes as well as the codes to the prior (the MoG prior of Tomczak & Welling 2017).

    The KL divergence of a Gaussian from a mixture has no closed form. The rate is an upper bound,
    −log Σ share_c exp(−KL(q ‖ N_c)) (the variational approximation of Hershey & Olsen 2007): that
    of z and its component together, where q(component|x) is the best that there is. `log_weights`
    needs no bound: it uses the density.
    """

    def __init__(self, latent: int, likelihood: str) -> None:
        super().__init__(latent, likelihood)
        self.prior = MixturePrior(latent)

    def initialise(self, generator: torch.Generator) -> None:
        """As for a `DeepVAE`; the prior is almost N(0, I)."""
        super().initialise(generator)
        self.prior.initialise(generator)

    def normal_latents(self) -> slice:
        return slice(0)

    def losses(self, x: Images, generator: torch.Generator | None = None) -> Losses:
        mean, logvar = self.posterior(x)
        z = mean if generator is None else reparameterise(mean, logvar, generator)
        rates = self.prior.rate_per_latent(mean, logvar)
        return Losses(self.distortion(z, x), rates.sum(1), rate_per_latent=rates)

    def rate_per_latent(self, x: Images) -> Codes:
        return self.prior.rate_per_latent(*self.posterior(x))

    def log_ratio(self, z: AnyCodes, mean: Codes, logvar: Codes) -> LogWeights:
        return self.prior.over_posterior(z, mean, logvar)

    @torch.no_grad()
    def sample_prior(
        self, count: int, generator: torch.Generator, temperature: float = 1.0
    ) -> Codes:
        return self.prior.sample(count, generator, temperature)


class MixturePrior(nn.Module):
    """A mixture of Gaussians with diagonal covariances."""

    def __init__(self, latent: int, components: int = COMPONENTS) -> None:
        super().__init__()
        self.logits = nn.Parameter(torch.zeros(components))  # of the shares
        self.mean = nn.Parameter(torch.zeros(components, latent))
        self.logvar = nn.Parameter(torch.zeros(components, latent))

    @torch.no_grad()
    def initialise(self, generator: torch.Generator) -> None:
        self.logits.zero_()
        self.mean.normal_(0, math.sqrt(SPREAD), generator=generator)
        self.logvar.fill_(math.log(1 - SPREAD))

    def log_shares(self) -> Float[Tensor, " components"]:
        """The logarithm of each component's share of the codes."""
        return self.logits.log_softmax(0)

    def log_density(self, z: AnyCodes) -> Float[Tensor, "*batch"]:
        """log p(z) + ½ latent log 2π, nats, in float32."""
        return torch.logsumexp(self._log_joint(z), -1)

    def _log_joint(self, z: AnyCodes) -> Float[Tensor, "*batch components"]:
        """log p(z, component) + ½ latent log 2π, nats, in float32."""
        precision, of_mean, of_square = self._natural()
        # ‖z − mean‖² by products of matrices: all differences would take latent times the memory.
        with torch.autocast("cpu", enabled=False):
            far = z.square() @ precision.T - 2 * z @ of_mean.T + of_square.sum(1)
        return self.log_shares() - far / 2

    def _natural(self) -> tuple[Tensor, Tensor, Tensor]:
        """1 / v, mean / v and mean² / v + log v of each component, (components, latent) each."""
        precision = torch.exp(-self.logvar)
        return precision, self.mean * precision, self.mean.square() * precision + self.logvar

    def over_posterior(
        self, z: AnyCodes, mean: AnyCodes, logvar: AnyCodes
    ) -> Float[Tensor, "*batch"]:
        """log p(z) - log N(z; mean, exp(logvar)), nats."""
        of_posterior = ((z - mean).square() * torch.exp(-logvar) + logvar).sum(-1) / 2
        return self.log_density(z) + of_posterior

    def rate_per_latent(self, mean: Codes, logvar: Codes) -> Codes:
        """What `MixturePriorVAE` says is the rate, as a sum over the latents, nats.

        For each latent, the KL divergences from the components, weighted by q(component|x); the
        rate of the component itself is divided among all latents.
        """
        each = gaussian_kl(mean[:, None], logvar[:, None], self.mean, self.logvar)
        of_component = self.log_shares() - each.sum(2)
        chosen = of_component.softmax(1)  # q(component|x)
        rate_of_component = (chosen * (of_component.log_softmax(1) - self.log_shares())).sum(1)
        return (chosen[..., None] * each).sum(1) + rate_of_component[:, None] / mean.shape[1]

    def rate_of_draw(self, z: Codes, mean: Codes, logvar: Codes) -> Codes:
        """log N(z; mean, exp(logvar)) - log p(z) as a sum over the latents, nats.

        The mean over draws of z is the rate. The part of a latent is the mean over components,
        weighted by p(component|z), of the difference of its two log densities; the KL divergence
        of p(component|z) from the shares is divided among all latents.
        """
        joint, shares = self._log_joint(z), self.log_shares()
        chosen = joint.softmax(1)  # p(component|z)
        of_component = (chosen * (joint.log_softmax(1) - shares)).sum(1)
        with torch.autocast("cpu", enabled=False):
            precision, of_mean, of_square = (chosen @ each for each in self._natural())
        far = z.square() * precision - 2 * z * of_mean + of_square
        of_posterior = (z - mean).square() * torch.exp(-logvar) + logvar
        return (far - of_posterior) / 2 + of_component[:, None] / z.shape[1]

    def sample(self, count: int, generator: torch.Generator, temperature: float) -> Codes:
        """Codes (count, latent), with the standard deviation of each component times this."""
        shares = self.log_shares().exp()
        chosen = torch.multinomial(shares, count, replacement=True, generator=generator)
        noise = torch.randn((count, self.mean.shape[1]), generator=generator)
        return self.mean[chosen] + temperature * noise * torch.exp(self.logvar[chosen] / 2)
