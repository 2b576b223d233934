"""Small models of every family, and a small run, so that tests of all families stay fast."""

import numpy as np
import pytest

from vae_demo import runs
from vae_demo.models import MODELS, ModelConfig, build
from vae_demo.runs import Run
from vae_demo.training.config import TrainConfig
from vae_demo.training.history import History

# Latent sizes: of a hierarchy two odd halves, of codes that are meant to be over-complete more.
SMALL = {name: family.least_latent + 3 for name, family in MODELS.items()} | {"cae": 40, "dae": 40}


def tiny_run(name: str = "tiny") -> Run:
    """A whole run in 50 kB, untrained, to be written and damaged many times."""
    config, training = ModelConfig("ae-shallow", 2), TrainConfig()
    model, rng = build(config), np.random.default_rng(0)
    history = History(
        epochs=np.array([0, 1], np.float32),
        losses=np.ones((2, 4), np.float32),
        codes=rng.normal(size=(2, 1000, 2)).astype(np.float16),
        strip=rng.integers(0, 256, (2, 10, 28, 28), np.uint8),
        decoder={},
    )
    results = {"images": 10.0, "distortion": 40.0, "rate": 0.0, "neg_elbo": 40.0, "mse": 0.1}
    return runs.make_run(name, model, config, training, results, history)


def families_now(*names: str) -> list[object]:
    """Every family, for a parametrization; those not named here run in the longer run."""
    return [n if n in names else pytest.param(n, marks=pytest.mark.long) for n in MODELS]
