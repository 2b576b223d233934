"""The places of names on a chart."""

from itertools import combinations

from vae_demo.ui.charts.label_places import PLACES, Box, name_box, place_names

PLOT = Box(0, 0, 290, 350)


def test_a_name_is_right_of_its_point_while_there_is_room() -> None:
    places, boxes = place_names([(50, 50), (50, 300), (280, 150)], ["a", "b", "vae-20"], PLOT)
    assert places[:2] == ["middle right"] * 2 and places[2].endswith("left")
    assert len(boxes) == 6


def test_names_of_a_crowd_cover_neither_each_other_nor_a_point() -> None:
    points = [(83.0, 66.0), (83.0, 74.0), (74.0, 67.0), (2.0, 28.0), (2.0, 33.0), (2.0, 16.0)]
    names = ["vae-20", "cvae-20", "vae-conv-20", "ae-conv-20", "ae-20", "cae-300"]
    places, _ = place_names(points, names, PLOT)
    assert set(places) <= set(PLACES)
    each = zip(points, names, places, strict=True)
    boxes = [name_box(x, y, name, place) for (x, y), name, place in each]
    for one, other in combinations(boxes, 2):
        width = min(one.right, other.right) - max(one.left, other.left)
        height = min(one.top, other.top) - max(one.bottom, other.bottom)
        assert width <= 0 or height <= 2  # letters are less high than their line
    for (x, y), box in zip(points, boxes, strict=True):
        assert not (box.left < x < box.right and box.bottom < y < box.top)
