"""What a text asks for."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest

from tests.support.captions import LISTS, read_list, understood
from vae_demo.captions import LONGEST
from vae_demo.captions.caption import OTHER, TAGS, UNKNOWN, UPRIGHT
from vae_demo.captions.encoder import (
    FILE,
    checked,
    dumps,
    load_encoder,
    read_caption,
    shipped_encoder,
)
from vae_demo.captions.sentences import sentence
from vae_demo.captions.spelling import ended, suffixed
from vae_demo.captions.training import learn
from vae_demo.captions.vocabulary import LANGUAGES, patterns
from vae_demo.captions.words import split

REACHED = 0.92  # share of the sentences of each list


@pytest.mark.parametrize("name", LISTS)
def test_sentences_written_by_hand_are_understood(name: str) -> None:
    sentences = read_list(name)
    captions = [read_caption(each.text) for each in sentences]
    right = [understood(each, caption) for each, caption in zip(sentences, captions, strict=True)]
    assert len({each.text for each in sentences}) >= 200
    assert np.mean(right) >= REACHED
    reported = [
        each.unknown[0].casefold() in {word.casefold() for word in caption.unknown}
        for each, caption in zip(sentences, captions, strict=True)
        if each.unknown
    ]
    assert len(reported) >= 8 and np.mean(reported) >= 0.7


@pytest.mark.parametrize(
    ("text", "kind", "asked"),
    [
        ("a thick seven leaning right", 7, {"thickness": 1, "slant": 1}),
        ("sağa yatık kalın bir yedi", 7, {"thickness": 1, "slant": 1}),
        ("SAĞA YATIK KALIN BİR YEDİ", 7, {"thickness": 1, "slant": 1}),
        ("saga yatik kalin bir yedi", 7, {"thickness": 1, "slant": 1}),
        ("7", 7, {}),
        ("7️⃣", 7, {}),
        ("٧", 7, {}),
        ("7'yi kalın yaz", 7, {"thickness": 1}),
        ("a very thick upright three", 3, {"thickness": 2, "slant": UPRIGHT}),
        ("a big narrow 5", 5, {"width": -1, "height": 1}),
        ("<b>thick</b> 7", 7, {"thickness": 1}),
        ("an eight, neither thick nor thin", 8, {}),
        ("ne kalın ne ince bir sekiz", 8, {}),
        ("not a 7 but a thin 8", 8, {"thickness": -1}),
        ("7 değil 8", 8, {}),
        ("three thick sevens", 7, {"thickness": 1}),
        ("üç tane kalın yedi", 7, {"thickness": 1}),
        ("thin italic zero", 0, {"thickness": -1, "slant": 1}),  # "italic" by itself
        ("leaning back 7", 7, {"slant": -1}),
        ("anything leaning right", None, {"slant": 1}),
        ("anything but thick", None, {"thickness": -1}),
        ("yedinci rakam", 7, {}),
        ("a 7, neither thick nor thin, leaning right", 7, {"slant": 1}),
        ("bir 7, kalın olmasın, sağa yatık", 7, {"thickness": -1, "slant": 1}),
        ("seven, not leaning left but right", 7, {"slant": 1}),
        ("yedi, sola değil sağa yatık", 7, {"slant": 1}),
        ("squash that eight from the sides", 8, {"width": -1}),
        ("a six pressed in from both sides", 6, {"width": -1}),
        ("altı, iki yandan bastırılmış", 6, {"width": -1}),
        ("zero, tilted clockwise", 0, {"slant": 1}),
        ("zero, tilted counter-clockwise", 0, {"slant": -1}),
        ("saat yönünün tersine eğik sıfır", 0, {"slant": -1}),
    ],
)
def test_a_text_is_read(text: str, kind: int | None, asked: dict[str, int]) -> None:
    caption = read_caption(text)
    assert (caption.kind, caption.asked) == (kind, asked)


@pytest.mark.parametrize(
    ("text", "kind", "refused"),
    [
        ("not a 7", None, (7,)),
        ("anything but a seven", None, (7,)),
        ("any digit except the number 5", None, (5,)),
        ("neither 3 nor 4", None, (3, 4)),
        ("not three or four please", None, (3, 4)),
        ("no sevens", None, (7,)),
        ("no 7s or 8s", None, (7, 8)),
        ("No. 7", 7, ()),
        ("I don't want the 7 to be thick", 7, ()),
        ("neither 3 nor 4 but 5", 5, ()),
        ("ne 3 ne de dört", None, (3, 4)),
        ("üç dışında bir rakam", None, (3,)),
        ("3 ya da 4 olmasın", None, (3, 4)),
        ("yedi rakamı istemiyorum", None, (7,)),
        ("üçten başka", None, (3,)),
        ("ne 3 ne 4, beş olsun", 5, ()),
    ],
)
def test_a_digit_that_is_refused_is_not_asked_for(
    text: str, kind: int | None, refused: tuple[int, ...]
) -> None:
    caption = read_caption(text)
    assert (caption.kind, caption.refused) == (kind, refused)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("three sevens", (7,)),
        ("five 2s", (2,)),
        ("two fat 8's", (8,)),
        ("write 5 five times", (5,)),
        ("draw it 3 times", ()),
        ("altı, iki yandan dar", (6,)),
        ("beş kere dokuz yaz", (9,)),
        ("seven, and two", (7, 2)),
    ],
)
def test_how_many_is_no_digit(text: str, kinds: tuple[int, ...]) -> None:
    assert read_caption(text).kinds == kinds


def test_what_cannot_be_drawn_is_said() -> None:
    assert read_caption("a three and a seven").kinds == (3, 7)
    assert read_caption("yedi ya da dokuz").kinds == (7, 9)
    assert read_caption("beş beş beş").kinds == (5,) and not read_caption("beş beş").numbers
    assert read_caption("a thick thin seven").contradictions == ("thickness",)
    assert read_caption("a thick thin seven").kind == 7
    assert read_caption("42").numbers == ("42",)
    assert read_caption("on iki").numbers == ("on iki",)
    assert read_caption("3.5").numbers == ("3.5",)
    assert read_caption("a sad seven").unknown == ("sad",)
    assert read_caption("тонкая семёрка").unknown == ("тонкая", "семёрка")
    assert read_caption("七").unknown == ("七",)
    for nothing in ("", " \n\t", "\0\x07\x1b", "?!", "'", "\u200d\ufe0f"):
        assert not read_caption(nothing).asks and not read_caption(nothing).unknown
    assert read_caption("x" * LONGEST).unknown
    with pytest.raises(ValueError, match=r"10,000 characters; it may have at most 300"):
        read_caption("a" * 10_000)


def test_obvious_words_need_no_judgement() -> None:
    """The network may say of any word that it is anything."""
    words = split("a thin 7")
    assert checked(words, [OTHER, "thickness+", "3"]) == [OTHER, "thickness-", "7"]
    assert checked(split("not thin"), [OTHER, "thickness+"]) == [OTHER, "thickness+"]
    assert checked(split("nto thin"), [OTHER, "thickness+"])[1] == "thickness+"  # it may be "not"
    assert checked(split("uno egg"), ["height-", "slant+"]) == [UNKNOWN] * 2
    assert checked(split("skinnny kalınlaştırılmışı"), ["thickness-", "thickness+"]) == [
        "thickness-",
        "thickness+",
    ]
    said = checked(split("not 7 but 8"), [OTHER, OTHER, OTHER, "8"])
    assert said == [OTHER, "not 7", OTHER, "8"]
    assert checked(split("7"), [OTHER]) == ["7"]
    assert checked(split("upright italic"), ["slant0", "slant+"]) == ["slant0", "slant+"]


def test_words_are_split_and_folded() -> None:
    folded = [word.folded for word in split("İnce  bir ÜÇ, don't 7'yi; ½ 3/4 right-leaning ⁷")]
    assert folded == ["ince", "bir", "uc", "dont", "7", "1⁄2", "3/4", "right", "leaning", "7"]
    assert [word.written for word in split("ÜÇÜ «yaz»")] == ["ÜÇÜ", "yaz"]


# As they are spelt: vowel harmony, consonants that soften or harden, letters that bridge vowels.
@pytest.mark.parametrize(
    ("stem", "suffix", "word"),
    [
        ("yedi", "(y)I", "yediyi"),
        ("üç", "(y)I", "üçü"),
        ("dört", "(y)I", "dördü"),
        ("dört", "DA", "dörtte"),
        ("dokuz", "DAn", "dokuzdan"),
        ("altı", "(n)In", "altının"),
        ("beş", "(y)A", "beşe"),
        ("kalın", "CA", "kalınca"),
        ("yatık", "(y)I", "yatığı"),
        ("yedi", "lAr", "yediler"),
        ("uzun", "lIk", "uzunluk"),
    ],
)
def test_turkish_words_take_their_suffixes(stem: str, suffix: str, word: str) -> None:
    assert suffixed(stem, suffix) == word


def test_english_words_take_their_endings() -> None:
    pairs = [("thin", "er"), ("wide", "er"), ("skinny", "er"), ("thick", "ish"), ("bold", "ly")]
    assert [ended(*pair) for pair in pairs] == [
        "thinner",
        "wider",
        "skinnier",
        "thickish",
        "boldly",
    ]


def test_training_sentences_have_all_tags_and_are_no_held_out_ones() -> None:
    rng = Random(0)
    made = [sentence(rng) for _ in range(3000)]
    assert {word.tag for each in made for word in each} == set(TAGS)
    for language in LANGUAGES:
        assert set(patterns(language)["asks"]) <= set(TAGS)


def test_training_lowers_the_loss_and_leaves_the_global_state() -> None:
    import torch

    before = torch.random.get_rng_state()
    losses = [loss for loss, _ in learn(steps=60, size=32)]
    assert np.mean(losses[-5:]) < 0.9 * np.mean(losses[:5])
    assert torch.equal(before, torch.random.get_rng_state())


def test_the_file_is_small_and_damage_is_said(tmp_path: Path) -> None:
    assert FILE.stat().st_size < 1_000_000
    assert dumps(shipped_encoder()) == FILE.read_bytes()
    damaged = tmp_path / "encoder.safetensors"
    damaged.write_bytes(FILE.read_bytes()[:1000])
    for path in (damaged, tmp_path / "none"):
        with pytest.raises(ValueError, match="can't be read as an encoder of captions"):
            load_encoder(path)
