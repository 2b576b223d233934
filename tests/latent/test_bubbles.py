"""What pushes a posterior, against autograd; and the browser's training, against PyTorch's."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.distributions import Normal, kl_divergence
from torch.nn.utils import parameters_to_vector

from tests.support.javascript import in_node
from vae_demo.latent.bubbles import (
    BubbleVAE,
    pathwise_pushes,
    rate_push,
    score_pushes,
    train_bubbles,
)
from vae_demo.latent.gaussian_fit import quadrature
from vae_demo.models.vae import LOGVAR_RANGE

MEAN, LOGVAR = torch.tensor([[0.7, -1.2]]), torch.tensor([[-0.8, 0.3]])


def bowl(z: torch.Tensor) -> torch.Tensor:
    """A distortion with the known expectation 3 (m₁² + σ₁²) + m₁ m₂ + m₂."""
    return 3 * z[:, 0] ** 2 + z[:, 0] * z[:, 1] + z[:, 1]


def test_the_push_of_the_rate_is_minus_its_gradient() -> None:
    mean, logvar = MEAN.clone().requires_grad_(), LOGVAR.clone().requires_grad_()
    rate = kl_divergence(Normal(mean, torch.exp(logvar / 2)), Normal(0.0, 1.0)).sum()
    for push, slope in zip(
        rate_push(MEAN, LOGVAR), torch.autograd.grad(rate, [mean, logvar]), strict=True
    ):
        torch.testing.assert_close(push, -slope)


def test_both_estimates_have_the_true_mean_and_the_trick_varies_less() -> None:
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(200_000, 2, generator=generator)
    first, second = MEAN[0]
    exact = (
        torch.stack([-(6 * first + second), -(first + 1)]),
        torch.stack([-3 * torch.exp(LOGVAR[0, 0]), torch.tensor(0.0)]),
    )
    variances = []
    for estimate in (pathwise_pushes, score_pushes):
        found = estimate(bowl, MEAN, LOGVAR, noise)
        for push, wanted in zip(found, exact, strict=True):
            error = push.std(0) / len(noise) ** 0.5
            assert ((push.mean(0) - wanted).abs() < 4 * error + 1e-6).all()
        variances.append(sum(push.var(0).sum().item() for push in found))
    assert variances[1] > 2 * variances[0]
    nodes, weights = quadrature(3)  # exact for this bowl
    of_nodes = pathwise_pushes(bowl, MEAN, LOGVAR, torch.from_numpy(nodes).float())
    for push, wanted in zip(of_nodes, exact, strict=True):
        torch.testing.assert_close(torch.from_numpy(weights).float() @ push, wanted)


TRAIN = """
    const pictures = a.x.map((one) => Float32Array.from(one));
    const vae = new m.BubbleVAE(a.hidden, pictures, a.range);
    vae.encoder.parameters.set(a.encoder);
    vae.decoder.parameters.set(a.decoder);
    vae.restart(a.lr);
    const losses = a.noise.map((noise) => vae.step(noise, a.reconstruction, a.beta));
    vae.encode();
    const { pathwise, score } = vae.estimates(1, a.mean, a.logvar, a.draws);
    return {
      losses: losses.map(({ distortion, rate }) => [distortion, rate]),
      encoder: [...vae.encoder.parameters],
      decoder: [...vae.decoder.parameters],
      pushes: [pathwise.mean, pathwise.logvar, score.mean, score.logvar].map((each) => [...each]),
      rate: m.ratePush(a.mean, a.logvar),
      variance: m.variance(score.mean),
    };
