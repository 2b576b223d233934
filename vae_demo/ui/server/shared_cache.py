"""Cache values that are the same for all visitors.

A page needs hundreds of them. A lookup takes a microsecond; `st.cache_resource`, which hashes the
content of its arguments, takes a hundred.
"""

from __future__ import annotations

import functools
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Result = TypeVar("Result")

_clear_functions: list[Callable[[], None]] = []


def shared(
    max_entries: int,
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Decorate a function of positional, hashable arguments. Do not modify its results.

    Threads that request the same new value at the same time wait for a single computation. Beyond
    `max_entries` results, the least recently used ones are removed.
    """

    def decorate(function: Callable[..., Result]) -> Callable[..., Result]:
        results: OrderedDict[tuple[Hashable, ...], Result] = OrderedDict()
        lock, computing = threading.Lock(), threading.RLock()

        def find(arguments: tuple[Hashable, ...]) -> Result:
            with lock:
                results.move_to_end(arguments)  # raises KeyError
                return results[arguments]

        @functools.wraps(function)
        def call(*arguments: Hashable) -> Result:
            try:
                return find(arguments)
            except KeyError:
                pass
            with computing:
                try:
                    return find(arguments)  # another thread may have computed it
                except KeyError:
                    result = function(*arguments)
                with lock:
                    results[arguments] = result
                    while len(results) > max_entries:
                        results.popitem(last=False)
            return result

        _clear_functions.append(results.clear)
        return call

    return decorate


def kept_with_model(
    max_entries: int,
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Like `shared`, for a function of a model and hashable arguments, but without locking.

    The results are removed when the model is garbage-collected. They must not refer to the model.
    """

    def decorate(function: Callable[..., Result]) -> Callable[..., Result]:
        all_results: weakref.WeakKeyDictionary[Any, OrderedDict[tuple[Hashable, ...], Result]] = (
            weakref.WeakKeyDictionary()
        )
        lock = threading.Lock()

        @functools.wraps(function)
        def call(model: Any, *arguments: Hashable) -> Result:
            with lock:
                results = all_results.setdefault(model, OrderedDict())
                if arguments in results:
                    results.move_to_end(arguments)
                    return results[arguments]
            result = function(model, *arguments)
            with lock:
                results[arguments] = result
                while len(results) > max_entries:
                    results.popitem(last=False)
            return result

        return call

    return decorate


def clear_shared() -> None:
    """Remove all results; for tests."""
    for clear in _clear_functions:
        clear()
