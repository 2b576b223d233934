"""The scoreboard's numbers against closed forms, other libraries and cases made by hand."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm  # type: ignore[import-untyped]
from scipy.special import logsumexp  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from torch import Tensor
from torch.distributions import LowRankMultivariateNormal, MultivariateNormal, Normal
from torch.distributions import kl_divergence as kl

from tests.support.likelihoods import distortion_of
from vae_demo.digits import mnist
from vae_demo.digits.mnist import Digits
from vae_demo.evaluation import classifier, codes, likelihood, quality
from vae_demo.evaluation.codes import active_units, linear_probe
from vae_demo.evaluation.evaluate import evaluate
from vae_demo.evaluation.likelihood import binarise, negative_log_likelihood
from vae_demo.evaluation.nearest import nearest_training_digits
from vae_demo.evaluation.quality import SampleQuality, frechet_distance, sample_quality
from vae_demo.models import Codec, ModelConfig, build, embed_many, to_x
from vae_demo.models.losses import LIKELIHOODS, Losses, importance_bound
from vae_demo.models.vae import VAE


def random_digits(count: int, seed: int = 0) -> Digits:
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (count, 28, 28), np.uint8)
    return Digits(images, rng.integers(0, 10, count, np.uint8))


def marked(values: np.ndarray, labels: np.ndarray | None = None) -> Digits:
    """Digits whose first pixels are the columns of values (n, k) uint8, the rest black."""
    images = np.zeros((len(values), 28, 28), np.uint8)
    images[:, 0, : values.shape[1]] = values
    return Digits(images, np.zeros(len(values), np.uint8) if labels is None else labels)


class FirstPixels(Codec):
    """Codes are the first pixels, pictures are grey: what a code is can be chosen by hand."""

    def __init__(self, latent: int) -> None:
        super().__init__(latent, "bernoulli")

    def embed(self, x: Tensor) -> Tensor:
        return x.flatten(1)[:, : self.latent]

    def decode(self, z: Tensor) -> Tensor:
        return torch.full((len(z), 1, 28, 28), 0.25)

    def losses(self, x: Tensor, generator: torch.Generator | None = None) -> Losses:
        raise NotImplementedError


# --- likelihood --------------------------------------------------------------------------------


class LinearGaussian(FirstPixels):
    """p(z) = N(0, I), p(x|z) = N(Wz + b, ½), and a posterior too wide and off its centre."""

    def __init__(self) -> None:
        super().__init__(2)
        generator = torch.Generator().manual_seed(1)
        self.w = torch.randn(784, 2, generator=generator).double() / 15
        self.b = torch.rand(784, generator=generator).double()
        self.cov = torch.linalg.inv(torch.eye(2) + self.w.T @ self.w * 2)

    def exact(self, x: Tensor) -> Tensor:
        """-log N(x; b, WWᵀ + ½I)."""
        normal = LowRankMultivariateNormal(self.b, self.w, torch.full((784,), 0.5).double())
        return -normal.log_prob(x.flatten(1).double())

    def true_posterior(self, x: Tensor) -> MultivariateNormal:
        mean = (x.flatten(1) - self.b) @ self.w * 2 @ self.cov
        return MultivariateNormal(mean, self.cov)

    def posterior(self, x: Tensor) -> MultivariateNormal:
        off = 0.7 * torch.linalg.cholesky(self.cov).sum(1)
        return MultivariateNormal(self.true_posterior(x).mean + off, 1.5 * self.cov)

    def log_weights(self, x: Tensor, samples: int, generator: torch.Generator) -> Tensor:
        q = self.posterior(x)
        noise = torch.randn((samples, len(x), 2), generator=generator).double()
        z = q.mean + noise @ q.scale_tril[0].T
        joint = Normal(0, 1).log_prob(z).sum(2)
        joint += Normal(z @ self.w.T + self.b, math.sqrt(0.5)).log_prob(x.flatten(1)).sum(2)
        return joint - q.log_prob(z)


def test_the_bound_falls_with_more_samples_to_the_exact_likelihood() -> None:
    model, digits = LinearGaussian(), random_digits(400)
    exact = model.exact(to_x(digits.images)).numpy()
    above = []
    for samples, count in ((1, 400), (3, 400), (5000, 12)):
        found = negative_log_likelihood(model, digits[:count], samples, "grey")
        assert found.shape == (count,) and found.dtype == np.float64
        above.append(found - exact[:count])
    assert above[0].mean() - 0.3 > above[1].mean() > 0.1  # 0.72 ± 0.07 and 0.18 ± 0.03
    np.testing.assert_allclose(above[2], 0, atol=0.06)  # five standard errors
    assert abs(above[2].mean()) < 0.02


def test_one_sample_is_above_by_the_divergence_from_the_true_posterior() -> None:
    model, digits = LinearGaussian(), random_digits(1)
    many = digits[np.zeros(4000, int)]
    x = to_x(digits.images)
    expected = model.exact(x) + kl(model.posterior(x), model.true_posterior(x))
    found = negative_log_likelihood(model, many, 1, "grey")
    error = found.std() / math.sqrt(len(found))
    assert abs(found.mean() - expected.item()) < 5 * error < 0.11  # of 0.58


def test_the_seed_alone_decides() -> None:
    model, digits = LinearGaussian(), random_digits(5)
    before = torch.get_rng_state()
    one, same, other = (negative_log_likelihood(model, digits, 3, seed=s) for s in (1, 1, 2))
    assert np.array_equal(one, same)
    assert (one != other).all()
    assert torch.equal(torch.get_rng_state(), before)


class Table(FirstPixels):
    """Its log weights stand in a table (samples, digits); a digit's first pixel is its column."""

    def __init__(self, table: Tensor) -> None:
        super().__init__(1)
        self.table = table
        self.taken = Counter[int]()
        self.at_once = 0

    def log_weights(self, x: Tensor, samples: int, generator: torch.Generator) -> Tensor:
        columns = (self.embed(x)[:, 0] * 255).round().int().tolist()
        start = self.taken[columns[0]]
        self.taken.update(dict.fromkeys(columns, samples))
        self.at_once = max(self.at_once, samples * len(x))
        return self.table[start : start + samples, columns]


