"""Compressed digits: exact arithmetic, bits back and its bound, files, other formats, codes."""

import bz2
import gzip
import io
import lzma
import math
import os
import subprocess
import sys
import zlib
from dataclasses import replace
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
import zstandard
from PIL import Image
from torch import nn

from vae_demo.cli import main
from vae_demo.digits import mnist
from vae_demo.evaluation.classifier import load_classifier, probabilities
from vae_demo.repair import COMPRESSORS
from vae_demo.repair.compress import bits_back, exact, gaussians, lossless, lossy, networks
from vae_demo.repair.compress.bits_back import Stack, decode, encode, importance_bound, neg_elbo
from vae_demo.repair.compress.bits_files import HEADER, BitsError, compress, decompress
from vae_demo.repair.compress.model import PixelVAE, Settings
from vae_demo.repair.compress.networks import ExactVAE, network
from vae_demo.repair.compress.rate_distortion import FewBits
from vae_demo.repair.compress.training import RECIPES, CompressorRecipe, train_few_bits, train_model
from vae_demo.repair.measures import psnr

DIGITS = mnist.test_digits().images[3000:3100]
SPLIT = np.where(DIGITS > 127, 255, 0).astype(np.uint8)
RNG = np.random.default_rng(5)
STRANGE = np.stack(  # no digits
    [
        np.zeros((28, 28), np.uint8),
        np.full((28, 28), 255, np.uint8),
        RNG.integers(0, 256, (28, 28)).astype(np.uint8),
        np.zeros((28, 28), np.uint8),
        np.zeros((28, 28), np.uint8),
    ]
)
BINARY = {"before": True, "levels": False}  # settings
CORRECTED = BINARY | {"correction": 12, "samples": 3}
SMALL = {"latent": 4, "width": 16, "hidden": 8, "level_hidden": 8, "rank": 3}


def small(tmp_path: Path, **settings: int) -> tuple[PixelVAE, ExactVAE]:
    """An untrained model, and the network of its file."""
    model = PixelVAE(Settings(**SMALL, **settings))
    model.initialise(torch.Generator().manual_seed(1), torch.arange(1, 256))
    if "correction" in settings:  # which would correct nothing at first
        with torch.no_grad():
            model.correction.last.weight.copy_(torch.linspace(-0.2, 0.5, settings["correction"]))
    path = tmp_path / "small.safetensors"
    path.write_bytes(networks.dumps(model, {"seed": 1}))
    return model, networks.loads(path)


# ---- exact arithmetic


def test_a_layer_gives_the_integers_of_python_in_any_order() -> None:
    linear = nn.Linear(50, 7)
    arrays = exact.rows(linear, 16)
    x = np.floor(RNG.uniform(-1, 1, (3, 50)) * exact.LARGEST)
    found = exact.layer(arrays)(x)
    order = RNG.permutation(50)
    shuffled = exact.layer(arrays | {"weight": arrays["weight"][:, order]})(x[:, order])
    assert np.array_equal(found, shuffled)
    for row, output in ((0, 0), (2, 6)):
        products = [int(w) * int(a) for w, a in zip(arrays["weight"][output], x[row], strict=True)]
        numerator, denominator = float(arrays["scale"][output]).as_integer_ratio()
        expected = sum(products) * numerator // denominator + int(arrays["bias"][output])
        assert found[row, output] == expected
    with torch.no_grad():
        rounded = linear(torch.from_numpy(x / exact.ONE).float()).numpy() * exact.ONE
    assert np.abs(found - rounded).max() < 2e-3 * np.abs(rounded).max()


def test_sums_that_could_be_rounded_are_refused() -> None:
    arrays = exact.rows(nn.Linear(9000, 1), 16)
    with pytest.raises(ValueError, match="too large to be exact"):
        exact.layer(arrays)


