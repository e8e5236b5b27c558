"""Reads that others share: texts in force, passages near a vector, listed names, a county's loan limits."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django.db import connection, transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from pgvector.django import CosineDistance, VectorField

from policies.areas import NO_AREAS, AreaLimits
from policies.embeddings import Vectors
from policies.models import (
    CountyLoanLimit,
    EmbeddingSpace,
    LimitKind,
    PassageVector,
    PolicyChunk,
    PolicyVersion,
    SanctionsEntry,
    SanctionsList,
)
from policies.sanctions import listed_party
from policies.screening import Screener
from policies.search_stages import Scored

ALL = "ALL"
ROWS_AT_ONCE = 2_000
HNSW_CANDIDATES = 100  # how many the index keeps in view; pgvector's own 40 loses neighbours that a filter passes


@dataclass(frozen=True, slots=True)
class ChunkText:
    """What a word index needs of a passage."""

    chunk_id: int
    version_id: UUID
    section: str
    text: str


def corpus_version() -> str:
    """Return 16 hex digits that change when a version is added, superseded or relabelled; "" for an empty corpus."""
    columns = ("pk", "content_hash", "is_current", "superseded_on", "effective_from", "programs", "states")
    rows = list(PolicyVersion.objects.order_by("pk").values_list(*columns))
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16] if rows else ""


def admitted_versions(
    *, program: str | None = None, state: str | None = None, on: date | None = None
) -> QuerySet[PolicyVersion]:
    """Return the versions that bind a program in a state on a day; None is no filter, and for the day the current ones.

    What is labelled ALL binds every program or state.
    """
    versions = PolicyVersion.objects.order_by()
    if program is not None:
        versions = versions.filter(programs__overlap=[program, ALL])
    if state is not None:
        versions = versions.filter(states__overlap=[state, ALL])
    if on is None:
        return versions.filter(is_current=True)
    return versions.filter(pk__in=_in_force(on).values("pk"))


def _in_force(on: date) -> QuerySet[PolicyVersion]:
    """Return each document's newest version that had begun by that day and not yet ended.

    A version begins on its effective day, or, where its text names none, when it replaced the one before (the first
    one: always). It ends when it is superseded, but not before the one that supersedes it begins.
    """
    same = PolicyVersion.objects.filter(document=OuterRef("document")).order_by()
    replaced = same.filter(number=OuterRef("number") - 1).values("superseded_on")
    replacement = same.filter(number=OuterRef("number") + 1).values("effective_from")
    return (
        PolicyVersion.objects.annotate(
            begins=Coalesce("effective_from", Subquery(replaced)), successor_begins=Subquery(replacement)
        )
        .filter(Q(begins__isnull=True) | Q(begins__lte=on))
        .filter(Q(superseded_on__isnull=True) | Q(superseded_on__gt=on) | Q(successor_begins__gt=on))
        .order_by("document_id", "-number")
        .distinct("document_id")
    )


def nearest_chunks(space: EmbeddingSpace, vector: Vectors, *, versions: Collection[UUID], limit: int) -> list[Scored]:
    """Return the passages of a space nearest to a unit vector of shape (dimensions,), nearest first, by cosine.

    The HNSW index goes on scanning until enough passages pass the filter, so a rare program is not starved.
    """
    distance = CosineDistance(Cast("vector", VectorField(dimensions=space.dimensions)), vector)
    nearest = (
        PassageVector.objects.filter(space=space, dimensions=space.dimensions, version__in=versions)
        .order_by(distance)
        .values_list("chunk_id", distance)
    )
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true),"
                " set_config('hnsw.ef_search', %s, true)",
                [str(HNSW_CANDIDATES)],
            )
        found = [Scored(pk, 1.0 - distance) for pk, distance in nearest[:limit]]
    return sorted(found, key=lambda scored: (-scored.score, scored.chunk_id))


def chunks_by_id(ids: Iterable[int]) -> dict[int, PolicyChunk]:
    """Return passages with their versions and documents; an id that is gone is left out."""
    return PolicyChunk.objects.select_related("version__document").in_bulk(list(ids))


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
