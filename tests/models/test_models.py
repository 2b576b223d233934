"""The models of the course: their sizes, their weights, their losses."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn
from torch.distributions import (
    Bernoulli,
    Categorical,
    Distribution,
    Independent,
    MixtureSameFamily,
    Normal,
    kl_divergence,
)

from tests.support.likelihoods import distortion_of
from tests.support.small import SMALL
from vae_demo.digits import mnist
from vae_demo.digits.attributes import measure
from vae_demo.digits.damages import dropout
from vae_demo.digits.measured import ATTRIBUTES, train_attributes
from vae_demo.models import (
    MAX_LATENT,
    MODELS,
    Codec,
    ModelConfig,
    arrays,
    attribute,
    build,
    decode_many,
    embed_many,
    rate_per_latent,
    reconstruct_many,
    to_pixels,
    to_x,
)
from vae_demo.models.attribute import GIVEN, AttributeVAE
from vae_demo.models.autoencoder import DenoisingAutoencoder
from vae_demo.models.autoregressive import AutoregressiveVAE
from vae_demo.models.conditional import CLASSES, ConditionalVAE
from vae_demo.models.contractive import ContractiveAutoencoder
from vae_demo.models.hierarchical import HierarchicalVAE, MixtureHierarchicalVAE
from vae_demo.models.linear import LinearAutoencoder
from vae_demo.models.losses import LIKELIHOODS, gaussian_rate
from vae_demo.models.mixture_prior import MixturePrior, MixturePriorVAE
from vae_demo.models.vae import VAE, reparameterise
from vae_demo.models.vq import CODEBOOK_SIZE, COMMITMENT, VQVAE, WIDTH

every_model = pytest.mark.parametrize("name", MODELS)
every_variant = pytest.mark.parametrize(
    ("name", "likelihood"),
    [(n, kind) for n, family in MODELS.items() for kind in family.likelihoods],
)
VAES = [name for name, family in MODELS.items() if issubclass(family, VAE)]
every_vae = pytest.mark.parametrize("name", VAES)
standard_vaes = pytest.mark.parametrize("name", [n for n in VAES if n != "vae-mixture"])
GENERATIVE = [name for name, family in MODELS.items() if family.generative]
PLAIN = [name for name, f in MODELS.items() if f.sample_prior is Codec.sample_prior]
LAYERS = (nn.Linear, nn.Conv2d, nn.ConvTranspose2d)


def small(name: str, seed: int = 0, likelihood: str | None = None) -> Codec:
    return build(ModelConfig(name, SMALL[name], likelihood), seed)


def vivid(name: str, likelihood: str | None = None, factor: float = 3) -> Codec:
    """A small model whose codes are far from the prior and differ much by picture."""
    model = small(name, likelihood=likelihood)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(factor)
    return model


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def x() -> torch.Tensor:
    return to_x(mnist.test_digits().images[:20])


@pytest.fixture(scope="module")
def labels() -> torch.Tensor:
    return torch.tensor(mnist.test_digits().labels[:20]).long()


# --- sizes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "encoder", "decoder", "parameters"),
    [
        (ModelConfig("ae-linear"), [], [(20, 784)], 16_464),
        (ModelConfig("ae-shallow"), [(784, 30)], [(30, 784)], 47_854),
        (ModelConfig("dae"), [(784, 500)], [(500, 784)], 785_284),
        (ModelConfig("cae"), [(784, 300)], [(300, 784)], 471_484),
        (ModelConfig("ae"), [(784, 400), (400, 20)], [(20, 400), (400, 784)], 644_804),
        (ModelConfig("vae"), [(784, 400), (400, 40)], [(20, 400), (400, 784)], 652_824),
        (ModelConfig("vae", 2), [(784, 400), (400, 4)], [(2, 400), (400, 784)], 631_188),
        (
            ModelConfig("ae-conv"),
            [(1, 16), (16, 32), (1568, 128), (128, 20)],
            [(20, 128), (128, 1568), (32, 16), (16, 1)],
            425_333,
        ),
        (
            ModelConfig("vae-conv"),
            [(1, 16), (16, 32), (1568, 128), (128, 40)],
            [(20, 128), (128, 1568), (32, 16), (16, 1)],
            427_913,
        ),
        (
            ModelConfig("vae-deep"),
            [(784, 512), (512, 512), (512, 80)],
            [(40, 512), (512, 512), (512, 784)],
            1_391_456,
        ),
        (
            ModelConfig("vae-mixture"),
            [(784, 512), (512, 512), (512, 80)],
            [(40, 512), (512, 512), (512, 784)],
            1_391_456 + 100 * (1 + 2 * 40),
        ),
        (
            ModelConfig("vae-autoregressive"),
            [(784, 400), (400, 40)],
            [(20, 400), (400, 784)],
            652_824 + (121 + 1) * 16 + (16 + 1) * 16 + 17,
        ),
        (
            ModelConfig("cvae"),
            [(784, 400), (400, 40), (400, 10)],
            [(30, 400), (400, 784)],
            660_834,
        ),
        (
            ModelConfig("attribute-vae"),
            [(1, 16), (16, 32), (1568, 128), (128, 16), (128, 10), (128, 8)],
            [(10, 8), (22, 128), (128, 1568), (32, 16), (16, 1)],
            427_483,
        ),
        (
            ModelConfig("hvae"),
            [(784, 400), (400, 400), (400, 64), (432, 400), (400, 64)],
            [(32, 400), (400, 400), (400, 64), (64, 400), (400, 400), (400, 784)],
            1_398_976,
        ),
        (
            ModelConfig("hvae-mixture"),
            [(784, 512), (512, 512), (512, 64), (544, 512), (512, 64)],
            [(32, 512), (512, 512), (512, 64), (64, 512), (512, 512), (512, 784)],
            2_019_792 + 500 * (1 + 2 * 32),
        ),
        (ModelConfig("vqvae"), [(784, 400), (400, 128)], [(128, 400), (400, 784)], 731_824),
    ],
    ids=lambda value: value.name if isinstance(value, ModelConfig) else None,
)
def test_layers_are_those_of_the_course(
    config: ModelConfig,
    encoder: list[tuple[int, int]],
    decoder: list[tuple[int, int]],
    parameters: int,
) -> None:
    def sizes(part: str) -> list[tuple[int, int]]:
        found = []
        for name, layer in model.named_modules():
            if isinstance(layer, LAYERS) and name.split(".")[0] == part:
                assert layer.bias is not None
                shape = layer.weight.shape[:2]
                turned = isinstance(layer, nn.ConvTranspose2d)
                found.append((shape[0], shape[1]) if turned else (shape[1], shape[0]))
        return found

    model = build(config)
    assert (sizes("encoder"), sizes("decoder")) == (encoder, decoder)
    assert sum(p.numel() for p in model.parameters()) == parameters


@pytest.mark.parametrize(
    ("names", "activations"),
    [
        ("ae-linear", set()),
        ("ae-shallow dae", {nn.Tanh}),
        ("cae", {nn.Sigmoid}),
        (
            "ae ae-conv vae vae-deep vae-mixture vae-conv vae-autoregressive cvae attribute-vae "
            "hvae hvae-mixture vqvae",
            {nn.ReLU},
        ),
    ],
)
def test_activations_are_those_of_the_course(names: str, activations: set[type]) -> None:
    for name in names.split():
        parts = {type(layer) for layer in small(name).modules() if not list(layer.children())}
        others = {*LAYERS, nn.Embedding, nn.Flatten, nn.Unflatten, MixturePrior}
        assert parts - others == activations, name


def test_each_convolution_halves_or_doubles_the_side(x: torch.Tensor) -> None:
    model = build(ModelConfig("ae-conv"))
    seen = []
    for layer in model.modules():
        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
            layer.register_forward_hook(lambda *call: seen.append(tuple(call[2].shape[1:])))
    model(x)
    assert seen == [(16, 14, 14), (32, 7, 7), (16, 14, 14), (1, 28, 28)]


@every_variant
@pytest.mark.parametrize("batch", [0, 1, 3])
def test_shapes_and_ink_range(name: str, likelihood: str, batch: int, x: torch.Tensor) -> None:
    model = small(name, likelihood=likelihood)
    z = model.embed(x[:batch])
    assert z.shape == (batch, SMALL[name])
    picture = model.decode(10 * z)
    assert picture.shape == (batch, 1, 28, 28)
    assert ((picture >= 0) & (picture <= 1)).all()
    losses = model.losses(x[:batch], seeded())
    assert losses.distortion.shape == losses.rate.shape == (batch,)


# --- weights -----------------------------------------------------------------------------------


@every_model
def test_a_new_model_is_drawn_from_its_seed_and_ready_to_train(name: str) -> None:
    config, before = ModelConfig(name), torch.get_rng_state()
    assert config.latent == MODELS[name].default_latent
    assert config.likelihood == MODELS[name].likelihoods[0]
    first, again, other = (
        torch.cat([p.flatten() for p in small(name, s).parameters() if p.ndim > 1 and p.any()])
        for s in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert (first == other).float().mean() < 0.01
    assert torch.equal(torch.get_rng_state(), before)
    model = small(name)
    assert not model.training
    assert all(p.requires_grad and p.device.type == "cpu" for p in model.parameters())


@pytest.mark.parametrize(
    "name", [n for n, f in MODELS.items() if f.initialise in (Codec.initialise, VQVAE.initialise)]
)
def test_first_weights_are_distributed_as_torch_draws_them(name: str) -> None:
    """Uniform in ±1/√inputs: the bound is kept, nearly reached, and the variance is bound²/3."""
    layers = [layer for layer in build(ModelConfig(name)).modules() if isinstance(layer, LAYERS)]
    assert layers
    for layer in layers:
        # A pixel of a transposed convolution has other inputs; PyTorch counts them so all the same.
        bound, count = 1 / math.sqrt(layer.weight[0].numel()), layer.weight.numel()
        theirs = copy.deepcopy(layer)
        with torch.random.fork_rng():
            torch.manual_seed(0)
            theirs.reset_parameters()
        for weights in (layer.weight, theirs.weight):
            assert (1 - 10 / count) * bound < weights.abs().max() <= bound
            assert weights.var().item() == pytest.approx(bound**2 / 3, rel=5 * count**-0.5)
            assert abs(weights.mean().item()) < 5 * bound / math.sqrt(3 * count)
        assert layer.bias.abs().max() <= bound
        assert len(layer.bias) == 1 or layer.bias.std() > 0.4 * bound


def test_a_linear_autoencoder_starts_with_orthonormal_directions() -> None:
    model = small("ae-linear", seed=3)
    weight = model.decoder.weight
    torch.testing.assert_close(weight.T @ weight, torch.eye(model.latent), atol=1e-5, rtol=0)
    assert not model.decoder.bias.any()


def test_first_words_are_normal() -> None:
    words = build(ModelConfig("vqvae")).words.weight
    assert words.shape == (CODEBOOK_SIZE, WIDTH)
    assert words.std().item() == pytest.approx(0.1, rel=5 / math.sqrt(2 * words.numel()))
    assert abs(words.mean().item()) < 5 * 0.1 / math.sqrt(words.numel())


# --- the configuration -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("gan",), ["'gan'", *MODELS]),
        (("vae", 0), ["latent is 0", "1..1024"]),
        (("vae", MAX_LATENT + 1), ["latent is 1025", "1..1024"]),
        (("cvae", CLASSES), ["latent is 10", "11..1024"]),
        (("attribute-vae", GIVEN), ["latent is 14", "15..1024"]),
        (("hvae", 1), ["latent is 1", "2..1024"]),
        (("vae", 2.0), ["latent is 2.0", "whole number"]),
        (("vae", "2"), ["latent is '2'", "whole number"]),
        (("vae", True), ["latent is True", "whole number"]),
        (("ae-shallow", 2, "bernoulli"), ["'ae-shallow'", "'bernoulli'", "gaussian"]),
        (("vae", 2, "poisson"), ["'vae'", "'poisson'", "bernoulli, gaussian"]),
    ],
)
def test_a_bad_configuration_says_what_came_and_what_is_possible(
    arguments: tuple, words: list[str]
) -> None:
    with pytest.raises(ValueError) as error:
        ModelConfig(*arguments)
    message = str(error.value)
    assert [word for word in words if word not in message] == []
    assert "\n" not in message


# --- codes and losses --------------------------------------------------------------------------


@every_variant
def test_embed_is_deterministic_and_losses_without_chance_are_those_of_its_picture(
    name: str, likelihood: str, x: torch.Tensor
) -> None:
    """Without a generator z is `embed(x)`, so the losses are those of the picture shown."""
    model = small(name, likelihood=likelihood)
    assert torch.equal(model.embed(x), model.embed(x))
    x_hat, target = model(x).double(), x.double()
    if isinstance(model, LinearAutoencoder):  # its loss is of the picture before it is clipped
        x_hat = model.decoder(model.embed(x)).view_as(x).double()
        assert torch.equal(model(x).double(), x_hat.clamp(0, 1))
    expected = distortion_of(likelihood, *(a.flatten(1).detach().numpy() for a in (x_hat, target)))
    found = model.losses(x).distortion.detach().double().numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_code_costs_nothing(name: str, x: torch.Tensor) -> None:
    model = small(name)
    with_chance, without = model.losses(x, seeded()), model.losses(x)
    assert torch.equal(with_chance.distortion, without.distortion)
    assert not with_chance.rate.any()
    assert not model.rate_per_latent(x).any()


@every_model
def test_the_rate_of_each_latent_adds_up_to_the_rate(name: str, x: torch.Tensor) -> None:
    model = vivid(name)
    per_latent = model.rate_per_latent(x)
    assert per_latent.shape == (len(x), model.latent)
    torch.testing.assert_close(per_latent.sum(1), model.losses(x).rate)


@standard_vaes
def test_vae_rate_is_that_of_its_posterior(name: str, x: torch.Tensor) -> None:
    model = small(name)
    expected = gaussian_rate(*model.posterior(x))
    assert torch.equal(model.losses(x, seeded()).rate, expected)
    assert torch.equal(model.losses(x).rate, expected)
    torch.testing.assert_close(model.rate_per_latent(x).sum(1), expected)


def test_vae_draws_from_its_posterior() -> None:
    """Mean and variance of 20,000 draws, each within five standard errors."""
    mean, logvar = torch.tensor([[0.5, -2.0, 0.0]]), torch.tensor([[-3.0, 1.0, 0.0]])
    count = 20_000
    z = reparameterise(mean.expand(count, -1), logvar.expand(count, -1), seeded(4)).double()
    variance = logvar[0].exp()
    assert ((z.mean(0) - mean[0]).abs() < 5 * (variance / count).sqrt()).all()
    assert ((z.var(0) - variance).abs() < 5 * variance * math.sqrt(2 / count)).all()


def test_vae_sampled_distortion_is_unbiased(x: torch.Tensor) -> None:
    """Its mean over 500 draws agrees with an expectation taken apart, by five standard errors."""
    model, one = small("vae"), x[:1]
    with torch.no_grad():
        found = model.losses(one.expand(500, -1, -1, -1), seeded(1)).distortion.double()
        mean, logvar = model.posterior(one)
        noise = torch.from_numpy(np.random.default_rng(2).normal(size=(20_000, model.latent)))
        logits = model.logits(mean + (logvar / 2).exp() * noise.float())
        chance = torch.distributions.Bernoulli(logits=logits)
        ink = one.round()
        expected = -chance.log_prob(ink).sum((1, 2, 3)).double()
        # grey pixels: the loss is linear in x, so a correction by the logits is exact
        expected -= ((one - ink) * logits).sum((1, 2, 3)).double()
    error = math.hypot(found.std() / math.sqrt(500), expected.std() / math.sqrt(20_000))
    assert found.std() > 0
    assert abs(found.mean() - expected.mean()) < 5 * error


@every_variant
def test_chance_comes_from_the_given_generator_alone(
    name: str, likelihood: str, x: torch.Tensor
) -> None:
    model, before = small(name, likelihood=likelihood), torch.get_rng_state()
    for losses in (model.losses, model.training_losses):
        first, again = losses(x, seeded(1)), losses(x, seeded(1))
        assert torch.equal(first.distortion, again.distortion)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("name", GENERATIVE)
def test_losses_draw_anew_from_a_generator_that_goes_on(name: str, x: torch.Tensor) -> None:
    model, generator = small(name), seeded(1)
    first, second = (model.losses(x, generator).distortion for _ in range(2))
    assert not torch.equal(first, second)


@pytest.mark.some(24)
@pytest.mark.parametrize("extreme", [0.0, 1.0, 1e4, -1e4])
@every_variant
def test_extreme_pictures_give_finite_losses_and_gradients(
    name: str, likelihood: str, extreme: float
) -> None:
    model = small(name, likelihood=likelihood)
    x = torch.full((2, 1, 28, 28), extreme)
    assert model.losses(x, seeded()).neg_elbo.isfinite().all()
    labels = model.training_labels(mnist.test_digits()[:2])
    losses = model.training_losses(x, seeded(), labels)
    losses.objective(1.0).backward()
    assert losses.neg_elbo.isfinite().all()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


# --- the course's own losses -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ae-shallow", "dae"])
def test_shallow_distortion_is_the_course_s_mean_squared_error(name: str, x: torch.Tensor) -> None:
    """nn.MSELoss on pictures in [−1, 1] times 784/8, and so are its gradients."""
    ours, theirs = small(name), small(name)
    signed = 2 * x - 1
    flat = theirs.decoder(theirs.encoder(signed.flatten(1)))
    course = nn.MSELoss()(flat, signed.flatten(1)) * 784 / 8
    found = ours.losses(x).objective(1.0)
    torch.testing.assert_close(found, course)
    found.backward()
    course.backward()
    for mine, yours in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, yours.grad, rtol=1e-4, atol=1e-6)


def test_vae_objective_is_the_loss_of_the_well_known_example(x: torch.Tensor) -> None:
    """BCE summed − ½ Σ(1 + logvar − mean² − exp(logvar)), divided by the batch."""
    model = small("vae")
    mean, logvar = model.posterior(x)
    z = reparameterise(mean, logvar, seeded(3))
    bce = nn.functional.binary_cross_entropy(model.decode(z), x, reduction="sum")
    kld = -0.5 * (1 + logvar - mean.square() - logvar.exp()).sum()
    found = model.training_losses(x, seeded(3)).objective(1.0)
    torch.testing.assert_close(found, (bce + kld) / len(x), rtol=1e-5, atol=0)


def test_dae_trains_under_its_mask_and_is_measured_without(x: torch.Tensor) -> None:
    model = small("dae")
    damaged = dropout(x, DenoisingAutoencoder.mask, seeded(5))
    repaired = (model(damaged) - x).square().sum((1, 2, 3)) / 2
    plain = (model(x) - x).square().sum((1, 2, 3)) / 2
    assert not torch.allclose(repaired, plain)
    torch.testing.assert_close(model.training_losses(x, seeded(5)).distortion, repaired)
    torch.testing.assert_close(model.losses(x, seeded(5)).distortion, plain)
    extra = model.extra_losses(x, seeded(5))
    assert list(extra) == ["denoised_distortion"]
    torch.testing.assert_close(extra["denoised_distortion"], repaired)


@pytest.mark.parametrize("name", GENERATIVE)
def test_a_vae_reports_its_distortion_at_the_mean(name: str, x: torch.Tensor) -> None:
    model = small(name)
    extra = model.extra_losses(x, seeded())
    assert torch.equal(extra["distortion_at_mean"], model.losses(x).distortion)


@every_vae
def test_the_posterior_is_clamped_to_what_float32_can_hold(name: str) -> None:
    model = small(name)
    assert isinstance(model, VAE)
    for size in (-1e6, 1e6):
        _, logvar = model.posterior(torch.full((1, 1, 28, 28), size))
        assert (logvar.exp() > 0).all()
        assert logvar.exp().isfinite().all()


# --- linear and contractive --------------------------------------------------------------------


@pytest.fixture(scope="module")
def pca() -> tuple[torch.Tensor, LinearAutoencoder, float]:
    """100 digits, the linear autoencoder of numpy's PCA, and the loss of the part left out."""
    x = to_x(mnist.test_digits().images[:100])
    flat = x.flatten(1).double().numpy()
    centre = flat.mean(0)
    _, size, directions = np.linalg.svd(flat - centre, full_matrices=False)
    model = small("ae-linear")
    assert isinstance(model, LinearAutoencoder)
    with torch.no_grad():
        model.decoder.weight.copy_(torch.from_numpy(directions[: model.latent].T))
        model.decoder.bias.copy_(torch.from_numpy(centre))
    return x, model, float((size[model.latent :] ** 2).sum() / 2 / len(x))


