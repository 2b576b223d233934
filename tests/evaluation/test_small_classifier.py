"""The small classifier that browsers compute."""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from tests.support.classifying import small_classifier
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.evaluation.small_classifier import FILE, agreement, learn, plane_codes, write
from vae_demo.latent.code_space import measure_code_space
from vae_demo.models import decode_many, to_x


def test_what_is_written_about_the_shipped_one() -> None:
    """The figures of its README: what it reads of the test digits and of vae-2's plane."""
    model, test = small_classifier(), mnist.test_digits()
    with torch.inference_mode():
        right = (model(to_x(test.images)).argmax(1).numpy() == test.labels).mean()
    codec = runs.find("vae-2").build()
    codes = plane_codes(
        measure_code_space(codec, mnist.shown_probe()), 1000, np.random.default_rng(1)
    )
    plane = agreement(model, decode_many(codec, codes))
    written = (FILE.parent / "README.md").read_text("utf-8")
    assert f"reads {right:.1%} of the test digits" in written
    assert right > 0.99 and plane > 0.95


def test_places_of_a_plane_differ_in_two_directions_only() -> None:
    space = measure_code_space(runs.find("vae-20").build(), mnist.shown_probe())
    codes = plane_codes(space, 50, np.random.default_rng(0))
    rest = np.eye(20) - space.flat.axes.T @ space.flat.axes
    apart = np.abs((codes[:, None] - space.codes[None]) @ rest).max(2)
    assert (apart.min(1) < 1e-5).all()
    assert (np.abs(space.flat(codes) - space.middle) <= space.reach + 1e-4).all()


def test_it_learns_what_it_is_told(tmp_path: Path) -> None:
    """From wrong answers, given as probabilities; the file holds the weights in half precision."""
    digits = mnist.train_digits()[:2000]
    wanted = np.eye(10, dtype=np.float32)[(digits.labels + 1) % 10]
    one, same = (list(learn(digits.images, wanted, epochs=3, seed=1))[-1] for _ in range(2))
    with torch.inference_mode():
        read = one(to_x(digits.images)).argmax(1).numpy()
        assert torch.equal(one(to_x(digits.images)), same(to_x(digits.images)))
    assert (read == (digits.labels + 1) % 10).mean() > 0.8
    write(one, tmp_path / "small.safetensors")
    stored = load_file(tmp_path / "small.safetensors")
    torch.testing.assert_close(stored["layers.3.weight"], one[7].weight.detach().half())
