"""The page of the Gradio pad: its layout and its event handlers."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr
import numpy as np
import torch
from starlette.middleware import Middleware

from vae_demo.digits import MAX_PICTURE_BYTES, DrawingError
from vae_demo.digits.damages import NOISES
from vae_demo.latent.code_space import DECIMALS
from vae_demo.runs import RunError
from vae_demo.ui.frame.catalogue import choose_language, text_or_name
from vae_demo.ui.frame.catalogue import text as t
from vae_demo.ui.pad import repairs, view, work
from vae_demo.ui.pad.endpoint import add_endpoint
from vae_demo.ui.pad.gate import Gate, Page
from vae_demo.ui.pad.work import FIRST, MOST, STEERED
from vae_demo.ui.parts.draw.data import MAX_NOISE, NO_NOISE, DrawSettings, example_digit

log = logging.getLogger(__name__)

AT_ONCE = 2  # requests that are processed at the same time
IN_LINE = 64  # requests that may wait
KEPT_SECONDS = 3600  # seconds after which an uploaded picture is deleted


def language_of(request: gr.Request) -> str:
    """The visitor's language, from the page's address or from the browser."""
    return choose_language(request.query_params.get("lang"), request.headers.get("accept-language"))


def answer(
    request: gr.Request,
    drawing: str | None,
    chosen: list[str],
    kind: str,
    strength: float,
    steered: str,
) -> list[Any]:
    """The outputs after a stroke: pictures, decoded code, strength and sliders."""
    language = language_of(request)
    settings = DrawSettings(kind, strength)
    with sentences(language):
        digit, stands_in = digit_of(drawing)
        again = work.draw(digit, settings, chosen)
        sliders = work.code_sliders(digit, settings, steered)
        pixels = work.steer(digit, settings, steered, [])
    noisy = work.damaged(digit, settings)
    row = view.picture_row(digit, stands_in, noisy, again, language)
    return [
        row,
        view.decoded(pixels, language),
        gr.update(visible=kind != NO_NOISE),
        *slider_updates(sliders, language),
    ]


def steer(
    request: gr.Request,
    drawing: str | None,
    kind: str,
    strength: float,
    steered: str,
    *values: float,
) -> str:
    """The decoded picture while a slider is moved."""
    language = language_of(request)
    with sentences(language):
        digit, _ = digit_of(drawing)
        pixels = work.steer(digit, DrawSettings(kind, strength), steered, values)
    return view.decoded(pixels, language)


def denoised(request: gr.Request, value: str | None) -> str:
    """What the part "denoise" shows after its message."""
    language = language_of(request)
    with sentences(language):
        return repairs.denoised(value, language)


def inpainted(request: gr.Request, value: str | None, kind: str | None) -> str:
    """What the part "inpaint" shows after its message or with another hole."""
    language = language_of(request)
    with sentences(language):
        return repairs.inpainted(value, kind or repairs.FIRST_HOLE, language)


def digit_of(drawing: str | None) -> tuple[np.ndarray, bool]:
    """The preprocessed drawing or, if there is none, the example; and whether it is the example."""
    digit = work.prepare(drawing or "")
    return (example_digit(), True) if digit is None else (digit, False)


def slider_updates(sliders: work.CodeSliders, language: str) -> list[Any]:
    """An update for every slider; those that the run does not need are hidden."""
    shown = [
        gr.update(
            label=t("pad.latent", language, dimension=i + 1),
            minimum=low,
            maximum=high,
            value=value,
            visible=True,
        )
        for i, low, high, value in sliders.latents
    ]
    return shown + [gr.update(visible=False)] * (MOST - len(shown))


@contextmanager
def sentences(language: str) -> Iterator[None]:
    """Turn errors of a drawing or a run into a sentence in the visitor's language."""
    try:
        yield
    except DrawingError as error:
        sentence = t(f"error.drawing.{error.code}", language, **error.details)
        raise gr.Error(sentence, print_exception=False) from None
    except RunError as error:
        raise gr.Error(t(f"error.run.{error.code}", language), print_exception=False) from None
    except OSError as error:  # the run was just deleted
        log.error("%s", error)
        raise gr.Error(t("pad.missing", language), print_exception=False) from None


