"""Small arrays for a browser part, in its JSON."""

from __future__ import annotations

import base64

import numpy as np


def base64_text(content: np.ndarray | bytes) -> str:
    """The bytes of an array as base64; `fromBase64` in `engine/dom.js` reads them.

    Streamlit sends bytes to a part only if the part's data are nothing else.
    """
    raw = content if isinstance(content, bytes) else content.tobytes()
    return base64.b64encode(raw).decode()
