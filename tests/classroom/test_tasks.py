"""What the judges of the tasks accept, what it is worth, and what cheats send them."""

from __future__ import annotations

import base64
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from vae_demo.classroom import TASKS, betas
from vae_demo.classroom.reader import read_rightly, reading
from vae_demo.classroom.refusal import Refusal
from vae_demo.classroom.task import Deal
from vae_demo.classroom.tasks import TABLE, VERDICTS, beta, caption, eight, fool, guess, repair
from vae_demo.digits import mnist
from vae_demo.digits.measured import test_attributes as attributes

PIXELS = mnist.PIXELS


def deal(task: str, pupil: int = 1, round: int = 0) -> Deal:
    return Deal(b"a secret of 16 b", task, round, pupil)


def text(pixels: np.ndarray | bytes) -> str:
    return base64.b64encode(pixels if isinstance(pixels, bytes) else pixels.tobytes()).decode()


def test_every_task_deals_the_same_puzzle_again_and_another_in_another_round() -> None:
    assert list(TABLE) == list(TASKS)
    for name in ("fool", "repair", "caption"):
        puzzle = TABLE[name].puzzle
        first = str(puzzle(deal(name), 0))
        assert first == str(puzzle(deal(name, pupil=2), 0))  # fair: the same for the whole class
        assert any(str(puzzle(deal(name, round=n), 0)) != first for n in range(1, 4))
    own = [str(guess.puzzle(deal("guess", pupil=n), 0)) for n in (1, 2)]
    assert own[0] != own[1]  # so that neighbours can't copy


def test_an_8_is_scored_by_what_is_decoded_from_the_code() -> None:
    low, high = eight.plane().low, eight.plane().high
    found = [
        eight.judge(deal("eight"), {"z": [float(x), float(y)]})
        for x, y in np.random.default_rng(0).uniform(low, high, (20, 2))
    ]
    for each in found:
        assert each.picture is not None and each.score is not None
        digit, sure = reading(each.picture)
        assert each.score == pytest.approx(100 * float(sure[8]), abs=1e-3)
        assert (each.verdict == "eight.yes") == (digit == 8)


def test_a_4_is_fooled_by_pixels_that_differ() -> None:
    four = fool.puzzle(deal("fool"), 0)["picture"]
    nine = next(iter(read_rightly(9)))
    assert fool.judge(deal("fool"), {"pixels": text(four)}).score is None  # nothing was touched
    judged = fool.judge(deal("fool"), {"pixels": text(nine)})
    assert judged.score == (nine != four).sum() and judged.verdict == "fool.yes"
    assert fool.judge(deal("fool"), {"pixels": text(bytes(PIXELS))}).details["digit"] != 9


def test_a_repair_counts_if_it_is_the_digit_and_close() -> None:
    given = repair.puzzle(deal("repair"), 0)
    known = np.ones((28, 28), np.uint8)
    known[10:14, 10:14] = 0
    judged = repair.judge(deal("repair"), {"known": text(known)})
    assert judged.score == PIXELS - 16 and judged.details["psnr"] > repair.LEAST_PSNR
    few = np.zeros((28, 28), np.uint8)
    few[0, 0] = 1
    assert repair.judge(deal("repair"), {"known": text(few)}).score is None
    assert reading(given["picture"])[0] == given["digit"]


def test_a_guess_is_right_by_what_the_server_knows_and_its_puzzle_does_not_say() -> None:
    sides = set()
    for question in range(guess.PAIRS):
        *_, made = guess.pair(deal("guess"), question)
        sides.add(made)
        given = guess.puzzle(deal("guess"), question)
        assert given.keys() == {"question", "questions", "left", "right"}
        for side in ("left", "right"):
            judged = guess.judge(deal("guess"), {"question": question, "side": side})
            assert judged.score == (side == made)
    assert sides == {"left", "right"}
    assert guess.puzzle(deal("guess"), guess.PAIRS) == {"question": 10, "questions": 10}


