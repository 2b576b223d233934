"""What the Draw page's part is given and says back, and what the page keeps of it."""

from __future__ import annotations

import base64
import io
import json

import numpy as np
import pytest
import torch
from PIL import Image

from vae_demo import runs
from vae_demo.digits import STAGES, mnist, open_picture, to_digit
from vae_demo.digits.damages import damage
from vae_demo.models import embed_many, to_pixels, to_x
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.parts.draw.data import (
    Settings,
    Work,
    noise_fields,
    pad_picture,
    place_map,
    read_work,
    studio_data,
)
from vae_demo.ui.parts.draw.state import Bench

DIGIT = mnist.test_digits().images[112]
MASK = np.random.default_rng(0).random((28, 28)) < 0.3


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def bar(left: int = 100) -> bytes:
    """A white bar on a pad."""
    pixels = np.zeros((280, 280), np.uint8)
    pixels[60:220, left : left + 24] = 255
    return png(pixels)


# ---- masks and settings


def test_settings_damage_as_corrupt_does() -> None:
    x = to_x(DIGIT[None])
    assert torch.equal(Settings().apply(DIGIT), x)
    where = torch.tensor(MASK, dtype=x.dtype)[None, None]
    seen = Settings("gaussian", 0.4, 3, MASK).apply(DIGIT)
    assert torch.equal(seen, damage(x, "gaussian", 0.4, 3, where=where))


# ---- what the hand says


SAID = {
    "serial": 4,
    "turn": 1,
    "untouched": False,
    "png": base64.b64encode(bar()).decode(),
    "kind": "dropout",
    "strength": 0.25,
    "seed": 7,
    "mask": FIELDS["draw"]["mask"].write(MASK),
    "stages": ["fit", "cut"],
}


def test_work_is_read() -> None:
    work = read_work(SAID)
    assert work is not None
    assert (work.serial, work.turn, work.untouched, work.png) == (4, 1, False, bar())
    settings = work.settings
    assert (settings.kind, settings.strength, settings.seed) == ("dropout", 0.25, 7)
    assert settings.stages == ("cut", "fit")  # in order
    np.testing.assert_array_equal(settings.mask, MASK)
    empty = read_work(SAID | {"png": None, "mask": None})
    assert empty is not None and empty.png is None and empty.settings.mask is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "evil"},
        {"strength": 0.95},
        {"strength": float("nan")},
        {"strength": "x"},
        {"seed": -1},
        {"seed": 1e300},
        {"seed": float("inf")},
        {"mask": "short"},
        {"mask": 3},
        {"png": "%%%"},
        {"png": 3},
        {"stages": None},
        {"serial": []},
        {"kind": ["dropout"]},
    ],
)
def test_other_work_is_none(wrong: dict[str, object]) -> None:
    assert read_work(SAID | wrong) is None


@pytest.mark.parametrize("value", [None, "work", 3, [], {}, {"serial": 1}])
def test_what_is_no_work_at_all(value: object) -> None:
    assert read_work(value) is None


# ---- what the part is given


def test_the_data_is_json_and_pytorch_s() -> None:
    settings = Settings("salt_and_pepper", 0.3, 5, MASK, ("cut", "fit"))
    model = runs.find("dae-500").build()
    plane = runs.find("vae-2")
    given = studio_data(
        language="en",
        text={},
        digit=None,
        stand_in=DIGIT,
        settings=settings,
        models={"dae-500": ("denoising", model, {"key": "abc"}), "mine": ("other", model, None)},
        map=place_map(plane.history.codes[-1], plane.build(), DIGIT, title="map", file=None),
        noises=3,
    )
    sent = json.loads(json.dumps(given))
    assert sent["example"] and sent["digit"] == sent["standIn"]
    assert base64.b64decode(sent["digit"]) == DIGIT.tobytes()
    assert [field["seed"] for field in sent["fields"]] == [5, 6, 7]
    assert sent["settings"]["stages"] == ["cut", "fit"]
    with torch.inference_mode():
        x_hat = model(settings.apply(DIGIT))
    pixels = np.frombuffer(base64.b64decode(sent["answer"]["pixels"]), np.uint8)
    np.testing.assert_array_equal(pixels.reshape(2, 28, 28)[1], to_pixels(x_hat)[0])
    error = float((x_hat - to_x(DIGIT[None])).square().mean())
    assert sent["answer"]["errors"] == [error, error]

    steps = np.frombuffer(base64.b64decode(sent["map"]["points"]), "<u2").reshape(-1, 2)
    points = (steps / 32767.5 - 1) * sent["map"]["span"]
    np.testing.assert_allclose(points, plane.history.codes[-1].astype(np.float32), atol=1e-3)
    expected = embed_many(plane.build(), DIGIT[None])[0]
    np.testing.assert_allclose(sent["map"]["place"], expected, atol=1e-6)


