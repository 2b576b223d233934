"""Write a file atomically: either completely or not at all."""

from __future__ import annotations

import contextlib
import glob
import os
import tempfile
import time
from pathlib import Path

STALE = 600  # seconds, far longer than any write takes


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` to `path`. If that fails, a file that was there before is unchanged.

    A missing folder is created. The content is written to a temporary file in the same folder,
    flushed to the disk, and renamed to `path`. Temporary files of killed processes are removed
    when they are older than `STALE`.

    Raises:
        OSError: if the disk is full or the folder is not writable; it names `path`.
    """
    try:
        _write(path, content)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def _write(path: Path, content: bytes) -> None:
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
