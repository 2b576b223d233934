"""The buttons of the Features page."""

from __future__ import annotations

from tests.support.pages import given, opened_page


def test_fifty_labels_are_drawn_anew_at_each_press() -> None:
    at = opened_page("features", run="vae-20")
    drawn = []
    for _ in range(2):
        at.button(key="features_try_fifty").click().run()
        linked = given(at, "features")["view"]["link"]["labelled"]
        drawn.append([int(position) for position in linked.split(",")])
    assert drawn[0] != drawn[1]
    for labelled in drawn:
        assert len({*labelled}) == 50 and min(labelled) >= 0 and max(labelled) < 1000
