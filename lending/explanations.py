"""Explanations of decisions while they are written: made once, told to whoever asks, from any piece on.

An explanation is written by a task of the web process, not by a connection, so a client that drops costs nothing and
hears the rest when it comes back. It is kept for an hour; in another process, or later, a new one begins.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import uuid4
from weakref import WeakKeyDictionary

from django.conf import settings
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)
KEPT_SECONDS = 3_600
MOST_KEPT = 200


class Said(Protocol):
    """A sentence and who wrote it."""

    @property
    def text(self) -> str: ...

    @property
    def writer(self) -> str: ...


Explainer = Callable[[int], AsyncIterator[Said]]


@dataclass(slots=True, eq=False)
class Explanation:
    """One explanation: its sentences so far, and whether it is whole. ``key`` tells it from any other."""

    key: str = field(default_factory=lambda: uuid4().hex)
    begun: float = field(default_factory=time.monotonic)
    said: list[Said] = field(default_factory=list)
    ended: bool = False
    failed: bool = False
    _moved: asyncio.Event = field(default_factory=asyncio.Event)
    _task: "asyncio.Task[None] | None" = None

    def begin(self, sentences: AsyncIterator[Said]) -> None:
        """Write it down, whoever listens."""
        self._task = asyncio.create_task(self._write(sentences))

    async def _write(self, sentences: AsyncIterator[Said]) -> None:
        try:
            async for sentence in sentences:
                self.said.append(sentence)
                self._wake()
        except Exception as error:
            self.failed = True
            logger.exception("An explanation broke off (%s)", type(error).__name__)
        finally:
            self.ended = True
            self._wake()

    def _wake(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    async def follow(self, after: int) -> AsyncGenerator[tuple[int, Said], None]:
        """Yield the sentences behind the first ``after``, with their numbers from 1, as they come, until it ends."""
        while True:
            moved = self._moved
            for number in range(after, len(self.said)):
                after = number + 1
                yield after, self.said[number]
            if self.ended and after == len(self.said):
                return
            if moved is self._moved:
                await moved.wait()


_kept: "WeakKeyDictionary[asyncio.AbstractEventLoop, dict[int, Explanation]]" = WeakKeyDictionary()


def explanation_of(decision_id: int) -> Explanation:
    """Return the explanation of a decision that is being written or was within the hour, or begin one."""
    kept = _kept.setdefault(asyncio.get_running_loop(), {})
    for other in [number for number, each in kept.items() if time.monotonic() - each.begun > KEPT_SECONDS]:
        del kept[other]
    known = kept.get(decision_id)
    if known is not None and not known.failed:
        return known
    while len(kept) >= MOST_KEPT:
        del kept[next(iter(kept))]
    kept[decision_id] = begun = Explanation()
    explain: Any = import_string(settings.LOANIQ_EXPLAINER)
    begun.begin(explain(decision_id))
    return begun
