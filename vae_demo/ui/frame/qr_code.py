"""Links of this app as QR codes, to project in front of a class."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st


def full_address(here: str, query: dict[str, str]) -> str:
    """The whole address of the app's first page with a query.

    Args:
        here: The page that is shown; the browser's address ends with its name, that of Home not.
        query: Name -> text.
    """
    base = (st.context.url or "").rstrip("/").removesuffix(f"/{here}")
    return f"{base}/?{urlencode(query)}"


def qr_code(link: str) -> str | None:
    """A link as a QR code, the address of an SVG picture: black on white, with its white border.

    Many digits at its end are stored as a number, three of them in 10 bits instead of 24. None if
    the link is too long: a QR code has room for 2,953 bytes, or for 7,089 digits.
    """
    import segno  # for the pages that show one

    head = link.rstrip("0123456789")
    parts = [part for part in (head, link[len(head) :]) if part]  # segno finds the mode of each
    try:
        # Its signature does not say that it takes several parts.
        code = segno.make(parts, error="l", micro=False)  # type: ignore[arg-type]
    except segno.DataOverflowError:
        return None
    return str(code.svg_data_uri(border=4, light="#fff", omitsize=True))