def test_the_bytes_of_a_guess_s_pictures_do_not_tell_which_is_the_model_s() -> None:
    """A script that counts grey values, or that knows all digits, finds no sure sign."""
    known = {image.tobytes() for image in mnist.test_digits().images}
    more: dict[str, list[float]] = {"greys": [], "faint": [], "blank": [], "white": []}
    for pupil in range(6):
        for question in range(guess.PAIRS):
            left, right, made = guess.pair(deal("guess", pupil), question)
            both = (left, right) if made == "left" else (right, left)
            assert not {each.tobytes() for each in both} & known
            counts = {
                "greys": [len(np.unique(each)) for each in both],
                "faint": [np.count_nonzero((each > 0) & (each < 30)) for each in both],
                "blank": [np.count_nonzero(each == 0) for each in both],
                "white": [np.count_nonzero(each > 240) for each in both],
            }
            for name, (of_made, of_real) in counts.items():
                more[name].append(0.5 * (1 + np.sign(of_made - of_real)))
    for name, found in more.items():
        assert 0.15 < np.mean(found) < 0.85, name


def test_a_beta_counts_while_ten_latents_are_awake() -> None:
    found = {b: beta.judge(deal("beta"), {"beta": b}) for b in betas.BETAS}
    for value, each in found.items():
        assert (each.score == value) == (each.details["count"] >= beta.LEAST_AWAKE)
    assert found[betas.BETAS[0]].score and found[betas.BETAS[-1]].score is None


def test_a_caption_is_obeyed_by_digits_that_have_what_it_says() -> None:
    digits = mnist.test_digits()
    obeyed = 0
    for question in range(caption.CAPTIONS):
        asked = caption.caption(deal("caption"), question)
        of = digits.of(asked.digit)
        right = np.ones(len(of), bool)
        for name, above in asked.asked.items():
            values = attributes()[name][of]
            edge = np.quantile(values, 0.65 if above else 0.35)  # beyond the median, to be sure
            right &= (values > edge) == above
        digit = digits.images[of[right][0]]
        judged = caption.judge(deal("caption"), {"question": question, "pixels": text(digit)})
        if reading(digit)[0] == asked.digit:
            assert (judged.score, judged.verdict) == (1, "caption.yes")
            obeyed += 1
        blank = caption.judge(deal("caption"), {"question": question, "pixels": text(bytes(784))})
        assert blank.score == 0
    assert obeyed >= 4


CODE = {"z": [0.0, 0.0]}
CHEATS: dict[str, list[Any]] = {
    "eight": [
        {"z": [99, 0]},
        {"z": [math.nan, 0.0]},
        {"z": [math.inf, 0.0]},
        {"z": [0.0]},
        {"z": [0.0, 0.0, 0.0]},
        {"z": "00"},
        {"score": 100},
        [],
        None,
    ],
    "fool": [{"pixels": "A" * 8}, {"pixels": "*"}, {"pixels": 3}, {"score": 0}, CODE],
    "guess": [
        {"question": 0, "side": "model"},
        {"question": 10, "side": "left"},
        {"question": -1, "side": "left"},
        {"question": 0.5, "side": "left"},
        {"side": "left"},
    ],
    "repair": [
        {"known": text(bytes(PIXELS))},  # nothing
        {"known": text(b"\1" * PIXELS)},  # everything
        {"known": text(b"\2" * PIXELS)},
        {"known": text(b"\1")},
    ],
    "beta": [{"beta": 1e9}, {"beta": 7.77}, {"beta": math.nan}, {"beta": "9"}, {}],
    "caption": [{"question": 5, "pixels": text(bytes(784))}, {"question": 0, "pixels": ""}],
}


@pytest.mark.parametrize("task", TASKS)
def test_what_no_control_can_send_is_refused(task: str) -> None:
    for state in CHEATS[task]:
        with pytest.raises(Refusal) as refused:
            TABLE[task].judge(deal(task), state)
        assert refused.value.reason == "state", state


def test_a_score_that_is_sent_along_is_not_believed() -> None:
    honest = eight.judge(deal("eight"), CODE)
    assert replace(eight.judge(deal("eight"), CODE | {"score": 100}), picture=None) == replace(
        honest, picture=None
    )
    assert honest.verdict in VERDICTS
