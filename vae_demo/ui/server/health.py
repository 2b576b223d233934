"""Health checks for the operator.

/health   200 while the process answers requests
/ready    200 if every page can be shown, otherwise 503; the JSON contains the reason
"""

from __future__ import annotations

import logging
import tempfile

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from vae_demo.ui.server.warm_up import warm_up

log = logging.getLogger(__name__)

OK = "ok"
DAMAGED = "missing or damaged; the log says which"


async def health(request: Request) -> Response:
    return PlainTextResponse(OK)


def ready(request: Request) -> Response:
    checks = {"start": _check_start(), "digits": _check_digits(), "runs": _check_shipped_runs()}
    all_ok = all(result == OK for result in checks.values())
    # Without a writable disk, runs can still be trained and downloaded, so the status stays 200.
    return JSONResponse(checks | {"disk": _check_disk()}, 200 if all_ok else 503)


def _check_start() -> str:
    return "torch and the digits are still being loaded" if warm_up().is_alive() else OK


def _check_digits() -> str:
    from vae_demo.digits import mnist

    try:
        mnist.load()  # the first call verifies the checksums
    except mnist.DataError as error:
        log.error("not ready: %s", error)
        return DAMAGED
    return OK


def _check_shipped_runs() -> str:
    """Whether at least one shipped run can be read."""
    from vae_demo import runs

    for path in runs.available().values():
        if path.parent == runs.library.SHIPPED:
            try:
                runs.load(path)
                return OK
            except runs.RunError as error:
                log.error("not ready: %s", error)
    return DAMAGED


def _check_disk() -> str:
    """Whether visitors can save runs."""
    from vae_demo.ui.server import visitor_files

    folder = visitor_files.FOLDER
    while not folder.exists():
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            return OK
    except OSError as error:
        log.warning("%s is not writable: %s", visitor_files.FOLDER, error)
        return "runs can't be saved; the log says why"


ROUTES = [Route("/health", health), Route("/ready", ready)]
