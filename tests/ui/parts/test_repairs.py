"""The pages Denoise and Upscale: what their parts are given, and what they take."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.support.pages import given, opened_page, page_file
from vae_demo.digits import mnist, open_picture, to_digit
from vae_demo.digits.damages import DAMAGES
from vae_demo.repair import CLASSICAL, LEARNED, denoise, upscale
from vae_demo.repair.measures import psnr
from vae_demo.repair.networks import SHIPPED
from vae_demo.ui.frame.catalogue import LANGUAGES, catalogue
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.frame.packing import base64_of
from vae_demo.ui.parts.denoise.data import STRONGEST, DenoiseSettings, read_message
from vae_demo.ui.parts.repairs.data import strangeness
from vae_demo.ui.parts.repairs.judged import judged
from vae_demo.ui.parts.repairs.measured import measured
from vae_demo.ui.parts.repairs.no_digit import letter


def opened(page: str, **link: str) -> AppTest:
    at = opened_page(page, **link)
    assert not at.error
    return at


def picture(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(28, 28)


def shown(results: dict) -> dict[str, np.ndarray]:
    return {
        card["name"]: picture(card["pixels"])
        for group in results["groups"]
        for card in group["cards"]
    }


@pytest.mark.parametrize("kind", DAMAGES)
def test_denoise_shows_every_method_on_the_same_damage(kind: str) -> None:
    at = opened("denoise", index="3", noise=kind, strength="0.7", seed="5")
    sent = given(at, "denoise")
    truth = mnist.test_digits().images[3]
    np.testing.assert_array_equal(picture(sent["digit"]), truth)
    damaged = DenoiseSettings(kind, 0.7, 5).apply(truth)
    np.testing.assert_array_equal(picture(sent["results"]["damaged"]["pixels"]), damaged)
    found = shown(sent["results"])
    assert list(found) == [*LEARNED["denoise"], *CLASSICAL["denoise"]]
    for name, pixels in found.items():
        np.testing.assert_array_equal(pixels, denoise.METHODS[name](damaged[None])[0])
    cards = [card for group in sent["results"]["groups"] for card in group["cards"]]
    (best,) = (card for card in cards if card["best"])
    reached = {name: psnr(pixels[None], truth[None]) for name, pixels in found.items()}
    assert best["name"] == max(reached, key=reached.__getitem__)
    assert best["lines"][0] == f"PSNR {reached[best['name']]:.1f} dB"
    assert at.query_params["noise"] == kind if kind != "dropout" else "noise" not in at.query_params


def test_denoise_measures_where_it_is_painted_and_keeps_its_link() -> None:
    mask = np.zeros((28, 28), bool)
    mask[10:18, 8:20] = True
    text = FIELDS["denoise"]["mask"].write(mask)
    at = opened("denoise", noise="salt_and_pepper", strength="3", mask=text)
    sent = given(at, "denoise")
    assert sent["settings"]["strength"] == STRONGEST["salt_and_pepper"]
    truth, damaged = picture(sent["digit"]), picture(sent["results"]["damaged"]["pixels"])
    assert (damaged != truth).any() and not (damaged != truth)[~mask].any()
    wanted = psnr(damaged[None], truth[None], mask[None])
    assert sent["results"]["damaged"]["lines"][0] == f"PSNR {wanted:.1f} dB"
    assert at.query_params["mask"] == text
    at.button(key="denoise_try_blur").click().run()
    assert "mask" not in at.query_params and given(at, "denoise")["settings"]["kind"] == "blur"


def test_the_letter_is_put_on_the_pad_of_both_pages() -> None:
    at = opened("denoise")
    assert not given(at, "denoise")["pad"]
    at.button(key="denoise_try_letter").click().run()
    sent = given(at, "denoise")
    assert sent["pad"] and sent["placed"] == 1 and sent["picture"]
    np.testing.assert_array_equal(picture(sent["digit"]), letter())
    linked = {key: at.query_params[key] for key in ("source", "digit")}
    np.testing.assert_array_equal(
        picture(given(opened("denoise", **linked), "denoise")["digit"]), letter()
    )
    at.switch_page(page_file("upscale")).run()
    at.button(key="upscale_try_letter").click().run()
    np.testing.assert_array_equal(picture(given(at, "upscale")["digit"]), letter())


def test_a_picture_file_is_put_on_the_pad_once() -> None:
    digit = mnist.test_digits().images[4]
    out = io.BytesIO()
    Image.fromarray(digit).resize((280, 280)).save(out, "PNG")
    at = opened("upscale", shown="drawn")
    at.file_uploader(key="upscale_upload").upload("four.png", out.getvalue()).run()
    sent = given(at, "upscale")
    assert sent["pad"] and sent["placed"] == 1
    read = to_digit(open_picture(out.getvalue()))
    np.testing.assert_array_equal(picture(sent["digit"]), read)
    at.button(key="upscale_try_letter").click().run()  # another drawing takes its place
    at.run()
    np.testing.assert_array_equal(picture(given(at, "upscale")["digit"]), letter())
    at.file_uploader(key="upscale_upload").set_value(("a.png", b"no picture", "image/png")).run()
    assert len(at.error) == 1


SPECKS = np.random.default_rng(0).integers(0, 256, (28, 28)).astype(np.uint8)
NO_DIGITS = (letter(), np.zeros_like(SPECKS), np.full_like(SPECKS, 255), SPECKS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_a_picture_that_is_no_digit_each_page_says_so(language: str) -> None:
    sentence = catalogue(language)["repairs.strange"].split("{percent}")
    for picture_ in NO_DIGITS:
        said = strangeness(picture_, language)
        assert said and said.startswith(sentence[0]) and said.endswith(sentence[1])
    test = mnist.test_digits().images[5000:5100]
    assert sum(strangeness(digit, language) is not None for digit in test) <= 4
    said = strangeness(letter(), language)
    drawn = {"shown": "drawn", "shown_drawn": FIELDS["upscale"]["shown_drawn"].write(letter())}
    pad = {"source": "pad", "digit": FIELDS["denoise"]["digit"].write(letter())}
    for page, link in {"denoise": pad, "inpaint": drawn, "upscale": drawn}.items():
        results = given(opened(page, lang=language, **link), page)["results"]
        assert results["strange"] == said
    (warning,) = opened("compress", lang=language, count="1", **drawn).warning
    assert warning.value.startswith(f"{said} ")


@pytest.mark.parametrize("side", upscale.SIDES)
def test_upscale_shows_every_method_and_the_bias(side: int) -> None:
    at = opened("upscale", side=str(side), shown="7")
    sent = given(at, "upscale")
    truth = picture(sent["digit"])
    small = upscale.shrink(truth[None], side)
    np.testing.assert_array_equal(
        picture(sent["results"]["small"]["pixels"]), upscale.repeat(small)[0]
    )
    for name, pixels in shown(sent["results"]).items():
        np.testing.assert_array_equal(pixels, upscale.METHODS[name](small)[0])
    changed = given(at, "digits")["pictures"]
    read = [each["caption"] for each in changed if each["caption"]]
    assert read and not [line for line in read if line == "read as 7"]


def test_what_a_card_says_is_measured() -> None:
    truth = mnist.test_digits().images[0]
    found = judged(truth, {"same": truth, "blank": np.zeros_like(truth)})
    assert found["same"].right and found["same"].read == 7 and found["same"].ssim == 1
    assert found["same"].psnr == float("inf")
    assert not found["blank"].right and found["blank"].psnr == psnr(
        np.zeros_like(truth)[None], truth[None]
    )


def test_the_table_s_numbers_are_of_the_shipped_files() -> None:
    """One case again, with the benchmark's digits and seed."""
    found = measured()
    assert found["count"] == 1000
    cases = {(row["task"], row["case"]): row for row in found["rows"]}
    images = mnist.test_digits().images[:1000]
    small = upscale.shrink(images, 14)
    for task, case, given_, name in (
        ("upscale", "from 14x14", small, "dense"),
        ("denoise", "clean", images, "dense"),
        ("denoise", "clean", images, "unet"),
    ):
        methods = (upscale if task == "upscale" else denoise).METHODS
        again = psnr(methods[name](given_), images)
        assert cases[task, case]["methods"][name]["psnr"] == pytest.approx(again, abs=0.02)
    assert {row["side"] for row in found["bias"]} == set(upscale.SIDES)
    assert (SHIPPED / "results.json").is_file()


GOOD = {
    "serial": 1,
    "revision": 0,
    "digit": base64.b64encode(bytes(784)).decode(),
    "kind": "blur",
    "strength": 1.5,
    "seed": 3,
    "mask": None,
}


def test_a_message_is_taken() -> None:
    message = read_message(GOOD)
    assert message and message.settings() and message.pixels() is not None
    assert read_message(GOOD | {"digit": None}).pixels() is None
    assert read_message(GOOD | {"strength": 3}).settings().strength == 3
    assert read_message(GOOD | {"kind": "dropout"}).settings().strength == STRONGEST["dropout"]


@pytest.mark.parametrize(
    "bad",
    [
        {"digit": "###"},
        {"digit": base64_of(bytes(783))},
        {"kind": "fog"},
        {"strength": -1},
        {"strength": 1e9},
        {"strength": None},
        {"seed": -1},
        {"mask": "A"},
        {"serial": "one"},
    ],
)
def test_a_bad_message_is_dropped(bad: dict) -> None:
    assert read_message(GOOD | bad) is None
    assert read_message(None) is None
