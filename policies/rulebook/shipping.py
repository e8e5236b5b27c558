"""The rulebook that comes with the program: loading it into rows, and reading the one in force."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from django.db import transaction
from django.utils import timezone

from audit import log
from policies.models import RulebookStatus, RulebookVersion
from policies.rulebook.rules import FOLDER, RuleBook, RulebookError, hash_of
from policies.rulebook.versions import IN_BOOK, book_of, encoded, in_force, lock_writers, make_way, next_number

SHIPPED_BY = "LoanIQ (shipped)"
CHECKED_BY = "LoanIQ (code review)"
SHIPPED_NOTE = "Shipped with the program; its own release, checked by code review."
UPGRADE_NOTE = "Shipped with the program. The lender's own rulebook stays in force until this one is published."


class Status(StrEnum):
    PUBLISHED = "published"
    DRAFTED = "drafted"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class ShippedResult:
    """What became of the shipped rulebook: the number of its version, and from which day it is in force, if it is."""

    status: Status
    number: int
    version: str
    effective_from: date | None


def shipped_texts() -> dict[str, str]:
    """Return the texts of the rulebook in the package, by file name."""
    return {path.name: path.read_bytes().decode() for path in sorted(FOLDER.glob("*.toml"))}


@transaction.atomic
def load_shipped_rulebook(*, by: str) -> ShippedResult:
    """Bring the package's rulebook into rows, once; the same texts change nothing, and many at once load it once.

    It takes effect at once where nobody has published another: the first one for every day it has values for, an
    upgrade from today on. Beside a lender's own rulebook it becomes a draft. RulebookError where it cannot be read.
    """
    lock_writers()
    texts, today = shipped_texts(), timezone.localdate()
    digest = hash_of(encoded(texts))
    published = RulebookVersion.objects.filter(status=RulebookStatus.PUBLISHED).order_by("-effective_from")
    newest, current = published.first(), in_force(today).first()
    known = RulebookVersion.objects.filter(content_hash=digest).order_by("-number").first()
    if known is not None and (known == current or not _all_shipped(newest, current)):
        return _result(Status.UNCHANGED, known)
    if not _all_shipped(newest, current):
        return _drafted(texts, digest, current, by)
    return _published(texts, digest, current, by, today)


def _all_shipped(newest: RulebookVersion | None, current: RulebookVersion | None) -> bool:
    """Return whether nothing of the lender's own is in force or will be."""
    return all(version is None or version.is_shipped for version in (newest, current))


def _published(
    texts: dict[str, str], digest: str, current: RulebookVersion | None, by: str, today: date
) -> ShippedResult:
    effective_from, now = today if current else _first_day(RuleBook.from_texts(encoded(texts))), timezone.now()
    retired = make_way(effective_from, today)
    version = RulebookVersion.objects.create(
        number=next_number(),
        status=RulebookStatus.PUBLISHED,
        texts=texts,
        content_hash=digest,
        is_shipped=True,
        based_on=current,
        note=SHIPPED_NOTE,
        drafted_by_name=SHIPPED_BY,
        checked_by_name=CHECKED_BY,
        checked_at=now,
        published_by_name=SHIPPED_BY,
        published_at=now,
        effective_from=effective_from,
    )
    log.record(
        "rulebook.published",
        subject=version.audit_subject,
        actor=by,
        content_hash=digest,
        effective_from=effective_from,
        retired=retired,
        shipped=True,
    )
    return _result(Status.PUBLISHED, version)


def _drafted(texts: dict[str, str], digest: str, current: RulebookVersion | None, by: str) -> ShippedResult:
    RuleBook.from_texts(encoded(texts))
    version = RulebookVersion.objects.create(
        number=next_number(),
        texts=texts,
        content_hash=digest,
        is_shipped=True,
        based_on=current,
        note=UPGRADE_NOTE,
        drafted_by_name=SHIPPED_BY,
    )
    log.record("rulebook.drafted", subject=version.audit_subject, actor=by, content_hash=digest, shipped=True)
    return _result(Status.DRAFTED, version)


def _first_day(book: RuleBook) -> date:
    """Return the first day on which every rule and rate has a value, those introduced later left out."""
    first_values = [rule.limits[0].since for rule in book.rules if not rule.introduced]
    return max([*first_values, *(rate.limits[0].since for rate in book.rates.values())])


def _result(status: Status, version: RulebookVersion) -> ShippedResult:
    return ShippedResult(status, version.number, version.version, version.effective_from)


def current_rulebook(day: date) -> RuleBook:
    """Return the rulebook that decisions of ``day`` use; its texts are read once per process and version.

    Where no version was ever published, the shipped one is loaded first. RulebookError for a day before the first
    version's, or where a stored text is not what its hash names.
    """
    chosen = _chosen(day)
    if chosen is None and not RulebookVersion.objects.filter(status__in=IN_BOOK).exists():
        load_shipped_rulebook(by="loaniq")
        chosen = _chosen(day)
    if chosen is None:
        raise RulebookError(f"No rulebook was in force on {day}: the first published one starts later.")
    return _read(*chosen)


def _chosen(day: date) -> tuple[int, str] | None:
    return in_force(day).values_list("pk", "content_hash").first()


@lru_cache(maxsize=8)
def _read(pk: int, content_hash: str) -> RuleBook:
    return book_of(RulebookVersion.objects.get(pk=pk, content_hash=content_hash))
