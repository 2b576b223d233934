"""A drawing pad as a Gradio app: draw, and see what autoencoders make of it."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from vae_demo.digits.mnist import DataError


def main(arguments: list[str] | None = None) -> int:
    """Serve the pad until it is stopped; a port that is taken is one line on stderr."""
    parser = argparse.ArgumentParser(prog="python -m vae_demo.ui.pad", description=__doc__)
    parser.add_argument("--host", help="address to listen on (GRADIO_SERVER_NAME, or 127.0.0.1)")
    parser.add_argument("--port", type=_port, help="port (GRADIO_SERVER_PORT, or the first free)")
    options = parser.parse_args(arguments)
    # Read when gradio is imported, from here, so that --help need not wait for it.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    try:
        with _folder():
            from vae_demo.ui.pad.page import serve

            serve(options.host, options.port)
    except ModuleNotFoundError as error:
        print(f"{error}; install requirements-gradio.txt", file=sys.stderr)
        return 2
    except (OSError, DataError) as error:
        print(f"the pad can't be served: {error}", file=sys.stderr)
        return 2
    return 0


@contextmanager
def _folder() -> Iterator[None]:
    """What is sent stays where an operator says, or in a folder that goes with this process.

    Nobody else on the machine can open that, nor have made one of its name before.
    """
    if os.environ.get("GRADIO_TEMP_DIR"):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="vae-demo-pad-", ignore_cleanup_errors=True) as made:
        os.environ["GRADIO_TEMP_DIR"] = made
        before = signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # else it would stay
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)
            del os.environ["GRADIO_TEMP_DIR"]


def _port(text: str) -> int:
    """A port's number."""
    if not text.isdecimal() or not 0 < int(text) < 2**16:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; it is a whole number, 1 to 65535")
    return int(text)
