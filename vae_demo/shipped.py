"""Where the files are that the project ships beside its code: digits, runs, pages, the server.

In the repository they are beside the package. The wheel has them in `vae_demo/repository`.
"""

from pathlib import Path

PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """The path of a shipped file or folder: "checkpoints", "data", "pages", "app.py"."""
    inside = PACKAGE / "repository"
    return (inside if inside.is_dir() else PACKAGE.parent) / name
