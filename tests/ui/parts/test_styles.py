"""One style on ten digits, on the page Generate."""

from __future__ import annotations

import base64
import json

import numpy as np
import torch

from tests.support.pages import opened_page
from vae_demo import runs
from vae_demo.digits import mnist
from vae_demo.models import embed_many, to_pixels
from vae_demo.models.conditional import ConditionalVAE
from vae_demo.ui.frame.catalogue import catalogue
from vae_demo.ui.frame.link_fields import write_link
from vae_demo.ui.parts.styles.part import OTHERS, other_digits


def test_each_row_has_the_style_of_its_first_picture() -> None:
    drawing = mnist.test_digits().images[61]
    link = {"style": "drawn", "style_drawn": drawing, "style_run": "cvae-20", "style_seed": 4}
    written = {name: text for name, text in write_link("generate", link).items() if text}
    at = opened_page("generate", "tr-TR", **written)
    (part,) = (p.proto for p in at.get("bidi_component") if p.proto.id.endswith("-styles"))
    (data,) = json.loads(part.json)
    pictures = np.frombuffer(base64.b64decode(data["pixels"]), np.uint8).reshape(-1, 11, 28, 28)
    assert np.array_equal(pictures[0, 0], drawing)
    assert np.array_equal(pictures[1:, 0], other_digits(4)) and len(pictures) == 1 + OTHERS
    model = runs.find("cvae-20").build()
    assert isinstance(model, ConditionalVAE)
    style = embed_many(model, pictures[:, 0])[:, : model.style]
    for kind in (0, 7):
        codes = np.concatenate([style, np.eye(10, dtype=np.float32)[[kind] * len(style)]], 1)
        wanted = to_pixels(model.decode(torch.tensor(codes)).detach())
        assert np.array_equal(pictures[:, 1 + kind], wanted)
    assert catalogue("tr")["styles.title"] in [header.value for header in at.header]
