"""Browser parts: what Streamlit has no widget for, as small JavaScript modules.

Each part is one module, `digits.js` or `studio.js`, whose default export draws it; the others are
shared. Each part is registered once, when the Python file that mounts it is imported.
"""

from vae_demo.ui.components.explorer import (
    EXPLORER_PLACES,
    EXPLORER_TEXTS,
    explored,
    explorer,
)
from vae_demo.ui.components.keeping import LINK_TEXTS, copy_link, keep_cookie, reveal, send_files
from vae_demo.ui.components.lineup import LINEUP_TEXTS, Card, lineup
from vae_demo.ui.components.morphing import MORPH_TEXTS, morph
from vae_demo.ui.components.pictures import Picture, digits
from vae_demo.ui.components.studio import PAD_TEXTS, STUDIO_TEXTS, studio, studio_work
from vae_demo.ui.components.timeline import CHOICE_TEXTS, TIMELINE_TEXTS, timeline

__all__ = [
    "CHOICE_TEXTS",
    "EXPLORER_PLACES",
    "EXPLORER_TEXTS",
    "LINEUP_TEXTS",
    "LINK_TEXTS",
    "MORPH_TEXTS",
    "PAD_TEXTS",
    "STUDIO_TEXTS",
    "TIMELINE_TEXTS",
    "Card",
    "Picture",
    "copy_link",
    "digits",
    "explored",
    "explorer",
    "keep_cookie",
    "lineup",
    "morph",
    "reveal",
    "send_files",
    "studio",
    "studio_work",
    "timeline",
]
