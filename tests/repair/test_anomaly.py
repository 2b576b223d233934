"""The scores of strangeness against independent implementations, and their command."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import NearestNeighbors

from vae_demo import repair
from vae_demo.cli import main
from vae_demo.digits import mnist, pictures
from vae_demo.distributions.mixture import CodeMixture
from vae_demo.models import code_vectors_many, embed_many, to_x
from vae_demo.models.vae import VAE
from vae_demo.repair import anomaly, one_class, strange
from vae_demo.repair.anomaly import SCORES
from vae_demo.repair.reference import loads, reference
from vae_demo.repair.shipped_models import shipped_model

DIGITS = mnist.test_digits()[anomaly.MEASURED][:300]
FEW = DIGITS.images[:12]


@pytest.fixture(scope="module")
def reconstructed() -> np.ndarray:
    """What the run of the scores makes of `FEW`, (12, 784) float64."""
    with torch.no_grad():
        return shipped_model(anomaly.RUN)(to_x(FEW)).double().flatten(1).numpy()


def rows(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1) / 255


def relative_to_ink(rest: np.ndarray) -> np.ndarray:
    """Σ(rest after a Gaussian blur)² / Σx² for the pictures `FEW`, by matrix products of numpy."""
    place = np.arange(28)
    window = np.exp(-((place[:, None] - place) ** 2) / (2 * anomaly.BLUR**2))
    window /= window.sum(1, keepdims=True)
    blurred = np.einsum("ij,njk,lk->nil", window, rest.reshape(-1, 28, 28), window)
    return (blurred**2).sum((1, 2)) / (rows(FEW) ** 2).sum(1)


# ---- the scores


def test_the_command_line_knows_all_scores() -> None:
    assert tuple(SCORES) == repair.SCORE_NAMES


@pytest.mark.parametrize("name", SCORES)
def test_a_score_is_a_number_for_any_picture_and_regards_each_alone(name: str) -> None:
    odd = np.stack([np.zeros((28, 28), np.uint8), np.full((28, 28), 255, np.uint8)])
    images = np.concatenate([FEW[:3], odd, strange.noise(DIGITS[:2])])
    found = SCORES[name](images)
    assert found.shape == (len(images),) and found.dtype == np.float64
    assert np.isfinite(found).all()
    alone = np.concatenate([SCORES[name](image[None]) for image in images])
    np.testing.assert_allclose(found, alone, rtol=1e-3, atol=1e-3)
    assert len(SCORES[name](images[:0])) == 0


def test_errors_are_sums_of_squares(reconstructed: np.ndarray) -> None:
    squared = np.square(rows(FEW) - reconstructed).sum(1)
    np.testing.assert_allclose(anomaly.error(FEW), squared, rtol=1e-4)
    expected = relative_to_ink(rows(FEW) - reconstructed)
    np.testing.assert_allclose(anomaly.error_by_ink(FEW), expected, rtol=1e-4)


def test_neg_elbo_is_cross_entropy_and_divergence(reconstructed: np.ndarray) -> None:
    x = rows(FEW)
    distortion = -(x * np.log(reconstructed) + (1 - x) * np.log1p(-reconstructed)).sum(1)
    vae = shipped_model(anomaly.RUN)
    assert isinstance(vae, VAE)
    with torch.no_grad():
        mean, logvar = (part.double().numpy() for part in vae.posterior(to_x(FEW)))
    rate = (mean**2 + np.exp(logvar) - 1 - logvar).sum(1) / 2
    np.testing.assert_allclose(anomaly.neg_elbo(FEW), distortion + rate, rtol=1e-4)
    bits = [8 * len(pictures.png(image)) for image in FEW]
    expected = distortion + rate - np.log(2) * np.array(bits)
    np.testing.assert_allclose(anomaly.neg_elbo_less_png(FEW), expected, rtol=1e-4)


def test_neighbours_are_those_of_scikit_learn() -> None:
    known = NearestNeighbors(n_neighbors=anomaly.NEIGHBOURS).fit(reference().codes)
    codes = code_vectors_many(shipped_model(anomaly.NEIGHBOUR_RUN), FEW)
    distances, places = known.kneighbors(codes)
    np.testing.assert_allclose(anomaly.neighbours(FEW), distances.mean(1), rtol=1e-3)
    near = mnist.train_digits().images[places[0]]
    own = code_vectors_many(shipped_model(anomaly.NEIGHBOUR_RUN), near)
    np.testing.assert_allclose(own, reference().codes[places[0]], atol=0.01)


@pytest.mark.long
def test_the_error_of_pca_is_that_of_numpy() -> None:
    train = rows(mnist.train_digits().images)
    mean = train.mean(0)
    vectors = np.linalg.eigh(np.cov(train.T))[1][:, ::-1][:, : anomaly.COMPONENTS]
    away = rows(FEW) - mean
    expected = relative_to_ink(away - away @ vectors @ vectors.T)
    np.testing.assert_allclose(anomaly.pca_error(FEW), expected, rtol=0.01)


def test_the_shift_of_a_code_is_between_two_encodings() -> None:
    model = shipped_model(anomaly.SHIFT_RUN)
    first = embed_many(model, FEW)
    with torch.no_grad():
        again = model.embed(model.decode(torch.from_numpy(first))).numpy()
    expected = np.sqrt(((again - first) ** 2).sum(1))
    np.testing.assert_allclose(anomaly.code_shift(FEW), expected, rtol=1e-3)


def test_the_density_is_that_of_torch_s_mixture() -> None:
    model = shipped_model(anomaly.RUN)
    found = anomaly._mixture()
    assert isinstance(found, CodeMixture)
    mixture = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(found.weights.double()),
        torch.distributions.MultivariateNormal(
            found.means.double(), scale_tril=found.roots.double()
        ),
    )
    codes = torch.from_numpy(embed_many(model, FEW)).double()
    np.testing.assert_allclose(anomaly.density(FEW), -mixture.log_prob(codes), rtol=1e-4)


def test_the_combined_score_is_a_soft_maximum_of_deviations() -> None:
    exps = []
    for name in anomaly.COMBINED:
        logarithm = np.asarray if name == "density" else np.log
        digits = logarithm(reference().scores[name])
        exps.append(np.exp((logarithm(SCORES[name](FEW)) - digits.mean()) / digits.std()))
    np.testing.assert_allclose(SCORES["combined"](FEW), np.log(sum(exps) / len(exps)), rtol=1e-3)


def test_the_regret_is_what_another_optimizer_gains() -> None:
    vae = shipped_model(anomaly.REGRET_RUN)
    assert isinstance(vae, VAE)
    odd = np.concatenate([FEW[:3], strange.turned(DIGITS[:9])[:3]])
    found = anomaly.regret(odd)
    assert (found >= 0).all() and found[3:].mean() > 2 * found[:3].mean()
    x = to_x(odd[3:4])
    drawn = torch.randn((2, vae.latent), generator=torch.Generator().manual_seed(0))
    noise = torch.cat([drawn, -drawn])

    def bound(mean: torch.Tensor, logvar: torch.Tensor) -> torch.Tensor:
        logits = vae.logits(mean + noise * torch.exp(logvar / 2)).flatten(1)
        entropy = torch.nn.functional.softplus(logits) - x.flatten(1) * logits
        rate = (mean**2 + logvar.exp() - 1 - logvar).sum() / 2
        return entropy.sum(1).mean() + rate

    with torch.no_grad():
        encoded = vae.posterior(x)
        first = bound(*encoded)
    fitted = [part.clone().requires_grad_() for part in encoded]
    optimizer = torch.optim.LBFGS(fitted, max_iter=60, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = bound(*fitted)
        loss.backward()
        return loss

    optimizer.step(closure)
    gained = (first - bound(*fitted)).item()
    assert found[3] == pytest.approx(gained, rel=0.1)


# ---- thresholds


def test_auroc_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    for step in (0.001, 0.5):  # without and with ties
        normal, odd = (np.round(rng.normal(at, 1, 400) / step) * step for at in (0, 1))
        labels = np.repeat([0, 1], 400)
        expected = roc_auc_score(labels, np.concatenate([normal, odd]))
        assert anomaly.auroc(normal, odd) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("rate", [0, 0.0001, 0.01, 0.05, 0.5, 1])
def test_at_most_the_accepted_share_of_held_out_digits_is_above_a_threshold(rate: float) -> None:
    held_out = reference().scores["combined"]
    limit = anomaly.threshold("combined", rate)
    assert (held_out > limit).mean() <= rate
    below = held_out[held_out < limit]
    if len(below):
        assert (held_out > below.max()).mean() > rate or rate == 1


def test_a_rate_that_is_no_share_is_refused() -> None:
    with pytest.raises(ValueError, match=r"is 1\.5; it must be from 0 to 1"):
        anomaly.threshold("error", 1.5)


def test_shares_above_are_counted() -> None:
    held_out = reference().scores["error"]
    asked = np.array([held_out[0] - 1, held_out[100], held_out[-1] + 1])
    expected = [(held_out >= score).mean() for score in asked]
    np.testing.assert_allclose(anomaly.share_above("error", asked), expected)


@pytest.mark.long
def test_digits_that_set_no_threshold_raise_as_many_alarms_as_accepted() -> None:
    measured = mnist.test_digits()[anomaly.MEASURED].images
    for name in ("error-by-ink", "pca", "combined"):
        assert 0.005 < (SCORES[name](measured) > anomaly.threshold(name, 0.01)).mean() < 0.018


@pytest.mark.parametrize("name", SCORES)
def test_the_shipped_scores_are_those_of_the_held_out_digits(name: str) -> None:
    held_out = mnist.test_digits()[anomaly.HELD_OUT].images[:20]
    shipped = reference().scores[name]
    assert len(shipped) == (anomaly.SLOW if name == "regret" else 5000)
    assert (np.diff(shipped) >= 0).all()
    for score in SCORES[name](held_out):
        assert np.abs(shipped - score).min() <= 2e-3 * max(1, abs(score))


def test_the_reference_is_computed_as_it_was_shipped(tmp_path: Path) -> None:
    few = mnist.test_digits()[:40]
    *_, (_, found) = anomaly.calibrate(mnist.train_digits()[:2000], few)
    path = tmp_path / "reference.safetensors"
    path.write_bytes(found.dumps())
    again = loads(path)
    assert again.scores.keys() == SCORES.keys()
    for name, scores in again.scores.items():
        np.testing.assert_allclose(scores, np.sort(found.scores[name]), rtol=1e-6)
    for broken in (path.read_bytes()[:100], b""):
        path.write_bytes(broken)
        with pytest.raises(ValueError, match="can't be read as a reference"):
            loads(path)


# ---- how well they tell


def test_the_combined_score_tells_all_sets_from_digits() -> None:
    normal = SCORES["combined"](DIGITS.images)
    areas = {
        name: anomaly.auroc(normal, SCORES["combined"](make(DIGITS, 1)))
        for name, make in strange.STRANGE.items()
    }
    assert min(areas.values()) > 0.95 and np.mean(list(areas.values())) > 0.985, areas


def test_the_correction_by_the_size_of_the_file_harms() -> None:
    noise = strange.noise(DIGITS)
    for name, harmed in (("neg-elbo", False), ("neg-elbo-png", True)):
        area = anomaly.auroc(SCORES[name](DIGITS.images), SCORES[name](noise))
        assert (area < 0.9) == harmed


# ---- the pictures that are none


def test_strange_pictures_are_made_of_the_digits() -> None:
    expected = {
        "mirrored": ("018", lambda digit: digit[:, ::-1]),
        "upside-down": ("0138", lambda digit: digit[::-1]),
        "turned": ("0", lambda digit: digit[:, ::-1].T),
        "inverted": ("", lambda digit: 255 - digit),
    }
    for name, make in strange.STRANGE.items():
        found = make(DIGITS, 3)
        assert found.dtype == np.uint8 and np.array_equal(found, make(DIGITS, 3))
        without, change = expected.get(name, ("", None))
        kept = [i for i, label in enumerate(DIGITS.labels) if str(label) not in without]
        assert found.shape == (len(kept), 28, 28)
        if change:
            assert all(
                np.array_equal(found[j], change(DIGITS.images[i])) for j, i in enumerate(kept)
            )
    averaged = strange.averaged(DIGITS, 0).astype(int)
    partner = 2 * averaged - DIGITS.images
    assert partner.min() >= 0 and partner.max() <= 256
    for k in range(10):  # the other half of the mean is a digit of another class
        away = np.abs(DIGITS.images.astype(int) - partner[k]).max((1, 2))
        assert DIGITS.labels[away.argmin()] != DIGITS.labels[k] and away.min() <= 1
    letters = strange.letters(DIGITS)[: len(strange.LETTERS)]
    assert len({letter.tobytes() for letter in letters}) > 0.9 * len(letters)


# ---- the command


def test_the_command_gives_each_digit_a_score_and_a_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = np.concatenate([FEW[:2], strange.noise(DIGITS[:1])])
    path = tmp_path / "three.npz"
    np.savez(path, images=images)
    assert main(["repair", "anomaly", "--in", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["threshold"] == anomaly.threshold("combined", 0.01)
    assert [each["verdict"] for each in found["pictures"]] == ["digit", "digit", "strange"]
    np.testing.assert_allclose(
        [each["score"] for each in found["pictures"]], SCORES["combined"](images)
    )
    command = ["repair", "anomaly", "--in", str(path), "--score", "pca", "--false-alarms", "1"]
    assert main(command) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head.startswith("pca; above") and len(lines) == 3
    assert all(line.endswith("strange") for line in lines)


def test_the_command_refuses_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "blank.png"
    path.write_bytes(pictures.png(np.zeros((60, 60), np.uint8)))
    assert main(["repair", "anomaly", "--in", str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    np.savez(tmp_path / "floats.npz", images=FEW / 255)
    assert main(["repair", "anomaly", "--in", str(tmp_path / "floats.npz")]) == 2
    assert "must be uint8 of shape (n, 28, 28)" in capsys.readouterr().err
    for wrong in ("2", "-0.1", "nan", "few"):
        with pytest.raises(SystemExit):
            main(["repair", "anomaly", "--in", str(path), "--false-alarms", wrong])
        assert f"'{wrong}' is not a number from 0 to 1" in capsys.readouterr().err


# ---- one digit is normal


def test_one_class_is_told_from_the_others() -> None:
    train, normal = mnist.train_digits(), 0
    digits = train[train.of(normal)[:1500]]
    is_normal = DIGITS.labels == normal
    for name, scores in one_class.scores(digits, DIGITS.images, 0).items():
        assert anomaly.auroc(scores[is_normal], scores[~is_normal]) > 0.97, name
