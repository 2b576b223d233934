"""Load what pages need before a visitor asks for it: first what the first page shows, then torch.

Importing torch holds up everything else for two seconds. A first visitor who comes meanwhile gets a
page without it, which is completed afterwards.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import inspect
import logging
import threading
import time

import streamlit as st

from vae_demo.ui.server import web
from vae_demo.ui.server.compression import compress_first_files
from vae_demo.ui.server.shared_cache import shared

log = logging.getLogger(__name__)

HEAD_START = 2  # seconds after the server's start in which the first page comes before torch
_warm = threading.Event()
_ending = threading.Event()  # whether the server stops
_not_before = 0.0  # when torch may be loaded, in the seconds of time.monotonic()


def is_warm() -> bool:
    """Whether `warm_up` has ended."""
    return _warm.is_set()


def run_when_warm() -> None:
    """Wait until torch is loaded, and run the page again."""
    warm_up().join()
    st.rerun()


def end_warm_up(seconds: float) -> None:
    """Wait until `warm_up` has ended, since Python can't exit while torch is loaded."""
    _ending.set()
    warm_up().join(seconds)


def prepare_first_page() -> None:
    """Load what Home and Draw need before torch, in background threads, when the server starts."""
    global _not_before
    _not_before = time.monotonic() + HEAD_START
    for work in (compress_first_files, _load_first_page):
        threading.Thread(target=work, daemon=True).start()


def _unpack_digits() -> None:
    from vae_demo.digits import mnist

    with contextlib.suppress(mnist.DataError):  # the page itself says it
        mnist.test_digits()


def _load_first_page() -> None:
    digits = threading.Thread(target=_unpack_digits, daemon=True)
    digits.start()
    import streamlit.emojis  # noqa: F401  (labels that are not ASCII are searched for emojis)

    import vae_demo.ui.frame.page
    import vae_demo.ui.parts.crop.part
    import vae_demo.ui.parts.draw.part
    import vae_demo.ui.parts.model_info.part
    import vae_demo.ui.parts.number.part  # noqa: F401
    from vae_demo.digits.mnist import DataError
    from vae_demo.runs import RunError
    from vae_demo.ui.frame.catalogue import LANGUAGES, prepare
    from vae_demo.ui.parts.home.part import prepare_home

    for language in LANGUAGES:
        prepare(language)
    digits.join()
    with contextlib.suppress(RunError, DataError):
        prepare_home()
    inspect.stack()  # Streamlit calls it once, and the first call looks at every module


@shared(max_entries=1)
def warm_up() -> threading.Thread:
    """Load torch, plotly and the digits in a background thread, once per server."""

    def work() -> None:
        if (early := _not_before - time.monotonic()) > 0 and _ending.wait(early):
            return
        import plotly.graph_objects  # noqa: F401

        import vae_demo.training.loop
        import vae_demo.ui.server.trainings  # noqa: F401
        from vae_demo.digits import mnist

        for content in web.modules().values():
            content.compressed  # noqa: B018  (computed at the first access)
        try:
            mnist.load()
        except mnist.DataError as error:  # pages that need the digits show the error
            log.error("%s", error)
        # Exclude the 250,000 objects that are never freed from garbage collection, which
        # otherwise takes 0.15 s each time.
        gc.collect()
        gc.freeze()
        atexit.register(gc.unfreeze)  # otherwise torch warns at exit
        _warm.set()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread
