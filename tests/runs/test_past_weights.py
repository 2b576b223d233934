"""The weights of a run at its snapshots."""

from dataclasses import replace

import numpy as np
import pytest

from vae_demo.digits import mnist
from vae_demo.models import ModelConfig, build
from vae_demo.runs import find, make_run
from vae_demo.runs.past_weights import RUN, model_at, past_weights
from vae_demo.training.config import TrainConfig
from vae_demo.training.history import History
from vae_demo.training.loop import train
from vae_demo.training.snapshots import mean_losses


def test_the_second_training_is_like_the_first() -> None:
    run = find(RUN)
    found = past_weights(run)
    assert found and found.second
    np.testing.assert_array_equal(found.epochs, run.history.epochs)
    images = mnist.test_digits().images[:1000]
    ends = (model_at(run, found, len(found.epochs) - 1), run.build())
    after, first = (sum(mean_losses(model, images)) for model in ends)
    assert after == pytest.approx(first, abs=1)
    losses = [sum(mean_losses(model_at(run, found, at), images)) for at in (0, 1, 4)]
    known = run.history.losses[[0, 1, 4], 2:].sum(1)
    np.testing.assert_allclose(losses, known, rtol=0.03)


def test_weights_that_a_history_keeps_are_its_own() -> None:
    digits = mnist.train_digits()[:400]
    config, settings = ModelConfig("vae", latent=2), TrainConfig(epochs=1, batch_size=200)
    model, states, snapshots = build(config), [], []
    test = mnist.test_digits()[:100]
    for step in train(model, digits, settings, test=test, keep_decoder=True, keep_encoder=True):
        if step.snapshot:
            states.append({name: value.clone() for name, value in model.state_dict().items()})
            snapshots.append(step.snapshot)
    history = History.from_arrays(History.of(snapshots).arrays())  # as a file has it
    run = make_run("mine", model, config, settings, {}, history)
    found = past_weights(run)
    assert found and not found.second and len(found.epochs) == len(states)
    for at, state in enumerate(states):
        for name, value in model_at(run, found, at).state_dict().items():
            reach = state[name].abs().max().item()
            np.testing.assert_allclose(value, state[name], atol=reach / 200)
    decoders = replace(run, history=replace(history, encoder={}))
    assert past_weights(decoders) is None
    assert past_weights(find("vae-20")) is None
