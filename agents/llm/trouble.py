"""What kind of trouble a provider's error is, whether trying again may help, and when it asks to be tried again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from agents.exceptions import FaultKind

# A call that ends in one of these gave no answer that anybody could charge for.
FREE = frozenset({FaultKind.RATE_LIMITED, FaultKind.SERVER_ERROR, FaultKind.REFUSED, FaultKind.UNREACHABLE})


@dataclass(frozen=True, slots=True)
class Trouble:
    """The kind, whether it may pass, and the seconds that the provider asked to be left alone, or None."""

    kind: FaultKind
    may_pass: bool
    retry_after: float | None = None


def trouble(error: Exception) -> Trouble | None:
    """Return what an error of a provider means; None for a bug of ours."""
    kinds = _kinds(error)
    if kinds & {"TimeoutError", "APITimeoutError", "ReadTimeoutError", "ConnectTimeoutError"}:
        return Trouble(FaultKind.TIMEOUT, may_pass=True)
    if (status := _status(error)) is not None:
        return _of_status(status, _headers(error))
    if "NoCredentialsError" in kinds:
        return Trouble(FaultKind.REFUSED, may_pass=False)
    if kinds & {"APIConnectionError", "HTTPClientError", "EndpointConnectionError", "TransportError"}:
        cut = any(_kinds(cause) & {"RemoteProtocolError", "ReadError"} for cause in _causes(error))
        return Trouble(FaultKind.TRUNCATED if cut else FaultKind.UNREACHABLE, may_pass=True)
    if kinds & {"OpenAIError", "BotoCoreError"}:
        return Trouble(FaultKind.UNREACHABLE, may_pass=False)
    return None


def _kinds(error: BaseException) -> set[str]:
    """Return the names of an error's classes; by name, so that no vendor's library is imported to ask."""
    return {kind.__name__ for kind in type(error).__mro__}


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__ or error.__context__
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _status(error: Exception) -> int | None:
    if isinstance(status := getattr(error, "status_code", None), int):
        return status
    status = _aws(error).get("HTTPStatusCode")
    return status if isinstance(status, int) else None


def _headers(error: Exception) -> Mapping[str, str]:
    told: Mapping[str, str] | None = getattr(getattr(error, "response", None), "headers", None)
    aws: Mapping[str, str] = _aws(error).get("HTTPHeaders", {})
    return told if told is not None else aws


def _aws(error: Exception) -> dict[str, Any]:
    told = getattr(error, "response", None)
    return told.get("ResponseMetadata", {}) if isinstance(told, dict) else {}


def _of_status(status: int, headers: Mapping[str, str]) -> Trouble:
    asked = _seconds(headers.get("retry-after"))
    if status == 429:
        return Trouble(FaultKind.RATE_LIMITED, may_pass=True, retry_after=asked)
    if status in {408, 409} or status >= 500:
        return Trouble(FaultKind.SERVER_ERROR, may_pass=True, retry_after=asked)
    return Trouble(FaultKind.REFUSED, may_pass=False)


def _seconds(retry_after: str | None) -> float | None:
    """Return the seconds that a Retry-After header names, as a number or as a date (RFC 9110, 10.2.3)."""
    if not retry_after:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds()) if moment.tzinfo else None
