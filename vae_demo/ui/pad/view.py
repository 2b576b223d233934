"""The appearance of the Gradio pad: theme, style sheet, and pictures as HTML."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np

from vae_demo.digits import pictures
from vae_demo.ui.frame.catalogue import (
    ERROR_DECIMALS,
    LANGUAGES,
    catalogue,
    format_number,
    text_or_name,
)
from vae_demo.ui.frame.catalogue import text as t
from vae_demo.ui.pad.work import Drawn, examples
from vae_demo.ui.parts.base64_text import base64_text
from vae_demo.ui.parts.draw.data import pad_picture
from vae_demo.ui.server.web import module_address

ICON = Path(__file__).parents[1] / "frame" / "icon.png"
CSS = Path(__file__).with_name("pad.css").read_text("utf-8")
THEMES = ("light", "dark")  # their names in Gradio
# Sets the language of the document in the same way as the server, for the part and screen readers.
HEAD = f"""<script>
{{
  const known = {json.dumps(list(LANGUAGES))};
  const asked = new URLSearchParams(location.search).get("lang");
  const guess = navigator.language.split("-")[0].toLowerCase();
  document.documentElement.lang = [asked, guess].find((one) => known.includes(one)) ?? known[0];
}}
</script>"""
# Runs after Gradio has set its own title.
TITLE = f"""() => {{
  const titles = {json.dumps({code: catalogue(code)["app.name"] for code in LANGUAGES})};
  document.title = titles[document.documentElement.lang];
}}"""


def theme() -> gr.themes.Base:
    """The colours of .streamlit/config.toml, with system fonts, so that nothing is downloaded."""
    accent = gr.themes.Color(
        *("#eff6fc", "#dcebf9", "#b9d7f3", "#8fbfeb", "#63a6e2", "#3f90da"),
        *("#2c78bf", "#235f97", "#1d4b77", "#173a5c", "#0f2740"),
        name="accent",
    )
    return gr.themes.Base(
        primary_hue=accent,
        secondary_hue=accent,
        neutral_hue=gr.themes.colors.slate,
        radius_size=gr.themes.sizes.radius_md,
        font=["system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    ).set(
        checkbox_label_background_fill="transparent",
        checkbox_label_background_fill_dark="transparent",
        checkbox_label_background_fill_hover="transparent",
        checkbox_label_background_fill_hover_dark="transparent",
        checkbox_label_border_width="1px",
        checkbox_label_border_width_dark="1px",
        checkbox_label_border_color="#1c253033",
        checkbox_label_border_color_dark="#e6ebf033",
        body_background_fill="#ffffff",
        body_background_fill_dark="#11161c",
        body_text_color="#1c2530",
        body_text_color_dark="#e6ebf0",
        body_text_color_subdued="#5b6672",  # Gradio's own has too little contrast
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_padding="0px",
        block_shadow="none",
        block_label_text_color="*body_text_color",
        block_title_text_color="*body_text_color",
        block_title_text_color_dark="*body_text_color",
        block_title_text_weight="600",
        slider_color="#1f68ad",
        slider_color_dark="#63a6e2",
        checkbox_background_color_selected="#1f68ad",
        checkbox_background_color_selected_dark="#3f90da",
        checkbox_label_background_fill_selected="transparent",
        checkbox_label_background_fill_selected_dark="transparent",
        checkbox_label_text_color_selected="*body_text_color",
        checkbox_label_text_color_selected_dark="*body_text_color",
        checkbox_label_border_color_selected="#1f68ad",
        checkbox_label_border_color_selected_dark="#63a6e2",
    )


def heading(language: str, theme: str | None = None) -> str:
    """Title, introduction and links to the other languages, which keep the theme."""
    here = {language: ' aria-current="true"'}
    theme_query = f"&amp;__theme={theme}" if theme in THEMES else ""
    links = "".join(
        f'<a href="?lang={code}{theme_query}" lang="{code}"{here.get(code, "")}>{name}</a>'
        for code, name in LANGUAGES.items()
    )
    title, answer = t("pad.title", language), t("pad.answer", language)
    return f"<header><h1>{title}</h1><nav>{links}</nav><p>{answer}</p></header>"


def section(title: str, text: str) -> str:
    """A heading and a short text."""
    return f"<h2>{title}</h2><p>{text}</p>"


def figure(
    pixels: np.ndarray,
    label: str,
    language: str,
    *,
    testid: str,
    about: str = "",
    caption: str = "",
    run: str = "",
) -> str:
    """A picture (28, 28) uint8 with a label above and a caption below, as HTML."""
    source = base64_text(pictures.png(pixels))
    alt = html.escape(t("pad.alt", language, label=label))
    named = f' data-run="{html.escape(run)}"' if run else ""
    return (
        f'<figure><div class="label">{html.escape(label)}<span>{html.escape(about)}</span></div>'
        f'<img data-testid="{testid}"{named} width="28" height="28" decoding="sync" alt="{alt}" '
        f'src="data:image/png;base64,{source}"><figcaption>{html.escape(caption)}</figcaption>'
        f"</figure>"
    )


def picture_row(
    digit: np.ndarray,
    stands_in: bool,
    noisy: np.ndarray | None,
    drawn: Sequence[Drawn],
    language: str,
) -> str:
    """The digit, the noisy digit, if any, and the reconstruction of each run."""
    caption = t("draw.part.example", language) if stands_in else t("draw.part.size", language)
    shown = [
        figure(digit, t("draw.part.seen", language), language, testid="digit-28", caption=caption)
    ]
    if noisy is not None:
        shown.append(figure(noisy, t("draw.part.damaged", language), language, testid="damaged"))
    for each in drawn:
        shown.append(
            figure(
                each.pixels,
                each.run,
                language,
                testid="reconstruction",
                about=text_or_name(f"model.{each.family}.short", each.family, language),
                caption=t(
                    "draw.part.error",
                    language,
                    value=format_number(each.error, ERROR_DECIMALS, language),
                ),
                run=each.run,
            )
        )
    return f'<div class="wall">{"".join(shown)}</div>'


def decoded(pixels: np.ndarray, language: str) -> str:
    """The picture of the current code."""
    label = t("explore.part.decoded", language)
    return f'<div class="wall">{figure(pixels, label, language, testid="decoded")}</div>'


def pad_texts(language: str) -> dict[str, str]:
    """The texts of the pad and its tools."""
    found = {
        key.removeprefix("draw.pad."): text
        for key, text in catalogue(language).items()
        if key.startswith("draw.pad.")
    }
    return found | {"examples": t("pad.examples", language)}


def drawing_props() -> dict[str, Any]:
    """The props of the drawing part: its texts, and the example digits."""
    return {
        "texts": {language: pad_texts(language) for language in LANGUAGES},
        "digits": [
            {
                "names": {code: t("pad.example", code, digit=kind) for code in LANGUAGES},
                "picture": f"data:image/png;base64,{base64_text(pad_picture(digit))}",
            }
            for kind, digit in examples()
        ],
    }


def part_script(name: str) -> str:
    """JavaScript that `gr.HTML` runs as the body of a function: mounts a part of the app's pages.

    The part shows the "data" of the value; its message becomes "sent" in a new one.
    """
    return f"""
const module = new URL("{module_address(f"parts/{name}/part.js")}", document.baseURI).href;
const host = document.createElement("div");
element.replaceChildren(host);
const place = host.attachShadow({{ mode: "open" }});
const setStateValue = (_, sent) => {{
  props.value = JSON.stringify({{ sent }});
  trigger("input");
}};
const part = import(module);
const follow = async () => {{
  const {{ data }} = JSON.parse(props.value || "{{}}");
  if (data) (await part).default({{ data, parentElement: place, setStateValue }});
}};
watch("value", follow);
follow();
"""


def drawing_script() -> str:
    """JavaScript that `gr.HTML` runs as the body of a function: mounts the drawing part."""
    return f"""
const module = new URL("{module_address("pad/drawing.js")}", document.baseURI).href;
const language = document.documentElement.lang;
const examples = props.digits.map(({{ names, picture }}) => ({{ name: names[language], picture }}));
const onRelease = (png) => {{
  props.value = png;
  trigger("input");
}};
const given = {{ text: props.texts[language], examples }};
import(module).then(({{ drawing }}) => drawing(element, given, onRelease));
"""