def test_principal_components_give_a_linear_autoencoder_the_loss_of_pca_and_no_slope(
    pca: tuple[torch.Tensor, LinearAutoencoder, float],
) -> None:
    x, model, expected = pca
    loss = model.losses(x).objective(1.0)
    assert loss.item() == pytest.approx(expected, rel=1e-5)
    slopes = torch.autograd.grad(loss, list(model.parameters()))
    assert all(slope.abs().max() < 1e-4 for slope in slopes)


@torch.no_grad()
def test_any_basis_of_the_principal_space_is_as_good_and_anything_beside_it_worse(
    pca: tuple[torch.Tensor, LinearAutoencoder, float],
) -> None:
    x, best, expected = pca
    model = copy.deepcopy(best)
    turn = torch.linalg.qr(torch.randn(model.latent, model.latent, generator=seeded())).Q
    model.decoder.weight.copy_(best.decoder.weight @ turn)
    assert not torch.allclose(model.embed(x), best.embed(x))
    assert model.losses(x).objective(1.0).item() == pytest.approx(expected, rel=1e-5)
    for seed in range(5):
        astray = torch.randn(best.decoder.weight.shape, generator=seeded(seed))
        model.decoder.weight.copy_(best.decoder.weight + 0.01 * astray)
        assert model.losses(x).objective(1.0).item() > expected + 0.01


