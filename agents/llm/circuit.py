"""A breaker per model: after repeated trouble nobody asks for a while, then one question tries whether it works again.

Own code: the kept libraries either block threads, or keep no single probe between event loops that come and go.
"""

import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Self


class State(StrEnum):
    """Closed lets all pass, open none, half-open one."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Circuit:
    """One model's breaker. ``threshold`` failed calls in a row open it for ``seconds``; then one probe may pass."""

    def __init__(self, threshold: int, seconds: float, clock: Callable[[], float]) -> None:
        self._threshold, self._seconds, self._clock = threshold, seconds, clock
        self._failures, self._opened_at = 0, 0.0
        self._probe: Pass | None = None
        self._lock = threading.Lock()

    @property
    def state(self) -> State:
        """Where the breaker stands now."""
        if self._failures < self._threshold:
            return State.CLOSED
        return State.HALF_OPEN if self._clock() - self._opened_at >= self._seconds else State.OPEN

    def enter(self) -> "Pass | None":
        """Return a pass for one call, or None; when half-open the first caller is the probe, the others are refused."""
        with self._lock:
            if self.state is State.OPEN or (self.state is State.HALF_OPEN and self._probe):
                return None
            given = Pass(self)
            if self.state is State.HALF_OPEN:
                self._probe = given
            return given

    def close(self) -> None:
        """Note an answer, of whatever content: the model is reachable."""
        with self._lock:
            self._failures, self._probe = 0, None

    def count_failure(self) -> None:
        """Note a call that ended in the provider's trouble; a failed probe opens the breaker for another while."""
        with self._lock:
            self._failures += 1
            if self._failures >= self._threshold:
                self._opened_at = self._clock()

    def release(self, given: "Pass") -> None:
        """Take a pass back; if it was the probe's and told nothing, the next caller may probe."""
        with self._lock:
            if self._probe is given:
                self._probe = None


class Pass:
    """Leave to make one call; as a context manager it comes back however the call ends, cancelled included."""

    def __init__(self, circuit: Circuit) -> None:
        self._circuit = circuit

    def __enter__(self) -> Self:
        """Begin the call."""
        return self

    def __exit__(self, *ended: object) -> None:
        """Give the pass back."""
        self._circuit.release(self)

    def worked(self) -> None:
        """Note that the model answered."""
        self._circuit.close()

    def failed(self) -> None:
        """Note that the provider was in trouble."""
        self._circuit.count_failure()


class Circuits:
    """The breakers of a process, one per ``provider/model``; safe to use from several threads."""

    def __init__(self, threshold: int = 5, seconds: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._make: Callable[[], Circuit] = lambda: Circuit(threshold, seconds, clock)
        self._circuits: dict[str, Circuit] = {}
        self._lock = threading.Lock()

    def of(self, model: str) -> Circuit:
        """Return the breaker of a model."""
        with self._lock:
            return self._circuits.setdefault(model, self._make())
