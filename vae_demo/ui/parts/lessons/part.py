"""The list of the shipped lessons, each with a link and a QR code."""

from __future__ import annotations

from vae_demo.ui.frame.language import count, duration, language, t
from vae_demo.ui.frame.link_view import LinkView
from vae_demo.ui.frame.qr_code import full_address, qr_code
from vae_demo.ui.lessons.address import address
from vae_demo.ui.lessons.shipped import SHIPPED, shipped_lesson
from vae_demo.ui.parts.mount import browser_part

_LESSONS = browser_part("lessons")
_KEY = "lessons_part"
VIEW = LinkView("lessons", _KEY, ("shown",))
TEXTS = ("list", "open", "adapt", "code", "alt", "make", "how")


def lessons_part() -> None:
    """Show the lessons; the QR code of one of them is large."""
    words = language()
    shown = str(VIEW.current()["shown"])
    link = full_address("lessons", {"lesson": shown})
    _LESSONS(
        key=_KEY,
        data={
            "lessons": [_card(name) for name in SHIPPED],
            "code": {"picture": qr_code(link), "link": link},
            "make": address("home", {"making": "yes", "lang": words}),
            "text": {name: t(f"lessons.part.{name}", title="{title}") for name in TEXTS},
            **VIEW.data(),
        },
        on_view_change=lambda: None,
        height="content",
    )


def _card(name: str) -> dict[str, str]:
    """What is shown of a lesson."""
    lesson, words = shipped_lesson(name), language()
    pages = dict.fromkeys(t(f"{step.page}.menu") for step in lesson.steps)
    time = duration(60 * SHIPPED[name])
    return {
        "name": name,
        "title": lesson.title[words],
        "about": t(f"lessons.about.{name}"),
        "facts": " · ".join([time, count("steps", len(lesson.steps)), ", ".join(pages)]),
        "open": address("home", {"lesson": name, "lang": words}),
        "adapt": address("home", {"lesson": name, "making": "yes", "lang": words}),
    }
