"""What a command writes: its standard output, and the files that it makes.

A command goes on when nobody reads its output any more, as in `vae-demo train ... | head`, and it
checks the file that it will write before it starts to work.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO


class Output:
    """A text stream that drops what can't be written and remembers why."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.failure: OSError | None = None  # the first one

    def write(self, text: str) -> int:
        self._try(self._stream.write, text)
        return len(text)

    def flush(self) -> None:
        self._try(self._stream.flush)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _try(self, call: Callable[..., object], *arguments: object) -> None:
        try:
            call(*arguments)
        except OSError as error:
            self.failure = self.failure or error
            with contextlib.suppress(OSError):  # what is still in its buffer is dropped, too
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self._stream.fileno())
                os.close(nowhere)


@contextlib.contextmanager
def lasting_output() -> Iterator[Output]:
    """Replace standard output and standard error by `Output`s; yields that of standard output.

    Each line is written at once, so that `vae-demo train ... | tee log` shows the epochs.
    """
    with contextlib.ExitStack() as stack:
        out, err = (
            # A stream that the shell has closed (`>&-`) is None.
            Output(each or stack.enter_context(open(os.devnull, "w")))
            for each in (sys.stdout, sys.stderr)
        )
        for each in (sys.stdout, sys.stderr):
            if isinstance(each, io.TextIOWrapper):
                each.reconfigure(line_buffering=True, errors="backslashreplace")
        stack.enter_context(contextlib.redirect_stdout(out))
        stack.enter_context(contextlib.redirect_stderr(err))
        try:
            yield out
        finally:
            out.flush()
            err.flush()


def counted(count: int, noun: str) -> str:
    """A count with its noun: "1 digit", "2,000 digits"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def check_out(path: Path, *, suffix: str = "", replace: bool = False) -> None:
    """Check that a file can be written. Nothing is created.

    Args:
        suffix: How its name must end, such as ".png".
        replace: Whether it may exist.

    Raises:
        ValueError: if it has another suffix, is a folder, exists, or its folder is not writable.
    """
    if not path.name.endswith(suffix) or path.is_dir():
        raise ValueError(f"out is {str(path)!r}; it must be a file NAME{suffix}")
    if path.exists() and not replace:
        raise ValueError(f"{path} exists; with --force it is replaced")
    folder = next((p for p in path.absolute().parents if p.exists()), path.parent)
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ValueError(f"{path} can't be written: {error.strerror} ({folder})") from None


def confirm(found: str, action: str) -> None:
    """Ask whether to do something that replaces what was found.

    Raises:
        ValueError: if the answer is not yes, or nobody is there to answer.
    """
    if not sys.stdin.isatty():
        raise ValueError(f"{found}; add --force to {action}")
    if input(f"{found}. {action.capitalize()}? [y/N] ").strip().lower() not in ("y", "yes"):
        raise ValueError("nothing was changed")


def sentence(error: OSError) -> str:
    """An error of the system with the file it is about, without its number."""
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def program() -> str:
    """The command that started this program: "vae-demo" or "python -m vae_demo"."""
    return "vae-demo" if Path(sys.argv[0]).stem == "vae-demo" else "python -m vae_demo"


def warn(sentence: str) -> None:
    """Print a sentence to stderr, after the program's name."""
    print(f"{program()}: {sentence}", file=sys.stderr)


def numbers_line(results: dict[str, float]) -> str:
    """Names and numbers in one line."""
    return "  ".join(f"{name} {value:.6g}" for name, value in results.items())
