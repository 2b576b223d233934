"""The networks of `checkpoints/repair/`: their files, their layers and their training."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from vae_demo.digits import mnist
from vae_demo.models import to_x
from vae_demo.repair import NETWORKS, networks
from vae_demo.repair.training import RECIPES, Recipe, train_network

LAYERS = (nn.Conv2d, nn.Linear, nn.ReLU, nn.Sigmoid, nn.Flatten, nn.Unflatten, nn.Sequential)


def test_the_shipped_files_are_those_of_the_recipes() -> None:
    files = {path.stem: path for path in networks.SHIPPED.glob("*.safetensors")}
    assert files.keys() == RECIPES.keys() == set(NETWORKS)
    documented = (networks.SHIPPED / "README.md").read_text("utf-8")
    for name, path in files.items():
        raw = path.read_bytes()
        assert len(raw) < 2_000_000
        header = json.loads(raw[8 : 8 + int.from_bytes(raw[:8], "little")])
        described = json.loads(header["__metadata__"]["network"])
        recipe = RECIPES[name]
        assert (described["kind"], described["settings"]) == (recipe.kind, recipe.settings)
        trained = described["trained"]
        assert (trained["recipe"], trained["epochs"]) == (name, recipe.epochs)
        assert f"repair train {name} " in documented


@pytest.mark.parametrize("kind", networks.ARCHITECTURES)
def test_a_network_has_the_layers_that_a_browser_computes(kind: str) -> None:
    network = networks.build(kind, 0, inputs=2)
    for layer in network.modules():
        assert isinstance(layer, (*LAYERS, networks.UNet, networks.DenseNetwork))
        if isinstance(layer, nn.Conv2d):
            assert layer.kernel_size == (3, 3) and layer.padding == (1, 1)
            assert layer.stride in ((1, 1), (2, 2))
    found = network(torch.rand(3, 2, 28, 28))
    assert found.shape == (3, 1, 28, 28) and found.min() >= 0 and found.max() <= 1


@pytest.mark.parametrize("name", [name for name in NETWORKS if RECIPES[name].kind == "unet"])
def test_a_picture_takes_at_most_26_million_multiplications(name: str) -> None:
    products = []
    recipe = RECIPES[name]
    network = networks.build(recipe.kind, 0, **recipe.settings)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            layer.register_forward_hook(
                lambda layer, _, output: products.append(output.numel() * layer.weight[0].numel())
            )
    network(torch.zeros(1, recipe.settings.get("inputs", 1), 28, 28))
    assert 10e6 < sum(products) < 26e6


def test_a_training_lowers_the_error_and_depends_on_its_seed_alone() -> None:
    digits = mnist.train_digits()[:512]
    recipe = Recipe(
        lambda x, generator: 1 - x, "dense", {"hidden": 32}, epochs=40, lr=0.01, without=0
    )
    state = torch.get_rng_state()
    steps = list(train_network(recipe, digits, 0))
    assert steps[-1].batch == steps[-1].batches == 40 * (np.sum(digits.labels != 0) // 128)
    assert steps[-1].loss < steps[0].loss / 2
    assert steps[-1].loss == list(train_network(recipe, digits, 0))[-1].loss
    assert torch.equal(torch.get_rng_state(), state)


def test_what_a_reader_sees_in_the_result_comes_nearer_to_what_it_sees_in_the_truth() -> None:
    digits = mnist.train_digits()[:256]
    x = to_x(digits.images)
    reader = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 10, bias=False))
    noise = torch.randn(10, 784, generator=torch.Generator().manual_seed(0))
    reader.requires_grad_(False)[1].weight.copy_(noise)
    apart = []
    for read in (0.0, 0.1):
        recipe = Recipe(lambda x, generator: x, "dense", {"hidden": 16}, epochs=30, read=read)
        *_, last = train_network(recipe, digits, 0, reader)
        with torch.no_grad():
            wanted = reader(x).softmax(1)
            apart.append(F.cross_entropy(reader(last.network(x)), wanted).item())
    assert apart[1] < apart[0] / 2
    with pytest.raises(ValueError, match="needs a classifier"):
        next(train_network(recipe, digits, 0))


def test_a_file_gives_the_network_back(tmp_path: Path) -> None:
    network = networks.build("unet", 1, channels=(2, 4, 4))
    path = tmp_path / "small.safetensors"
    path.write_bytes(networks.dumps(network, "unet", {"channels": (2, 4, 4)}, {"seed": 1}))
    x = to_x(mnist.test_digits().images[:600])  # more than a chunk
    with torch.no_grad():
        expected = network(x)
    torch.testing.assert_close(networks.apply(networks.loads(path), x), expected, atol=2e-3, rtol=0)


@pytest.mark.parametrize("damage", ["missing", "cut", "other", "kind", "settings", "shape"])
def test_a_bad_file_is_named(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "bad.safetensors"
    network = networks.build("dense", 0, hidden=4)
    kind, settings = "dense", {"hidden": 4}
    if damage == "kind":
        kind = "pickle"
    if damage == "settings":
        settings = {"hidden": "four"}
    if damage == "shape":
        settings = {"hidden": 5}
    raw = networks.dumps(network, kind, settings, {})
    if damage == "other":
        raw = (Path(networks.SHIPPED).parent / "ae-20.safetensors").read_bytes()
    if damage != "missing":
        path.write_bytes(raw[: len(raw) // 2] if damage == "cut" else raw)
    with pytest.raises(
        ValueError, match=r"bad.safetensors can't be read as a network that repairs"
    ):
        networks.loads(path)
