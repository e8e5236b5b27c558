"""Gives every request an id, its caller's if that one is sane, and says it in the answer."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from asgiref.sync import iscoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware

from audit import correlation

HEADER = "X-Request-ID"
Answer: TypeAlias = HttpResponseBase
View: TypeAlias = Callable[[HttpRequest], Answer] | Callable[[HttpRequest], Awaitable[Answer]]


@sync_and_async_middleware
def correlated(get_response: View) -> View:
    """Bind ``X-Request-ID``, or a fresh id where there is none or one we would not keep, for the whole request."""
    if iscoroutinefunction(get_response):

        async def answer_later(request: HttpRequest) -> Answer:
            with correlation.bound(_id_of(request)):
                response: Answer = await get_response(request)
                response[HEADER] = correlation.current()
            return response

        return answer_later

    def answer(request: HttpRequest) -> Answer:
        with correlation.bound(_id_of(request)):
            response: Answer = get_response(request)  # type: ignore[assignment]
            response[HEADER] = correlation.current()
        return response

    return answer


def _id_of(request: HttpRequest) -> str:
    sent = request.headers.get(HEADER, "")
    return sent if correlation.is_sane(sent) else correlation.new_id()