@pytest.mark.parametrize("chunk", [1, 7, 59, 60, 61, 200, 10_000])
def test_blocks_give_what_all_weights_at_once_give(chunk: int) -> None:
    table = torch.randn(60, 9, generator=torch.Generator().manual_seed(2)) * 40 - 20_000
    digits = marked(np.arange(9, dtype=np.uint8)[:, None])
    model = Table(table)
    found = negative_log_likelihood(model, digits, 60, "grey", chunk=chunk)
    expected = math.log(60) - logsumexp(table.double().numpy(), 0)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    np.testing.assert_allclose(found, importance_bound(table.double()), rtol=1e-12)
    assert model.taken == dict.fromkeys(range(9), 60)
    assert model.at_once <= chunk


class Recorder(FirstPixels):
    """Keeps what it is shown; its weights are all 1."""

    def __init__(self) -> None:
        super().__init__(1)
        self.shown: list[Tensor] = []
        self.draws = Counter[bytes]()
        self.noise: list[Tensor] = []

    def log_weights(self, x: Tensor, samples: int, generator: torch.Generator) -> Tensor:
        self.shown.append(x)
        self.noise.append(torch.bernoulli(torch.full(x.shape, 0.5), generator=generator))
        for picture in (x * 255).round().byte().numpy():
            self.draws[picture.tobytes()] += samples
        return torch.zeros(samples, len(x))


@pytest.mark.some(1)
@pytest.mark.parametrize("samples", [1, 50, 1500])
def test_all_test_digits_are_seen_once(samples: int) -> None:
    model, digits = Recorder(), mnist.test_digits()
    done: list[int] = []
    found = negative_log_likelihood(model, digits, samples, "grey", progress=done.append)
    assert np.array_equal(found, np.zeros(10_000))
    expected = Counter[bytes]()
    for image in digits.images:
        expected[image.tobytes()] += samples
    assert model.draws == expected
    assert sum(done) == 10_000 and max(done) <= 1000
    assert max(map(len, model.shown)) <= 1000


