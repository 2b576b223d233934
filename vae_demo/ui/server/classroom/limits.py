"""How often somebody may do something."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

MOST_KEYS = 10_000  # that a limit remembers; the least recently used are forgotten


class Limit:
    """At most `count` times in `seconds`, for each key."""

    def __init__(
        self, count: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.count, self.seconds = count, seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def note(self, key: str) -> None:
        """Count one time."""
        with self._lock:
            times = self._times.setdefault(key, deque(maxlen=self.count))
            times.append(self._clock())
            self._times.move_to_end(key)
            if len(self._times) > MOST_KEYS:
                self._times.popitem(last=False)

    def wait(self, key: str) -> float:
        """Seconds until the next time is allowed; 0 if it is allowed now."""
        with self._lock:
            times = self._times.get(key)
            if times is None or len(times) < self.count:
                return 0.0
            return max(0.0, times[0] + self.seconds - self._clock())
