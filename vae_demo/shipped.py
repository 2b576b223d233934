"""Where the folders lie that come with the project: in the repository, or inside the wheel."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def shipped(folder: str) -> Path:
    """`checkpoints`, `data` or `pages`: within the installed package, else beside it."""
    inside = PACKAGE / folder
    return inside if inside.is_dir() else PACKAGE.parent / folder