def shown(digits: Digits, pixels: str, seed: int, samples: int = 1) -> Tensor:
    model = Recorder()
    negative_log_likelihood(model, digits, samples, pixels, seed)
    return torch.cat(model.shown)


def test_pixels_are_drawn_as_they_are_called() -> None:
    digits = random_digits(50)
    x = to_x(digits.images)
    fixed = to_x(binarise(digits).images)
    assert torch.equal(shown(digits, "grey", 0), x)
    assert torch.equal(shown(digits, "fixed", 0), fixed)
    assert torch.equal(shown(digits, "fixed", 1, samples=70), fixed)
    dynamic = shown(digits, "dynamic", 0)
    assert torch.equal(dynamic, to_x(binarise(digits, 0).images))
    assert torch.equal(dynamic, shown(digits, "dynamic", 0, samples=70))
    assert 0.2 < (dynamic != shown(digits, "dynamic", 1)).float().mean() < 0.5  # 1/3 on average
    assert 0.2 < (dynamic != fixed).float().mean() < 0.5


@pytest.mark.parametrize("pixels", ["dynamic", "fixed"])
def test_pixels_and_codes_are_drawn_apart(pixels: str) -> None:
    digits = Digits(np.full((50, 28, 28), 128, np.uint8), np.zeros(50, np.uint8))
    model = Recorder()
    negative_log_likelihood(model, digits, 1, pixels)
    same = (model.shown[0] == model.noise[0]).float().mean().item()
    assert same == pytest.approx(0.5, abs=0.015)  # six standard errors


def test_a_pixel_is_ink_as_often_as_its_grey_value_says() -> None:
    values = np.repeat(np.array([0, 64, 200, 255], np.uint8), 100)
    digits = Digits(np.tile(values[:, None, None], (1, 28, 28)), np.arange(400, dtype=np.uint8))
    found = binarise(digits)
    assert found.images.dtype == np.uint8 and set(np.unique(found.images)) == {0, 255}
    share = (found.images == 255).reshape(4, -1).mean(1)
    np.testing.assert_allclose(share, [0, 64 / 255, 200 / 255, 1], atol=0.01)  # six errors
    assert share[0] == 0 and share[3] == 1
    assert np.array_equal(found.labels, digits.labels)
    assert not found.images.flags.writeable
    assert np.array_equal(binarise(digits[:150]).images, found.images[:150])
    assert np.array_equal(binarise(digits, likelihood.FIXED_SEED).images, found.images)


def wild_vae(likelihood: str, latent: int = 3) -> VAE:
    """An untrained VAE whose posteriors are far from the prior."""
    model = build(ModelConfig("vae", latent, likelihood), seed=4)
    assert isinstance(model, VAE)
    *_, last = model.encoder.children()
    assert isinstance(last, torch.nn.Linear)
    with torch.no_grad():
        last.weight.mul_(24)
    return model


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@torch.inference_mode()
def test_weights_of_the_vae_are_those_of_the_distributions(likelihood: str) -> None:
    model, x = wild_vae(likelihood), to_x(mnist.probe().images[:4])
    x = x.round()
    decoded: list[Tensor] = []
    model.decoder.register_forward_pre_hook(lambda _, inputs: decoded.append(inputs[0]))
    found = model.log_weights(x, 500, torch.Generator().manual_seed(5))
    z = decoded[0].view(500, 4, 3).double()
    mean, logvar = (part.double() for part in model.posterior(x))
    q = Normal(mean, (logvar / 2).exp())
    logits = model.logits(z.float().flatten(0, 1)).view(500, 4, 784).double()
    again = x.flatten(1).double().repeat(500, 1).numpy()
    distortion = distortion_of(likelihood, logits.sigmoid().view(-1, 784).numpy(), again)
    expected = -torch.tensor(distortion).view(500, 4) + (
        Normal(0, 1).log_prob(z) - q.log_prob(z)
    ).sum(2)
    torch.testing.assert_close(found.double(), expected, rtol=1e-5, atol=1e-3)
    assert (q.mean.abs() > 0.5).any() and ((q.stddev - 1).abs() > 0.3).any()  # not the prior
    standard = (z - q.mean) / q.stddev
    assert standard.mean().abs() < 0.07 and (standard.std() - 1).abs() < 0.05  # five errors


