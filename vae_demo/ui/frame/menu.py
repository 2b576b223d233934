"""The menu: all pages in their order, which is also that of the cards on Home."""

from __future__ import annotations

# Address -> (section, icon). A section's pages stand together; its name is the text menu.SECTION.
PAGES = {
    "home": ("", ":material/home:"),
    "draw": ("play", ":material/draw:"),
    "explore": ("play", ":material/tune:"),
    "morph": ("play", ":material/animation:"),
    "generate": ("play", ":material/auto_awesome:"),
    "words": ("play", ":material/edit_note:"),
    "train": ("train", ":material/model_training:"),
    "epochs": ("train", ":material/timeline:"),
    "compare": ("train", ":material/leaderboard:"),
    "denoise": ("repair", ":material/auto_fix_high:"),
    "inpaint": ("repair", ":material/format_paint:"),
    "upscale": ("repair", ":material/zoom_in:"),
    "anomaly": ("repair", ":material/troubleshoot:"),
    "compress": ("repair", ":material/compress:"),
    "bubbles": ("understand", ":material/bubble_chart:"),
    "loss": ("understand", ":material/balance:"),
    "collapse": ("understand", ":material/vital_signs:"),
    "transform": ("understand", ":material/open_with:"),
    "manifold": ("understand", ":material/route:"),
    "kernels": ("understand", ":material/grid_on:"),
    "posterior": ("understand", ":material/blur_on:"),
    "features": ("understand", ":material/label:"),
    "lessons": ("class", ":material/school:"),
    "class": ("class", ":material/groups:"),
}


def sections() -> dict[str, list[str]]:
    """Section -> the names of its pages; Home alone is in the section ""."""
    found: dict[str, list[str]] = {}
    for name, (section, _) in PAGES.items():
        found.setdefault(section, []).append(name)
    return found
