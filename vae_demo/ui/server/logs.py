"""The log: one JSON object per line, with the ID of the request or page run that wrote it.

An error message on a page contains this ID, so that the operator can find the error in the log.
IP addresses and query strings, which may contain drawings, are never logged.
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

log = logging.getLogger(__name__)

ERRORS = Counter("vae_demo_errors", "Errors in the log")
_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def start_request(from_proxy: str = "") -> str:
    """Set the request ID of this thread or task: the proxy's if there is one, else a new one."""
    current = from_proxy or secrets.token_hex(3)
    _request_id.set(current)
    return current


def request_id() -> str:
    """The current request ID of this thread or task."""
    return _request_id.get() or start_request()


def report_error(error: Exception) -> bool:
    """Log an exception of a page and show the visitor a sentence with the request ID.

    Returns True, so that Streamlit (`on_script_error`) does not show the traceback.
    """
    from vae_demo.digits.mnist import DataError
    from vae_demo.runs import RunError
    from vae_demo.ui.frame.language import t

    log.error("%s (number %s)", error, request_id(), exc_info=error)
    kind = "missing" if isinstance(error, RunError | DataError) else "page"
    st.error(t(f"error.{kind}", number=request_id()))
    return True


class JsonFormatter(logging.Formatter):
    """Formats a record as a JSON object: time, level, logger, message, request, and any error."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC)
        line = {
            "time": time.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request": _request_id.get(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class _CountingHandler(logging.StreamHandler):
    """Writes records to a stream and counts the errors among them."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR:
            ERRORS.inc()
        super().emit(record)


def log_as_json() -> None:
    """Make all loggers write JSON lines to stderr and count errors."""
    handler = _CountingHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())

    def use_handler(logger: logging.Logger) -> None:
        logger.handlers[:] = [handler]

    # Streamlit adds a handler to each of its loggers when it is created. Its only option for them,
    # logger.messageFormat, can't quote a message as JSON.
    streamlit.logger.setup_formatter = use_handler
    root = logging.getLogger()
    use_handler(root)
    root.setLevel(logging.INFO)
    for name, logger in root.manager.loggerDict.items():
        if name == "uvicorn.access":  # it logs IP addresses and query strings
            continue
        if isinstance(logger, logging.Logger) and (logger.handlers or not logger.propagate):
            use_handler(logger)
    # Its INFO records contain IP addresses.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    logging.captureWarnings(True)