def test_one_sample_of_the_vae_is_its_neg_elbo_on_average(few_test: Digits) -> None:
    model = wild_vae("gaussian")
    ones = [negative_log_likelihood(model, few_test, 1, "grey", s).mean() for s in range(20)]
    known = [evaluate(model, few_test, seed=s) for s in range(100, 120)]
    elbos = [found["neg_elbo"] for found in known]
    error = math.sqrt((np.var(ones) + np.var(elbos)) / 19)
    assert abs(np.mean(ones) - np.mean(elbos)) < 5 * error < known[0]["rate"] / 4


def test_a_likelihood_that_is_not_there_is_refused(few_test: Digits) -> None:
    model = build(ModelConfig("ae", 2))
    with pytest.raises(TypeError, match="Autoencoder gives no probabilities"):
        negative_log_likelihood(model, few_test, 5)
    vae = build(ModelConfig("vae", 2))
    with pytest.raises(ValueError, match="unknown pixels 'gray'; there are: dynamic, fixed, grey"):
        negative_log_likelihood(vae, few_test, 5, "gray")
    with pytest.raises(ValueError, match="samples is 0, chunk is 1000; both must be at least 1"):
        negative_log_likelihood(vae, few_test, 0)
    with pytest.raises(ValueError, match="samples is 1, chunk is 0; both must be at least 1"):
        negative_log_likelihood(vae, few_test, 1, chunk=0)
    assert negative_log_likelihood(vae, few_test[:0], 5).shape == (0,)


# --- codes and reconstructions -----------------------------------------------------------------


def test_active_units_vary_by_more_than_a_hundredth() -> None:
    """Half 0, half v has the variance v²/4: 0.0096 for v = 50/255, 0.0104 for 52/255."""
    values = np.array([[200, 0, 0, 0]] * 300 + [[200, 50, 52, 255]] * 300, np.uint8)
    assert active_units(FirstPixels(4), marked(values)) == 2
    assert active_units(FirstPixels(2), marked(values)) == 0


@pytest.mark.parametrize("penalty", [codes.PENALTY, 0.1])
def test_the_probe_is_that_of_scikit_learn(penalty: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "PENALTY", penalty)
    model, train, test = wild_vae("bernoulli", 12), mnist.train_digits()[:1500], mnist.probe()
    judge = LogisticRegression(C=1 / (penalty * len(train)), tol=1e-6, max_iter=1000)
    fitted = make_pipeline(StandardScaler(), judge).fit(
        embed_many(model, train.images).astype(np.float64), train.labels
    )
    expected = fitted.score(embed_many(model, test.images).astype(np.float64), test.labels)
    before = torch.get_rng_state()
    found = linear_probe(model, train, test)
    assert found == pytest.approx(expected, abs=0.0021)  # two of the 1,000 may go either way
    assert 0.2 < found < 0.9
    assert found == linear_probe(model, train, test)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_probe_reads_codes_that_name_the_digit() -> None:
    """Also beside a constant code, and however small the codes are."""
    labels = np.tile(np.arange(10, dtype=np.uint8), 30)
    values = np.column_stack([np.full(300, 77), 2 * np.eye(10)[labels]]).astype(np.uint8)
    assert linear_probe(FirstPixels(11), marked(values, labels), marked(values, labels)) == 1


def test_the_probe_of_codes_that_say_nothing_names_the_most_frequent_digit() -> None:
    values = np.full((100, 1), 77, np.uint8)
    often_3 = marked(values, np.repeat(np.array([3, 5], np.uint8), [60, 40]))
    others = marked(values, np.repeat(np.array([3, 5, 8], np.uint8), [17, 60, 23]))
    assert linear_probe(FirstPixels(1), often_3, others) == 0.17


