"""What links hold: every field, there and back, and texts that strangers made up."""

import base64
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from vae_demo.digits import STAGES, mnist
from vae_demo.digits.damages import NOISES
from vae_demo.distributions import PLACES, places
from vae_demo.distributions.fitting import GUIDANCE
from vae_demo.distributions.flow import STEPS
from vae_demo.evaluation import samples
from vae_demo.sweeps import table
from vae_demo.training.config import PRECISIONS
from vae_demo.training.schedules import SCHEDULES
from vae_demo.ui.frame.catalogue import LANGUAGES
from vae_demo.ui.frame.link_fields import FIELDS, Integer, Number, read_link, write_link
from vae_demo.ui.frame.menu import PAGES
from vae_demo.ui.parts.train.presets import TrainingSettings

DIGIT, CODE = FIELDS["draw"]["digit"], FIELDS["explore"]["z"]
ZEROS = base64.urlsafe_b64encode(bytes((0, 255)) * 3).decode()


def test_the_table_names_what_the_rest_of_the_code_names() -> None:
    assert set(FIELDS) <= {"every", *PAGES}
    assert tuple(FIELDS["every"]["lang"].options) == tuple(LANGUAGES)
    draw, generate = FIELDS["draw"], FIELDS["generate"]
    assert tuple(draw["noise"].options) == ("none", *NOISES)
    assert tuple(draw["without"].options) == STAGES
    heat = generate["temperature"]
    assert (heat.low, heat.high) == (samples.COOLEST, samples.HOTTEST)
    assert generate["arrangement"].default == samples.INDEPENDENT
    assert tuple(generate["from"].options) == PLACES
    components = generate["components"]
    assert (components.high, components.default) == (places.MOST_COMPONENTS, places.COMPONENTS)
    assert generate["guidance"].default == GUIDANCE
    assert generate["step"].high == generate["step"].default == STEPS
    train, usual = FIELDS["train"], TrainingSettings().values()
    assert list(train) == [*usual, "stage"]  # of the step in slow motion
    assert tuple(train["schedule"].options) == SCHEDULES
    assert tuple(train["precision"].options) == PRECISIONS
    for name in ("model", "beta", "epochs", "batch_size", "lr", "schedule", "seed"):
        assert train[name].default == usual[name]
    last = len(mnist.test_digits()) - 1
    for fields in FIELDS.values():
        for name in ("index", "from_index", "to_index", "shown_index"):
            assert name not in fields or (fields[name].low, fields[name].high) == (0, last)
    shipped = table.load(table.shipped())
    for axis in table.LATENTS_AND_BETAS.axes:
        assert float(FIELDS["compare"][f"sweep_{axis}"].default) in shipped.values(axis)


def test_every_default_stays_out_of_the_address() -> None:
    for page in FIELDS:
        values = read_link(page, {})
        assert set(write_link(page, values).values()) <= {None}


def test_every_digit_comes_back_and_is_short() -> None:
    lengths = []
    flat = [np.full((28, 28), value, np.uint8) for value in (0, 1, 255)]
    for digit in [*mnist.probe().images, *flat]:
        text = DIGIT.write(digit)
        lengths.append(len(text))
        assert np.array_equal(DIGIT.read([text]), digit)
    assert np.mean(lengths) < 400


@pytest.mark.parametrize(
    "text", ["", "!", "a", "AAAA", "ÿÿÿÿ", ZEROS, "A" * 20_000, "_-" * 3000, "AA==AA=="]
)
def test_a_text_that_is_no_digit_counts_as_absent(text: str) -> None:
    assert DIGIT.read([text]) is None


def test_masks_come_back() -> None:
    mask, field = np.zeros((28, 28), bool), FIELDS["draw"]["mask"]
    mask[3:9, 20:] = True
    for each in (mask, ~mask, mask & False):
        assert len(field.write(each)) == 131
        np.testing.assert_array_equal(field.read([field.write(each)]), each)
    for text in ("", "A" * 130, "A" * 132, "%" * 131, "é" * 131):
        assert field.read([text]) is None


