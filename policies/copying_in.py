"""Many rows at once by PostgreSQL's COPY, in the caller's transaction."""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
from django.db import connection
from django.db.models import Model
from psycopg import sql

from policies.embedding.embedders import Vectors
from policies.models import EmbeddingSpace, PassageVector, PassageWords, PolicyChunk

Row = TypeVar("Row", bound=Model)

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
VECTORS_AT_ONCE = 2_000
VECTOR_COLUMNS = ("space_id", "chunk_id", "version_id", "dimensions", "vector")
WORD_COLUMNS = ("space_id", "chunk_id", "signs")


def numbered(rows: Sequence[Row]) -> Sequence[Row]:
    """Give unsaved rows of one model the ids that its sequence gives next, in order."""
    if rows:
        table = rows[0]._meta.db_table
        query = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        with connection.cursor() as cursor:
            cursor.execute(query, [table, len(rows)])
            for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
                row.pk = number
    return rows


def copy_in(rows: Sequence[Model]) -> None:
    """Store rows of one model that have their ids."""
    if not rows:
        return
    fields = rows[0]._meta.concrete_fields
    statement = _statement(type(rows[0]), [str(field.column) for field in fields], "")
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields])


def copy_vectors_in(space: EmbeddingSpace, chunks: Sequence[PolicyChunk], vectors: Vectors) -> None:
    """Store vectors of shape (len(chunks), dimensions) beside their passages, in PostgreSQL's own binary form."""
    statement = _statement(PassageVector, VECTOR_COLUMNS, "(FORMAT BINARY)")
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(HEADER)
        for start in range(0, len(chunks), VECTORS_AT_ONCE):
            part = slice(start, start + VECTORS_AT_ONCE)
            copy.write(_binary(space, chunks[part], vectors[part]))
        copy.write(TRAILER)


def copy_words_in(space: EmbeddingSpace, chunks: Sequence[PolicyChunk], words: Sequence[bytes]) -> None:
    """Store the signs of passages' words beside them."""
    statement = _statement(PassageWords, WORD_COLUMNS, "(FORMAT BINARY)")
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(["int8", "int8", "bytea"])
        for chunk, signs in zip(chunks, words, strict=True):
            copy.write_row((space.pk, chunk.pk, signs))


def _statement(model: type[Model], columns: Sequence[str], options: str) -> sql.Composed:
    table, names = sql.Identifier(model._meta.db_table), sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) FROM STDIN {}").format(table, names, sql.SQL(options))


def _binary(space: EmbeddingSpace, chunks: Sequence[PolicyChunk], vectors: Vectors) -> bytes:
    """Return rows as COPY reads them: how many fields, then each field's length in bytes and its content."""
    size = vectors.shape[1]
    fields: dict[str, tuple[str, int, Any]] = {
        "space": (">i8", 8, space.pk),
        "chunk": (">i8", 8, [chunk.pk for chunk in chunks]),
        "version": ("V16", 16, np.frombuffer(b"".join(chunk.version_id.bytes for chunk in chunks), dtype="V16")),
        "dimensions": (">i2", 2, size),
        "vector": (f">i2, >i2, {size}>f4", 4 + 4 * size, None),
    }
    lengths = {name: f"{name}_bytes" for name in fields}
    layout = [("fields", ">i2")]
    for name, (kind, _length, _values) in fields.items():
        layout += [(lengths[name], ">i4"), (name, kind)]
    rows = np.zeros(len(chunks), dtype=layout)
    rows["fields"] = len(fields)
    for name, (_kind, length, values) in fields.items():
        rows[lengths[name]] = length
        if values is not None:
            rows[name] = values
    rows["vector"]["f0"], rows["vector"]["f2"] = size, vectors
    return rows.tobytes()
