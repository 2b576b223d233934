"""A small app with the browser parts, for the tests."""

import base64
import io
import zlib

import numpy as np
import streamlit as st
from PIL import Image

from vae_demo.ui.components import PAD_TEXTS, Picture, digits, pad, show_on_pad

st.title("Parts")

if "turns" not in st.session_state:
    st.session_state.turns = 0
st.session_state.turns += 1

# The pixels change at each run with this button: the canvases must follow.
step = 1 if st.button("Other pixels") else 0
ramp = (np.arange(784).reshape(28, 28) * (3 + step) % 256).astype(np.uint8)
pictures = [
    Picture(ramp, "As MNIST sees it", "28 by 28", testid="digit-28", alt="the drawn digit"),
    Picture(np.zeros_like(ramp), "Black", "nothing at all", testid="decoded"),
    Picture(ramp.T.copy(), "Autoencoder", "80 nats", testid="reconstruction", run="ae-30"),
    Picture(255 - ramp, "A label long enough to be wrapped", "101 nats", "reconstruction", "vae-2"),
]
digits(pictures, key="digits")


def _square() -> str:
    """A white square in the middle, as another program would write it: 28x28 and gray."""
    pixels = np.zeros((28, 28), np.uint8)
    pixels[7:21, 7:21] = 255
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()


st.button("Show a square", on_click=lambda: show_on_pad("pad", _square()))
st.button("Start anew", on_click=lambda: show_on_pad("pad", None))
st.button("Run again")

names = {name: name.capitalize() for name in (*PAD_TEXTS, "redo")} | {
    "label": "Drawing pad",
    "hint": "Draw a digit here",
    "width": "Pen width",
}
if not st.checkbox("Leave the pad"):
    drawing = pad(key="pad", text=names)
    if drawing is None:
        got = "nothing"
    else:
        image = np.asarray(Image.open(io.BytesIO(base64.b64decode(drawing))).convert("L"))
        got = f"{image.shape} ink {int((image > 127).sum())} sum {zlib.crc32(image.tobytes())}"
    st.text(f"Python has {got}")
st.text(f"Run {st.session_state.turns}")
st.container(height=1500, border=False)  # something to scroll