def test_powers_and_probabilities_are_those_of_the_library() -> None:
    n = np.arange(0, 40 * 1024, 7)
    assert exact.power_of_two(n) == pytest.approx(2.0 ** (-n / 1024), rel=1e-13)
    logits = np.linspace(-20, 20, 101).round(3)
    expected = 1 / (1 + np.exp(-logits))
    assert exact.share_of_ink(np.rint(logits * 1024)) == pytest.approx(expected, rel=2e-3)
    weights = exact.weights_of(np.rint(logits * 1024)[None])[0]
    assert weights / weights.sum() == pytest.approx(
        torch.from_numpy(logits).softmax(0).numpy(), rel=2e-3, abs=1e-12
    )


def test_products_are_those_of_fractions() -> None:
    factors = RNG.uniform(1e-9, 1, (4, 301)) ** 3
    found = exact.products(factors)
    expected = [math.prod(map(Fraction, row)) for row in factors.tolist()]
    assert found == pytest.approx([float(each / max(expected)) for each in expected], rel=1e-12)
    assert found.max() == 1 and len(set(found)) > 1


def test_gaussians_have_their_means_and_widths() -> None:
    points = np.arange(-gaussians.FARTHEST, gaussians.FARTHEST + 1) / gaussians.GRID
    widths = np.arange(gaussians.NARROWEST, gaussians.WIDEST + 1, dtype=np.int32)
    shares = gaussians.posterior(widths)
    shares = shares / shares.sum(1, keepdims=True)
    deviations = np.sqrt((shares * points**2).sum(1))
    assert deviations == pytest.approx(2.0 ** (widths / 8), rel=2e-3)
    prior = gaussians.prior() / gaussians.prior().sum()
    middle = 2 * gaussians.FARTHEST
    density = math.exp(-0.5) / math.sqrt(2 * math.pi) / gaussians.GRID
    assert prior[middle + gaussians.GRID] == pytest.approx(density, rel=2e-3)


# ---- the network


@pytest.mark.some(1)
@pytest.mark.parametrize("settings", [{}, {"before": True}, CORRECTED], ids=str)
def test_the_network_in_integers_is_the_trained_one(
    tmp_path: Path, settings: dict[str, int]
) -> None:
    model, found = small(tmp_path, **settings)
    digits = DIGITS[:40] if found.settings.levels else SPLIT[:40]
    x = torch.from_numpy(digits.copy())
    with torch.no_grad():
        mean, logvar = (each.numpy() for each in model.posterior(x))
        losses = [model.losses(x, torch.Generator().manual_seed(i)) for i in range(20)]
    on_grid, width = found.posterior(digits)
    assert np.abs(on_grid / gaussians.GRID - mean).max() < 1 / gaussians.GRID
    assert np.abs(width / 8 - logvar / 2 / math.log(2)).max() < 1 / 8
    expected = np.mean([each.neg_elbo.mean().item() for each in losses]) / math.log(2)
    assert neg_elbo(digits, found, 4, 0).mean() == pytest.approx(expected, rel=3e-3)


def test_a_share_of_the_corrections_is_right_on_average(tmp_path: Path) -> None:
    model, _ = small(tmp_path, **CORRECTED)
    x = torch.from_numpy(SPLIT[:5].copy())
    with torch.no_grad():
        features = model.decoder(torch.zeros(5, 4)).view(5, 784, -1)
        first = torch.Generator().manual_seed(0)
        found = [model._ink_distortion(x, features, 0.3, first).sum() for _ in range(400)]
        whole = model._ink_distortion(x, features, 1.0, first).sum()
        model.correction.last.weight.zero_()
        without = model._ink_distortion(x, features, 1.0, first).sum()
        assert model._ink_distortion(x, features, 0.3, first).sum() == without
    assert abs(whole - without) > 5
    error = torch.stack(found).std() / 20
    assert abs(torch.stack(found).mean() - whole) < 4 * error < abs(whole - without)


