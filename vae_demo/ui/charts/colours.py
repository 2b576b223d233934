"""The colours of the ten digits, on charts and on maps."""

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
TRAIN_COLOUR, TEST_COLOUR = DIGIT_COLOURS[3], DIGIT_COLOURS[0]
