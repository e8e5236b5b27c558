"""LangSmith, where its own variables turn it on: it hears calls without personal data, and nothing else.

A graph's state holds the whole case, so the graph is never traced; a call of an agent outside the PII class is.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from audit import correlation


def wanted() -> bool:
    """Whether ``LANGSMITH_TRACING`` is true and ``LANGSMITH_API_KEY`` is there."""
    return os.environ.get("LANGSMITH_TRACING", "").lower() == "true" and bool(os.environ.get("LANGSMITH_API_KEY"))


@contextmanager
def traced(*, private: bool) -> Iterator[None]:
    """Let LangSmith hear of what happens in the block if it is wanted and nothing ``private`` is said there."""
    from langsmith import tracing_context

    with tracing_context(
        enabled=wanted() and not private, metadata={"correlation_id": correlation.current()}, parent=False
    ):
        yield
