"""Encoders of moments of a training belong to the decoders of its history."""

from dataclasses import replace

import numpy as np

from vae_demo.digits import mnist
from vae_demo.models import embed_many
from vae_demo.runs import find
from vae_demo.runs.encoders import EPOCHS, RUN, models_in_training


def test_models_in_training_are_those_of_the_history() -> None:
    run = find(RUN)
    found = models_in_training(run)
    assert tuple(found) == EPOCHS
    for epochs, model in found.items():
        at = run.history.epochs.tolist().index(epochs)
        codes = embed_many(model, mnist.probe().images)
        assert np.median(np.abs(codes - run.history.codes[at])) < 0.01
        weights = model.state_dict()
        for name, kept in run.history.decoder.items():
            np.testing.assert_array_equal(weights[f"decoder.{name}"], kept[at].astype(np.float32))


def test_encoders_of_another_training_are_left_out() -> None:
    run = find(RUN)
    history = replace(run.history, codes=run.history.codes[::-1].copy())
    assert models_in_training(replace(run, history=history)) == {}
    assert models_in_training(find("vae-20")) == {}
