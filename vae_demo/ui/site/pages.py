"""The pages of the static site as HTML, and which scripts each of them needs."""

from __future__ import annotations

import html
import json
import posixpath
import re
from pathlib import Path

from vae_demo.ui.frame.catalogue import LANGUAGES

UI = Path(__file__).parents[1]
PAGES = {"draw": "index.html", "explore": "explore.html", "morph": "morph.html"}
COMMAND = "<code>python -m http.server</code>"  # that serves the folder
_IMPORT = re.compile(r'from "(\.{1,2}/[\w/.]+\.js)"')


def modules(*wanted: str) -> list[str]:
    """Scripts with all that they import, by their paths below `ui/`, as in the site's folder."""
    found: list[str] = []
    left = list(wanted)
    while left:
        name = left.pop(0)
        if name not in found:
            found.append(name)
            imported = _IMPORT.findall((UI / name).read_text("utf-8"))
            left += [posixpath.normpath(posixpath.join(name, "..", other)) for other in imported]
    return found


def page(name: str, texts: dict[str, dict[str, str]], scripts: list[str]) -> str:
    """A page that says what it asks, and leads to the others, before any script is here.

    All is in it in each language; the style sheet shows that of the visitor. And it names all its
    scripts, which else would come one after another, as each finds that it needs the next.
    """

    def said(tag: str, key: str, language: str, more: str = "") -> str:
        return f'<{tag} data-in="{language}"{more}>{html.escape(texts[language][key])}</{tag}>'

    def both(tag: str, key: str, more: str = "") -> str:
        return "".join(said(tag, key, language, more) for language in LANGUAGES)

    here, current = ' aria-current="page"', ' aria-current="true"'
    pages = "".join(
        said("a", f"{other}.menu", lang, f' href="{file}?lang={lang}"{here * (other == name)}')
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
        "name": both("strong", "app.name"),
        "pages": pages,
        "choices": choices,
        "question": both("h1", f"{name}.title"),
        "answer": both("p", f"{name}.answer", ' class="answer"'),
        "unserved": both("p", "site.unserved").replace("{command}", COMMAND),
        "incomplete": both("p", "site.incomplete"),
        "noscript": "<br>".join(html.escape(texts[lang]["site.noscript"]) for lang in LANGUAGES),
    }
    made = (UI / "site" / "page.html").read_text("utf-8")
    for field, value in fields.items():
        made = made.replace(f"{{{field}}}", value)
    return made
