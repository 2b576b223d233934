"""Numbers of any size are written in both languages, and what is no number is not."""

from __future__ import annotations

from tests.support.javascript import in_node


def test_results_of_any_size() -> None:
    body = """
        const values = [1234.567, 1.63e14, -2e-9, null, NaN, Infinity];
        return ["en", "tr"].map((language) => values.map((v) => m.resultFormat(language)(v, 2)));
    """
    english, turkish = in_node("engine/number_format.js", body)
    assert english == ["1,234.57", "1.63 × 10¹⁴", "0.00", "–", "–", "–"]
    assert turkish == ["1.234,57", "1,63 × 10¹⁴", "0,00", "–", "–", "–"]