def test_codes_come_back_to_three_decimals() -> None:
    code = np.random.default_rng(5).normal(size=500).astype(np.float32)
    found = CODE.read([CODE.write(code)])
    assert len(found) == 500 and np.abs(found - code).max() <= 0.0005001
    assert CODE.write(found) == CODE.write(code)
    assert len(CODE.write(code)) < 1_400  # packed: two bytes each, in base64
    np.testing.assert_array_equal(CODE.read([",".join(map(str, found))]), found)  # an older link
    whole = [0, -1, 1, 63, -64, 64, 9_999_999, -10_000_000, *[0] * 60]  # thousandths
    np.testing.assert_array_equal(CODE.read([CODE.write(np.array(whole) / 1000)]), whole_of(whole))
    assert CODE.write(np.array([0.5, -1.25, 0, -0.0, 10])) == "0.5,-1.25,0,0,10"


def whole_of(thousandths: list[int]) -> np.ndarray:
    return np.array([number / 1000 for number in thousandths], np.float32)


# Packed codes: none, a character that base64 has not, a number that is cut off, one of five bytes,
# and one beyond the largest.
BROKEN = ["_", "_!", "_gA", "_gICAgAE", "_____fw"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,",
        "1,nan",
        "1,inf",
        "a,b",
        "1e999,1",
        "1e30",
        "0x1",
        "1 ",
        "٣",
        "1," * 20_000,
        *BROKEN,
    ],
)
def test_a_text_that_is_no_code_counts_as_absent(text: str) -> None:
    assert CODE.read([text]) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("0.5", 0.5), ("-3", 0), ("7", 1), ("1e999", 1), ("0.0625", 0.063), ("+.25", 0.25)),
        *(("nan", None), ("inf", None), ("", None), ("0x1", None), ("1_0", None), ("٣", None)),
    ],
)
def test_numbers_are_rounded_and_moved_into_their_bounds(text: str, value: float | None) -> None:
    assert Number(0, 1, 3).read([text]) == value


def test_whole_numbers_and_names() -> None:
    field = Integer(0, 9)
    texts = ["7", "-3", "9" * 30, "+5", "7.5", "", "9" * 400]
    assert [field.read([text]) for text in texts] == [7, 0, 9, 5, None, None, None]
    names, stages = FIELDS["draw"]["runs"], FIELDS["draw"]["without"]
    assert names.read(["ae-20", "vae-2,ae-20"]) == ["ae-20", "vae-2"]  # as earlier links had it
    assert names.read([names.write(["a b", "c"])]) == ["a b", "c"]
    assert names.read(["cafe\u0301,caf\u00e9"]) == ["caf\u00e9"]  # one name in both its forms
    assert FIELDS["explore"]["run"].read(["cafe\u0301"]) == "caf\u00e9"
    assert names.read([""]) == [] and names.read(["x" * 101]) is None
    assert stages.read(["fit,nothing"]) == ["fit"] and stages.read(["nothing"]) is None


def test_a_late_address_is_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser asks for a run before the address of the run before has arrived."""
    sent: list[dict[str, str]] = []
    update = type(st.query_params).update

    def note(known: Any, other: dict[str, str]) -> None:
        update(known, other)
        sent.append(known.to_dict())

    monkeypatch.setattr(type(st.query_params), "update", note)

    def page() -> None:
        import streamlit as st

        from vae_demo.ui.frame.links import to_address

        to_address("morph", at=st.session_state.place)

    test = AppTest.from_function(page)
    for place, arrived in ((0.5, {}), (0.25, {}), (0.5, {"at": "0.5"}), (None, {})):
        test.session_state.place = place
        test.query_params.clear()
        test.query_params.update(arrived)
        assert not test.run().exception
    assert sent == [{"at": "0.5"}, {"at": "0.25"}, {"at": "0.5"}, {}]
    test.run()
    assert len(sent) == 4