def test_the_contractive_penalty_is_the_squared_jacobian(x: torch.Tensor) -> None:
    model, x = vivid("cae").double(), x[:5].double()
    assert isinstance(model, ContractiveAutoencoder)
    jacobians = [torch.autograd.functional.jacobian(model.embed, one[None]) for one in x]
    expected = torch.stack([jacobian.square().sum() for jacobian in jacobians])
    torch.testing.assert_close(model.extra_losses(x, seeded())["jacobian_norm"], expected)
    trained, plain = model.training_losses(x, seeded()), model.losses(x)
    torch.testing.assert_close(trained.penalty, model.STRENGTH * expected)
    assert plain.penalty is None
    assert torch.equal(trained.distortion, plain.distortion)


# --- families with a prior ---------------------------------------------------------------------

# A family's draws z ~ q(z|x), (samples, batch, latent), and log p(z) - log q(z|x) of each.
Draws = tuple[torch.Tensor, torch.Tensor]


def noise(samples: int, like: torch.Tensor, chance: torch.Generator) -> torch.Tensor:
    return torch.randn((samples, *like.shape[-2:]), generator=chance)


def normal(mean: torch.Tensor, logvar: torch.Tensor) -> Normal:
    return Normal(mean, logvar.exp().sqrt())


def draws_of_vae(model: Codec, x: torch.Tensor, samples: int, chance: torch.Generator) -> Draws:
    assert isinstance(model, VAE)
    q = normal(*model.posterior(x))
    z = q.mean + q.stddev * noise(samples, q.mean, chance)
    return z, (Normal(0, 1).log_prob(z) - q.log_prob(z)).sum(2)


