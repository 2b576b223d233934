"""The two classifiers that judge drawings and samples."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from vae_demo.digits import mnist
from vae_demo.digits.mnist import Digits
from vae_demo.evaluation import CLASSIFIERS, classifier


@pytest.fixture(scope="module")
def shipped() -> classifier.Classifier:
    return classifier.load_classifier()


@pytest.mark.some(1)
@pytest.mark.parametrize("which", [0, 1])
def test_the_shipped_ones_read_what_their_files_say(which: int) -> None:
    path = (classifier.SHIPPED, classifier.SECOND)[which]
    raw = path.read_bytes()
    header = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])
    described = json.loads(header["__metadata__"]["classifier"])
    found = classifier.accuracy(classifier.load_both()[which], mnist.test_digits())
    assert found == pytest.approx(described["test_accuracy"], abs=3e-4)  # weights were halved
    assert found > 0.994
    assert f"{found:.2%}" in (path.parent / "README.md").read_text()


def test_probabilities_sum_to_one_and_come_from_the_features(
    shipped: classifier.Classifier,
) -> None:
    digits = mnist.probe().images[:30]
    found = classifier.probabilities(shipped, digits)
    assert found.shape == (30, 10)
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-5)
    again = torch.tensor(classifier.features(shipped, digits)) @ shipped.name.weight.T
    again = (again + shipped.name.bias).softmax(1)
    np.testing.assert_allclose(found, again.detach().numpy(), atol=1e-5)
    assert classifier.probabilities(shipped, digits[:0]).shape == (0, 10)
    assert classifier.features(shipped, digits[:0]).shape == (0, classifier.FEATURES)


@pytest.mark.long
@pytest.mark.parametrize("architecture", CLASSIFIERS)
def test_the_same_seed_trains_the_same_classifier(architecture: str) -> None:
    few = Digits(mnist.train_digits().images[:512], mnist.train_digits().labels[:512])
    before = torch.get_rng_state()

    def weights(seed: int) -> list[np.ndarray]:
        *_, (epoch, model) = classifier.train_classifier(
            few, epochs=2, seed=seed, architecture=architecture
        )
        assert epoch == 2
        return [value.detach().numpy() for value in model.parameters()]

    one, same, other = weights(1), weights(1), weights(2)
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert torch.equal(torch.get_rng_state(), before)


def test_a_file_comes_back(tmp_path: Path, shipped: classifier.Classifier) -> None:
    path = tmp_path / "c.safetensors"
    path.write_bytes(classifier.dumps(shipped, {}))
    again = classifier.load_classifier(path)
    digits = mnist.probe().images[:5]
    assert np.array_equal(
        classifier.probabilities(again, digits), classifier.probabilities(shipped, digits)
    )


@pytest.mark.parametrize("content", [None, b"", b"nonsense", b"\0" * 100])
def test_other_files_are_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "c.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=r"c\.safetensors can't be read as a classifier"):
        classifier.load_classifier(path)


def test_the_file_of_another_architecture_is_refused() -> None:
    with pytest.raises(ValueError, match=r"digits\.safetensors can't be read as a classifier"):
        classifier.load_classifier(classifier.SHIPPED, "strided")
