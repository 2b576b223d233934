"""The API endpoint of the Gradio pad, which returns the same results as the command line."""

from __future__ import annotations

from typing import Any, NoReturn

import gradio as gr
import numpy as np
from gradio import processing_utils

from vae_demo import models
from vae_demo.digits import REMARKS, DrawingError, open_picture, read_digit
from vae_demo.runs import RunError
from vae_demo.ui.pad import work

FETCHES_NOTHING = "send the picture itself: this server fetches nothing from the network"


async def _fetch_nothing(*_: object, **__: object) -> NoReturn:
    raise gr.Error(FETCHES_NOTHING, print_exception=False)


# Gradio downloads files from addresses in a request; this server must not.
processing_utils.async_ssrf_protected_download = _fetch_nothing


def reconstruct(image: bytes | None, run: str) -> tuple[dict[str, Any], np.ndarray]:
    """Reconstruct any picture of a digit with a run: the numbers, and the reconstruction, 28x28.

    Args:
        image: A picture file: PNG, JPEG, GIF, WEBP, BMP or AVIF.
        run: The name of a shipped or saved run, such as vae-20.
    """
    try:
        _, model = work.model(run)
        reading = read_digit(open_picture(image or b""))
        found = models.reconstruct(model, reading.digit)
    except (RunError, DrawingError) as error:
        raise gr.Error(str(error), print_exception=False) from None
    remarks = [REMARKS[name] for name in reading.remarks]
    return found.report(run) | {"remarks": remarks}, found.pixels


def add_endpoint() -> None:
    """Add /reconstruct, from a picture and a run to numbers and a picture; its parts are hidden."""
    with gr.Row(visible=False):
        image = gr.File(type="binary", label="picture")
        run = gr.Textbox(work.STEERED, label="run")
        numbers = gr.JSON(label="numbers")
        again = gr.Image(format="png", image_mode="L", label="drawn again")
        gr.Button().click(reconstruct, [image, run], [numbers, again], api_name="reconstruct")