def test_no_models_are_no_trouble() -> None:
    given = studio_data(
        language="tr", text={}, digit=DIGIT, stand_in=DIGIT, settings=Settings(), models={}
    )
    assert given["answer"] == {"pixels": "", "errors": []} and not given["example"]


def test_a_map_has_two_latents() -> None:
    run = runs.find("vae-20")
    with pytest.raises(ValueError, match="codes \\(n, 2\\); these are"):
        place_map(run.history.codes[-1], run.build(), DIGIT, title="", file=None)


def test_the_last_seed_has_a_next_one() -> None:
    assert [field["seed"] for field in noise_fields(9999)] == [9999, 0]


def test_a_digit_on_the_pad_is_nearly_itself() -> None:
    large = open_picture(pad_picture(DIGIT))
    assert large.shape == (280, 280, 4)
    small = large[..., 0].reshape(28, 10, 28, 10).mean((1, 3))
    assert np.abs(small - DIGIT).mean() < 6


# ---- what the page keeps


def work(bench: Bench, **changes: object) -> Work:
    """A hand's work on this bench, number by number."""
    said = {
        "serial": bench.serial + 1,
        "turn": bench.turn,
        "untouched": False,
        "png": bar(),
        "settings": bench.settings,
    }
    return Work(**(said | changes))  # type: ignore[arg-type]


def test_a_drawing_goes_through_the_one_door() -> None:
    bench = Bench()
    bench.hear(None)
    assert bench.drawn is None and bench.serial == 0
    bench.hear(work(bench))
    np.testing.assert_array_equal(bench.drawn, to_digit(open_picture(bar())))
    left = tuple(stage for stage in STAGES if stage != "centre")
    bench.hear(work(bench, settings=Settings(stages=left)))  # the same strokes, other stages
    np.testing.assert_array_equal(bench.drawn, to_digit(open_picture(bar()), left))
    assert bench.serial == 2
    bench.hear(work(bench, png=None))
    assert bench.drawn is None and bench.picture is None


def test_a_digit_of_a_link_stays_until_the_hand_draws() -> None:
    bench = Bench(drawn=DIGIT, picture=pad_picture(DIGIT))
    bench.hear(work(bench, untouched=True, png=None, settings=Settings("gaussian", 0.2)))
    assert bench.drawn is DIGIT and bench.settings.kind == "gaussian"
    bench.hear(work(bench))
    np.testing.assert_array_equal(bench.drawn, to_digit(open_picture(bar())))


def test_a_preset_wins_over_what_was_set_before_it() -> None:
    bench = Bench()
    before = work(bench, settings=Settings("gaussian", 0.2))
    bench.hear(before)
    bench.add_noise("dropout", 0.5)
    bench.hear(before)  # the browser says it again at every run
    assert (bench.settings.kind, bench.settings.strength) == ("dropout", 0.5)
    bench.hear(work(bench, settings=Settings("none")))
    assert bench.settings.kind == "none"


@pytest.mark.parametrize(
    ("picture", "code"),
    [(png(np.full((280, 280), 9, np.uint8)), "empty"), (b"no picture", "unreadable")],
)
def test_what_is_no_digit_is_told_and_the_last_one_stays(picture: bytes, code: str) -> None:
    bench = Bench()
    bench.hear(work(bench))
    drawn = bench.drawn
    bench.hear(work(bench, png=picture))
    assert bench.trouble is not None and bench.trouble.code == code
    assert bench.drawn is drawn
    bench.hear(work(bench, png=bar(40)))
    assert bench.trouble is None and bench.drawn is not drawn
