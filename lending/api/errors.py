"""Errors in one shape: 422 with ``detail: [{type, loc, msg, input}]`` for bad input, ``detail`` text otherwise."""

from collections.abc import Iterator
from typing import Any

from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from lending.exceptions import LendingError


class Conflict(exceptions.APIException):
    """The request contradicts what is already there: a known e-mail address, a decided application."""

    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn an exception into the API's answer; None leaves an unexpected one to Django, as a 500 without details."""
    if isinstance(error, LendingError):
        error = Conflict(str(error))
    if isinstance(error, (exceptions.ValidationError, exceptions.ParseError)):
        sent = getattr(context["request"], "_full_data", None)
        problems = list(_problems(error.get_full_details(), sent, ("body",)))
        return Response({"detail": problems}, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
    return exception_handler(error, context)


def _problems(details: Any, sent: Any, loc: tuple[str | int, ...]) -> Iterator[dict[str, Any]]:
    """Flatten DRF's nested details into one entry per problem, each with its path and what was sent there."""
    if isinstance(details, dict) and {"message", "code"} == details.keys():
        yield {"type": details["code"], "loc": list(loc), "msg": str(details["message"]), "input": sent}
    elif isinstance(details, dict):
        for key, inner in details.items():
            place = loc if key == "non_field_errors" else (*loc, key)
            yield from _problems(inner, sent if key == "non_field_errors" else _part(sent, key), place)
    elif isinstance(details, list):
        nested = any(isinstance(inner, dict) and "message" not in inner for inner in details)
        for index, inner in enumerate(details):
            place, part = ((*loc, index), _part(sent, index)) if nested else (loc, sent)
            yield from _problems(inner, part, place)


def _part(sent: Any, key: str | int) -> Any:
    try:
        return sent[key]
    except (KeyError, IndexError, TypeError):
        return None
