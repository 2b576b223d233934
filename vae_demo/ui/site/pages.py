"""The HTML of the static site's pages, and the scripts that each page imports."""

from __future__ import annotations

import html
import json
from pathlib import Path

from vae_demo.ui.frame.catalogue import LANGUAGES
from vae_demo.ui.server.module_graph import style_sheets, with_imports

UI = Path(__file__).parents[1]
PAGES = {  # in the order of the menu; links to Draw are older than Home
    "home": "home.html",
    "draw": "index.html",
    "explore": "explore.html",
    "morph": "morph.html",
}
COMMAND = "<code>python -m http.server</code>"  # serves the folder


def modules(*wanted: str) -> list[str]:
    """The paths, below `ui/`, of scripts and of every module that they import."""
    return with_imports(wanted, _source_of)


def styles(scripts: list[str]) -> list[str]:
    """The style sheets that scripts load, by their paths below `ui/`."""
    return style_sheets(scripts, _source_of)


def _source_of(name: str) -> str:
    return (UI / name).read_text("utf-8")


def page(name: str, texts: dict[str, dict[str, str]], scripts: list[str]) -> str:
    """The HTML of a page, which shows its question and the menu before any script is loaded.

    It holds the texts of every language, and the style sheet shows those of the visitor's. It lists
    all its scripts, so that the browser loads them at the same time.
    """

    def element(tag: str, key: str, language: str, more: str = "") -> str:
        return f'<{tag} data-in="{language}"{more}>{html.escape(texts[language][key])}</{tag}>'

    def both(tag: str, key: str, more: str = "") -> str:
        return "".join(element(tag, key, language, more) for language in LANGUAGES)

    this_page, current = ' aria-current="page"', ' aria-current="true"'
    pages = "".join(
        element(
            "a", f"{other}.menu", lang, f' href="{file}?lang={lang}"{this_page * (other == name)}'
        )
        for other, file in PAGES.items()
        for lang in LANGUAGES
    )
    choices = "".join(
        f'<a data-in="{now}" href="?lang={lang}" lang="{lang}"{current * (lang == now)}>{own}</a>'
        for lang, own in LANGUAGES.items()
        for now in LANGUAGES
    )
    fields = {
        "page": name,
        "title": html.escape(texts["en"][f"{name}.title"]),
        "languages": json.dumps(list(LANGUAGES)),
        "modules": "\n  ".join(f'<link rel="modulepreload" href="{each}">' for each in scripts),
        "styles": "\n  ".join(
            f'<link rel="preload" href="{each}" as="fetch" crossorigin>' for each in styles(scripts)
        ),
        "name": both("strong", "app.name"),
        "pages": pages,
        "choices": choices,
        "question": both("h1", f"{name}.title"),
        "answer": both("p", f"{name}.answer", ' class="answer"'),
        "unserved": both("p", "site.unserved").replace("{command}", COMMAND),
        "incomplete": both("p", "site.incomplete"),
        "noscript": "<br>".join(html.escape(texts[lang]["site.noscript"]) for lang in LANGUAGES),
    }
    document = (UI / "site" / "page.html").read_text("utf-8")
    for field, value in fields.items():
        document = document.replace(f"{{{field}}}", value)
    return document
