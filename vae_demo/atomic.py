"""Writing a file whole or not at all, whatever stops the process or fills the disk."""

from __future__ import annotations

import contextlib
import glob
import os
import tempfile
import time
from pathlib import Path

STALE = 600  # seconds; a write takes far less


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that `path` holds either all of `content` or what it held before.

    The folder is made where there is none. The content goes to a temporary file beside `path`, to
    the disk, and then takes the name. Temporary files that killed processes left are removed once
    they are older than `STALE`.

    Raises:
        OSError: the disk is full, or the folder can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(path)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _remove_stale(path: Path) -> None:
    """Remove old temporary files of `path`; a new one may still be written by another process."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > STALE:
                left.unlink()
