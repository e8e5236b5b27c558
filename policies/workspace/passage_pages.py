"""What the page of a passage shows: the printed page with the passage marked, its text, and where to go from it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from policies.corpus.marking import mark_of
from policies.models import PolicyChunk, PolicyVersion
from policies.workspace.cross_references import named_sections, naming_passages
from policies.workspace.rendering import PageNotPainted, PagePicture, page_picture

CELL = " | "  # between the cells of a table's row
ALIKE = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-", 0x2014: "-"}  # one character for one
LONGEST_QUOTE = 1_500


@dataclass(frozen=True, slots=True)
class Mark:
    """A translucent box over the picture; edges and size in percent of it, ready for the page."""

    left: str
    top: str
    width: str
    height: str


def passage_context(chunk: PolicyChunk, *, page: int | None = None, quote: str = "") -> dict[str, Any]:
    """Return what the viewer shows of a passage on a page of its version (its own where None) and a quotation from it.

    ``chunk`` comes with version, document and section.
    """
    shown = min(max(page or chunk.page, 1), chunk.version.pages)
    marked, quoted = quoted_passages(chunk, quote) if quote else ([chunk], None)
    picture, fault = _picture(chunk.version, shown)
    marks = _marks(marked, picture) if picture and shown == chunk.page else []
    return {
        "chunk": chunk,
        "version": chunk.version,
        "document": chunk.version.document,
        "shown": shown,
        "is_own_page": shown == chunk.page,
        "picture": picture,
        "fault": fault,
        "marks": marks,
        "page_text": [] if picture else _page_texts(chunk.version, shown),
        "text": _text(marked, quoted),
        "rows": _rows(chunk) if chunk.is_table and quoted is None else [],
        "quote_is_missing": bool(quote) and quoted is None,
        "before": _neighbour(chunk, -1),
        "after": _neighbour(chunk, +1),
        "mark": mark_of(chunk),
        "named": named_sections(chunk),
        "named_by": naming_passages(chunk),
        **standing_context(chunk.version),
    }


def standing_context(version: PolicyVersion) -> dict[str, Any]:
    """Return how a version stands today, and the version that follows one with an end."""
    later = version.document.versions.filter(number__gt=version.number).order_by("number")
    return {**standing(version), "follows": later.first() if version.superseded_on else None}


def standing(version: PolicyVersion) -> dict[str, date | None]:
    """Return a version's day as ``ended``, ``ends`` or ``begins``, as it lies to today; None for the others."""
    today, end, start = timezone.localdate(), version.superseded_on, version.effective_from
    return {
        "ended": end if end and end <= today else None,
        "ends": end if end and end > today else None,
        "begins": start if start and start > today else None,
    }


def quoted_passages(chunk: PolicyChunk, quote: str) -> tuple[list[PolicyChunk], tuple[int, int] | None]:
    """Return the passages that a quotation runs through, with its span in their texts joined by line breaks.

    A quotation may run on from a passage into those of its section on the same page. Where it stands nowhere, the
    passage itself and None.
    """
    window = list(
        PolicyChunk.objects.filter(
            version=chunk.version_id, page=chunk.page, within=chunk.within_id, section=chunk.section
        ).order_by("ordinal")
    )
    words = [re.escape(word) for word in quote[:LONGEST_QUOTE].translate(ALIKE).split()]
    whole = "\n".join(each.text for each in window)
    found = re.search(r"\s+".join(words), whole.translate(ALIKE), re.IGNORECASE) if words else None
    if found is None:
        return [chunk], None
    marked: list[PolicyChunk] = []
    before, start = 0, 0
    for each in window:
        end = start + len(each.text)
        if start < found.end() and found.start() < end:
            before = before if marked else start
            marked.append(each)
        start = end + 1
    return marked, (found.start() - before, found.end() - before)


def _text(marked: Sequence[PolicyChunk], quoted: tuple[int, int] | None) -> str | SafeString:
    text = "\n".join(each.text for each in marked)
    return highlighted(text, *quoted) if quoted else text


def highlighted(text: str, start: int, end: int) -> SafeString:
    """Return text with the characters from start to end marked."""
    return format_html("{}<mark>{}</mark>{}", text[:start], text[start:end], text[end:])


def _picture(version: PolicyVersion, page: int) -> tuple[PagePicture | None, str]:
    try:
        return page_picture(version.content_hash, page), ""
    except PageNotPainted as exc:
        return None, str(exc)


def _marks(chunks: Sequence[PolicyChunk], picture: PagePicture) -> list[Mark]:
    boxes = [picture.share(box) for chunk in chunks for box in chunk.boxes]
    return [Mark(*(f"{edge:.3f}" for edge in box)) for box in boxes]


def _page_texts(version: PolicyVersion, page: int) -> list[PolicyChunk]:
    return list(version.chunks.filter(page=page).order_by("ordinal"))


def _rows(chunk: PolicyChunk) -> list[list[str]]:
    """Return a table's rows of cells; the first is its header."""
    return [line.split(CELL) for line in chunk.text.splitlines()]


def _neighbour(chunk: PolicyChunk, step: int) -> PolicyChunk | None:
    return PolicyChunk.objects.filter(version=chunk.version_id, ordinal=chunk.ordinal + step).first()
