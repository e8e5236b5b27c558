"""Which rulebook version answers on a day, and what can be refused about one."""

from collections.abc import Mapping
from datetime import date

from django.db import connection
from django.db.models import Max, Q, QuerySet

from policies.exceptions import PolicyError
from policies.models import RulebookStatus, RulebookVersion
from policies.rulebook.rules import RuleBook, RulebookError, hash_of

WRITERS_LOCK = 0x10A21A  # one advisory lock for all who write versions; held until their transaction ends
IN_BOOK = (RulebookStatus.PUBLISHED, RulebookStatus.RETIRED)


class RulebookRefused(PolicyError):
    """What somebody asked of a rulebook version is not allowed, or not yet. Nothing was stored."""


class NothingChanged(RulebookRefused):
    def __init__(self, same: RulebookVersion) -> None:
        super().__init__(f"The texts are those of {same}. Change a value first.")


class OutOfTurn(RulebookRefused):
    def __init__(self, version: RulebookVersion, needed: RulebookStatus) -> None:
        super().__init__(
            f"{version} is {version.status}; this step needs a {needed.value} one. Reload the page, or draft a new one."
        )


class NotSound(RulebookRefused):
    def __init__(self, version: RulebookVersion, faults: list[str]) -> None:
        more = f" There are {len(faults) - 5} more faults." if len(faults) > 5 else ""
        super().__init__(f"{version} stays a draft. {' '.join(faults[:5])}{more}")


class OwnDraft(RulebookRefused):
    def __init__(self, version: RulebookVersion) -> None:
        super().__init__(f"{version} is your own draft. Ask a colleague to publish it.")


class NoImpactReport(RulebookRefused):
    def __init__(self, version: RulebookVersion, why: str) -> None:
        super().__init__(f"{version} cannot be published: {why}. Ask for an impact report and read it first.")


class DayPassed(RulebookRefused):
    def __init__(self, day: date) -> None:
        super().__init__(f"{day} has passed, and its decisions are made. Choose today or a later day.")


def encoded(texts: Mapping[str, str]) -> dict[str, bytes]:
    """Return stored texts as the strict reader takes them."""
    return {name: text.encode() for name, text in texts.items()}


def book_of(version: RulebookVersion) -> RuleBook:
    """Return the version as rules. RulebookError where the stored texts are not those that its hash names."""
    texts = encoded(version.texts)
    if hash_of(texts) != version.content_hash:
        raise RulebookError(f"The stored text of {version} is not what its hash names. Restore it from the backup.")
    return RuleBook.from_texts(texts)


def in_force(day: date) -> QuerySet[RulebookVersion]:
    """Return what was ever published for ``day`` or earlier, the version whose rules decisions of the day use first.

    Where several start on one day the one published last counts: it stood in for the others.
    """
    published = RulebookVersion.objects.filter(status__in=IN_BOOK, effective_from__lte=day)
    return published.order_by("-effective_from", "-published_at", "-number")


def version_named(digits: str) -> RulebookVersion | None:
    """Return the newest version, without its texts, whose hash starts with a run's digits; None for unknown ones."""
    if not digits:
        return None
    return RulebookVersion.objects.defer("texts").filter(content_hash__startswith=digits).order_by("-number").first()


def lock_writers() -> None:
    """Wait until no other transaction writes versions; must be called inside one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS_LOCK])


def next_number() -> int:
    """Return the number of the next version; 1 for the first. Call it with the writers' lock held."""
    newest: int | None = RulebookVersion.objects.aggregate(newest=Max("number"))["newest"]
    return (newest or 0) + 1


def make_way(effective_from: date, today: date) -> list[int]:
    """Retire what a version starting on ``effective_from`` replaces, and what no day from today on uses; their numbers.

    Call it before publishing, with the writers' lock held. A retired version still explains the decisions of its days.
    """
    current = in_force(today).first()
    first_used = effective_from if effective_from <= today else current.effective_from if current else None
    replaced = Q(effective_from=effective_from)
    if first_used is not None:
        replaced |= Q(effective_from__lt=first_used)
    published = RulebookVersion.objects.filter(replaced, status=RulebookStatus.PUBLISHED)
    numbers = sorted(published.values_list("number", flat=True))
    published.update(status=RulebookStatus.RETIRED)
    return numbers
