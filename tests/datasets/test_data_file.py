"""A data set as the bytes of one file."""

from __future__ import annotations

import io

import numpy as np
import pytest

from vae_demo.datasets import DataFileError, data_file
from vae_demo.datasets.data_set import make_data
from vae_demo.digits import mnist

KINDS = ("sıfır", "one", *"23456789")


def arrays_of(raw: bytes) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(raw), allow_pickle=False) as found:
        return dict(found)


def test_a_data_set_comes_back_as_it_was() -> None:
    train, test = mnist.train_digits()[:300], mnist.test_digits()[:60]
    data = make_data("my hand", KINDS, train, test)
    raw = data_file.dumps(data)
    assert len(raw) < train.images.nbytes / 2
    again = data_file.loads(raw, "kept.npz")
    assert again.description == data.description
    for part in ("train", "test"):
        np.testing.assert_array_equal(getattr(again, part).images, getattr(data, part).images)
        np.testing.assert_array_equal(getattr(again, part).labels, getattr(data, part).labels)

    whole = arrays_of(raw)
    for name, array in {
        "train_images": whole["train_images"][:, :27],
        "test_labels": np.full(60, 10, np.uint8),
        "train_labels": whole["train_labels"].astype(np.int64),
    }.items():
        changed = io.BytesIO()
        np.savez(changed, **whole | {name: array})
        with pytest.raises(DataFileError) as refusal:
            data_file.loads(changed.getvalue(), "kept.npz")
        assert "kept.npz" in str(refusal.value)
    cut = io.BytesIO()
    np.savez(cut, **{name: array for name, array in whole.items() if name != "kinds"})
    with pytest.raises(DataFileError):
        data_file.loads(cut.getvalue(), "kept.npz")