def density_of_mixture(prior: MixturePrior) -> MixtureSameFamily:
    return MixtureSameFamily(
        Categorical(logits=prior.logits), Independent(normal(prior.mean, prior.logvar), 1)
    )


def draws_of_mixture(model: Codec, x: torch.Tensor, samples: int, chance: torch.Generator) -> Draws:
    assert isinstance(model, MixturePriorVAE)
    q = normal(*model.posterior(x))
    z = q.mean + q.stddev * noise(samples, q.mean, chance)
    return z, density_of_mixture(model.prior).log_prob(z) - q.log_prob(z).sum(2)


def draws_of_cvae(model: Codec, x: torch.Tensor, samples: int, chance: torch.Generator) -> Draws:
    assert isinstance(model, ConditionalVAE)
    mean, logvar, kinds = model.posterior(x)
    q = normal(mean, logvar)
    style = q.mean + q.stddev * noise(samples, q.mean, chance)
    kind = torch.eye(10)[kinds.argmax(1)].expand(samples, -1, -1)
    of_kind = Categorical(torch.ones(10)).log_prob(torch.tensor(0))  # under q it is certain
    weight = (Normal(0, 1).log_prob(style) - q.log_prob(style)).sum(2) + of_kind
    return torch.cat([style, kind], 2), weight


def draws_of_attribute_vae(
    model: Codec, x: torch.Tensor, samples: int, chance: torch.Generator
) -> Draws:
    assert isinstance(model, AttributeVAE)
    mean, logvar, kinds, *of_attributes = model.infer(x)
    label = kinds.argmax(1)
    q_style, q_given = normal(mean, logvar), normal(*of_attributes)
    style = q_style.mean + q_style.stddev * noise(samples, q_style.mean, chance)
    given = q_given.mean + q_given.stddev * noise(samples, q_given.mean, chance)
    p_given = normal(*model.p_attributes(label))
    weight = (Normal(0, 1).log_prob(style) - q_style.log_prob(style)).sum(2) - math.log(10)
    weight = weight + (p_given.log_prob(given) - q_given.log_prob(given)).sum(2)
    return torch.cat([style, torch.eye(10)[label].expand(samples, -1, -1), given], 2), weight


def prior_of_top(model: HierarchicalVAE) -> Distribution:
    if isinstance(model, MixtureHierarchicalVAE):
        return density_of_mixture(model.prior)
    return Independent(Normal(torch.zeros(model.top), 1), 1)