# --- made-up digits ----------------------------------------------------------------------------


def exact_cloud(count: int, mean: np.ndarray, spread: np.ndarray, seed: int) -> np.ndarray:
    """Points whose sample mean and standard deviations are exactly these, uncorrelated."""
    points = np.random.default_rng(seed).normal(size=(count, len(mean)))
    q = np.linalg.qr(points - points.mean(0))[0]
    return mean + q * math.sqrt(count - 1) * spread


def test_frechet_distance_of_uncorrelated_gaussians() -> None:
    """Σ (μ_a − μ_b)² + (σ_a − σ_b)²."""
    means, spreads = np.random.default_rng(6).uniform(0.1, 3, (2, 2, 5))
    a, b = (exact_cloud(n, means[i], spreads[i], n) for i, n in enumerate((40, 300)))
    expected = np.square(means[0] - means[1]).sum() + np.square(spreads[0] - spreads[1]).sum()
    assert frechet_distance(a, b) == pytest.approx(expected)


@pytest.mark.parametrize(("n", "m"), [(60, 500), (5, 500), (500, 4), (2, 3)])
def test_frechet_distance_of_any_clouds(n: int, m: int) -> None:
    """Tr (A^½ B A^½)^½ is the nuclear norm of the product of the centred clouds."""
    rng = np.random.default_rng(n)
    a = rng.normal(size=(n, 12)) @ rng.normal(size=(12, 12)) + 1
    b = rng.normal(size=(m, 12)) @ rng.normal(size=(12, 12))
    left, right = ((x - x.mean(0)) / math.sqrt(len(x) - 1) for x in (a, b))
    shared = np.linalg.norm(left @ right.T, "nuc")
    total = np.square(left).sum() + np.square(right).sum() - 2 * shared
    expected = np.square(a.mean(0) - b.mean(0)).sum() + total
    assert frechet_distance(a, b) == pytest.approx(expected)
    assert frechet_distance(b, a) == pytest.approx(expected)
    assert 0 <= frechet_distance(a, a) < 1e-6


def test_frechet_distance_with_the_matrix_root_of_scipy() -> None:
    rng = np.random.default_rng(7)
    a, b = (rng.normal(size=(200, 6)) @ rng.normal(size=(6, 6)) + i for i in range(2))
    covs = np.cov(a.T), np.cov(b.T)
    root = np.real(sqrtm(covs[0] @ covs[1]))
    expected = np.square(a.mean(0) - b.mean(0)).sum() + np.trace(covs[0] + covs[1] - 2 * root)
    assert frechet_distance(a, b) == pytest.approx(expected)
    assert frechet_distance(a.astype(np.float32), b) == pytest.approx(expected, rel=1e-5)


def test_frechet_distance_of_other_things_is_refused() -> None:
    for a, b in (((5, 3), (5, 4)), ((5, 3), (1, 3)), ((5,), (5,))):
        with pytest.raises(ValueError, match=r"features are \(5.*expected \(n, d\) and \(m, d\)"):
            frechet_distance(np.ones(a), np.ones(b))


