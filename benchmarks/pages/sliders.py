"""The same decoder with Streamlit's own sliders, for comparison with the browser parts."""

import numpy as np
import streamlit as st

from vae_demo.models import decode_many
from vae_demo.ui.frame.runs import model
from vae_demo.ui.parts.digits.part import Picture, digits

RUN = "vae-20"
codec = model(RUN)
code = np.array([st.slider(f"{i + 1}", -3.5, 3.5, 0.0, 0.01) for i in range(codec.latent)])
decoded = decode_many(codec, code[None])[0]
digits([Picture(decoded, "decoded", testid="decoded")], key="decoded", size=252)