def draws_of_hvae(model: Codec, x: torch.Tensor, samples: int, chance: torch.Generator) -> Draws:
    assert isinstance(model, HierarchicalVAE)
    seen, *parts = model.q_top(x)
    q_top = normal(*parts)
    top = q_top.mean + q_top.stddev * noise(samples, q_top.mean, chance)
    q_bottom = normal(*model.q_bottom(seen.expand(samples, -1, -1), top))
    p_bottom = normal(*model.p_bottom(top))
    bottom = q_bottom.mean + q_bottom.stddev * noise(samples, q_bottom.mean, chance)
    weight = prior_of_top(model).log_prob(top) - q_top.log_prob(top).sum(2)
    weight = weight + (p_bottom.log_prob(bottom) - q_bottom.log_prob(bottom)).sum(2)
    return torch.cat([bottom, top], 2), weight


DRAWS: dict[type[Codec], Callable[[Codec, torch.Tensor, int, torch.Generator], Draws]] = {
    MixturePriorVAE: draws_of_mixture,  # before the family of which it is one
    VAE: draws_of_vae,
    AttributeVAE: draws_of_attribute_vae,  # before the family of which it is one
    ConditionalVAE: draws_of_cvae,
    HierarchicalVAE: draws_of_hvae,
}


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize("name", [n for n in GENERATIVE if issubclass(MODELS[n], tuple(DRAWS))])
@torch.no_grad()
def test_log_weights_are_those_of_torch_s_distributions(
    name: str, likelihood: str, x: torch.Tensor
) -> None:
    model, x = vivid(name, likelihood), x[:6].round()
    draws = next(found for family, found in DRAWS.items() if isinstance(model, family))
    z, expected = draws(model, x, 4, seeded(7))
    assert expected.abs().mean() > 1  # far from the prior, so that a wrong sign is seen
    pictures = model.logits(z.flatten(0, 1)).double().sigmoid().flatten(1).numpy()
    again = x.repeat(4, 1, 1, 1).flatten(1).double().numpy()
    expected = expected - torch.tensor(distortion_of(likelihood, pictures, again)).view(4, 6)
    found = model.log_weights(x, 4, seeded(7))
    torch.testing.assert_close(found.double(), expected.double(), rtol=1e-4, atol=1e-3)


