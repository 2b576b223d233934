"""What the layouts of all figures share."""

MARGIN = {"l": 8, "r": 8, "t": 8, "b": 8}  # pixels around the plot
