"""What one question to a model may take, and what it took: for the trail, never what was said."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds a call and all its tries may take, tries, back-off in seconds, calls in flight, tokens of a reply.

    ``first_share`` is the part of ``total_seconds`` that a model with another behind it may use up.
    """

    call_seconds: float = 30.0
    total_seconds: float = 100.0
    tries: int = 3
    least_wait: float = 4.0
    most_wait: float = 10.0
    in_flight: int = 10
    max_tokens: int = 1_000
    first_share: float = 0.6


@dataclass(slots=True)
class CallRecord:
    """What one question cost at one model and how it ended.

    Tokens and ``dollars`` are None where nobody counted or the price is unknown; ``tokens_saved`` is an estimate of
    what compression left out; a ``cached`` answer cost nothing.
    """

    agent: str
    model: str
    prompt: str
    prompt_version: str
    outcome: str = "ok"
    tries: int = 0
    milliseconds: int = 0
    input_tokens: int | None = None
    output_tokens: int | None = None
    dollars: Decimal | None = None
    cached: bool = False
    tokens_saved: int = 0
