"""The Transform page: what is pulled at first sight, and what a link pulls."""

from __future__ import annotations

import pytest

from tests.support.pages import given, opened_page


@pytest.mark.parametrize(
    ("link", "slant"), [({}, "20"), ({"shown": "3"}, None), ({"slant": "-5"}, "-5")]
)
def test_a_digit_leans_at_first_unless_a_link_says_otherwise(
    link: dict[str, str], slant: str | None
) -> None:
    at = opened_page("transform", **link)
    assert not at.error and given(at, "transform")["view"]["link"]["slant"] == slant