def page() -> gr.Blocks:
    """Build the page. It is hidden until it is in the visitor's language."""
    with Page(title=t("app.name", "en"), delete_cache=(KEPT_SECONDS, KEPT_SECONDS)) as built:
        with gr.Column(visible=False, elem_id="page") as everything:
            heading = gr.HTML(elem_id="heading")
            with gr.Tabs():
                with gr.Tab(id="draw") as drawing_tab:
                    with gr.Row():
                        with gr.Column(scale=0, min_width=342):
                            drawing = gr.HTML(
                                "",
                                html_template="<div></div>",
                                js_on_load=view.drawing_script(),
                                elem_id="pad",
                                **view.drawing_props(),
                            )
                        with gr.Column(min_width=320):
                            row = gr.HTML(elem_id="wall")
                            chosen = gr.CheckboxGroup(elem_id="runs")
                            with gr.Row():
                                kind = gr.Radio(elem_id="noise")
                                strength = gr.Slider(
                                    0.05, MAX_NOISE, 0.5, step=0.05, buttons=[], elem_id="strength"
                                )
                    latents = gr.HTML(elem_id="latents")
                    with gr.Row():
                        with gr.Column(scale=0, min_width=240):
                            steered = gr.Dropdown(elem_id="steered", filterable=False)
                            decoded = gr.HTML(elem_id="decoded")
                        with gr.Column(min_width=320), gr.Row(elem_id="sliders"):
                            sliders = [
                                gr.Slider(
                                    *(-1, 1, 0),
                                    step=10**-DECIMALS,
                                    buttons=[],
                                    min_width=260,
                                    elem_id=f"latent-{i}",
                                )
                                for i in range(MOST)
                            ]
                    trying = gr.HTML(elem_id="try")
                with gr.Tab(id="denoise") as denoise_tab:
                    denoise_about = gr.HTML(elem_id="denoise-about")
                    denoise = part("denoise")
                with gr.Tab(id="inpaint") as inpaint_tab:
                    inpaint_about = gr.HTML(elem_id="inpaint-about")
                    hole = gr.Radio(elem_id="hole")
                    inpaint = part("inpaint")
        add_endpoint()
        inputs = [drawing, chosen, kind, strength, steered]
        outputs = [row, decoded, strength, *sliders]
        tabs = [drawing_tab, denoise_tab, inpaint_tab]
        abouts = [denoise_about, inpaint_about]
        controls = [chosen, kind, strength, steered]
        shown = [everything, heading, *controls, latents, trying, *tabs, *abouts, hole]
        built.load(welcome, None, shown, api_visibility="private", show_progress="hidden").then(
            answer, inputs, outputs, api_visibility="private", show_progress="hidden"
        )
        gr.on(
            [drawing.input, chosen.input, kind.input, strength.input, steered.input],
            answer,
            inputs,
            outputs,
            api_visibility="private",
            show_progress="hidden",
            trigger_mode="always_last",
        )
        gr.on(
            [slider.input for slider in sliders],
            steer,
            [drawing, kind, strength, steered, *sliders],
            decoded,
            api_visibility="private",
            show_progress="hidden",
            trigger_mode="always_last",  # skip intermediate values
            queue=False,
        )
        gr.on(
            [denoise_tab.select, denoise.input],
            denoised,
            denoise,
            denoise,
            api_visibility="private",
            show_progress="hidden",
            trigger_mode="always_last",
        )
        gr.on(
            [inpaint_tab.select, inpaint.input, hole.input],
            inpainted,
            [inpaint, hole],
            inpaint,
            api_visibility="private",
            show_progress="hidden",
            trigger_mode="always_last",
        )
    return built


def part(name: str) -> gr.HTML:
    """A part of the app's pages, with its message or what it shows as JSON in its value."""
    return gr.HTML("", html_template="<div></div>", js_on_load=view.part_script(name), elem_id=name)


def welcome(request: gr.Request) -> list[Any]:
    """The choices and all texts in the visitor's language."""
    language = language_of(request)
    names = work.names()
    steerable = list(filter(work.can_steer, names))
    if not steerable:
        raise gr.Error(t("error.no_runs", language), print_exception=False)
    kinds = [(text_or_name(f"noise.{kind}", kind, language), kind) for kind in (NO_NOISE, *NOISES)]
    holes = [(t(f"inpaint.hole.{name}", language), name) for name in repairs.HOLES]
    first = STEERED if STEERED in steerable else steerable[0]
    return [
        gr.update(visible=True),
        view.heading(language, request.query_params.get("__theme")),
        gr.update(
            label=t("draw.runs", language),
            choices=names,
            value=[name for name in FIRST if name in names],
        ),
        gr.update(label=t("draw.part.noise", language), choices=kinds, value=NO_NOISE),
        gr.update(label=t("draw.part.strength", language)),
        gr.update(label=t("pad.steered", language), choices=steerable, value=first),
        view.section(t("pad.latents", language), t("pad.latents_about", language)),
        view.section(t("frame.try", language), t("pad.try", language)),
        *(gr.update(label=t(f"{tab}.menu", language)) for tab in ("draw", "denoise", "inpaint")),
        *(
            view.section(t(f"{tab}.title", language), t(f"{tab}.answer", language))
            for tab in ("denoise", "inpaint")
        ),
        gr.update(label=t("inpaint.kind", language), choices=holes, value=repairs.FIRST_HOLE),
    ]


def serve(host: str | None, port: int | None) -> None:
    """Serve the page until the process ends."""
    torch.set_num_threads(1)  # a digit is small, and several requests run at once
    built = page().queue(default_concurrency_limit=AT_ONCE, max_size=IN_LINE)
    built.launch(
        server_name=host,
        server_port=port,
        share=False,
        max_threads=2 * AT_ONCE,
        max_file_size=MAX_PICTURE_BYTES,
        ssr_mode=False,
        run_history=False,
        enable_monitoring=False,
        footer_links=["api"],
        app_kwargs={"middleware": [Middleware(Gate)]},
        theme=view.theme(),
        css=view.CSS,
        head=view.HEAD,
        js=view.TITLE,
        favicon_path=view.ICON,
        prevent_thread_lock=True,
    )
    work.warm_up()
    built.block_thread()
