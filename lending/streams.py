"""What streams of the API and of the workspace share: a response that lasts, signs of life, server-sent events."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import suppress
from typing import Any, TypeVar

from django.db import close_old_connections
from django.http import StreamingHttpResponse

Item = TypeVar("Item")
SIGN_OF_LIFE = 15.0  # seconds; proxies close what is silent for a minute
SERVER_SENT = "text/event-stream"
COMMENT = b": still here\n\n"  # what a client of server-sent events hears as nothing


def streamed(pieces: AsyncIterator[bytes], content_type: str) -> StreamingHttpResponse:
    """Return a response that no cache keeps and no proxy gathers up; the request's own connection goes back at once.

    A request gives its connection back when its response ends, and a stream may last for minutes.
    """
    close_old_connections()
    return StreamingHttpResponse(
        pieces, content_type=content_type, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


def server_sent(name: str, place: str, data: dict[str, Any]) -> bytes:
    """Return one server-sent event; only those with a place, their id, can be gone on behind."""
    lines = [f"id: {place}"] * bool(place) + [f"event: {name}", f"data: {json.dumps(data)}"]
    return ("\n".join(lines) + "\n\n").encode()


async def with_signs_of_life(
    events: AsyncGenerator[Item, None], seconds: Callable[[], float] = lambda: SIGN_OF_LIFE
) -> AsyncGenerator[Item | None, None]:
    """Yield the events, and None whenever none came for some seconds; ends and closes with them."""
    waiting = asyncio.ensure_future(anext(events))
    try:
        while True:
            done, _ = await asyncio.wait({waiting}, timeout=seconds())
            if not done:
                yield None
                continue
            try:
                event = waiting.result()
            except StopAsyncIteration:
                return
            yield event
            waiting = asyncio.ensure_future(anext(events))
    finally:
        waiting.cancel()
        with suppress(asyncio.CancelledError, StopAsyncIteration):
            await waiting
        await events.aclose()
