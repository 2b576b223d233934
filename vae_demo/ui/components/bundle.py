"""What the Python of each part shares."""

from collections.abc import Mapping, Sequence

from vae_demo.ui.modules import CSS, IMPORT, bundle

__all__ = ["CSS", "IMPORT", "bundle", "need"]


def need(part: str, names: Sequence[str], text: Mapping[str, str]) -> None:
    """Refuses texts in which a name that the part shows is missing."""
    missing = [name for name in names if name not in text]
    if missing:
        raise ValueError(f"the {part} needs the texts {', '.join(names)}; no {', '.join(missing)}")
