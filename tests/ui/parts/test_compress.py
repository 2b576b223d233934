"""The Compress page: its chart, its file, what it says of bad files, in both languages."""

import json
import math

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.support.pages import opened_page
from vae_demo.digits import mnist
from vae_demo.repair.compress.bits_files import compress, decompress
from vae_demo.repair.compress.networks import network
from vae_demo.repair.compress.rates import BITS_BACK, METHODS
from vae_demo.ui.charts.compression import Rated, rate_error, stack_heights
from vae_demo.ui.frame.catalogue import LANGUAGES, catalogue
from vae_demo.ui.frame.link_fields import FIELDS
from vae_demo.ui.parts.compress.measured import measured
from vae_demo.ui.parts.compress.part import WORDS, noise, written

DIGIT = mnist.test_digits().images[1]


def opened(**link: str) -> AppTest:
    return opened_page("compress", **link)


def given(at: AppTest, key: str) -> dict:
    """What a part of the page was given."""
    (part,) = (p for p in at.get("bidi_component") if p.proto.id.endswith(f"-{key}"))
    (sent,) = json.loads(part.proto.json)
    return sent


def points(at: AppTest) -> dict[str, float]:
    """The bits of each point of the chart by its method and setting."""
    figure = json.loads(given(at, "compress_chart")["figure"])
    return {
        custom[0]: bits
        for trace in figure["data"]
        for custom, bits in zip(trace["customdata"], trace["x"], strict=True)
    }


def test_texts_and_fields_are_those_of_the_core() -> None:
    assert FIELDS["compress"]["model"].options == list(BITS_BACK)
    for language in LANGUAGES:
        assert all(f"compress.method.{name}" in catalogue(language) for name in METHODS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_digit_is_written_in_every_way_and_comes_back(language: str) -> None:
    texts = catalogue(language)
    at = opened(lang=language)
    bits = points(at)
    ways, seen = written(DIGIT)
    assert len(bits) == len(ways)
    vae = ways[0]
    assert bits[texts["compress.method.vae"]] == vae.bits[0] < 1100
    assert bits[texts["compress.method.png"]] > bits[texts["compress.method.vae"]]
    pictures = given(at, "compress_pictures")["pictures"]
    assert len(pictures) == 1 + sum(not np.array_equal(way.pixels[0], DIGIT) for way in ways)
    lossless = [seen[str(i)].psnr for i, way in enumerate(ways) if way.method in BITS_BACK]
    assert lossless == [math.inf, math.inf]
    assert texts["compress.same"] in [each.value for each in at.success]

    (download,) = at.get("download_button")
    expected = compress(np.concatenate([mnist.test_digits().images[:9], DIGIT[None]]),
                        network("vae"))  # fmt: skip
    assert f"{len(expected.raw):,}".replace(",", "." if language == "tr" else ",") in (
        download.proto.label
    )


def test_headers_and_the_model_are_counted_when_asked() -> None:
    plain, files = points(opened()), points(opened(counted="file"))
    shared = points(opened(sharing="10000"))
    name = catalogue("en")["compress.method.vae"]
    assert files["PNG"] - plain["PNG"] > 400
    assert shared["PNG"] == plain["PNG"]
    assert shared[name] - plain[name] == pytest.approx(network("vae").file_bytes * 8 / 10_000)


@pytest.mark.parametrize("count", ["1", "100"])
def test_a_file_of_one_or_many_digits(count: str) -> None:
    at = opened(count=count, model="vae")
    assert catalogue("en")["compress.same"] in [each.value for each in at.success]
    assert at.info[0].value.startswith("**One digit" if count == "1" else "**100 digits")


def test_a_file_is_decoded_and_a_bad_one_gets_a_sentence() -> None:
    raw = compress(mnist.test_digits().images[:3], network("vae")).raw
    at = opened()
    at.file_uploader[0].upload("digits.bits", raw, "application/octet-stream").run()
    assert not at.exception
    assert "3 digits decoded; all checksums agree." in [each.value for each in at.success]
    for bad, reason in ((b"PNG", "foreign"), (raw[:-9], "cut"), (raw[:-1] + b"\0", "altered")):
        at = opened()
        at.file_uploader[0].upload("digits.bits", bad, "application/octet-stream").run()
        assert not at.exception
        assert [each.value for each in at.error] == [catalogue("en")[f"compress.error.{reason}"]]


def test_noise_is_coded_too_and_needs_more_than_its_pixels() -> None:
    ways, _ = written(noise())
    vae = ways[0]
    assert vae.method == "vae" and vae.bits[0] > 784 * 8
    assert np.array_equal(decompress(compress(noise()[None], network("vae")).raw)[0], noise())


def test_the_charts_show_what_they_are_given() -> None:
    text = dict.fromkeys([*WORDS, "digit", "borrowed", "pixels", "code"], "word") | {
        "codes": "codes"
    }
    made = [Rated("codes", "a", "1", 40.0, 9.0, True), Rated("codes", "a", "2", 80.0, 4.0, False)]
    (trace,) = rate_error(made, text).data
    assert list(trace.x) == [40, 80] and list(trace.marker.symbol) == ["circle", "x"]
    steps = [(0.0, 700.0, 280.0), (250.0, 600.0, 290.0)]
    borrowed, pixels, code = stack_heights(steps, text).data
    assert list(borrowed.base) == [0, 730] and list(borrowed.y) == [0, 250]
    assert list(pixels.base) == [0, 730] and list(code.base) == [700, 1330]


def test_every_measured_row_has_its_texts() -> None:
    found = measured()
    assert found["count"] == 10_000 and found["vae"]["decoded"] >= 1000
    assert {row["method"] for row in found["lossy"]} <= set(METHODS)
    assert found["vae"]["model_bytes"] == network("vae").file_bytes  # measured with what is shipped
    assert found["pixels-before"]["model_bytes"] == network("pixels-before").file_bytes
    assert found["vae"]["coded"] == pytest.approx(found["vae"]["bound"], rel=0.005)
