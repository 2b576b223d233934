"""The colours of the ten digits, and of the kinds of other pictures, on charts and on maps."""

from collections.abc import Sequence

# The ten colours of Petroff 2021, "Accessible Color Sequences for Data Visualization",
# arXiv:2107.02270.
DIGIT_COLOURS = (
    "#3f90da",
    "#ffa90e",
    "#bd1f01",
    "#94a4a2",
    "#832db6",
    "#a96b59",
    "#e76300",
    "#b9ac70",
    "#717581",
    "#92dadd",
)
NEUTRAL = "#7f8794"  # a grey that is seen on both themes
TRAIN_COLOUR, TEST_COLOUR = DIGIT_COLOURS[3], DIGIT_COLOURS[0]


def colours_of(kinds: Sequence[str]) -> list[str]:
    """A colour for each kind: from the eleventh on, they come again; one if there are no kinds."""
    return [DIGIT_COLOURS[i % len(DIGIT_COLOURS)] for i in range(max(len(kinds), 1))]
