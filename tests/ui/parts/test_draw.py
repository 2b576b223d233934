"""What the Draw page's part is given and says back, and what the page keeps of it."""

from __future__ import annotations

import base64
import io
import json
import zlib

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.numpy import load

from vae_demo import runs
from vae_demo.digits import STAGES, mnist, open_picture, to_digit
from vae_demo.digits.damages import NOISES, damage, noise_field
from vae_demo.models import embed_many, to_pixels, to_x
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.parts.draw.data import (
    DrawMessage,
    DrawSettings,
    Map,
    draw_data,
    example_digit,
    map_file,
    noise_file,
    pad_picture,
    read_message,
)
from vae_demo.ui.parts.draw.state import DrawSession
from vae_demo.ui.server.web import FILES

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
    assert torch.equal(DrawSettings().apply(DIGIT), x)
    where = torch.tensor(MASK, dtype=x.dtype)[None, None]
    seen = DrawSettings("gaussian", 0.4, 3, MASK).apply(DIGIT)
    assert torch.equal(seen, damage(x, "gaussian", 0.4, 3, where=where))


# ---- what the browser sends


SENT = {
    "serial": 4,
    "revision": 1,
    "untouched": False,
    "png": base64.b64encode(bar()).decode(),
    "kind": "dropout",
    "strength": 0.25,
    "seed": 7,
    "mask": FIELDS["draw"]["mask"].write(MASK),
    "stages": ["fit", "cut"],
}


def test_a_message_is_read() -> None:
    message = read_message(SENT)
    assert message is not None
    assert (message.serial, message.revision, message.untouched) == (4, 1, False)
    assert message.png == bar()
    settings = message.settings()
    assert settings is not None
    assert (settings.kind, settings.strength, settings.seed) == ("dropout", 0.25, 7)
    assert settings.stages == ("cut", "fit")  # in order
    np.testing.assert_array_equal(settings.mask, MASK)
    empty = read_message(SENT | {"png": None, "mask": None, "strength": 0})
    assert empty is not None and empty.png is None
    assert empty.settings().mask is None  # type: ignore[union-attr]


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
        {"stages": ["all"]},
        {"serial": []},
        {"kind": ["dropout"]},
    ],
)
def test_another_message_is_none(wrong: dict[str, object]) -> None:
    assert read_message(SENT | wrong) is None


@pytest.mark.parametrize("value", [None, "message", 3, [], {}, {"serial": 1}])
def test_what_is_not_a_message(value: object) -> None:
    assert read_message(value) is None


# ---- what the part is given


def file_of(address: dict[str, str]) -> dict[str, np.ndarray]:
    """The arrays of a file for browsers."""
    content = FILES.find(address["key"])
    assert content is not None
    return load(content.raw)


def test_the_data_is_json_and_pytorch_s() -> None:
    settings = DrawSettings("salt_and_pepper", 0.3, 5, MASK, ("cut", "fit"))
    model = runs.find("dae-500").build()
    plane = runs.find("vae-2")
    codes = plane.history.codes[-1]
    given = draw_data(
        language="en",
        text={},
        digit=None,
        example=DIGIT,
        settings=settings,
        models={"dae-500": ("denoising", model, {"key": "abc"}), "mine": ("other", model, None)},
        map=Map("map", plane.build(), None, map_file(codes)),
        seeds=3,
    )
    sent = json.loads(json.dumps(given))
    assert sent["isExample"] and sent["digit"] == sent["example"]
    assert base64.b64decode(sent["digit"]) == DIGIT.tobytes()
    assert [noise["seed"] for noise in sent["noises"]] == [5, 6, 7]
    for noise in sent["noises"]:
        fields = file_of(noise["file"])
        for kind in NOISES:
            np.testing.assert_array_equal(fields[kind], noise_field(kind, noise["seed"]))
    assert sent["settings"]["stages"] == ["cut", "fit"]
    with torch.inference_mode():
        x_hat = model(settings.apply(DIGIT))
    raw = zlib.decompress(base64.b64decode(sent["answer"]["pixels"]))
    pixels = np.frombuffer(raw, np.uint8).reshape(2, 28, 28)
    np.testing.assert_array_equal(pixels[1], to_pixels(x_hat)[0])
    error = float((x_hat - to_x(DIGIT[None])).square().mean())
    assert sent["answer"]["errors"] == [error, error]

    points = file_of(sent["map"]["points"])
    np.testing.assert_array_equal(points["points"], codes)
    np.testing.assert_array_equal(points["labels"], mnist.probe().labels)
    expected = embed_many(plane.build(), DIGIT[None])[0]
    np.testing.assert_allclose(sent["map"]["place"], expected, atol=1e-6)