def quality_of(read: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> SampleQuality:
    """The quality of blank pictures that are read so, (n, 10)."""
    monkeypatch.setattr(
        quality, "classifier_and_features", lambda: (classifier.Classifier(), np.zeros((2, 128)))
    )
    monkeypatch.setattr(quality, "probabilities", lambda *_: read.astype(np.float32))
    return sample_quality(np.zeros((len(read), 28, 28), np.uint8))


@pytest.mark.parametrize("kinds", [1, 2, 10])
def test_kinds_are_counted_over_all_pictures(kinds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sure = np.eye(10)[np.arange(40) % kinds]
    assert quality_of(sure, monkeypatch).kinds == pytest.approx(kinds)
    blurred = np.tile(sure[:kinds].mean(0), (40, 1))  # each picture is all of them at once
    assert quality_of(blurred, monkeypatch).kinds == pytest.approx(kinds)


def test_kinds_of_unequal_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """¾ and ¼: exp(ln 4 − ¾ ln 3)."""
    found = quality_of(np.eye(10)[[7, 7, 7, 1]], monkeypatch)
    assert found.kinds == pytest.approx(4 / 3**0.75)


def test_recognised_is_read_with_confidence(monkeypatch: pytest.MonkeyPatch) -> None:
    read = np.zeros((5, 10))
    read[:, 4] = [1.0, 0.95, 0.901, 0.899, 0.5]
    read[:, 6] = 1 - read[:, 4]
    assert quality_of(read, monkeypatch).recognised == 0.6


def test_pictures_are_agreed_on_if_all_ten_readings_are_the_same() -> None:
    """Test digits have an empty margin, so that a roll is a shift; half of these are blends."""
    real = mnist.probe().images[:80]
    pictures = np.concatenate([real[:40], real[:40] // 2 + real[40:] // 2])
    readings = [
        classifier.probabilities(judge, np.roll(pictures, by, axis)).argmax(1)
        for judge in classifier.load_both()
        for by, axis in ((0, 1), (-1, 1), (1, 1), (-1, 2), (1, 2))
    ]
    expected = [len(set(each)) == 1 for each in zip(*readings, strict=True)]
    found = quality.agreed(pictures)
    np.testing.assert_array_equal(found, expected)
    assert found[:40].mean() > 0.9 > 0.7 > found[40:].mean() > 0


@pytest.mark.long
def test_quality_of_real_digits_and_of_noise() -> None:
    real = mnist.test_digits()
    again = sample_quality(real.images[::-1].copy())
    assert again.distance < 1e-3
    assert again.kinds > 9.9 and again.recognised > 0.9
    noise = random_digits(100).images
    found = sample_quality(noise)
    judge = classifier.load_classifier()
    seen, known = (classifier.features(judge, images) for images in (noise, real.images))
    assert found.distance == pytest.approx(frechet_distance(seen, known), rel=1e-6)
    assert found.distance > 20
    assert found.recognised < again.recognised and found.kinds < again.kinds
    assert found.agreed < again.agreed


@pytest.mark.parametrize(
    "pictures",
    [
        np.zeros((5, 784), np.uint8),
        np.zeros((5, 28, 28), np.float32),
        np.zeros((1, 28, 28), np.uint8),
    ],
)
def test_other_pictures_are_refused(pictures: np.ndarray) -> None:
    expected = r"pictures are \(.* (uint8|float32); expected \(n, 28, 28\) uint8, n at least 2"
    with pytest.raises(ValueError, match=expected):
        sample_quality(pictures)


@pytest.mark.long
def test_the_nearest_digit_is_that_of_a_search_one_by_one() -> None:
    train, pictures = mnist.train_digits()[:2300], mnist.probe().images[:230].copy()
    pictures[5] = train.images[2299]
    positions, distances = nearest_training_digits(pictures, train)
    assert positions.shape == distances.shape == (230,)
    for picture, position, distance in zip(pictures, positions, distances, strict=True):
        found = np.square(train.images.astype(np.int64) - picture).sum((1, 2))
        assert position == found.argmin()
        assert distance == found.min() / 255**2
    assert (positions[5], distances[5]) == (2299, 0)
    assert len(np.unique(positions // 1000)) == 3


def test_the_first_of_equal_digits_is_named() -> None:
    twice = random_digits(1100)[np.arange(2200) % 1100]
    positions, distances = nearest_training_digits(twice.images[1100:], twice)
    assert np.array_equal(positions, np.arange(1100))
    assert not distances.any()


def test_nothing_to_compare_with_is_refused(few_test: Digits) -> None:
    with pytest.raises(ValueError, match="there are no digits to compare with"):
        nearest_training_digits(few_test.images, few_test[:0])
    with pytest.raises(ValueError, match=r"pictures are \(5, 784\) uint8; expected \(n, 28, 28\)"):
        nearest_training_digits(np.zeros((5, 784), np.uint8), few_test)
    positions, distances = nearest_training_digits(few_test.images[:0], few_test)
    assert positions.shape == distances.shape == (0,)
