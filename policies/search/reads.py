"""What a search reads of the database, each in one statement: what it may look through, the nearest, their texts."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from django.utils import timezone
from psycopg import Cursor

from policies import selectors
from policies.embedding.embedders import Vectors
from policies.models import EmbeddingSpace
from policies.search.following import Graph, Heading, Mention
from policies.search.journal import BEGINNING
from policies.search.stages import Scored
from policies.search.windows import PassageRow

HNSW_LEAST, HNSW_PER_WANTED = 60, 2  # how many the index keeps in view; pgvector's own 40 loses true neighbours
DIGITS = 7  # of a vector's numbers, single precision, as PostgreSQL reads them; more only take time to write and read
NEIGHBOURS = 15  # on each side; more would not fit into a window


@dataclass(frozen=True, slots=True)
class Scope:
    """What one search looks through: the state of the corpus, the vectors that serve, the versions that apply."""

    corpus_version: str
    space: EmbeddingSpace | None
    admitted: frozenset[UUID]


SCOPE = """
    SELECT ARRAY(ADMITTED), space.id, space.embedder, space.dimensions, space.covered_weight, space.least, corpus.*
    FROM (CORPUS) AS corpus LEFT JOIN policies_embeddingspace AS space ON space.is_current
"""


def scope(*, program: str | None, state: str | None, on: date | None) -> Scope:
    """Return what a search with these filters looks through, all as of one moment."""
    admitting, values = _admitting(program, state, on, timezone.localdate())
    statement = SCOPE.replace("CORPUS", selectors.CORPUS_VERSION).replace("ADMITTED", admitting)
    [(admitted, space_id, embedder, dimensions, covered_weight, least, *corpus)] = _rows(statement, values)
    space = None
    if space_id is not None:
        space = EmbeddingSpace(
            pk=space_id,
            embedder=embedder,
            dimensions=dimensions,
            is_current=True,
            covered_weight=covered_weight,
            least=least,
        )
    return Scope(selectors.digits_of(tuple(corpus)) if corpus[0] else "", space, frozenset(admitted))


@lru_cache(maxsize=512)
def _admitting(program: str | None, state: str | None, on: date | None, today: date) -> tuple[str, tuple[Any, ...]]:
    """Return the statement that finds the admitted versions, and its values; Django takes longer to write it than
    PostgreSQL to answer. It depends on ``today`` where no day is asked for."""
    versions = selectors.admitted_versions(program=program, state=state, on=on or today).values("pk")
    statement, values = versions.query.sql_with_params()
    return statement, tuple(values)


# PostgreSQL works a materialized part out before what is joined to it: the index is told how far to look in the
# statement that uses it, in this statement only.
NEAREST = """
    WITH asked AS MATERIALIZED (
        SELECT place, written::vector(SIZE) AS vector, set_config('hnsw.iterative_scan', 'relaxed_order', true),
               set_config('hnsw.ef_search', %(candidates)s, true)
        FROM unnest(%(vectors)s::text[]) WITH ORDINALITY AS given (written, place)
    )
    SELECT asked.place, near.chunk_id, 1 - near.distance
    FROM asked CROSS JOIN LATERAL (
        SELECT chunk_id, vector::vector(SIZE) <=> asked.vector AS distance
        FROM policies_passagevector
        WHERE space_id = %(space)s AND dimensions = SIZE AND version_id = ANY(%(versions)s)
        ORDER BY vector::vector(SIZE) <=> asked.vector
        LIMIT %(limit)s
    ) AS near
"""


def nearest_chunks(
    space: EmbeddingSpace, vectors: Iterable[Vectors], *, versions: Collection[UUID], limit: int
) -> list[list[Scored]]:
    """Return, for each unit vector of shape (dimensions,), the passages of a space nearest to it by cosine.

    The HNSW index goes on scanning until enough passages pass the filter, so a rare program is not starved.
    """
    written = [str(vector.astype(np.float64).round(DIGITS).tolist()) for vector in vectors]
    in_view = str(max(HNSW_LEAST, HNSW_PER_WANTED * limit))
    values = {"vectors": written, "candidates": in_view, "versions": list(versions), "limit": limit}
    nearest = NEAREST.replace("SIZE", str(space.dimensions))  # in the text, or the index of that size is not used
    found: list[list[Scored]] = [[] for _ in written]
    for place, chunk_id, cosine in _rows(nearest, {**values, "space": space.pk}):
        found[place - 1].append(Scored(chunk_id, cosine))
    return [sorted(ranking, key=lambda scored: (-scored.score, scored.chunk_id)) for ranking in found]


# OFFSET keeps PostgreSQL to a few rows by index for each hit; joined freely it would read every passage instead.
ROWS = """
    WITH wanted AS (
        SELECT beside.id, true AS whole
        FROM policies_policychunk AS hit
        CROSS JOIN LATERAL (
            SELECT near.id FROM policies_policychunk AS near
            WHERE near.version_id = hit.version_id AND near.page = hit.page
                  AND (near.section = hit.section OR starts_with(near.section, hit.section || ' > '))
                  AND near.ordinal BETWEEN hit.ordinal - %(beside)s AND hit.ordinal + %(beside)s
            OFFSET 0
        ) AS beside
        WHERE hit.id = ANY(%(hits)s)
        UNION
        SELECT id, false FROM unnest(%(others)s::bigint[]) AS id
    )
    SELECT chunk.id, chunk.version_id, chunk.ordinal, chunk.page, chunk.section, chunk.within_id, section.number,
           section.title, CASE WHEN wanted.whole THEN chunk.text ELSE left(chunk.text, %(beginning)s) END,
           chunk.boxes, chunk.is_table, chunk.is_suspicious, document.file_name, document.title, version.number,
           section.parent_id IS NOT NULL
           OR EXISTS (SELECT FROM policies_policyreference AS reference WHERE reference.chunk_id = chunk.id),
           (SELECT count(*) > 1 AND 10 * count(*) > version.pages FROM policies_policychunk AS suspect
            WHERE suspect.version_id = chunk.version_id AND suspect.is_suspicious)
    FROM (SELECT id, bool_or(whole) AS whole FROM wanted GROUP BY id) AS wanted
    JOIN policies_policychunk AS chunk ON chunk.id = wanted.id
    LEFT JOIN policies_policysection AS section ON section.id = chunk.within_id
    JOIN policies_policyversion AS version ON version.id = chunk.version_id
    JOIN policies_policydocument AS document ON document.id = version.document_id
