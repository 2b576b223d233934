"""The models of the course: their sizes, their weights, their losses."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from vae_demo import data
from vae_demo.corruptions import dropout
from vae_demo.losses import gaussian_rate
from vae_demo.models import (
    MAX_LATENT,
    MODELS,
    Codec,
    ModelConfig,
    arrays,
    build,
    decode_many,
    embed_many,
    rate_per_latent,
    reconstruct,
    to_pixels,
    to_x,
)
from vae_demo.models.autoencoder import DenoisingAutoencoder, ShallowAutoencoder
from vae_demo.models.vae import VAE, sample

SMALL = {"ae-shallow": 5, "dae": 40, "ae": 4, "vae": 3}
every_model = pytest.mark.parametrize("name", MODELS)
every_variant = pytest.mark.parametrize(
    ("name", "likelihood"),
    [(n, kind) for n, family in MODELS.items() for kind in family.likelihoods],
)


def small(name: str, seed: int = 0, likelihood: str | None = None) -> Codec:
    return build(ModelConfig(name, SMALL[name], likelihood), seed)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def x() -> torch.Tensor:
    return to_x(data.test_digits().images[:20])


# --- sizes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "encoder", "decoder", "parameters"),
    [
        (ModelConfig("ae-shallow"), [(784, 30)], [(30, 784)], 47_854),
        (ModelConfig("dae"), [(784, 500)], [(500, 784)], 785_284),
        (ModelConfig("ae"), [(784, 400), (400, 20)], [(20, 400), (400, 784)], 644_804),
        (ModelConfig("vae"), [(784, 400), (400, 40)], [(20, 400), (400, 784)], 652_824),
        (ModelConfig("vae", 2), [(784, 400), (400, 4)], [(2, 400), (400, 784)], 631_188),
    ],
    ids=lambda value: value.name if isinstance(value, ModelConfig) else None,
)
def test_layers_are_those_of_the_course(
    config: ModelConfig,
    encoder: list[tuple[int, int]],
    decoder: list[tuple[int, int]],
    parameters: int,
) -> None:
    def sizes(part: nn.Module) -> list[tuple[int, int]]:
        linear = [layer for layer in part.modules() if isinstance(layer, nn.Linear)]
        assert all(layer.bias is not None for layer in linear)
        return [(layer.in_features, layer.out_features) for layer in linear]

    model = build(config)
    assert (sizes(model.encoder), sizes(model.decoder)) == (encoder, decoder)
    assert sum(p.numel() for p in model.parameters()) == parameters


@every_model
def test_activations_are_those_of_the_course(name: str) -> None:
    inside = nn.Tanh if issubclass(MODELS[name], ShallowAutoencoder) else nn.ReLU
    others = {type(layer) for layer in small(name).modules() if not list(layer.children())} - {
        nn.Linear
    }
    assert others == {inside}


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
def test_the_seed_alone_decides_the_weights(name: str) -> None:
    first, again, other = (
        nn.utils.parameters_to_vector(small(name, s).parameters()) for s in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert (first == other).float().mean() < 0.01


@every_model
def test_building_draws_nothing_from_the_global_generator(name: str) -> None:
    before = torch.get_rng_state()
    small(name)
    assert torch.equal(torch.get_rng_state(), before)


@every_model
def test_first_weights_are_distributed_as_torch_draws_them(name: str) -> None:
    """Uniform in ±1/√inputs: the bound is kept, nearly reached, and the variance is bound²/3."""
    for layer in build(ModelConfig(name)).modules():
        if isinstance(layer, nn.Linear):
            bound = 1 / math.sqrt(layer.in_features)
            with torch.random.fork_rng():
                torch.manual_seed(0)
                theirs = nn.Linear(layer.in_features, layer.out_features).weight
            for weights in (layer.weight, theirs):
                assert 0.99 * bound < weights.abs().max() <= bound
                assert weights.var().item() == pytest.approx(bound**2 / 3, rel=0.05)
                assert abs(weights.mean().item()) < 5 * bound / math.sqrt(3 * weights.numel())
            assert layer.bias.abs().max() <= bound
            assert layer.bias.std() > 0.4 * bound


@every_model
def test_a_new_model_is_ready_to_train(name: str) -> None:
    model = small(name)
    assert not model.training
    assert all(p.requires_grad and p.device.type == "cpu" for p in model.parameters())


# --- the configuration -------------------------------------------------------------------------


@every_model
def test_none_takes_the_course_s_own(name: str) -> None:
    config = ModelConfig(name)
    assert (config.latent, config.likelihood) == (
        MODELS[name].default_latent,
        MODELS[name].likelihoods[0],
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("vqvae",), ["'vqvae'", *MODELS]),
        (("vae", 0), ["latent is 0", "1..1024"]),
        (("vae", MAX_LATENT + 1), ["latent is 1025", "1..1024"]),
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
    if likelihood == "gaussian":
        expected = ((target - x_hat) ** 2).sum((1, 2, 3)) / 2
    else:
        expected = -(target * x_hat.log() + (1 - target) * (1 - x_hat).log()).sum((1, 2, 3))
    torch.testing.assert_close(model.losses(x).distortion.double(), expected, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("name", [n for n in MODELS if n != "vae"])
def test_a_plain_code_costs_nothing(name: str, x: torch.Tensor) -> None:
    model = small(name)
    with_chance, without = model.losses(x, seeded()), model.losses(x)
    assert torch.equal(with_chance.distortion, without.distortion)
    assert not with_chance.rate.any()
    assert not model.rate_per_latent(x).any()


def test_vae_rate_is_that_of_its_posterior(x: torch.Tensor) -> None:
    model = small("vae")
    expected = gaussian_rate(*model.posterior(x))
    assert torch.equal(model.losses(x, seeded()).rate, expected)
    assert torch.equal(model.losses(x).rate, expected)
    torch.testing.assert_close(model.rate_per_latent(x).sum(1), expected)


def test_vae_draws_from_its_posterior() -> None:
    """Mean and variance of 20,000 draws, each within five standard errors."""
    mean, logvar = torch.tensor([[0.5, -2.0, 0.0]]), torch.tensor([[-3.0, 1.0, 0.0]])
    count = 20_000
    z = sample(mean.expand(count, -1), logvar.expand(count, -1), seeded(4)).double()
    variance = logvar[0].exp()
    assert ((z.mean(0) - mean[0]).abs() < 5 * (variance / count).sqrt()).all()
    assert ((z.var(0) - variance).abs() < 5 * variance * math.sqrt(2 / count)).all()


def test_vae_sampled_distortion_is_unbiased(x: torch.Tensor) -> None:
    """Its mean over 500 draws agrees with an expectation taken apart, by five standard errors."""
    model, one = small("vae"), x[:1]
    with torch.no_grad():
        found = model.losses(one.expand(500, -1, -1, -1), seeded(1)).distortion.double()
        mean, logvar = model.posterior(one)
        noise = torch.from_numpy(np.random.default_rng(2).normal(size=(20_000, 3))).float()
        logits = model.logits(mean + (logvar / 2).exp() * noise)
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


def test_the_vae_draws_anew_from_a_generator_that_goes_on(x: torch.Tensor) -> None:
    model, generator = small("vae"), seeded(1)
    first, second = (model.losses(x, generator).distortion for _ in range(2))
    assert not torch.equal(first, second)


@pytest.mark.parametrize("extreme", [0.0, 1.0, 1e4, -1e4])
@every_variant
def test_extreme_pictures_give_finite_losses_and_gradients(
    name: str, likelihood: str, extreme: float
) -> None:
    model = small(name, likelihood=likelihood)
    x = torch.full((2, 1, 28, 28), extreme)
    losses = model.losses(x, seeded())
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
    z = sample(mean, logvar, seeded(3))
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


def test_vae_reports_its_distortion_at_the_mean(x: torch.Tensor) -> None:
    model = small("vae")
    extra = model.extra_losses(x, seeded())
    assert list(extra) == ["distortion_at_mean"]
    assert torch.equal(extra["distortion_at_mean"], model.losses(x).distortion)


def test_the_posterior_is_clamped_to_what_float32_can_hold() -> None:
    model = small("vae")
    assert isinstance(model, VAE)
    for size in (-1e6, 1e6):
        _, logvar = model.posterior(torch.full((1, 1, 28, 28), size))
        assert (logvar.exp() > 0).all()
        assert logvar.exp().isfinite().all()


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
    digits = data.test_digits().images[:2]
    before = digits.copy()
    to_x(digits).zero_()
    np.testing.assert_array_equal(digits, before)


@every_model
def test_many_pictures_in_chunks_are_the_same_as_at_once(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, pixels = small(name), data.test_digits().images[:250]
    with torch.no_grad():
        at_once = model.embed(to_x(pixels)).numpy()
    monkeypatch.setattr(arrays, "CHUNK", 100)
    codes = embed_many(model, pixels)
    assert codes.dtype == np.float32
    np.testing.assert_allclose(codes, at_once, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(reconstruct(model, pixels), decode_many(model, codes))


def test_more_pictures_than_a_chunk_keep_their_order() -> None:
    model, pixels = small("ae-shallow"), data.test_digits().images[: arrays.CHUNK + 10]
    codes = embed_many(model, pixels)
    assert codes.shape == (arrays.CHUNK + 10, SMALL["ae-shallow"])
    np.testing.assert_allclose(codes[-10:], embed_many(model, pixels[-10:]), rtol=1e-4, atol=1e-5)


@every_model
def test_no_pictures_give_no_codes(name: str) -> None:
    model = small(name)
    none = np.empty((0, 28, 28), np.uint8)
    assert embed_many(model, none).shape == (0, SMALL[name])
    assert reconstruct(model, none).shape == (0, 28, 28)


def test_rate_per_latent_is_the_mean_over_pictures() -> None:
    model, pixels = small("vae"), data.test_digits().images[:30]
    found = rate_per_latent(model, pixels)
    with torch.no_grad():
        total = model.losses(to_x(pixels)).rate.mean().item()
    assert found.shape == (SMALL["vae"],)
    assert found.sum() == pytest.approx(total, rel=1e-5)


def test_shapes_are_checked_while_testing() -> None:
    """The hook in conftest.py is at work: a flat picture is refused at the signature."""
    with pytest.raises(Exception, match="parameter 'x'"):
        small("ae").embed(torch.zeros(2, 784))