@pytest.mark.parametrize("settings", [{"before": True}, CORRECTED], ids=str)
def test_pixels_in_turn_have_the_probabilities_of_all_at_once(
    tmp_path: Path, settings: dict[str, int]
) -> None:
    _, found = small(tmp_path, **settings)
    z = np.array([3, -40, 70, 0], np.int32)
    (features,), ink = found.features(z[None]), (DIGITS[0] > 0).ravel()
    (at_once,) = found.ink(features[None], ink)
    for place, share, drawn in found.ink_in_turn(features):
        assert share == at_once[place]
        drawn[networks.PLACE[place]] = ink[place]
    if not found.settings.levels:
        return
    places = np.flatnonzero(ink)
    drawn, levels = networks.canvas(ink), networks.canvas(DIGITS[0])
    together = found.levels(features, drawn, levels, places)
    later = levels.copy()
    for at, place in enumerate(places):  # what comes later is not read
        later[networks.PLACE[place:]] = 7
        assert np.array_equal(found.levels(features, drawn, later, places[at : at + 1])[0],
                              together[at])  # fmt: skip
        later[networks.PLACE] = DIGITS[0].ravel()


# ---- bits back


@pytest.mark.some(1)
@pytest.mark.parametrize("settings", [{}, {"before": True}, BINARY, CORRECTED], ids=str)
def test_every_picture_comes_back_bit_for_bit(tmp_path: Path, settings: dict[str, int]) -> None:
    _, found = small(tmp_path, **settings)
    pixels = np.concatenate([DIGITS[:3], STRANGE, DIGITS[3:5]])
    if not found.settings.levels:
        pixels = np.where(pixels > 127, 255, 0).astype(np.uint8)
    for some in (pixels, pixels[3:4], pixels[6:8]):
        stack = Stack()
        coded = list(encode(some, found, stack))
        assert coded[0].borrowed == 0 < min([each.borrowed for each in coded[1:]], default=1)
        # an empty stack is one of zeros, on which what has the first probabilities is free
        assert stack.bits < 1.01 * sum(each.net for each in coded) + 32
        again = np.array(list(decode(stack.words(), len(some), found)))[::-1]
        assert np.array_equal(again, some)


def test_a_coder_gives_back_all_that_it_borrows(tmp_path: Path) -> None:
    """After a digit is decoded, the stack is what it was before it was coded, to the last bit."""
    _, found = small(tmp_path)
    stack, heights = Stack(), []
    for _ in encode(DIGITS[:4], found, stack):
        heights.append(stack.words())
    fewer = Stack()
    list(encode(DIGITS[:3], found, fewer))
    assert np.array_equal(heights[2], fewer.words())
    with pytest.raises(ValueError, match=r"not one that its picture has|more than"):
        list(decode(heights[3], 3, found))


@pytest.mark.some(1)
@pytest.mark.parametrize(("name", "images"), [("vae", DIGITS[:60]), ("pixels-before", DIGITS[:20])])
def test_the_shipped_coders_reach_the_bound(name: str, images: np.ndarray) -> None:
    found = compress(images, network(name))
    assert np.array_equal(decompress(found.raw), images)
    nets = np.array([each.net for each in found.digits[1:]])
    bound = neg_elbo(images[1:], network(name), 8, 0)
    noise = (nets - bound).std() / math.sqrt(len(nets))
    assert nets.mean() == pytest.approx(bound.mean(), abs=0.005 * bound.mean() + 2 * noise)
    assert abs(found.bits - sum(each.net for each in found.digits)) < 0.001 * found.bits + 32
    assert found.bits / images.size < 1.25


