"""Two-phase confirm: what a person is shown is sealed into the page, and only that is carried out.

The seal is signed for one case, one person and one moment of the case; it lapses after fifteen minutes and whenever
the case has moved on in between.
"""

from typing import Any

from django.core import signing

from lending.desk_exceptions import SealBroken
from lending.models import Review

SALT = "lending.desk"
SECONDS = 15 * 60


def seal(review: Review, person_id: int, chosen: dict[str, Any]) -> str:
    """Return what was chosen about a case as text that nobody else can make or alter."""
    return signing.dumps([*_marks(review, person_id), chosen], salt=SALT, compress=True)


def unseal(review: Review, person_id: int, sealed: str) -> dict[str, Any]:
    """Return what was chosen. Raises ``SealBroken`` for an old, altered or foreign seal, or a case that moved on."""
    try:
        *marks, chosen = signing.loads(sealed, salt=SALT, max_age=SECONDS)
    except signing.BadSignature as exc:
        raise SealBroken from exc
    if marks != _marks(review, person_id) or not isinstance(chosen, dict):
        raise SealBroken
    return chosen


def _marks(review: Review, person_id: int) -> list[Any]:
    return [str(review.pk), person_id, review.status, review.queue, review.signatures.count()]
