"""What the Python of each part shares."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from vae_demo.ui.modules import CSS, IMPORT, bundle

__all__ = ["CSS", "IMPORT", "bundle", "heard", "need"]


def need(part: str, names: Sequence[str], text: Mapping[str, str]) -> None:
    """Refuses texts in which a name that the part shows is missing."""
    missing = [name for name in names if name not in text]
    if missing:
        raise ValueError(f"the {part} needs the texts {', '.join(names)}; no {', '.join(missing)}")


def heard(key: str, name: str) -> Any:
    """What the part `key` told last as `name`; None before it did.

    It comes from the browser and may be anything that JSON can hold: whoever asks must look.
    """
    told = st.session_state.get(key)
    return told.get(name) if isinstance(told, Mapping) else None