@pytest.mark.some(2)
@pytest.mark.parametrize("name", GENERATIVE)
@torch.no_grad()
def test_the_mean_log_weight_is_minus_neg_elbo(
    name: str, x: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 4000 draws each, by five standard errors; in one the rate is drawn, in one known."""
    model, one, count = vivid(name, factor=2), x[:1], 4000
    # Its own noise, many times that of the rate, would hide the rate.
    monkeypatch.setattr(model, "_distortion", lambda logits, x: torch.full((len(x),), 90.0))
    found = -model.log_weights(one, count, seeded(1)).double().flatten()
    losses = model.losses(one.expand(count, -1, -1, -1), seeded(2))
    expected = losses.neg_elbo.double()
    error = math.hypot(found.std(), expected.std()) / math.sqrt(count)
    if isinstance(model, MixturePriorVAE):  # whose rate is a bound
        assert found.mean() < expected.mean() + 5 * error
    else:
        assert abs(found.mean() - expected.mean()) < 5 * error
    assert losses.rate.mean() > 5 * error  # a forgotten or doubled rate is seen


@pytest.mark.parametrize("name", GENERATIVE)
def test_codes_come_from_the_given_generator_alone(name: str) -> None:
    model, before = vivid(name), torch.get_rng_state()
    with torch.no_grad():
        first, again, other = (model.sample_prior(12, seeded(s)) for s in (1, 1, 2))
        calm = [model.sample_prior(12, seeded(s), temperature=0.0) for s in (1, 2)]
    assert first.shape == (12, model.latent)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    if isinstance(model, MixturePriorVAE):  # which draws a component, and then its mean
        assert all(any(torch.equal(z, mean) for mean in model.prior.mean) for z in torch.cat(calm))
    elif isinstance(model, MixtureHierarchicalVAE):
        tops = torch.cat(calm)[:, model.bottom :]
        assert all(any(torch.equal(top, mean) for mean in model.prior.mean) for top in tops)
    else:
        assert torch.equal(*calm)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("temperature", [1.0, 0.5])
@standard_vaes
def test_a_vae_draws_from_the_standard_normal(name: str, temperature: float) -> None:
    check_normal(small(name).sample_prior(20_000, seeded(3), temperature), temperature)


def check_normal(numbers: torch.Tensor, deviation: float = 1.0) -> None:
    """Rows of independent numbers from N(0, deviation²), each moment by five standard errors."""
    error = 5 / math.sqrt(len(numbers))
    assert numbers.mean(0).abs().max() < error * deviation
    products = torch.cov(numbers.T) / deviation**2 - torch.eye(numbers.shape[1])
    assert products.abs().max() < error * math.sqrt(2)


@pytest.mark.parametrize("name", [name for name in MODELS if MODELS[name].generative])
def test_normal_latents_are_those_with_the_standard_normal_prior(name: str) -> None:
    model = small(name)
    z = model.sample_prior(20_000, seeded(3))
    normal_ones = z[:, model.normal_latents()]
    if name in ("vae-mixture", "hvae-mixture"):
        assert not normal_ones.numel()
        return
    check_normal(normal_ones)
    assert (normal_ones.shape[1] < model.latent) == (len(model.code_parts()) > 1)


@pytest.fixture
def mixture() -> MixturePrior:
    """Components of three latents, far from each other in places and of several sizes."""
    prior = MixturePrior(3)
    with torch.no_grad():
        for parameter, size in ((prior.logits, 2.0), (prior.mean, 3.0), (prior.logvar, 1.0)):
            parameter.normal_(0, size, generator=seeded(11))
    return prior


@torch.no_grad()
def test_a_mixture_has_the_moments_of_its_components(mixture: MixturePrior) -> None:
    count, expected = 100_000, density_of_mixture(mixture)
    z = mixture.sample(count, seeded(1), 1.0)
    assert ((z.mean(0) - expected.mean).abs() < 5 * (expected.variance / count).sqrt()).all()
    torch.testing.assert_close(z.var(0), expected.variance, rtol=0.03, atol=0)
    found = mixture.log_density(z[:50]) - 1.5 * math.log(2 * math.pi)
    torch.testing.assert_close(found, expected.log_prob(z[:50]), rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_the_rate_under_a_mixture_is_a_tight_upper_bound(mixture: MixturePrior) -> None:
    mean, logvar = mixture.mean[:20] + 0.3, mixture.logvar[:20] - 4  # narrow, as posteriors are
    q = Independent(normal(mean, logvar), 1)
    z = mean + q.stddev * torch.randn((5_000, 20, 3), generator=seeded(2))
    draws = q.log_prob(z) - density_of_mixture(mixture).log_prob(z)
    error = 5 * draws.std(0) / len(z) ** 0.5
    bound = mixture.rate_per_latent(mean, logvar).sum(1)
    assert (bound > draws.mean(0) - error).all()
    assert (bound < draws.mean(0) + error + 0.1).all()


@torch.no_grad()
def test_the_rate_of_a_draw_under_a_mixture_is_that_of_torch_s_distributions(
    mixture: MixturePrior,
) -> None:
    mean, logvar = mixture.mean[:20] + 0.3, mixture.logvar[:20] - 1
    q = Independent(normal(mean, logvar), 1)
    z = reparameterise(mean, logvar, seeded(4))
    found = mixture.rate_of_draw(z, mean, logvar)
    expected = q.log_prob(z) - density_of_mixture(mixture).log_prob(z)
    torch.testing.assert_close(found.sum(1), expected, rtol=1e-4, atol=1e-3)
    assert found.std(0).min() > 0.1  # each latent has its own part


@torch.no_grad()
def test_a_mixture_of_equal_components_is_one_gaussian() -> None:
    prior = MixturePrior(3)
    prior.mean.copy_(torch.tensor([0.5, -1, 2]))
    prior.logvar.copy_(torch.tensor([0.3, 0, -1]))
    mean, logvar = torch.randn((5, 3), generator=seeded(1)), torch.full((5, 3), -0.7)
    expected = kl_divergence(normal(mean, logvar), normal(prior.mean[0], prior.logvar[0]))
    torch.testing.assert_close(prior.rate_per_latent(mean, logvar), expected)


def test_words_are_drawn_evenly() -> None:
    drawn = small("vqvae").sample_prior(20_000, seeded()).flatten().int()
    counts = torch.bincount(drawn, minlength=64)
    assert len(counts) == 64
    assert (counts - len(drawn) / 64).abs().max() < 5 * math.sqrt(len(drawn) / 64)


@pytest.mark.parametrize("name", PLAIN)
def test_a_family_without_probabilities_says_so(name: str, x: torch.Tensor) -> None:
    model = small(name)
    family = type(model).__name__
    with pytest.raises(TypeError, match=f"^{family} gives no probabilities: it has no posterior$"):
        model.log_weights(x, 2, seeded())
    with pytest.raises(TypeError, match=f"^{family} has no codes that noise alone makes$"):
        model.log_weights_of(x, model.noise(2, len(x), seeded()))
    with pytest.raises(TypeError, match=f"^{family} has no prior to draw codes from$"):
        model.sample_prior(2, seeded())


# --- conditional -------------------------------------------------------------------------------


@pytest.fixture
def cvae() -> ConditionalVAE:
    model = vivid("cvae")
    assert isinstance(model, ConditionalVAE)
    return model


def test_a_label_decides_the_kind_in_training(
    cvae: ConditionalVAE, x: torch.Tensor, labels: torch.Tensor
) -> None:
    found = cvae.training_losses(x, seeded(1), labels)
    mean, logvar, _ = cvae.posterior(x)
    code = torch.cat([reparameterise(mean, logvar, seeded(1)), torch.eye(10)[labels]], 1)
    expected = -Bernoulli(logits=cvae.logits(code)).log_prob(x.round()).sum((1, 2, 3))
    expected = expected + ((x.round() - x) * cvae.logits(code)).sum((1, 2, 3))
    torch.testing.assert_close(found.distortion, expected, rtol=1e-5, atol=1e-3)
    others = cvae.training_losses(x, seeded(1), (labels + 1) % 10)
    assert (found.distortion != others.distortion).all()
    assert torch.equal(found.rate, others.rate)


def test_the_recogniser_pays_for_each_label_it_finds_unlikely(
    cvae: ConditionalVAE, x: torch.Tensor, labels: torch.Tensor
) -> None:
    seen = torch.relu(cvae.encoder["trunk"][0](x.flatten(1)))
    expected = -Categorical(logits=cvae.encoder["kind"](seen)).log_prob(labels)
    found = cvae.training_losses(x, seeded(), labels)
    torch.testing.assert_close(found.penalty, expected)
    assert found.objective(0.0) > found.distortion.mean()
    assert cvae.losses(x, seeded()).penalty is None
    assert cvae.training_losses(x, seeded()).penalty is None


def test_a_conditional_rate_is_that_of_its_style_and_of_one_kind_in_ten(
    cvae: ConditionalVAE, x: torch.Tensor
) -> None:
    mean, logvar, _ = cvae.posterior(x)
    of_style = kl_divergence(normal(mean, logvar), Normal(0, 1)).sum(1)
    torch.testing.assert_close(cvae.losses(x, seeded()).rate, of_style + math.log(10))


def test_a_conditional_code_is_a_style_and_the_likeliest_kind(
    cvae: ConditionalVAE, x: torch.Tensor
) -> None:
    mean, _, kinds = cvae.posterior(x)
    assert len(set(kinds.argmax(1).tolist())) > 1
    expected = torch.cat([mean, torch.eye(10)[kinds.argmax(1)]], 1)
    assert torch.equal(cvae.embed(x), expected)
    torch.testing.assert_close(kinds.exp().sum(1), torch.ones(len(x)))


def test_conditional_draws_are_of_the_kinds_in_turn(cvae: ConditionalVAE) -> None:
    style, kind = cvae.sample_prior(20_000, seeded(), 0.5).split([cvae.style, 10], 1)
    assert torch.equal(kind, torch.eye(10).repeat(2000, 1))
    check_normal(style, 0.5)


def test_one_style_is_written_as_ten_pictures(cvae: ConditionalVAE) -> None:
    style = torch.ones(10, cvae.style)
    pictures = cvae.decode(cvae.join(style, torch.arange(10)))
    assert torch.pdist(pictures.flatten(1)).min() > 0.1


# --- attributes --------------------------------------------------------------------------------


@pytest.fixture
def attribute_vae() -> AttributeVAE:
    model = vivid("attribute-vae")
    assert isinstance(model, AttributeVAE)
    return model


def test_training_gives_the_decoder_the_label_and_what_the_ruler_measures(
    attribute_vae: AttributeVAE, x: torch.Tensor
) -> None:
    digits = mnist.test_digits()[:20]
    labels = attribute_vae.training_labels(digits)
    ruled = measure(digits.images)
    for i, name in enumerate(ATTRIBUTES):
        known = train_attributes()[name].astype(float)
        wanted = (ruled[name] - known.mean()) / known.std()
        np.testing.assert_allclose(labels[:, 1 + i], wanted.clip(-4, 4), atol=1e-3)
    assert torch.equal(labels[:, 0].int(), torch.tensor(digits.labels).int())
    found = attribute_vae.training_losses(x, seeded(1), labels)
    mean, logvar, *_ = attribute_vae.posterior(x)
    style = reparameterise(mean, logvar, seeded(1))
    code = torch.cat([style, torch.eye(10)[labels[:, 0].long()], labels[:, 1:]], 1)
    logits = attribute_vae.logits(code).flatten(1).double()
    expected = distortion_of("bernoulli", logits.sigmoid().detach().numpy(), x.flatten(1).numpy())
    np.testing.assert_allclose(found.distortion.detach(), expected, rtol=1e-5)


def test_asking_and_ruling_teach_the_decoder_and_the_encoder_apart(
    attribute_vae: AttributeVAE,
) -> None:
    """Asked alone, only the decoder learns; measured alone, only the head of the attributes."""
    model, style = attribute_vae, torch.zeros(12, attribute_vae.style)
    label = torch.arange(12) % 10

    def learners(asked: bool) -> set[str]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(attribute, "PREDICTION" if asked else "OBEDIENCE", 0.0)
            model.zero_grad()
            model._disobedience(style, label, seeded()).sum().backward()
        return {n for n, p in model.named_parameters() if p.grad is not None and p.grad.any()}

    assert {name.split(".")[0] for name in learners(asked=True)} == {"decoder"}
    parts = {".".join(name.split(".")[:2]) for name in learners(asked=False)}
    assert parts == {"encoder.trunk", "encoder.attributes"}
    assert all(p.requires_grad for p in model.parameters())


@torch.no_grad()
def test_another_label_keeps_the_style_and_how_unusual_the_attributes_are(
    attribute_vae: AttributeVAE,
) -> None:
    z = attribute_vae.sample_prior(30, seeded())
    label = torch.arange(30) % 7
    moved = attribute_vae.with_label(z, label)
    style, one_hot, given = moved.split([attribute_vae.style, 10, 4], 1)
    assert torch.equal(style, z[:, : attribute_vae.style])
    assert torch.equal(one_hot, torch.eye(10)[label])
    for codes, kinds in ((z, torch.arange(30) % 10), (moved, label)):
        p = normal(*attribute_vae.p_attributes(kinds))
        torch.testing.assert_close(
            (codes[:, -4:] - p.mean) / p.stddev,
            torch.randn((30, 4), generator=after_styles(30, attribute_vae.style)),
            rtol=1e-3,
            atol=1e-3,
        )
    mean = attribute_vae.join(style, label)[:, -4:]
    torch.testing.assert_close(mean, attribute_vae.p_attributes(label)[0])
    assert not torch.allclose(given, mean)


def after_styles(count: int, style: int) -> torch.Generator:
    """The generator of `sample_prior` when it draws the attributes."""
    generator = seeded()
    torch.randn((count, style), generator=generator)
    return generator


# --- hierarchical ------------------------------------------------------------------------------


@pytest.fixture
def hvae() -> HierarchicalVAE:
    model = vivid("hvae")
    assert isinstance(model, HierarchicalVAE)
    assert (model.bottom, model.top) == (3, 2)
    return model


def surprise(model: HierarchicalVAE, z: torch.Tensor) -> torch.Tensor:
    """How far each bottom is from what its top leads one to expect, in standard deviations."""
    expected = normal(*model.p_bottom(z[:, model.bottom :]))
    return (z[:, : model.bottom] - expected.mean) / expected.stddev


@torch.no_grad()
def test_a_hierarchical_rate_is_that_of_both_levels(hvae: HierarchicalVAE, x: torch.Tensor) -> None:
    """The top's in closed form; the bottom's given the top that was drawn."""
    seen, *parts = hvae.q_top(x)
    of_top = kl_divergence(normal(*parts), Normal(0, 1)).sum(1)
    for chance in (seeded(5), None):
        top = parts[0] if chance is None else reparameterise(*parts, chance)
        bottom = normal(*hvae.q_bottom(seen, top)), normal(*hvae.p_bottom(top))
        expected = of_top + kl_divergence(*bottom).sum(1)
        found = hvae.losses(x, None if chance is None else seeded(5)).rate
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(hvae.extra_losses(x, seeded())["rate_top"], of_top)


@pytest.mark.parametrize("temperature", [1.0, 0.5])
@torch.no_grad()
def test_hierarchical_draws_follow_the_top(hvae: HierarchicalVAE, temperature: float) -> None:
    z = hvae.sample_prior(20_000, seeded(2), temperature)
    check_normal(torch.cat([surprise(hvae, z), z[:, hvae.bottom :]], 1), temperature)
    assert hvae.p_bottom(z[:, hvae.bottom :])[0].std(0).min() > 0.1  # the top does lead


@torch.no_grad()
def test_another_bottom_keeps_the_top(hvae: HierarchicalVAE) -> None:
    z = hvae.sample_prior(20_000, seeded(2))
    other = hvae.resample(z, "bottom", seeded(3))
    assert torch.equal(other[:, hvae.bottom :], z[:, hvae.bottom :])
    check_normal(torch.cat([surprise(hvae, z), surprise(hvae, other)], 1))  # and is independent


@torch.no_grad()
def test_another_top_keeps_the_surprise_of_the_bottom(hvae: HierarchicalVAE) -> None:
    z = hvae.sample_prior(20_000, seeded(2))
    other = hvae.resample(z, "top", seeded(3))
    torch.testing.assert_close(surprise(hvae, other), surprise(hvae, z), rtol=1e-3, atol=1e-3)
    check_normal(torch.cat([z[:, hvae.bottom :], other[:, hvae.bottom :]], 1))
    assert not torch.allclose(other[:, : hvae.bottom], z[:, : hvae.bottom])


def test_an_unknown_level_is_named(hvae: HierarchicalVAE) -> None:
    with pytest.raises(ValueError, match=r"^unknown level 'middle'; there are: bottom, top$"):
        hvae.resample(torch.zeros(1, hvae.latent), "middle", seeded())


# --- vector-quantised --------------------------------------------------------------------------


@pytest.fixture
def vqvae() -> VQVAE:
    model = vivid("vqvae")
    assert isinstance(model, VQVAE)
    return model


@torch.no_grad()
def test_a_word_is_the_nearest_one(vqvae: VQVAE, x: torch.Tensor) -> None:
    places = vqvae.encode(x)
    expected = torch.cdist(places.double(), vqvae.words.weight.double()).argmin(2)
    assert len(expected.unique()) > 3
    assert torch.equal(vqvae.nearest(places), expected)
    z = vqvae.embed(x)
    assert torch.equal(z, expected.float())
    words = vqvae.words.weight[expected]
    torch.testing.assert_close(vqvae.decode(z), torch.sigmoid(vqvae.logits(words)))


@torch.no_grad()
def test_numbers_that_are_no_words_count_as_the_nearest_word(vqvae: VQVAE) -> None:
    z = torch.tensor([[0.0, 5.0, 62.0, CODEBOOK_SIZE - 1]])
    odd = torch.tensor([[-7.0, 4.6, 62.4, 1e6]])
    assert torch.equal(vqvae.decode(odd), vqvae.decode(z))


def test_a_code_of_words_costs_6_bits_a_place(vqvae: VQVAE, x: torch.Tensor) -> None:
    bits = vqvae.extra_losses(x, seeded())["bits"]
    assert bits.tolist() == [6 * vqvae.latent] * len(x)
    for losses in (vqvae.losses(x), vqvae.training_losses(x, seeded())):
        torch.testing.assert_close(losses.rate / math.log(2), bits)


def test_the_gradient_passes_the_choice_of_a_word_as_if_it_were_not_there(
    vqvae: VQVAE, x: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the decoder says of the words, the encoder hears unchanged; the words hear nothing."""
    places = vqvae.encode(x).detach().requires_grad_()
    words = vqvae.words.weight[vqvae.nearest(places)].detach().requires_grad_()
    asked = nn.functional.binary_cross_entropy_with_logits(vqvae.logits(words), x, reduction="sum")
    (expected,) = torch.autograd.grad(asked, words)
    monkeypatch.setattr(vqvae, "encode", lambda _: places)
    distortion = vqvae.training_losses(x, seeded()).distortion
    torch.testing.assert_close(distortion, vqvae.losses(x).distortion)
    found, none = torch.autograd.grad(
        distortion.sum(), [places, vqvae.words.weight], allow_unused=True
    )
    assert none is None
    assert expected.abs().max() > 0
    torch.testing.assert_close(found, expected)


def test_words_move_to_the_places_and_places_a_little_to_their_words(
    vqvae: VQVAE, x: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = vqvae.encode(x).detach().requires_grad_()
    apart = places.detach() - vqvae.words.weight.detach()[vqvae.nearest(places)]
    monkeypatch.setattr(vqvae, "encode", lambda _: places)
    penalty = vqvae.training_losses(x, seeded()).penalty
    assert penalty is not None
    torch.testing.assert_close(penalty, (1 + COMMITMENT) * apart.square().sum((1, 2)))
    of_places, of_words = torch.autograd.grad(penalty.sum(), [places, vqvae.words.weight])
    torch.testing.assert_close(of_places, 2 * COMMITMENT * apart)
    moved = torch.zeros_like(of_words).index_add(
        0, vqvae.nearest(places).flatten(), -2 * apart.flatten(0, 1)
    )
    torch.testing.assert_close(of_words, moved, rtol=1e-4, atol=1e-4)


# --- between numpy and torch -------------------------------------------------------------------


def test_pixels_survive_the_way_to_x_and_back() -> None:
    pixels = np.resize(np.arange(256, dtype=np.uint8), (3, 28, 28))
    x = to_x(pixels)
    assert x.dtype == torch.float32
    assert (x.min(), x.max()) == (0, 1)
    np.testing.assert_array_equal(to_pixels(x), pixels)


def test_to_pixels_rounds_and_clips() -> None:
    x = torch.tensor([-3.0, 0.0019, 0.0021, 0.998, 0.9985, 7.0]).resize_(1, 1, 28, 28)
    assert to_pixels(x).ravel()[:6].tolist() == [0, 0, 1, 254, 255, 255]


def test_to_x_shares_no_memory_with_the_digits() -> None:
    digits = mnist.test_digits().images[:2]
    before = digits.copy()
    to_x(digits).zero_()
    np.testing.assert_array_equal(digits, before)


@every_model
def test_many_pictures_in_chunks_are_the_same_as_at_once(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, pixels = small(name), mnist.test_digits().images[:250]
    with torch.no_grad():
        at_once = model.embed(to_x(pixels)).numpy()
    monkeypatch.setattr(arrays, "CHUNK", 100)
    codes = embed_many(model, pixels)
    assert codes.dtype == np.float32
    np.testing.assert_allclose(codes, at_once, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(reconstruct_many(model, pixels), decode_many(model, codes))


def test_more_pictures_than_a_chunk_keep_their_order() -> None:
    model, pixels = small("ae-shallow"), mnist.test_digits().images[: arrays.CHUNK + 10]
    codes = embed_many(model, pixels)
    assert codes.shape == (arrays.CHUNK + 10, SMALL["ae-shallow"])
    np.testing.assert_allclose(codes[-10:], embed_many(model, pixels[-10:]), rtol=1e-4, atol=1e-5)


@every_model
def test_no_pictures_give_no_codes(name: str) -> None:
    model = small(name)
    none = np.empty((0, 28, 28), np.uint8)
    assert embed_many(model, none).shape == (0, SMALL[name])
    assert reconstruct_many(model, none).shape == (0, 28, 28)


def test_rate_per_latent_is_the_mean_over_pictures() -> None:
    model, pixels = small("vae"), mnist.test_digits().images[:30]
    found = rate_per_latent(model, pixels)
    with torch.no_grad():
        total = model.losses(to_x(pixels)).rate.mean().item()
    assert found.shape == (SMALL["vae"],)
    assert found.sum() == pytest.approx(total, rel=1e-5)


def test_shapes_are_checked_while_testing() -> None:
    """The hook in conftest.py is at work: a flat picture is refused at the signature."""
    with pytest.raises(Exception, match="parameter 'x'"):
        small("ae").embed(torch.zeros(2, 784))


# --- the autoregressive decoder ----------------------------------------------------------------


@torch.no_grad()
def test_an_autoregressive_picture_is_made_of_the_pixels_before(x: torch.Tensor) -> None:
    """Where x is the picture of z, p(x|z) has its probabilities: the distortion is its entropy.

    That holds only if each pixel is decoded from the same pixels that the distortion looks at.
    """
    model = vivid("vae-autoregressive")
    assert isinstance(model, AutoregressiveVAE)
    chance = seeded()
    for name, parameter in model.before.named_parameters():
        parameter.copy_(
            torch.randn(parameter.shape, generator=chance) * (0.2 if "0" in name else 1)
        )
    z = model.embed(x)
    picture = model.decode(z)
    alone = torch.sigmoid(model.logits(z))
    assert (picture - alone).abs().mean() > 0.05  # the pixels before have an effect
    entropy = torch.distributions.Bernoulli(picture).entropy().flatten(1).sum(1)
    torch.testing.assert_close(model.distortion(z, picture), entropy, rtol=1e-4, atol=1e-2)
