"""The lines of PyTorch that a page shows have the gradient that their effective beta says."""

import itertools

import pytest
import torch
import torch.nn.functional as F

from vae_demo.models.losses import bernoulli_distortion, gaussian_distortion, gaussian_rate
from vae_demo.models.reductions import COEFFICIENTS, ERRORS, REDUCTIONS, VAELoss

BATCH, LATENT = 3, 5


def leaves() -> dict[str, torch.Tensor]:
    """Logits of the decoder and posteriors, the same each time, with room for gradients."""
    generator = torch.Generator().manual_seed(0)
    shapes = {"logits": (BATCH, 784), "mean": (BATCH, LATENT), "logvar": (BATCH, LATENT)}
    return {
        name: torch.randn(shape, generator=generator, dtype=torch.float64, requires_grad=True)
        for name, shape in shapes.items()
    }


@pytest.mark.parametrize("error", ERRORS)
def test_gradient_of_the_line_is_that_of_its_effective_beta(error: str) -> None:
    x = torch.rand((BATCH, 784), generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    distortion = bernoulli_distortion if error == "cross-entropy" else gaussian_distortion
    for pixels, latents, coefficient, half, beta in itertools.product(
        REDUCTIONS, REDUCTIONS, COEFFICIENTS, (True, False), (0.25, 1.0)
    ):
        loss = VAELoss(error, pixels, half, latents, coefficient, beta, BATCH, LATENT)
        written = leaves()
        names = {**written, "x": x, "x_hat": torch.sigmoid(written["logits"]), "F": F}
        exec(loss.code, names)
        names["loss"].backward()  # type: ignore[attr-defined]

        ours = leaves()
        seen = ours["logits"] if error == "cross-entropy" else torch.sigmoid(ours["logits"])
        each = distortion(seen.view(-1, 1, 28, 28), x.view(-1, 1, 28, 28))
        elbo = each + loss.effective_beta * gaussian_rate(ours["mean"], ours["logvar"])
        (loss.gradient_scale * elbo.mean()).backward()
        for name, tensor in ours.items():
            torch.testing.assert_close(written[name].grad, tensor.grad, msg=loss.code)


@pytest.mark.parametrize(
    ("loss", "beta"),
    [
        (VAELoss(), 1),
        (VAELoss(pixels="mean"), 784),
        (VAELoss(pixels="mean", latents="mean"), 39.2),
        (VAELoss(latents="mean"), 0.05),
        (VAELoss(pixels="sum-all"), 1 / 128),
        (VAELoss(latents="sum-all"), 128),
        (VAELoss(pixels="sum-all", latents="sum-all"), 1),
        (VAELoss("squared-error", half=False), 0.5),
        (VAELoss(coefficient="-1"), 2),
        (VAELoss(coefficient="1"), -2),
        (VAELoss(beta=0), 0),
        (VAELoss(pixels="mean", beta=1000), 784_000),
    ],
)
def test_effective_betas_that_people_meet(loss: VAELoss, beta: float) -> None:
    assert loss.effective_beta == pytest.approx(beta)


def test_what_is_no_reduction_is_refused() -> None:
    with pytest.raises(ValueError, match="pixels is 'max'; there are: sum, mean, sum-all"):
        VAELoss(pixels="max")
    with pytest.raises(ValueError, match="batch is 0; it must be at least 1"):
        VAELoss(batch=0)
