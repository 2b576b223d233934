"""The Loss page: its lines, its beta and the model that it shows; the trained models' file."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.support.pages import opened_page, type_number
from vae_demo.datasets import mnist_data
from vae_demo.models.reductions import VAELoss
from vae_demo.sweeps import effective_betas
from vae_demo.sweeps.effective_betas import BETAS, FILE, nearest, train_one, trained, write
from vae_demo.ui.frame.catalogue import catalogue
from vae_demo.ui.parts.loss.choices import LINK
from vae_demo.ui.parts.loss.part import entropy_of_grey_pixels
from vae_demo.ui.parts.loss.result import formula, short_number


def opened(**link: str) -> AppTest:
    return opened_page("loss", **link)


def said(at: AppTest) -> str:
    return "\n".join(each.value for each in [*at.markdown, *at.caption, *at.warning])


@pytest.mark.parametrize(("language", "beta"), [("en", "39.2"), ("tr", "39,2")])
def test_a_link_and_the_controls_choose_a_loss(
    language: str, beta: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # AppTest asks for the names of options outside the session.
    monkeypatch.setattr("vae_demo.ui.frame.language.language", lambda: language)
    words = catalogue(language)
    at = opened(lang=language, latents="mean", batch="64")
    assert at.code[0].value == VAELoss(pixels="mean", latents="mean", batch=64).code.strip()
    assert words["loss.beta"].format(beta=beta) in said(at)
    assert words["loss.trained.exact"].format(shown=beta, epochs=8) in said(at)

    at.selectbox(key=f"pixels.{language}").select("sum-all").run()
    assert words["loss.step.distortion.batch"].format(batch=64) in said(at)
    beta = VAELoss(pixels="sum-all", latents="mean", batch=64).effective_beta
    shown = nearest("bernoulli", beta).beta
    assert shown == BETAS["bernoulli"][1]
    at.button_group(key=f"coefficient.{language}").set_value("1").run()
    assert words["loss.negative_beta"] in said(at)
    assert at.query_params["coefficient"] == "1"

    at.button(key="loss_try_no_half").click().run()
    type_number(at, "factor", f"{LINK['factor'].high:g}")
    assert not at.exception
    assert words["loss.trained.beyond"].format(shown="392", epochs=8) in said(at)


def test_the_formula_says_what_the_beta_is() -> None:
    assert formula(VAELoss()) == r"\mathcal{L} = D + R"
    assert formula(VAELoss(pixels="mean")) == (
        r"\mathcal{L} = \tfrac{1}{784}\,D + R = \tfrac{1}{784}\,\left(D + 784\,R\right)"
    )
    assert formula(VAELoss(latents="mean", beta=4)) == (
        r"\mathcal{L} = D + \tfrac{1}{20} \cdot 4\,R = D + 0.2\,R"
    )
    assert formula(VAELoss(coefficient="1")) == r"\mathcal{L} = D -2\,R"
    assert [short_number(each) for each in (0.000390625, 39.2, 784, 0, 100_352)] == [
        *("0.000391", "39.2", "784", "0", "100,352")
    ]


def test_the_trained_models_show_what_beta_does() -> None:
    """A larger beta never gives a larger rate, and the largest leaves no latent active."""
    for likelihood, models in trained(FILE).items():
        assert [each.beta for each in models] == list(BETAS[likelihood])
        for less, more in itertools.pairwise(models):
            assert more.rate < less.rate + 0.1
            assert more.distortion > less.distortion - 1
        assert models[-1].active == 0 and models[3].active == 20
        for each in models:
            assert each.rates.sum() == pytest.approx(each.rate, rel=1e-4)
    assert nearest("bernoulli", 0).beta == 0
    assert nearest("bernoulli", 1e-9).beta == BETAS["bernoulli"][1]


def test_trained_models_are_written_and_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effective_betas, "BETAS", {"gaussian": (0.05,)})
    one = train_one(mnist_data(), "gaussian", 0.05, epochs=1, count=256)
    write({"gaussian": [one]}, tmp_path / "one.safetensors")
    (again,) = trained(tmp_path / "one.safetensors")["gaussian"]
    assert (again.beta, again.active) == (0.05, one.active)
    assert again.rate == pytest.approx(one.rate)
    assert np.array_equal(again.samples, one.samples)


def test_entropy_is_that_of_every_grey_pixel() -> None:
    from vae_demo.digits import mnist

    x = mnist.test_digits().images[:, 10:18].astype(np.float64) / 255
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = np.nan_to_num(-x * np.log(x)) + np.nan_to_num(-(1 - x) * np.log(1 - x))
    assert 0 < entropy.sum() / len(x) < entropy_of_grey_pixels() < 0.25 * 784 * np.log(2)
