"""Fine-tuning on a few drawings: the hand is learned, and MNIST is not forgotten."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vae_demo import find
from vae_demo.digits import mnist
from vae_demo.digits.mnist import Digits
from vae_demo.models import to_x
from vae_demo.training.handwriting import changed, error, fine_tune, split_drawings

DIGITS = mnist.load()
FEW = mnist.test_digits()[np.arange(20)]
HAND = Digits(FEW.images[:, ::-1].copy(), FEW.labels)  # somebody writes upside down


@pytest.mark.parametrize(
    ("name", "share"), [("vae-20", 0.9), ("ae-conv-20", 0.9), ("cvae-20", 0.97)]
)
@pytest.mark.some(1)
def test_the_hand_is_learned_and_mnist_is_kept(name: str, share: float) -> None:
    model = find(name).build()
    own, held = split_drawings(HAND)
    assert (len(own), len(held)) == (16, 4)
    first, *_, last = fine_tune(model, own, *DIGITS, held_back=held, steps=150)
    assert (first.step, last.step, last.steps) == (0, 150, 150)
    assert last.drawings < share * first.drawings
    assert last.mnist < 1.2 * first.mnist
    assert last.drawings == pytest.approx(error(model, to_x(held.images)))


def test_the_same_seed_gives_the_same_weights_and_no_drawings_are_refused() -> None:
    models = [find("vae-2").build() for _ in range(2)]
    for model in models:
        for _ in fine_tune(model, HAND, *DIGITS, steps=3):
            pass
    for one, other in zip(models[0].parameters(), models[1].parameters(), strict=True):
        assert torch.equal(one, other)
    with pytest.raises(ValueError, match="no drawings"):
        next(fine_tune(models[0], HAND[:0], *DIGITS))


def test_changes_are_small_and_differ() -> None:
    x = to_x(FEW.images)
    moved = changed(x, torch.Generator().manual_seed(0))
    assert moved.shape == x.shape and not torch.equal(moved, x)
    assert (moved - x).square().mean() < 0.5 * (x.roll(1, 0) - x).square().mean()
    assert moved.sum().item() == pytest.approx(x.sum().item(), rel=0.1)
