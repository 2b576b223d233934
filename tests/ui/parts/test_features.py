"""The buttons of the Features page."""

from __future__ import annotations

from tests.support.pages import given, opened_page


def test_fifty_labels_are_drawn_anew_at_each_press() -> None:
    at = opened_page("features", run="vae-20")
    drawn = []
    for _ in range(2):
        at.button(key="features_try_fifty").click().run()
        drawn.append(given(at, "features")["view"]["labelled"])
    assert drawn[0] != drawn[1]
    for labelled in drawn:
        assert len({*labelled}) == 50 and 0 <= min(labelled) and max(labelled) < 1000
