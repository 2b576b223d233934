"""A drawing pad as a Gradio app: draw a digit, and see it reconstructed by autoencoders."""

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
    """Serve the pad until it is stopped. If the port is in use, print one line to stderr."""
    parser = argparse.ArgumentParser(prog="python -m vae_demo.ui.pad", description=__doc__)
    parser.add_argument("--host", help="address to listen on (GRADIO_SERVER_NAME, or 127.0.0.1)")
    parser.add_argument("--port", type=_port, help="port (GRADIO_SERVER_PORT, or the first free)")
    options = parser.parse_args(arguments)
    # Gradio is imported later, so that --help does not wait for it.
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
    """Store uploads in the operator's folder, or in a temporary one that only this user can read.

    The temporary folder is deleted when the process ends.
    """
    if os.environ.get("GRADIO_TEMP_DIR"):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="vae-demo-pad-", ignore_cleanup_errors=True) as folder:
        os.environ["GRADIO_TEMP_DIR"] = folder
        before = signal.signal(
            signal.SIGTERM, lambda *_: sys.exit()
        )  # so that the folder is deleted
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)
            del os.environ["GRADIO_TEMP_DIR"]


def _port(text: str) -> int:
    """A port's number."""
    if not text.isdecimal() or not 0 < int(text) < 2**16:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a port; expected a whole number from 1 to 65535"
        )
    return int(text)
