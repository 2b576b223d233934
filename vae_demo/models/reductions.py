"""The loss of a VAE as people write it in PyTorch: which beta its reductions amount to.

    loss = VAELoss(pixels="mean", latents="sum")
    loss.effective_beta      784.0
    print(loss.code)         the lines of PyTorch

This project always sums over pixels and latents and averages over the batch
(`vae_demo.models.losses`). A loss with other reductions is this one with another beta and a
constant factor in front: `loss = gradient_scale * (distortion + effective_beta * rate)`, with
distortion and rate in nats per image, averaged over the batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

PIXELS = 784
REDUCTIONS = ("sum", "mean", "sum-all", "mean-images")
"""How the numbers of a batch become one: the sum over each image and the mean over the batch; the
mean over everything, PyTorch's default; the sum over everything; the mean over each image and the
sum over the batch."""
ERRORS = ("cross-entropy", "squared-error")
COEFFICIENTS = ("-0.5", "-1", "1")  # of 1 + log σ² − μ² − σ²; the first is right
MAX_BATCH = 60_000


class LossFactor(NamedTuple):
    """A factor of a term, and where it comes from."""

    term: str  # "distortion" or "rate"
    reason: str  # "pixels", "batch", "half", "latents", "coefficient" or "beta"
    factor: float


@dataclass(frozen=True)
class VAELoss:
    """The choices behind the line that computes a loss.

    Raises:
        ValueError: if a value is not one of those that are possible.
    """

    error: str = "cross-entropy"  # one of `ERRORS`
    pixels: str = "sum"  # one of `REDUCTIONS`, of the error
    half: bool = True  # ½ in front of the squared error
    latents: str = "sum"  # one of `REDUCTIONS`, of the rate
    coefficient: str = "-0.5"  # one of `COEFFICIENTS`
    beta: float = 1.0  # the factor in front of the rate
    batch: int = 128  # images
    latent: int = 20  # size of the code

    def __post_init__(self) -> None:
        for name, options in (
            ("error", ERRORS),
            ("pixels", REDUCTIONS),
            ("latents", REDUCTIONS),
            ("coefficient", COEFFICIENTS),
        ):
            if (value := getattr(self, name)) not in options:
                raise ValueError(f"{name} is {value!r:.60}; there are: {', '.join(options)}")
        for name in ("batch", "latent"):
            if (number := getattr(self, name)) < 1:
                raise ValueError(f"{name} is {number}; it must be at least 1")

    @property
    def steps(self) -> list[LossFactor]:
        """All factors other than 1 that the line gives to distortion and rate."""
        squared = self.error == "squared-error"
        found = [
            LossFactor("distortion", "pixels", 1 / PIXELS if self.pixels.startswith("mean") else 1),
            LossFactor("distortion", "batch", self.batch if _over_batch(self.pixels) else 1),
            LossFactor("distortion", "half", 2 if squared and not self.half else 1),
            LossFactor(
                "rate", "latents", 1 / self.latent if self.latents.startswith("mean") else 1
            ),
            LossFactor("rate", "batch", self.batch if _over_batch(self.latents) else 1),
            LossFactor("rate", "coefficient", float(self.coefficient) / float(COEFFICIENTS[0])),
            LossFactor("rate", "beta", self.beta),
        ]
        return [step for step in found if step.factor != 1]

    def factor(self, term: str) -> float:
        """The product of a term's factors."""
        product = 1.0
        for step in self.steps:
            product *= step.factor if step.term == term else 1
        return product

    @property
    def effective_beta(self) -> float:
        """The beta with which this loss has the same minimum as distortion + beta · rate."""
        return self.factor("rate") / self.factor("distortion")

    @property
    def gradient_scale(self) -> float:
        """The factor of the whole loss, which moves no minimum."""
        return self.factor("distortion")

    @property
    def code(self) -> str:
        """The lines of PyTorch; `x`, `x_hat`: (batch, 784), `mean`, `logvar`: (batch, latent)."""
        function = "binary_cross_entropy" if self.error == "cross-entropy" else "mse_loss"
        half = "0.5 * " if self.error == "squared-error" and self.half else ""
        error = _ERROR[self.pixels].format(f"F.{function}(x_hat, x")
        sign = {"-0.5": "-0.5 * ", "-1": "-", "1": ""}[self.coefficient]
        inner = "(1 + logvar - mean.square() - logvar.exp())"
        weight = "" if self.beta == 1 else f"{self.beta:.10g} * "
        return (
            f"distortion = {half}{error}\n"
            f"rate = {sign}{inner}{_RATE[self.latents]}\n"
            f"loss = distortion + {weight}rate\n"
        )


_ERROR = {
    "sum": '{}, reduction="sum") / len(x)',
    "mean": "{})",
    "sum-all": '{}, reduction="sum")',
    "mean-images": '{}, reduction="none").mean(1).sum()',
}
_RATE = {
    "sum": ".sum(1).mean()",
    "mean": ".mean()",
    "sum-all": ".sum()",
    "mean-images": ".mean(1).sum()",
}


def _over_batch(reduction: str) -> bool:
    """Whether the batch is summed."""
    return reduction in ("sum-all", "mean-images")