"""


def with_neighbours(chunk_ids: Iterable[int], others: Iterable[int] = ()) -> dict[int, PassageRow]:
    """Return passages by id with those that may be read with them, and of ``others`` how they begin.

    An id that is gone is left out.
    """
    values = {"hits": list(chunk_ids), "others": list(others), "beside": NEIGHBOURS, "beginning": BEGINNING}
    return {row[0]: _passage_row(row) for row in _rows(ROWS, values)}


def _passage_row(row: Sequence[Any]) -> PassageRow:
    chunk_id, version_id, ordinal, page, path, within, number, heading, text, boxes, *rest = row
    is_table, is_suspicious, document, title, version, leads_on, beside_suspicious = rest
    placed = tuple((left, top, right, bottom) for left, top, right, bottom in json.loads(boxes))
    return PassageRow(
        chunk_id=chunk_id,
        version_id=str(version_id),
        ordinal=ordinal,
        page=page,
        path=path,
        section=f"{number or ''} {heading or ''}".strip() or path,
        within=within,
        number=number or "",
        text=text,
        boxes=placed,
        is_table=is_table,
        is_suspicious=is_suspicious,
        document=document,
        title=title,
        version=version,
        leads_on=leads_on,
        beside_suspicious=beside_suspicious,
    )


def mentions(chunk_ids: Collection[int]) -> list[Mention]:
    """Return the sections that passages name, and, as ``is_above``, the section that each one's own stands in."""
    rows = _rows(
        """
        SELECT chunk.id, chunk.version_id, coalesce(section.number, ''), reference.wanted, reference.is_exception, false
        FROM policies_policyreference AS reference
        JOIN policies_policychunk AS chunk ON chunk.id = reference.chunk_id
        LEFT JOIN policies_policysection AS section ON section.id = chunk.within_id
        WHERE reference.chunk_id = ANY(%s)
        UNION ALL
        SELECT chunk.id, chunk.version_id, section.number, above.number, false, true
        FROM policies_policychunk AS chunk
        JOIN policies_policysection AS section ON section.id = chunk.within_id
        JOIN policies_policysection AS above ON above.id = section.parent_id
        WHERE chunk.id = ANY(%s) AND above.number <> ''
        """,
        [list(chunk_ids), list(chunk_ids)],
    )
    return [Mention(*row) for row in rows]


def headings(numbers: Collection[str], versions: Collection[UUID]) -> list[Heading]:
    """Return the sections with those numbers in those versions, each with the first passage of its own text.

    A section with no text of its own begins with that of the first one in it.
    """
    rows = _rows(
        """
        SELECT section.version_id, section.number, first.id, first.within_id = section.id
        FROM policies_policysection AS section
        CROSS JOIN LATERAL (
            SELECT chunk.id, chunk.within_id
            FROM policies_policychunk AS chunk
            JOIN policies_policysection AS inner_one ON inner_one.id = chunk.within_id
            WHERE inner_one.version_id = section.version_id AND inner_one.ordinal >= section.ordinal
                  AND starts_with(inner_one.number, section.number)
            ORDER BY inner_one.ordinal, chunk.ordinal
            LIMIT 1
        ) AS first
        WHERE section.number = ANY(%s) AND section.version_id = ANY(%s)
        ORDER BY section.version_id, section.ordinal
        """,
        [list(numbers), list(versions)],
    )
    return [Heading(*row) for row in rows]


GRAPH = Graph(mentions, headings, with_neighbours)


def _rows(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement that PostgreSQL plans once a connection: planning takes as long as working."""
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        return cursor.execute(statement.encode(), values, prepare=True).fetchall()
