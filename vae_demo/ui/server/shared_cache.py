"""Values that are the same for all visitors, computed once for each set of arguments.

A page asks for hundreds of them. Finding one takes a microsecond; `st.cache_resource`, which
hashes its arguments by content, takes a hundred.
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
    """Decorates a function of positional, hashable arguments; nobody may change its results.

    Callers who ask for the same new value at once wait for one computation. Beyond `max_entries`
    results, the least recently used are removed.
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
                    return find(arguments)  # another thread may have computed it meanwhile
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
    """Like `shared`, for a function of a model and hashable arguments, without waiting.

    The results are removed together with the model, so those of a visitor's own models do not
    outlive their visit. They must not hold the model.
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
    """Remove all results, as at the start of a server; for tests."""
    for clear in _clear_functions:
        clear()
