"""What a single setting cannot say: checks over several of them, each with an id and the next step."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from policies.models import DIMENSIONS


@register()
def embedding_has_an_index(**_: Any) -> list[CheckMessage]:
    """A vector of another size cannot be searched."""
    if settings.EMBEDDING_DIMENSIONS in DIMENSIONS:
        return []
    return [
        Error(
            f"EMBEDDING_DIMENSIONS is {settings.EMBEDDING_DIMENSIONS}, which no vector index serves.",
            hint=f"Use an embedder of {', '.join(map(str, DIMENSIONS))} dimensions.",
            id="loaniq.E001",
        )
    ]


@register()
def program_does_not_own_the_trail(**_: Any) -> list[CheckMessage]:
    """A trigger is no guard against the owner of its table."""
    if settings.DATABASE_OWNER:
        return []
    return [
        Warning(
            "The program connects as the owner of its tables, so the append-only trail is guarded by triggers alone.",
            hint="Create a role that owns nothing for DATABASE_URL and name the owner in DATABASE_OWNER_URL.",
            id="loaniq.W001",
        )
    ]
