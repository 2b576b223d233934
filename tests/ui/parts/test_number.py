"""What is typed into a field for a number is what counts, or it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from vae_demo.ui.parts.number.part import Bounds

ROOT = Path(__file__).resolve().parents[3]
WHOLE, DECIMAL = Bounds(1, 200), Bounds(1e-6, 100, whole=False)


@pytest.mark.parametrize(
    ("bounds", "text", "value"),
    [
        *((WHOLE, text, value) for text, value in (("1", 1), ("200", 200), (" +7 ", 7))),
        *((WHOLE, text, None) for text in ("0", "201", "-1", "", "1.0", "1,5", "1e2", "x", "٣")),
        *((WHOLE, text, None) for text in ("1,000", "1.000", "1_0", "0x1", "9" * 400)),
        (WHOLE, "1\u202f0\u00a00", 100),  # spaces of every kind between the digits
        *((DECIMAL, text, 0.5) for text in ("0.5", "0,5", ".5", ",5", "5e-1", "0,5e0", "+0.50")),
        *((DECIMAL, text, 2.0) for text in ("2", "2.", "2,", "0,2e1")),
        *((DECIMAL, text, None) for text in ("0", "0,0", "-0.5", "100,1", "1e999", "1e-999")),
        *((DECIMAL, text, None) for text in ("1,000.5", "1.000,5", "1..5", ",", ".", "e5", "nan")),
        *((DECIMAL, text, None) for text in ("inf", "½", "0,5;", "1e5e5", "0" * 41)),
    ],
)
def test_a_text_is_read_as_it_stands(bounds: Bounds, text: str, value: float | None) -> None:
    found = bounds.read(text)
    assert found == value and (found is None or isinstance(found, int) == bounds.whole)


def test_no_page_has_a_field_of_streamlit_s_for_numbers() -> None:
    """It drops a comma, and keeps what is out of bounds to itself, with a sentence in English."""
    for path in [*(ROOT / "pages").rglob("*.py"), *(ROOT / "vae_demo" / "ui").rglob("*.py")]:
        assert "number_input(" not in path.read_text("utf-8"), path
