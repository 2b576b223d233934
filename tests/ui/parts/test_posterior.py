"""The Posterior page: what its part is given, its link, and messages that make no sense."""

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.support.javascript import in_node
from tests.support.pages import given, opened_page
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.latent.gaussian_fit import CONVERGED, Gaussian, elbo
from vae_demo.latent.posterior import log_joint
from vae_demo.models import to_x
from vae_demo.models.layers import Dense
from vae_demo.models.vae import VAE
from vae_demo.ui.frame.catalogue import LANGUAGES, catalogue
from vae_demo.ui.parts.posterior.data import DRAWS, PosteriorState, read_message

SIX = 6  # a digit whose posterior has two humps


def opened(**link: str) -> AppTest:
    return opened_page("posterior", **link)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digit_is_answered_and_the_link_holds_the_gaussian(language: str) -> None:
    at = opened(lang=language, shown="4", shown_index=str(SIX), hand="0,0.75,0.2,0.1")
    sent = given(at, "posterior")
    model = runs.find("vae-2").build()
    assert isinstance(model, VAE)
    joint = log_joint(model, to_x(mnist.test_digits().images[[SIX]]))
    assert sent["hand"]["numbers"] == [0, 0.75, 0.2, 0.1]
    mine = Gaussian.along_axes([0, 0.75], [0.2, 0.1])
    assert sent["hand"]["elbo"] == pytest.approx(elbo(joint, mine), abs=1e-3)
    values = [sent["gaussians"][name]["elbo"] for name in ("encoder", "diagonal", "full")]
    rises = np.diff([*values, sent["evidence"]])
    assert rises.min() > -CONVERGED and rises[0] > 0.1  # the best one is found up to `CONVERGED`
    means = [mean for _, mean, _ in sent["bounds"]]
    assert len(means) == len(DRAWS) and means[0] == pytest.approx(values[0], abs=0.1)
    assert sent["text"]["hand"] == catalogue(language)["posterior.part.hand"]


def test_another_digit_has_another_gaussian() -> None:
    at = opened(hand="0,0.75,0.2,0.1")
    at.button(key="posterior_try_far").click().run()
    far = given(at, "posterior")  # another digit: its encoder's Gaussian, wider
    assert "hand" not in at.query_params
    deviations = np.sqrt(np.diag(np.reshape(far["gaussians"]["encoder"]["covariance"], (2, 2))))
    np.testing.assert_allclose(far["hand"]["numbers"][2:], 2 * deviations, atol=1e-3)
    assert far["evidence"] - far["gaussians"]["encoder"]["elbo"] > 50


def test_a_moment_of_the_training_has_its_own_model() -> None:
    moments = ("0", "0.125", "1", "15", "trained")
    sent = [given(opened(moment=moment), "posterior") for moment in moments]
    evidence = [each["evidence"] for each in sent]
    assert evidence[0] < evidence[1] < evidence[2]  # the decoder has learned since
    assert evidence[3] == pytest.approx(evidence[4], abs=10)
    assert len({each["network"]["key"] for each in sent}) == len(sent)
    assert all(each["evidence"] > each["gaussians"]["encoder"]["elbo"] for each in sent)
    at = opened(moment="7.5")  # there is none
    assert given(at, "posterior")["evidence"] == evidence[4] and "moment" not in at.query_params


def test_a_run_without_weights_says_so() -> None:
    at = opened(moment="1")
    at.session_state["visitor"].keep_run(replace(runs.find("vae-2"), name="mine"))
    at.run().selectbox(key="run").set_value("mine").run()
    assert catalogue("en")["posterior.no_weights"] in [each.value for each in at.caption]
    assert given(at, "posterior")["evidence"] == given(opened(), "posterior")["evidence"]


@pytest.mark.parametrize("hand", ["1,2,3", "9,9,9,9", "0,0,-1,0", "nan,0,0,0", "x"])
def test_a_gaussian_that_makes_no_sense_is_brought_to_one(hand: str) -> None:
    numbers = given(opened(hand=hand), "posterior")["hand"]["numbers"]
    assert all(map(np.isfinite, numbers)) and min(numbers[2:]) > 0


def test_messages_are_checked() -> None:
    message = {"serial": 1, "revision": 0, "digit": None, "hand": [0.0, 1.0, 0.5, 0.25]}
    state = PosteriorState()
    state.take(read_message(message), pad=False)
    assert state.hand == (0.0, 1.0, 0.5, 0.25)
    for wrong in ([0.0, 1.0, 0.5], [1e9, 0, 1, 1], "x", [None] * 4):
        assert read_message(message | {"hand": wrong}) is None
    state.show(("vae-2", b"a"))
    state.show(("vae-2", b"b"))
    assert state.hand is None


def test_the_browser_s_elbo_is_python_s() -> None:
    model = runs.find("vae-2").build()
    assert isinstance(model, VAE)
    picture = mnist.test_digits().images[SIX]
    points, weights = np.polynomial.hermite_e.hermegauss(3)
    hand = (0.0, 0.75, 0.2, 0.1)
    network = model.network()
    assert network
    layers = [
        {
            **{"kind": "dense", "activation": layer.activation},
            **{"inputs": layer.weight.shape[1], "outputs": layer.weight.shape[0]},
            **{"weight": layer.weight.ravel().tolist(), "bias": layer.bias.tolist()},
        }
        for layer in network.decoder
        if isinstance(layer, Dense)
    ]
    found = in_node(
        "parts/posterior/gaussian.js",
        """
        const layers = a.layers.map((layer) => ({ ...layer,
            weight: Float32Array.from(layer.weight), bias: Float32Array.from(layer.bias) }));
        return m.elbo(m.logitsOf(layers), Float32Array.from(a.x), a.hand, a.quadrature);
        """,
        {
            "layers": layers,
            "x": (picture.ravel() / 255).tolist(),
            "hand": hand,
            "quadrature": {
                "points": points.tolist(),
                "weights": (weights / weights.sum()).tolist(),
            },
        },
    )
    expected = elbo(
        log_joint(model, to_x(picture[None])), Gaussian.along_axes(hand[:2], hand[2:]), 3
    )
    assert found == pytest.approx(expected, abs=1e-3)
