"""Reads that others share: texts in force, passages near a vector, listed names, a county's loan limits."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from policies.loan_limits.areas import NO_AREAS, AreaLimits
from policies.models import (
    CountyLoanLimit,
    LimitKind,
    PolicyChunk,
    PolicyVersion,
    SanctionsEntry,
    SanctionsList,
)
from policies.sanctions.loading import listed_party
from policies.sanctions.screening import Screener

ALL = "ALL"
ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class ChunkText:
    """What a word index needs of a passage."""

    chunk_id: int
    version_id: UUID
    section: str
    text: str


# Hashed whole by the server: 2 ms for 2,000 versions. A passage's number is never given twice, so the newest tells.
CORPUS_VERSION = """
    SELECT count(*), bit_xor(hash_record_extended(version, 0)), (SELECT max(id) FROM policies_policychunk),
           (SELECT max(id) FROM policies_embeddingspace WHERE is_current)
    FROM policies_policyversion AS version
"""
TEXTS_VERSION = """
    SELECT count(*), bit_xor(hash_record_extended(ROW(id, version_id, section, text), 0)) FROM policies_policychunk
"""


def corpus_version() -> str:
    """Return 16 hex digits that change with anything searched; "" for an empty corpus.

    That is, when a version is added, superseded, relabelled or read again, or the vectors of another model are used.
    """
    row = _row(CORPUS_VERSION)
    return digits_of(row) if row[0] else ""


def texts_version() -> tuple[str, int]:
    """Return 16 hex digits that change with the passages' words, and the number of passages.

    It reads every passage, 60 ms for 100,000, and stays the same where versions are only relabelled or superseded.
    """
    row = _row(TEXTS_VERSION)
    return digits_of(row), row[0]


def _row(query: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def digits_of(row: tuple[Any, ...]) -> str:
    return hashlib.sha256(repr(row).encode()).hexdigest()[:16]


def admitted_versions(
    *, program: str | None = None, state: str | None = None, on: date | None = None
) -> QuerySet[PolicyVersion]:
    """Return the versions that bind a program in a state on a day; None is no filter, and for the day today.

    What is labelled ALL binds every program or state.
    """
    versions = PolicyVersion.objects.order_by()
    if program is not None:
        versions = versions.filter(programs__overlap=[program, ALL])
    if state is not None:
        versions = versions.filter(states__overlap=[state, ALL])
    return versions.filter(pk__in=_in_force(on or timezone.localdate()).values("pk"))


def _in_force(on: date) -> QuerySet[PolicyVersion]:
    """Return, of each document, the newest version that had begun by that day and not yet ended.

    A version begins on its effective day, or, where its text names none, when the one before it ended (the first one:
    always). It ends on the day it is superseded. The newest ingested one may begin later: until then it is not found.
    """
    former = PolicyVersion.objects.filter(document=OuterRef("document"), number=OuterRef("number") - 1).order_by()
    return (
        PolicyVersion.objects.annotate(begins=Coalesce("effective_from", Subquery(former.values("superseded_on"))))
        .filter(Q(begins__isnull=True) | Q(begins__lte=on))
        .filter(Q(superseded_on__isnull=True) | Q(superseded_on__gt=on))
        .order_by("document_id", "-number")
        .distinct("document_id")
    )


def chunk_texts() -> Iterator[ChunkText]:
    """Yield every passage's words, superseded versions included, without loading vectors."""
    rows = PolicyChunk.objects.order_by("pk").values_list("pk", "version_id", "section", "text")
    yield from (ChunkText(*row) for row in rows.iterator(chunk_size=ROWS_AT_ONCE))


def current_screener() -> Screener | None:
    """Return the screener over the current sanctions lists, built once per process and edition; None without a list.

    Made-up sample lists screen only while no real list is loaded.
    """
    current = SanctionsList.objects.filter(is_current=True)
    lists = current.filter(is_sample=False) or current
    ids = tuple(sorted(each.pk for each in lists))
    return _screener(ids) if ids else None


@lru_cache(maxsize=2)  # the edition in force and, while a run still holds it, the one before
def _screener(list_ids: tuple[int, ...]) -> Screener:
    entries = SanctionsEntry.objects.filter(sanctions_list__in=list_ids).select_related("sanctions_list").order_by("pk")
    return Screener([listed_party(entry) for entry in entries])


def area_limits(county_fips: str | None, day: date) -> AreaLimits:
    """Return the limits in dollars that a county has in the day's year.

    A kind is empty where no table of that year is loaded or the table lacks the county: the limit is then unknown, it
    is not the national baseline.
    """
    if not county_fips:
        return NO_AREAS
    current = CountyLoanLimit.objects.filter(
        county_fips=county_fips, table__year=day.year, table__is_current=True
    ).order_by()
    rows = current.values_list("table__kind", "one_unit", "two_units", "three_units", "four_units")
    found = {kind: {units: Decimal(limit) for units, limit in enumerate(limits, 1)} for kind, *limits in rows}
    return AreaLimits(conforming=found.get(LimitKind.CONFORMING, {}), fha=found.get(LimitKind.FHA, {}))