def test_codes_are_kept_by_their_importance_weights(tmp_path: Path) -> None:
    model, found = small(tmp_path, **CORRECTED)
    (mean,), (width,) = found.posterior(SPLIT[:1])
    rng = np.random.default_rng(3)
    offsets = [rng.integers(-60, 61, 4) + gaussians.FARTHEST for _ in range(6)]
    weights = bits_back._weights(SPLIT[0].ravel(), mean, width, offsets, found)
    middle, sigma = torch.from_numpy(mean / gaussians.GRID), torch.from_numpy(2.0 ** (width / 8))
    z = torch.from_numpy(np.stack(offsets) - gaussians.FARTHEST) / gaussians.GRID + middle
    x = torch.from_numpy(SPLIT[:1].copy()).expand(6, -1, -1)
    with torch.no_grad():
        features = model.decoder(z.float()).view(6, 784, -1)
        logs = -model._ink_distortion(x, features, 1.0, torch.Generator())
    for distribution, sign in ((torch.distributions.Normal(0, 1), 1),
                               (torch.distributions.Normal(middle, sigma), -1)):  # fmt: skip
        logs = logs + sign * distribution.log_prob(z).sum(1)
    assert np.log(weights) == pytest.approx((logs - logs.max()).numpy(), abs=0.1)
    assert np.log(weights.min()) < -2


def test_binary_digits_need_few_bits() -> None:
    model = network("binary")
    found = compress(SPLIT[:25], model)
    assert np.array_equal(decompress(found.raw), SPLIT[:25])
    assert found.bits / SPLIT[:25].size < 0.14  # the first digits draw fewer codes
    with pytest.raises(ValueError, match="codes only pixels that are 0 or 255"):
        compress(DIGITS[:1], model)
    few = replace(model, settings=replace(model.settings, samples=6))
    first = bits_back.digits_before_all_samples(few)
    nets = np.array([each.net for each in encode(SPLIT[:50], few, Stack())])[first:]
    bound = importance_bound(SPLIT[first:50], few, 2, 0)
    noise = (nets - bound).std() / math.sqrt(len(nets))
    assert nets.mean() == pytest.approx(bound.mean(), abs=0.005 * bound.mean() + 3 * noise)
    assert bound.mean() < neg_elbo(SPLIT[first:50], few, 4, 0).mean()


_CODE = """
import hashlib, sys
from vae_demo.digits import mnist
from vae_demo.repair.compress.bits_files import compress
from vae_demo.repair.compress.networks import network
images = mnist.test_digits().images[3000:3006]
for name in sys.argv[1:]:
    digits = images if network(name).settings.levels else (images > 127).astype("uint8") * 255
    print(hashlib.sha256(compress(digits, network(name)).raw).hexdigest())
"""