def test_no_models_are_possible() -> None:
    given = draw_data(
        language="tr", text={}, digit=DIGIT, example=DIGIT, settings=DrawSettings(), models={}
    )
    assert given["answer"] is None and not given["isExample"]


def test_the_example_is_a_test_digit() -> None:
    assert (example_digit() == mnist.test_digits().images[112]).all()


def test_a_map_has_two_latents() -> None:
    with pytest.raises(ValueError, match="codes \\(n, 2\\); these are"):
        map_file(runs.find("vae-20").history.codes[-1])


def test_the_last_seed_has_a_next_one() -> None:
    given = draw_data(
        language="en",
        text={},
        digit=DIGIT,
        example=DIGIT,
        settings=DrawSettings(seed=9999),
        models={},
    )
    assert [noise["seed"] for noise in given["noises"]] == [9999, 0]
    assert given["noises"][1]["file"]["key"] == noise_file(0).key


def test_a_digit_on_the_pad_is_nearly_itself() -> None:
    large = open_picture(pad_picture(DIGIT))
    assert large.shape == (280, 280, 4)
    small = large[..., 0].reshape(28, 10, 28, 10).mean((1, 3))
    assert np.abs(small - DIGIT).mean() < 6


# ---- what the page keeps


def message(
    session: DrawSession, settings: DrawSettings | None = None, **changes: object
) -> DrawMessage:
    """The next message of a browser, number by number."""
    now = settings or session.settings
    sent = {
        "serial": session.serial + 1,
        "revision": session.revision,
        "untouched": False,
        "png": bar(),
        "kind": now.kind,
        "strength": now.strength,
        "seed": now.seed,
        "mask": None if now.mask is None else FIELDS["draw"]["mask"].write(now.mask),
        "stages": list(now.stages),
    }
    return DrawMessage(**(sent | changes))  # type: ignore[arg-type]


def test_a_drawing_is_preprocessed_to_a_digit() -> None:
    session = DrawSession()
    session.receive(None)
    assert session.drawn is None and session.serial == 0
    session.receive(message(session))
    np.testing.assert_array_equal(session.drawn, to_digit(open_picture(bar())))
    left = tuple(stage for stage in STAGES if stage != "centre")
    session.receive(message(session, DrawSettings(stages=left)))  # the same strokes, other stages
    np.testing.assert_array_equal(session.drawn, to_digit(open_picture(bar()), left))
    assert session.serial == 2
    session.receive(message(session, png=None))
    assert session.drawn is None and session.picture is None


def test_a_digit_of_a_link_stays_until_the_visitor_draws() -> None:
    session = DrawSession(drawn=DIGIT, picture=pad_picture(DIGIT))
    session.receive(message(session, DrawSettings("gaussian", 0.2), untouched=True, png=None))
    assert session.drawn is DIGIT and session.settings.kind == "gaussian"
    session.receive(message(session))
    np.testing.assert_array_equal(session.drawn, to_digit(open_picture(bar())))


def test_a_preset_replaces_what_was_set_before_it() -> None:
    session = DrawSession()
    before = message(session, DrawSettings("gaussian", 0.2))
    session.receive(before)
    session.add_noise("dropout", 0.5)
    session.receive(before)  # the browser sends it again at every run
    assert (session.settings.kind, session.settings.strength) == ("dropout", 0.5)
    session.receive(message(session, DrawSettings("none")))
    assert session.settings.kind == "none"


@pytest.mark.parametrize(
    ("picture", "code"),
    [(png(np.full((280, 280), 9, np.uint8)), "empty"), (b"no picture", "unreadable")],
)
def test_a_picture_without_a_digit_is_a_problem_and_the_last_digit_stays(
    picture: bytes, code: str
) -> None:
    session = DrawSession()
    session.receive(message(session))
    drawn = session.drawn
    session.receive(message(session, png=picture))
    assert session.problem is not None and session.problem.code == code
    assert session.drawn is drawn
    session.receive(message(session, png=bar(40)))
    assert session.problem is None and session.drawn is not drawn
