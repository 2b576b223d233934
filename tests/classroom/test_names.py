"""Codes of rooms, and nicknames that strangers type."""

from __future__ import annotations

import pytest

from vae_demo.classroom.names import (
    CODE_LENGTH,
    LETTERS,
    LONGEST_NICKNAME,
    folded,
    new_code,
    read_code,
    read_nickname,
)
from vae_demo.classroom.refusal import Refusal


def test_codes_differ_and_are_read_as_people_type_them() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert not set("IO01S5Z2") & set(LETTERS)
    for code in codes:
        assert read_code(f" {code[:3].lower()}-{code[3:]} ") == code


@pytest.mark.parametrize("text", ["", "ABC", "ABCDEFG", "ABCDE1", "ABCDEÇ", "../../", "A" * 10**6])
def test_what_is_no_code_leads_to_no_room(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_code(text)
    assert refused.value.reason == "room"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Ada", "Ada"),
        ("  Çağrı \t  Ö. ", "Çağrı Ö."),
        ("A\u0308nne", "Änne"),  # composed
        ("李雷", "李雷"),
        ("Zoë 🚀", "Zoë 🚀"),
        ("7", "7"),
        ("x" * LONGEST_NICKNAME, "x" * LONGEST_NICKNAME),
    ],
)
def test_nicknames_of_all_kinds(typed: str, read: str) -> None:
    assert read_nickname(typed) == read


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        ("!!!", "empty"),
        ("🚀", "empty"),
        ("x" * (LONGEST_NICKNAME + 1), "long"),
        ("page " * 10_000, "long"),
        ("<b>Ada</b>", "characters"),
        ("Ada\u202e", "characters"),  # turns the line around
        ("A\u200bda", "characters"),  # invisible
        ("Ada\x00", "characters"),
        ("\ud800Ada", "characters"),
        ("A" + "\u0301" * 9, "characters"),
    ],
)
def test_nicknames_that_are_refused(typed: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_nickname(typed)
    assert refused.value.reason == f"nickname.{reason}"
    assert str(refused.value).isprintable()


def test_nicknames_that_look_alike_are_one() -> None:
    assert folded("İPEK") == folded("ipek") and folded("IŞIL") == folded("ışıl")
    assert folded("Ada L") == folded("ada l") == folded("ＡｄａＬ") != folded("Ada M")
    assert len(new_code()) == CODE_LENGTH
