"""What the server writes down, and the number by which a visitor's trouble is found in it.

Every run of a page and every request has a number of its own; what is logged meanwhile carries
it, and a visitor who meets an error is shown it. Visitors' addresses, and query strings, which
hold drawings, are never logged.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

import streamlit as st
import streamlit.logger
from prometheus_client import Counter

from vae_demo.digits.mnist import DataError
from vae_demo.runs import RunError
from vae_demo.ui.frame.language import t

log = logging.getLogger(__name__)

ERRORS = Counter("vae_demo_errors", "Errors that were logged")
_number: ContextVar[str | None] = ContextVar("number", default=None)


def begin(given: str = "") -> str:
    """What this thread or task does from here on has the given number, or else a new one."""
    new = given or secrets.token_hex(3)
    _number.set(new)
    return new


def number() -> str:
    """The number of what this thread or task does now."""
    return _number.get() or begin()


def failed(error: Exception) -> bool:
    """Log an error that a visitor met, and say so in their language, with its number.

    True tells Streamlit that the visitor knows.
    """
    log.error("%s (number %s)", error, number(), exc_info=error)
    what = "missing" if isinstance(error, RunError | DataError) else "page"
    st.error(t(f"error.{what}", number=number()))
    return True


class JsonLine(logging.Formatter):
    """One JSON object per event: time, level, logger, message, request, and error if any."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": time.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": _number.get(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class _Lines(logging.StreamHandler):
    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR:
            ERRORS.inc()
        super().emit(record)


def write_json() -> None:
    """From here on, everything that is logged goes to stderr as JSON lines, errors counted.

    Streamlit gives each of its loggers a handler and a format of its own, the later ones when
    they are first asked for: they get this one instead. A test reads what a server writes.
    """
    handler = _Lines(sys.stderr)
    handler.setFormatter(JsonLine())

    def take(logger: logging.Logger) -> None:
        logger.handlers[:] = [handler]

    streamlit.logger.setup_formatter = take
    root = logging.getLogger()
    take(root)
    root.setLevel(logging.INFO)
    for name, logger in root.manager.loggerDict.items():
        if name == "uvicorn.access":  # stays silent: it would log what visitors draw
            continue
        if isinstance(logger, logging.Logger) and (logger.handlers or not logger.propagate):
            take(logger)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # else visitors' addresses
    logging.captureWarnings(True)
