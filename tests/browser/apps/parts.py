"""A small app with the browser parts, for the tests."""

import io
import zlib

import numpy as np
import streamlit as st
from PIL import Image

from vae_demo.digits import STAGES
from vae_demo.models.network_file import file_key
from vae_demo.ui.parts.array_file import ArrayFile
from vae_demo.ui.parts.digits.part import Picture, digits
from vae_demo.ui.parts.draw.data import PAD_TEXTS, DrawSettings, draw_data, read_message
from vae_demo.ui.parts.draw.part import TEXTS
from vae_demo.ui.parts.mount import browser_part, part_state

st.title("Parts")

if "turns" not in st.session_state:
    st.session_state.turns = 0
st.session_state.turns += 1

# The pixels change at each run with this button: the canvases must follow.
step = 1 if st.button("Other pixels") else 0
ramp = (np.arange(784).reshape(28, 28) * (3 + step) % 256).astype(np.uint8)
pictures = [
    Picture(ramp, "As MNIST sees it", "28 by 28", testid="shown", alt="the drawn digit"),
    Picture(np.zeros_like(ramp), "Black", "nothing at all", testid="decoded"),
    Picture(ramp.T.copy(), "Autoencoder", "80 nats", testid="reconstruction", run="ae-30"),
    Picture(255 - ramp, "A label long enough to be wrapped", "101 nats", "reconstruction", "vae-2"),
]
digits(pictures, key="digits")


st.button("Run again")

names = {name: name.capitalize() for name in PAD_TEXTS} | {
    "label": "Drawing pad",
    "hint": "Draw a digit here",
    "width": "Pen width",
}
text = {name: name.capitalize() for name in TEXTS} | {
    "pad": names,
    "noises": {},
    "stageNames": {stage: stage for stage in STAGES},
    "stageAbouts": {},
}
message = read_message(part_state("draw", "message"))
if message and not message.untouched:
    st.session_state.drawing = message.png
drawing = st.session_state.setdefault("drawing", None)
if not st.checkbox("Leave the pad"):
    data = draw_data(
        language="en",
        text=text,
        digit=None,
        example=ramp,
        settings=DrawSettings(),
        models={},
        picture=ArrayFile(file_key(drawing), drawing).offer()["url"] if drawing else None,
        serial=message.serial if message else 0,
    )
    with st.container(width=282):  # a pixel of the pad is one of the screen
        browser_part("draw")(key="draw", data=data, on_message_change=lambda: None)
    if drawing is None:
        got = "nothing"
    else:
        image = np.asarray(Image.open(io.BytesIO(drawing)).convert("L"))
        got = f"{image.shape} ink {int((image > 127).sum())} sum {zlib.crc32(image.tobytes())}"
    st.text(f"Python has {got}")
st.text(f"Run {st.session_state.turns}")
st.container(height=1500, border=False)  # something to scroll
