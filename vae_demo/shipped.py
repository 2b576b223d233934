"""The paths of the files that the project ships with its code: digits, runs, pages, the server.

In the repository they are beside the package; in the wheel they are in `vae_demo/repository`.
"""

from pathlib import Path

PACKAGE = Path(__file__).parent
INSTALLED = (PACKAGE / "repository").is_dir()
REPOSITORY = PACKAGE / "repository" if INSTALLED else PACKAGE.parent


def shipped(name: str) -> Path:
    """The path of a shipped file or folder: "checkpoints", "data", "pages", "app.py"."""
    return REPOSITORY / name
