"""Streams of the partner API: lines of JSON or server-sent events, with a sign of life while nothing happens.

A stream only tells what is stored. Whoever drops and comes back names the last event it got and hears the rest.
"""

import json
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import StreamingHttpResponse
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from lending import selectors
from lending.api.serializers import DecisionSerializer
from lending.explanations import explanation_of
from lending.models import DecisionRun, LoanApplication
from lending.run_events import START, EventKind, EventName, Place, RunEvent, follow, pieces_of
from lending.streams import server_sent, streamed, with_signs_of_life


class LinesRenderer(JSONRenderer):
    """Lets a client ask for lines of JSON; an error is one such line."""

    media_type = "application/x-ndjson"
    format = "ndjson"


class EventsRenderer(JSONRenderer):
    """Lets a client ask for server-sent events; an error is plain JSON, since no stream began."""

    media_type = "text/event-stream"
    format = "events"


def last_event(request: Request) -> EventName | None:
    """Return the event behind which a client wants to go on, from ``Last-Event-ID`` or ``?after=``; None for none."""
    told = request.headers.get("Last-Event-ID") or request.query_params.get("after", "")
    if not told:
        return None
    try:
        return EventName.read(told)
    except ValueError as error:
        raise exceptions.ValidationError({"after": str(error)}) from error


def run_to_follow(application: LoanApplication, after: EventName | None) -> DecisionRun:
    """Return the run that a client goes on with: the one its last event was of, else the newest. Raises NotFound."""
    runs = application.runs.all()
    run = runs.first() if after is None else runs.filter(pk=after.run).first()
    if run is None:
        raise exceptions.NotFound("This application has no such run. POST to decide/stream to start one.")
    return run


def stream_of(run_id: UUID, after: Place = START) -> StreamingHttpResponse:
    """Return the run's events behind a place, a line of JSON each, as they happen; an empty line shows life."""
    return streamed(_lines(run_id, after), LinesRenderer.media_type)


async def _lines(run_id: UUID, after: Place) -> AsyncGenerator[bytes, None]:
    async for event in with_signs_of_life(follow(run_id, after)):
        yield b"\n" if event is None else await _line(event)


async def _line(event: RunEvent) -> bytes:
    data = event.data
    if event.kind is EventKind.FINAL_DECISION:
        data = await sync_to_async(_decision, thread_sensitive=False)(event.name.run)
    return json.dumps({"id": str(event.name), "event": event.kind, "data": data}, cls=JSONEncoder).encode() + b"\n"


def _decision(run_id: UUID) -> dict[str, Any]:
    try:
        return dict(DecisionSerializer(selectors.decision_of(run_id)).data)
    finally:
        connection.close()  # back to the pool, as in ``lending.run_events``


def explanation_stream(decision_id: int, told: str) -> StreamingHttpResponse:
    """Return a decision's explanation as server-sent events: sentences word by word, then who wrote them.

    ``told`` is the id of the last event that the client got. An explanation that is not the one it came from begins
    anew, behind an event that says so.
    """
    return streamed(_explained(decision_id, told), EventsRenderer.media_type)


async def _explained(decision_id: int, told: str) -> AsyncGenerator[bytes, None]:
    explanation = explanation_of(decision_id)
    key, _, number = told.partition(".")
    resumes = key == explanation.key and number.isdecimal()
    if told and not resumes:
        yield server_sent("restart", f"{explanation.key}.0", {})
    writers = set()
    async for found in with_signs_of_life(explanation.follow(0)):
        if found is None:
            yield b": still writing\n\n"
            continue
        place, sentence = found
        writers.add(sentence.writer)
        if not resumes or place > int(number):
            for piece in pieces_of(f"{sentence.text} "):
                yield server_sent("token", "", {"text": piece})
            yield server_sent("sentence", f"{explanation.key}.{place}", {"writer": sentence.writer})
    if explanation.failed:
        yield server_sent("failed", "", {"detail": "The explanation broke off. Ask again; the decision itself stands."})
    else:
        yield server_sent("done", "", {"writers": sorted(writers)})
