"""Sentences and rows packed into passages: whole ones where they fit, never more than a passage may hold. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_CHARACTERS = 500
TABLE_CHARACTERS = 900
CELLS = " | "
ENDS = (re.compile(r"(?<=[a-z0-9)\]”\"%][.;:?!]) +"), re.compile(r"(?<=[,;]) +"), re.compile(r" +"))


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a paragraph, from its first character to the one behind its last."""

    start: int
    end: int


def spans(text: str, most: int = MOST_CHARACTERS) -> list[Span]:
    """Return a paragraph in as few parts of at most ``most`` characters as whole sentences allow.

    A sentence longer than that is cut at a semicolon or comma, and without one at a space.
    """
    return list(_packed(list(_pieces(Span(0, len(text)), text, most, 0)), most))


def _pieces(span: Span, text: str, most: int, finer: int) -> Iterator[Span]:
    if span.end - span.start <= most or finer == len(ENDS):
        for start in range(span.start, span.end, most):
            yield Span(start, min(start + most, span.end))
        return
    start = span.start
    for gap in ENDS[finer].finditer(text, span.start, span.end):
        yield from _pieces(Span(start, gap.end()), text, most, finer + 1)
        start = gap.end()
    if start < span.end:
        yield from _pieces(Span(start, span.end), text, most, finer + 1)


def _packed(pieces: Sequence[Span], most: int) -> Iterator[Span]:
    current: Span | None = None
    for piece in pieces:
        if current is not None and piece.end - current.start <= most:
            current = Span(current.start, piece.end)
            continue
        if current is not None:
            yield current
        current = piece
    if current is not None:
        yield current


def row_groups(rows: Sequence[str], most: int = TABLE_CHARACTERS) -> Iterator[tuple[int, int]]:
    """Yield from-to places of a table's rows, the header (row 0) apart, so that each group fits with the header."""
    room = most - len(rows[0])
    start, length = 1, 0
    for place in range(1, len(rows)):
        cost = len(rows[place]) + 1
        if length and length + cost > room:
            yield start, place
            start, length = place, 0
        length += cost
    yield start, len(rows)
