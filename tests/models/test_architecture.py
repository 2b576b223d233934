"""A model's drawing shows the layers that it has."""

from __future__ import annotations

import pytest
from torch import nn

from tests.support.small import SMALL
from vae_demo.models import MODELS, ModelConfig, build
from vae_demo.models.architecture import architecture, as_html, as_text

every_model = pytest.mark.parametrize("name", MODELS)

# As the course texts and papers write them, with the families' own latent sizes.
WRITTEN = {
    "ae-linear": "28×28 → 20 → 28×28",
    "ae-shallow": "28×28 → 30 → 28×28",
    "dae": "28×28 → 500 → 28×28",
    "ae": "28×28 → 400 → 20 → 400 → 28×28",
    "ae-conv": "28×28 → 14×14×16 → 7×7×32 → 128 → 20 → 128 → 1568 → 14×14×16 → 28×28",
    "vae": "28×28 → 400 → 20 → 400 → 28×28",
    "vae-deep": "28×28 → 512 → 512 → 40 → 512 → 512 → 28×28",
    "vae-mixture": "28×28 → 512 → 512 → 40 → 512 → 512 → 28×28",
    "vae-autoregressive": "28×28 → 400 → 20 → 400 → 28×28",
    "cvae": "28×28 → 400 → 20 + 10 → 400 → 28×28",
    "attribute-vae": "28×28 → 14×14×16 → 7×7×32 → 128 → 8 + 10 + 4 → 128 → 1568 → 14×14×16 → 28×28",
    "hvae": "28×28 → 400 → 400 → 400 → 32 + 32 → 400 → 400 → 28×28",
    "hvae-mixture": "28×28 → 512 → 512 → 512 → 32 + 32 → 512 → 512 → 28×28",
    "vqvae": "28×28 → 400 → 16 → 400 → 28×28",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_the_layers_are_those_of_the_texts(name: str) -> None:
    assert as_text(architecture(build(ModelConfig(name)))) == WRITTEN[name]


@every_model
def test_a_picture_goes_through_a_code_to_a_picture(name: str) -> None:
    model = build(ModelConfig(name, SMALL[name]))
    columns = architecture(model)
    kinds = [column[0].kind for column in columns]
    assert kinds[0] == kinds[-1] == "picture" and kinds.count("picture") == 2
    assert kinds.count("code") == 1
    assert sum(block.size for block in columns[kinds.index("code")]) == model.latent


@every_model
def test_looking_at_a_model_leaves_nothing_behind(name: str) -> None:
    model = build(ModelConfig(name, SMALL[name]))
    architecture(model)
    assert not any(module._forward_hooks for module in model.modules())


def test_a_hidden_layer_as_large_as_the_code_is_not_taken_for_it() -> None:
    columns = architecture(build(ModelConfig("ae", 400)))
    assert as_text(columns) == "28×28 → 400 → 400 → 400 → 28×28"


def test_the_sketch_says_and_shows_every_size() -> None:
    columns = architecture(build(ModelConfig("cvae")))
    html = as_html(columns, {"style": "<style>"}, 'a "model"')
    assert 'aria-label="a &quot;model&quot;"' in html
    for label in ("28×28", "400", "&lt;style&gt; 20", ">10<"):
        assert label in html
    assert html.count("border-radius") == 6 and html.count("<div") == html.count("</div>")


def test_a_larger_layer_is_drawn_taller() -> None:
    def heights(latent: int) -> list[int]:
        html = as_html(architecture(build(ModelConfig("ae", latent))), {}, "")
        bars = html.split("width:16px;height:")[1:]
        return [int(bar.split("px")[0]) for bar in bars]

    small, large = heights(2), heights(100)
    assert small[0] == large[0] == small[2] and small[1] < large[1] < large[0]


def test_a_family_without_layers_in_its_encoder_is_drawn_too() -> None:
    model = build(ModelConfig("ae-linear"))
    assert not isinstance(getattr(model, "encoder", None), nn.Linear)
    assert [len(column) for column in architecture(model)] == [1, 1, 1]