def test_threads_and_batches_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same file with one thread and with two, and with posteriors computed one by one."""
    names, found = networks.NAMES, set()
    for threads in ("1", "2"):
        variables = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
        done = subprocess.run(
            [sys.executable, "-c", _CODE, *names],
            env=os.environ | variables,
            capture_output=True,
            text=True,
            check=True,
        )
        found.add(done.stdout)
    assert len(found) == 1
    one_by_one = []
    for name in names:
        digits = DIGITS[:6] if network(name).settings.levels else SPLIT[:6]
        whole = compress(digits, network(name)).raw
        with monkeypatch.context() as patched:
            patched.setattr(bits_back, "_TOGETHER", 1)
            one_by_one.append(compress(digits, network(name)).raw == whole)
    assert all(one_by_one)


# ---- files


def test_a_damaged_file_says_what_is_wrong_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = compress(DIGITS[:2], network("vae")).raw
    cases = {
        b"PNG" + raw: "foreign",
        raw[:20]: "cut",
        raw[:-1]: "cut",
        raw + b"\0": "altered",
        raw[:4] + b"\2" + raw[5:]: "version",
        b"": "foreign",
    }
    for at in [*range(5, HEADER), HEADER, len(raw) // 2, len(raw) - 1]:
        changed = bytearray(raw)
        changed[at] ^= 0x10
        cases[bytes(changed)] = "cut" if 17 <= at < 21 else "altered"
    cases[raw[:17] + bytes([raw[17] ^ 0x10]) + raw[18:]] = None  # more or fewer words
    for bad, reason in cases.items():
        with pytest.raises(BitsError) as caught:
            decompress(bad)
        assert reason in (None, caught.value.reason) or caught.value.reason in ("cut", "altered")
        assert "\n" not in str(caught.value)
    monkeypatch.setattr(networks, "NAMES", ("binary",))
    with pytest.raises(BitsError, match=r"made by another model .*there are: binary") as caught:
        decompress(raw)
    assert caught.value.reason == "model"


def test_an_altered_file_with_a_right_checksum_is_never_a_wrong_picture() -> None:
    raw = compress(DIGITS[:2], network("vae")).raw
    for at in range(HEADER, len(raw), 41):
        changed = bytearray(raw)
        changed[at] ^= 1
        start, words = bytes(changed[: HEADER - 4]), bytes(changed[HEADER:])
        check = zlib.crc32(words, zlib.crc32(start)).to_bytes(4, "little")
        with pytest.raises(BitsError) as caught:
            decompress(start + check + words)
        assert caught.value.reason == "content"


def test_the_commands_give_the_digits_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.savez(tmp_path / "many.npz", images=DIGITS[:3])
    Image.fromarray(DIGITS[0]).save(tmp_path / "one.png")
    for name, model in (("many.npz", "pixels-before"), ("one.png", "vae")):
        bits, out = str(tmp_path / f"{model}.bits"), tmp_path / f"out {name}"
        source = str(tmp_path / name)
        words = ["repair", "compress", "--in", source, "--out", bits, "--model", model]
        assert main(words) == 0
        assert main(words) == 2  # it exists
        assert "bits a pixel" in capsys.readouterr().out
        assert main(["repair", "decompress", "--in", bits, "--out", str(out)]) == 0
    assert np.array_equal(np.load(tmp_path / "out many.npz")["images"], DIGITS[:3])
    assert np.array_equal(np.array(Image.open(tmp_path / "out one.png")), DIGITS[0])
    capsys.readouterr()
    for arguments, told in (
        (["--in", str(tmp_path / "one.png"), "--out", str(tmp_path / "a.png")], "not a compressed"),
        (
            ["--in", str(tmp_path / "pixels-before.bits"), "--out", str(tmp_path / "a.png")],
            "holds 3 digits; --out must be an .npz",
        ),
        (["--in", str(tmp_path / "none.bits"), "--out", str(tmp_path / "a.png")], "No such file"),
    ):
        assert main(["repair", "decompress", *arguments]) != 0
        assert told in capsys.readouterr().err


# ---- other formats


def test_formats_give_the_digit_back_and_their_data_is_a_part_of_the_file() -> None:
    digit = DIGITS[0]
    raw = digit.tobytes()
    packed = {name: pack(raw) for name, pack in lossless.BYTES.items()}
    unpack = {
        "gzip": gzip.decompress,
        "deflate": lambda data: zlib.decompress(data, -15),
        "bz2": bz2.decompress,
        "xz": lzma.decompress,
        "zstd": zstandard.decompress,
    }
    assert all(unpack[name](data) == raw for name, data in packed.items())
    for name in ("png", "webp"):
        whole, data = lossless.PICTURES[name](digit), lossless.PICTURES[f"{name}-data"](digit)
        read = np.array(Image.open(io.BytesIO(whole)).convert("L"))
        assert np.array_equal(read, digit) and data in whole
    assert len(zlib.decompress(lossless.png_data(digit))) in (28 * 29, 28 * 15, 28 * 8)
    assert lossless.bits_of(digit)["gzip"] == 8 * len(packed["gzip"])


@pytest.mark.some(2)
@pytest.mark.parametrize("name", lossy.CODES)
def test_codes_take_the_bits_of_their_probabilities(name: str) -> None:
    found = lossy.by_codes(DIGITS, name, lossy.CODES[name][0])
    coder = lossy.coder(name, lossy.CODES[name][0])
    codes = coder.rounded(lossy._codes(name, DIGITS, lossy.CODES[name][0]))
    stack = Stack()
    expected = np.array([coder.put(stack, code) for code in codes])
    assert np.array_equal(found.bits, expected)
    assert stack.bits == pytest.approx(expected.sum(), abs=32)  # all in one stream
    assert (np.abs(found.file_bits - expected) < 32).all()
    assert all((coder.take(stack) == code).all() for code in codes[::-1])
    bits = [lossy.by_codes(DIGITS, name, step).bits.mean() for step in lossy.CODES[name]]
    order = pairwise(bits if name != "few-bits" else bits[::-1])
    assert all(fine > coarse for fine, coarse in order)


def test_a_code_that_no_training_digit_has_is_coded_too() -> None:
    for name, steps in lossy.CODES.items():
        found = lossy.by_codes(STRANGE, name, steps[-1])
        assert found.pixels.shape == STRANGE.shape and (found.bits > 0).all()


def test_few_bits_are_as_good_as_webp_with_eight_times_as_many() -> None:
    digits = mnist.test_digits()[:1000]
    webp = lossy.by_webp(digits.images, 0)
    found = lossy.by_codes(digits.images, "few-bits", 14.0)
    assert found.bits.mean() < webp.bits.mean() / 8
    assert psnr(found.pixels, digits.images) > psnr(webp.pixels, digits.images)
    right = probabilities(load_classifier(), found.pixels).argmax(1) == digits.labels
    assert right.mean() > 0.95


# ---- trainings and files of models


def test_the_shipped_files_are_those_of_the_recipes() -> None:
    files = {path.stem: path for path in networks.SHIPPED.glob("*.safetensors")}
    assert files.keys() == set(COMPRESSORS) == {*RECIPES, "few-bits"}
    documented = (networks.SHIPPED / "README.md").read_text("utf-8")
    for name, path in files.items():
        assert path.stat().st_size <= 2_000_000
        assert f"repair train-compressor {name} " in documented
    for name, recipe in RECIPES.items():
        assert network(name).settings == recipe.settings
        trained = network(name).trained
        epochs = sum(stage.epochs for stage in recipe.stages)
        assert (trained["recipe"], trained["epochs"]) == (name, epochs)


def test_trainings_lower_the_loss_and_depend_on_their_seeds_alone() -> None:
    digits = mnist.train_digits()[:256]
    state = torch.get_rng_state()
    binary = CompressorRecipe(Settings(**SMALL, **BINARY), epochs=10, lr=0.2)
    corrected = Settings(**SMALL, **CORRECTED)
    for recipe in (
        CompressorRecipe(Settings(**SMALL), epochs=20, lr=0.2),
        CompressorRecipe(corrected, epochs=10, lr=0.02, bfloat16=True, share=0.5, start=binary),
    ):
        losses = [step.loss for step in train_model("small", recipe, digits, 0)]
        assert len(losses) == 40 and losses[-1] < 0.9 * losses[0]
        again = islice(train_model("small", recipe, digits, 0), 5)
        assert [step.loss for step in again] == losses[:5]
    steps = list(islice(train_few_bits(digits, 0), 40))
    assert steps[-1].loss < 0.9 * steps[0].loss
    assert isinstance(steps[-1].model, FewBits)
    assert torch.equal(torch.get_rng_state(), state)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.safetensors"
    small(tmp_path)
    raw = (tmp_path / "small.safetensors").read_bytes()
    for bad in (b"", raw[:100], raw[:-5], (networks.SHIPPED / "few-bits.safetensors").read_bytes()):
        path.write_bytes(bad)
        with pytest.raises(ValueError, match="can't be read as a network that compresses"):
            networks.loads(path)
