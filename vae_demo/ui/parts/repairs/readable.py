"""What needs a run that may be missing or damaged: a page leaves it out and shows all else."""

import logging
from collections.abc import Callable
from typing import TypeVar

from vae_demo.runs import RunError

log = logging.getLogger(__name__)

Found = TypeVar("Found")


def if_readable(compute: Callable[[], Found]) -> Found | None:
    """What is computed; None, with a line in the log, if a run that it needs can't be read."""
    try:
        return compute()
    except RunError as error:
        log.warning("%s", error)
        return None
