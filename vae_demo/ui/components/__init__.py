"""Browser parts: what Streamlit has no widget for, as small JavaScript modules.

Each part is one module, `digits.js` or `pad.js`, whose default export draws it; the others are
shared. Each part is registered once, when the Python file that mounts it is imported.
"""

from vae_demo.ui.components.keeping import LINK_TEXTS, copy_link, keep_cookie, send_files
from vae_demo.ui.components.pad import PAD_TEXTS, pad, show_on_pad
from vae_demo.ui.components.pictures import Picture, digits
from vae_demo.ui.components.playing import FILM_TEXTS, TIMELINE_TEXTS, film, timeline

__all__ = [
    "FILM_TEXTS",
    "LINK_TEXTS",
    "PAD_TEXTS",
    "TIMELINE_TEXTS",
    "Picture",
    "copy_link",
    "digits",
    "film",
    "keep_cookie",
    "pad",
    "send_files",
    "show_on_pad",
    "timeline",
]