"""


@pytest.mark.parametrize(("reconstruction", "beta", "lr"), [(1, 1, 0.02), (1, 0, 0.003), (0, 4, 1)])
def test_the_browser_trains_as_pytorch_does(reconstruction: float, beta: float, lr: float) -> None:
    generator = torch.Generator().manual_seed(1)
    x = torch.rand(4, 9, generator=generator)
    noise = torch.randn(20, 4, 2, generator=generator, dtype=torch.float64)
    with torch.random.fork_rng():
        torch.manual_seed(2)
        model = BubbleVAE(9, hidden=5).double()
    sides = {
        name: parameters_to_vector(getattr(model, name).parameters()).tolist()
        for name in ("encoder", "decoder")
    }
    draws = noise.reshape(-1, 2)[:30]
    found = in_node(
        "parts/bubbles/bubble_vae.js",
        TRAIN,
        {
            **{"x": x.tolist(), "hidden": 5, "lr": lr, "range": LOGVAR_RANGE, **sides},
            **{"noise": noise.flatten(1).tolist(), "reconstruction": reconstruction, "beta": beta},
            **{"mean": MEAN[0].tolist(), "logvar": LOGVAR[0].tolist()},
            "draws": draws.flatten().tolist(),
        },
    )
    optimizer = torch.optim.Adam(model.parameters(), lr)
    for each, losses in zip(noise, found["losses"], strict=True):
        distortion, rate = model.losses(x.double(), each)
        assert losses == pytest.approx([distortion.mean().item(), rate.mean().item()])
        optimizer.zero_grad()
        (reconstruction * distortion + beta * rate).mean().backward()
        optimizer.step()
    for name in sides:
        expected = parameters_to_vector(getattr(model, name).parameters()).detach()
        np.testing.assert_allclose(found[name], expected, atol=1e-9)

    picture = x[1].double()

    def distortion_at(z: torch.Tensor) -> torch.Tensor:
        logits = model.decoder(z)
        return torch.nn.functional.binary_cross_entropy_with_logits(
            logits, picture.expand_as(logits), reduction="none"
        ).sum(1)

    mean, logvar = MEAN.double(), LOGVAR.double()
    expected_pushes = [
        *pathwise_pushes(distortion_at, mean, logvar, draws),
        *score_pushes(distortion_at, mean, logvar, draws),
    ]
    for push, wanted in zip(found["pushes"], expected_pushes, strict=True):
        np.testing.assert_allclose(push, wanted.detach().flatten(), atol=1e-8)
    assert found["rate"] == pytest.approx(torch.cat(rate_push(mean, logvar), 1)[0].tolist())
    assert found["variance"] == pytest.approx(expected_pushes[2].var(0).sum().item())


OVERFLOW = """
    const vae = new m.BubbleVAE(64, a.x.map((one) => Float32Array.from(one)), a.range);
    for (const { parameters } of [vae.encoder, vae.decoder]) {
      parameters.forEach((_, i) => (parameters[i] = a.largest * Math.sign(Math.sin(i * i))));
    }
    vae.restart(100);
    const found = [0, 1].map(() => vae.step(a.noise, 1, 1000));
    const numbers = [...found.flatMap(Object.values), ...vae.encoder.parameters, ...vae.mean];
    return [found[0].rate, numbers.every(Number.isFinite)];
"""


def test_no_learning_rate_makes_the_browser_s_numbers_overflow() -> None:
    """A step of Adam is at most lr (1 - beta1) / sqrt(1 - beta2), so weights grow by no more."""
    largest = 1_000_000 * 100 * 0.1 / 0.001**0.5  # after a million steps at the highest rate
    generator = torch.Generator().manual_seed(0)
    x, noise = torch.rand(40, 196, generator=generator), torch.randn(80, generator=generator)
    given = {"x": x.tolist(), "noise": noise.tolist(), "range": LOGVAR_RANGE, "largest": largest}
    rate, finite = in_node("parts/bubbles/bubble_vae.js", OVERFLOW, given)
    assert rate > 1e30 and finite


def test_the_first_bubbles_are_the_same_each_time() -> None:
    x = torch.rand(6, 16, generator=torch.Generator().manual_seed(0))
    first, again = (train_bubbles(x, 3) for _ in range(2))
    for one, other in zip(first.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)
