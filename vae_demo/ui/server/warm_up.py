"""Load what pages need before a visitor asks for it: first what the first page shows, then torch.

Importing torch holds up everything else for two seconds. A first visitor who comes meanwhile gets a
page without it, which is completed afterwards; torch waits until that page has been sent.
"""

from __future__ import annotations

import atexit
import gc
import inspect
import logging
import sys
import threading
import time

import streamlit as st

from vae_demo.ui.server import web
from vae_demo.ui.server.compression import (
    compress_first_files,
    read_first_files,
    scripts_asked,
    scripts_sent,
)
from vae_demo.ui.server.page_html import files
from vae_demo.ui.server.shared_cache import shared

log = logging.getLogger(__name__)

ALONE = 0.5  # seconds after the server's start in which a first browser comes before all imports
SCRIPTS = 1  # seconds in which it gets Streamlit's scripts; then it is busy with them
HEAD_START = 2  # seconds after the server's start in which the first page comes before torch
LONGEST = 10  # seconds that torch waits for a page that is being made
SETTLE = 0.5  # seconds in which the browser then fetches what is on it
# Seconds for which a thread that imports may hold up the one that answers, which has to wait for it
# several times in each of the hundred answers of a first visit; Python's own value is 0.005.
SWITCH = 0.0005
_USUAL_SWITCH = sys.getswitchinterval()
_warm = threading.Event()
_begun = threading.Event()  # whether a page without torch is being made
_made = threading.Event()  # whether it has been made
_ending = threading.Event()  # whether the server stops
_not_before = 0.0  # when torch may be loaded, in the seconds of time.monotonic()


def is_warm() -> bool:
    """Whether `warm_up` has ended. A page that asks and can do without calls `run_when_warm`."""
    _begun.set()
    return _warm.is_set()


def run_when_warm() -> None:
    """Wait until torch is loaded, and run the page again."""
    _made.set()
    warm_up().join()
    st.rerun()


def end_warm_up(seconds: float) -> None:
    """Wait until `warm_up` has ended, since Python can't exit while torch is loaded."""
    _ending.set()
    _made.set()
    warm_up().join(seconds)


def prepare_first_page() -> None:
    """Load what Home and Draw need before torch, in background threads, when the server starts."""
    global _not_before
    _not_before = time.monotonic() + HEAD_START
    sys.setswitchinterval(SWITCH)
    gc.disable()  # nothing is freed while modules are loaded; `warm_up` enables it
    for work in (_prepare_answers, _load_first_page):
        threading.Thread(target=work, daemon=True).start()


def _prepare_answers() -> None:
    """Read what a browser gets first."""
    files("home")
    read_first_files()


def _load_first_page() -> None:
    if scripts_asked.wait(ALONE):
        scripts_sent.wait(SCRIPTS)
    load_first_page()


def load_first_page() -> None:
    """Import what Home and Draw need."""
    import vae_demo.ui.frame.page
    from vae_demo.ui.frame.catalogue import LANGUAGES, catalogue
    from vae_demo.ui.parts.home.part import prepared

    for language in LANGUAGES:
        catalogue(language)
    prepared()
    inspect.stack()  # Streamlit calls it once, and the first call looks at every module
    import vae_demo.ui.parts.crop.part
    import vae_demo.ui.parts.draw.part
    import vae_demo.ui.parts.model_info.part
    import vae_demo.ui.parts.number.part  # noqa: F401


@shared(max_entries=1)
def warm_up() -> threading.Thread:
    """Load torch, plotly and the digits in a background thread, once per server."""

    def work() -> None:
        if (early := _not_before - time.monotonic()) > 0 and _ending.wait(early):
            return
        if _begun.is_set() and _made.wait(LONGEST) and _ending.wait(SETTLE):
            return
        compress_first_files()
        import plotly.graph_objects  # noqa: F401

        import vae_demo.training.loop
        import vae_demo.ui.server.trainings  # noqa: F401
        from vae_demo.digits import mnist
        from vae_demo.ui.frame.catalogue import load_plural_forms

        load_plural_forms()
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
        gc.enable()
        atexit.register(gc.unfreeze)  # otherwise torch warns at exit
        sys.setswitchinterval(_USUAL_SWITCH)
        _warm.set()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread
