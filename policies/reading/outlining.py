"""Clean pages to a tree of sections and to passages small enough to match, each with its place on the page. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from policies.reading.cleaning import clean_pages, vocabulary
from policies.reading.headings import find_headings
from policies.reading.law_paragraphs import numbered_law
from policies.reading.packing import CELLS, MOST_CHARACTERS, row_groups, spans
from policies.reading.paragraphs import Box, Paragraph, around, blocks_of, paragraphs_of, runs_on, sentence_start
from policies.reading.pdf_text import Line, Page, PdfText
from policies.reading.section_tree import Section, SectionTree

SHORT = 120  # characters; so short a paragraph says little without its neighbours


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage: its place from 0, page from 1, its section's path and ordinal, and its boxes on that page."""

    ordinal: int
    page: int
    section: str
    within: int | None
    text: str
    boxes: tuple[Box, ...]
    is_table: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """A document's sections and passages, both in reading order."""

    sections: tuple[Section, ...]
    chunks: tuple[Chunk, ...]


@dataclass(slots=True)
class Part:
    """A passage in the making. ``held`` are the sections that its paragraphs stand in."""

    page: int
    within: int | None
    held: list[int | None]
    texts: list[str] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    is_table: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


def outline_of(document: PdfText) -> Outline:
    """Return a document's sections and passages.

    A passage has at most 500 characters (a piece of a table 900, its header row with it), stands on one page and in one
    section; short paragraphs of one section, or of neighbours under one heading, share a passage.
    """
    tree = SectionTree()
    parts = list(_packed(list(_parts(document, tree)), tree))
    chunks = [
        Chunk(place, part.page, tree.path(part.within), part.within, part.text, tuple(part.boxes), part.is_table)
        for place, part in enumerate(parts)
    ]
    return Outline(tuple(tree.sections), tuple(chunks))


def embedded_text(section: str, text: str) -> str:
    """Return what is embedded of a passage: its text under its section's path."""
    return f"{section}\n{text}" if section else text


def _parts(document: PdfText, tree: SectionTree) -> Iterator[Part]:
    pages = clean_pages(document.pages)
    words = vocabulary(pages)
    headings = find_headings(pages, document.bookmarks)
    printed = [(page, *group) for page in pages for group in _groups(page, headings.get(page.number, {}), words)]
    law = numbered_law([(heading or group[0].text, heading is not None) for _, heading, group in printed])
    previous, page_before = "", pages[0] if pages else None
    for place, (page, heading, paragraphs) in enumerate(printed):
        if page is not page_before:
            previous, page_before = _unfinished(pages, page, words), page
        if place in law:
            tree.enter_paragraphs(law[place].numbers, law[place].title, page.number)
        elif heading is not None:
            tree.enter(heading, page.number)
        if heading is None:
            yield from _passages(page.number, tree.here, paragraphs, previous)
        previous = ""


def _passages(page: int, within: int | None, paragraphs: Sequence[Paragraph], previous: str) -> Iterator[Part]:
    """Yield a table's or a paragraph's passages; ``previous`` is the last paragraph of the page before."""
    if CELLS in paragraphs[0].text and len(paragraphs) > 1:
        yield from _table(page, within, paragraphs)
        return
    for paragraph in paragraphs:
        lead = sentence_start(previous) if runs_on(previous, paragraph.text) else ""
        yield from _prose(page, within, paragraph, lead)


def _unfinished(pages: Sequence[Page], page: Page, words: frozenset[str]) -> str:
    """Return the last paragraph of the page before."""
    before = next((each for each in pages if each.number == page.number - 1), None)
    if before is None or not before.lines or not paragraphs_of(list(before.lines[-1:]), words):
        return ""
    return _last_text(before, words)


def _last_text(page: Page, words: frozenset[str]) -> str:
    last = [line for line in page.lines if line.block == page.lines[-1].block]
    return paragraphs_of(last, words)[-1].text


def _groups(
    page: Page, headings: dict[int, str], words: frozenset[str]
) -> Iterator[tuple[str | None, list[Paragraph]]]:
    """Yield headings, paragraphs one by one, and the rows of a table together."""
    rows: list[Paragraph] = []
    for heading, lines in blocks_of(page, headings):
        paragraphs = paragraphs_of(lines, words)
        if heading is not None:
            if rows:
                yield None, rows
            yield heading, []
            rows = []
            paragraphs = [] if _letters(lines) in _letters_of(heading) else paragraphs  # a bookmark may not be printed
        for paragraph in paragraphs:
            if CELLS in paragraph.text:
                rows.append(paragraph)
                continue
            if rows:
                yield None, rows
                rows = []
            yield None, [paragraph]
    if rows:
        yield None, rows


def _letters(lines: Sequence[Line]) -> str:
    return "".join(_letters_of(line.text) for line in lines)


def _letters_of(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _table(page: int, within: int | None, rows: Sequence[Paragraph]) -> Iterator[Part]:
    """Yield the table in pieces that repeat its header row."""
    texts = [row.text for row in rows]
    for start, end in row_groups(texts):
        held = [rows[0], *rows[start:end]] if start == 1 else rows[start:end]
        box = around([line for row in held for line in row.lines])
        yield Part(page, within, [within], [texts[0], *texts[start:end]], [box], is_table=True)


def _prose(page: int, within: int | None, paragraph: Paragraph, lead: str) -> Iterator[Part]:
    """Yield a paragraph in parts; ``lead`` is the beginning of its first sentence, left on the page before."""
    room = MOST_CHARACTERS - len(lead) - 1
    for place, span in enumerate(spans(paragraph.text, room)):
        text = paragraph.text[span.start : span.end].strip()
        box = around(paragraph.lines_at(span.start, span.end))
        yield Part(page, within, [within], [f"{lead} {text}" if lead and not place else text], [box])


def _packed(parts: Sequence[Part], tree: SectionTree) -> Iterator[Part]:
    """Put short neighbours together: of one section, or where one is short, of sections under one heading."""
    current: Part | None = None
    for part in parts:
        if current is not None and _may_join(current, part, tree):
            current.within = tree.nearest([*current.held, *part.held])
            current.held += part.held
            current.texts += part.texts
            current.boxes += part.boxes
            continue
        if current is not None:
            yield current
        current = part
    if current is not None:
        yield current


def _may_join(current: Part, part: Part, tree: SectionTree) -> bool:
    if current.page != part.page or current.is_table or part.is_table:
        return False
    if len(current.text) + 1 + len(part.text) > MOST_CHARACTERS:
        return False
    if set(current.held) == set(part.held):
        return True
    return tree.are_near([*current.held, *part.held]) and min(len(current.text), len(part.text)) < SHORT
