"""Hearing that a run has moved: one connection of the process listens for all who wait.

A signal says only that there is something to look at; what happened is read from the rows. So a signal that is lost
(the connection dropped, a pooler that cannot listen) costs the time until the next look, and nothing else.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
from asgiref.sync import sync_to_async
from django.db import connection

from audit.announcing import CHANNEL

logger = logging.getLogger(__name__)
LOOK_ANYWAY = 2.0  # seconds after which a waiter looks without having heard anything
LISTEN_AGAIN = 2.0  # seconds between two tries to listen
_DJANGO_ONLY = {"cursor_factory", "context", "prepare_threshold"}


class RunSignals:
    """The ear of one event loop; it listens while somebody waits."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def waiting_for(self, run_id: UUID) -> Iterator[asyncio.Event]:
        """Return an event that is set whenever the run may have moved."""
        name, woken = str(run_id), asyncio.Event()
        self._waiting.setdefault(name, set()).add(woken)
        if self._task is None:
            self._task = asyncio.create_task(self._listen())
        try:
            yield woken
        finally:
            self._waiting[name].discard(woken)
            if not self._waiting[name]:
                del self._waiting[name]
            if not self._waiting:
                self._task.cancel()
                self._task = None

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except (psycopg.Error, OSError) as error:
                logger.warning("Cannot hear of runs that move (%s); looking at them instead", type(error).__name__)
            await asyncio.sleep(LISTEN_AGAIN)

    async def _hear(self) -> None:
        arguments = await sync_to_async(_connection_arguments, thread_sensitive=False)()
        async with await psycopg.AsyncConnection.connect(**arguments, autocommit=True) as ear:
            await ear.execute(f"LISTEN {CHANNEL}")
            self._wake(*self._waiting)  # what moved before we listened
            async for heard in ear.notifies():
                self._wake(heard.payload)

    def _wake(self, *run_ids: str) -> None:
        for run_id in run_ids:
            for woken in self._waiting.get(run_id, ()):
                woken.set()


def _connection_arguments() -> dict[str, Any]:
    arguments = connection.get_connection_params()
    return {name: value for name, value in arguments.items() if name not in _DJANGO_ONLY}


_signals: "WeakKeyDictionary[asyncio.AbstractEventLoop, RunSignals]" = WeakKeyDictionary()


async def moments(run_id: UUID) -> AsyncGenerator[None, None]:
    """Yield at once, then whenever the run may have moved, and at least every two seconds; never ends by itself."""
    signals = _signals.setdefault(asyncio.get_running_loop(), RunSignals())
    with signals.waiting_for(run_id) as woken:
        while True:
            yield
            with suppress(TimeoutError):
                await asyncio.wait_for(woken.wait(), LOOK_ANYWAY)
            woken.clear()
