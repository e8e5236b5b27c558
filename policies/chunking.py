"""Clean pages to sections, sections to passages that fit a search: each with its page and its heading. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from policies.cleaning import clean_pages, clean_text, join_lines, vocabulary
from policies.reading import Bookmark, Line, Page, PdfText

CHUNK_CHARACTERS = 1_000
OVERLAP_CHARACTERS = 200
LEAST_CHARACTERS = 80  # a shorter piece, such as a heading at the foot of a page, goes with what follows
SEPARATORS = ["\n", r"(?<=[a-z0-9)\]”\"]\.) ", "(?<=;) ", "(?<=,) ", " ", ""]  # sentences do not end in "U.S.C."
SECTION_CHARACTERS = 300
HEADING_CHARACTERS = 150
HEADING_LINES = 3
WHOLE_TITLE = 60  # characters; a longer bookmark may have been cut off by the program that wrote it
LARGER = 1.1  # times the body size: a heading by its looks

NUMBERED = re.compile(
    r"(§+ ?\d+[a-z]?(\.\d+)*[a-z]?(\([0-9A-Za-z]+\))*"  # § 1026.43(e)
    r"|\d+ (U\.?S\.?C\.?|C\.?F\.?R\.?) ?(§ ?)?\d+[\w.]*"  # 12 CFR 1002.9
    r"|\d+(\.\d+)+\.?"  # 4.2
    r"|[IVX]+(\.[0-9A-Za-z]+)+(\([0-9A-Za-z]+\))*"  # II.A.5.b
    r"|[A-Z]\d+-\d+(\.\d+)?-\d+"  # B3-6-02
    r"|(Chapter|Section|Part|Subpart|Article|Appendix|Topic) (\d[\w.]*|[A-Z]\b[\w.]*))"
    r"[.:,]? +[^\W\d_]"
)
LIST_ITEM = re.compile(r"[•▪●◦‣] |[-–—] |\([0-9A-Za-z]{1,5}\) |\d{1,2}[.)] ")
ENDS_ITEM = re.compile(r"([.;:,?!]|\b(and|or))$")
ENDS_SENTENCE = re.compile(r"[.;:?!)\]”\"]$")


@dataclass(frozen=True, slots=True)
class Chunk:
    """One passage: its place from 0, the page its own text starts on, its section's label ("" before the first)."""

    ordinal: int
    page: int
    section: str
    text: str


@dataclass(slots=True)
class Piece:
    """The part of one section that stands on one page: the headings above it and its paragraphs."""

    section: str
    page: int
    headings: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join([*self.headings, *self.paragraphs])

    @property
    def stands_alone(self) -> bool:
        return bool(self.paragraphs) and len(self.text) >= LEAST_CHARACTERS


def chunk_document(document: PdfText) -> list[Chunk]:
    """Return the passages of a document in reading order, at most 1,000 characters each, overlapping by up to 200.

    A passage never spans two sections, and starts a new page with it, so that its page is where its words are; a
    sentence running over the page is repeated from its beginning.
    """
    pieces = _merge_short(list(_pieces(document)))
    texts = [(piece, text) for piece in pieces for text in _split(piece)]
    return [Chunk(place, piece.page, piece.section, text) for place, (piece, text) in enumerate(texts)]


def embedded_text(section: str, text: str) -> str:
    """Return what is embedded of a passage: its text, under its section's label where it does not begin with it."""
    return text if not section or text.startswith(section) else f"{section}\n{text}"


def _split(piece: Piece) -> list[str]:
    """Split one piece; headings stay with their first paragraph even where that alone would fill a chunk."""
    parts = _split_to(CHUNK_CHARACTERS, piece.text)
    heading = "\n".join(piece.headings)
    if len(parts) == 1 or len(parts[0]) > len(heading) + 1 or len(heading) > CHUNK_CHARACTERS // 2:
        return parts
    first, *rest = _split_to(CHUNK_CHARACTERS - len(heading) - 1, "\n".join(piece.paragraphs))
    return [f"{heading}\n{first}", *rest]


def _split_to(size: int, text: str) -> list[str]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=size,
        chunk_overlap=OVERLAP_CHARACTERS,
        separators=SEPARATORS,
        is_separator_regex=True,
        keep_separator="end",
    )
    return [part for part in splitter.split_text(text) if part.strip()]


def _merge_short(pieces: list[Piece]) -> list[Piece]:
    """Put a bare heading, or a piece too short to mean anything, in front of the next one, whose label it takes."""
    merged: list[Piece] = []
    waiting: list[str] = []
    for piece in pieces:
        piece.headings[:0] = waiting
        waiting = []
        if piece.stands_alone:
            merged.append(piece)
        elif piece is not pieces[-1]:
            waiting = [*piece.headings, *piece.paragraphs]
        elif merged and merged[-1].page == piece.page:
            merged[-1].paragraphs.extend([*piece.headings, *piece.paragraphs])
        else:
            merged.append(piece)
    return merged


def _pieces(document: PdfText) -> Iterator[Piece]:
    pages = clean_pages(document.pages)
    words = vocabulary(pages)
    headings = find_headings(pages, document.bookmarks)
    section, previous = "", ""
    for page in pages:
        piece = Piece(section, page.number)
        for heading, lines in _blocks(page, headings.get(page.number, {})):
            if heading is not None:
                if piece.text:
                    yield piece
                section, previous = heading, ""
                piece = Piece(section, page.number, headings=list(_paragraphs(lines, words)))
                continue
            for paragraph in filter(None, _paragraphs(lines, words)):
                if not piece.text and _runs_on(previous, paragraph):
                    piece.paragraphs.append(join_lines([_sentence_start(previous), paragraph], words))
                else:
                    piece.paragraphs.append(paragraph)
        if piece.text:
            yield piece
            previous = piece.paragraphs[-1] if piece.paragraphs else ""


def _blocks(page: Page, headings: dict[int, str]) -> Iterator[tuple[str | None, list[Line]]]:
    """Yield the page's lines by paragraph block, each with the label that starts there or None."""
    starts: list[tuple[str | None, list[Line]]] = []
    for place, line in enumerate(page.lines):
        if place in headings:
            starts.append((headings[place], [line]))
        elif not starts or line.block != starts[-1][1][-1].block:
            starts.append((None, [line]))
        else:
            starts[-1][1].append(line)
    yield from starts


def _paragraphs(lines: list[Line], words: frozenset[str]) -> Iterator[str]:
    """Yield one paragraph per block, and one per item where a list was printed without gaps."""
    current: list[str] = []
    for line in lines:
        if current and (" | " in line.text or (LIST_ITEM.match(line.text) and ENDS_ITEM.search(current[-1]))):
            yield join_lines(current, words)
            current = []
        current.append(line.text)
    if current:
        yield join_lines(current, words)


def _runs_on(previous: str, paragraph: str) -> bool:
    """Tell whether a page begins in the middle of a sentence that began on the page before."""
    return bool(previous) and not ENDS_SENTENCE.search(previous) and paragraph[:1].islower()


def _sentence_start(paragraph: str) -> str:
    """Return the unfinished end of a paragraph, from its last sentence's start, at most the overlap long."""
    sentence = re.split(r"(?<=[.;:]) ", paragraph)[-1]
    if len(sentence) <= OVERLAP_CHARACTERS:
        return sentence
    return sentence[-OVERLAP_CHARACTERS:].partition(" ")[2]


def find_headings(pages: list[Page], bookmarks: Iterable[Bookmark]) -> dict[int, dict[int, str]]:
    """Return the sections' labels by page number and place of the line at which each starts.

    Bookmarks come first, each put at the line that repeats its title or, failing that, at the top of its page; then
    headings recognised by number and looks. A heading without a number of its own is named after the one above it.
    """
    marked = _by_page(bookmarks)
    body = _body_size(pages)
    found: dict[int, dict[int, str]] = {}
    above = ""
    for page in pages:
        printed = [_letters(line.text) for line in page.lines]
        outline = {_place(printed, mark.title): label for mark, label in marked.get(page.number, ()) if printed}
        looks = dict(_recognised(page, body, strict=bool(marked)))
        found[page.number] = {}
        for place in sorted(outline.keys() | looks.keys()):
            if place in outline or NUMBERED.match(looks[place]):
                label = above = outline.get(place) or looks[place]
            else:
                label = f"{above} > {looks[place]}" if above else looks[place]
            found[page.number][place] = _label(label)
    return found


def _by_page(bookmarks: Iterable[Bookmark]) -> dict[int, list[tuple[Bookmark, str]]]:
    """Return the bookmarks of each page with their labels; one without a number is named after the one above it too."""
    above: dict[int, str] = {}
    by_page: dict[int, list[tuple[Bookmark, str]]] = {}
    for bookmark in bookmarks:
        title = clean_text(bookmark.title)
        if not title:
            continue
        parent = next((above[level] for level in range(bookmark.level - 1, 0, -1) if level in above), "")
        label = title if not parent or re.search(r"\d", title) else f"{parent} > {title}"
        above = {level: text for level, text in above.items() if level < bookmark.level} | {bookmark.level: label}
        by_page.setdefault(bookmark.page, []).append((bookmark, label))
    return by_page


def _label(text: str) -> str:
    return text[:SECTION_CHARACTERS].strip()


def _place(printed: list[str], title: str) -> int:
    """Return the line at which the title is printed; 0, the top of the page, where it is not."""
    wanted = _letters(clean_text(title))
    for start in range(len(printed)):
        so_far = ""
        for letters in printed[start : start + HEADING_LINES]:
            so_far += letters
            if so_far == wanted or (len(title) >= WHOLE_TITLE and so_far.startswith(wanted)):
                return start
            if not wanted.startswith(so_far):
                break
    return 0


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _body_size(pages: list[Page]) -> float:
    """Return the type size, in points, in which most characters are set."""
    sizes = Counter[float]()
    for page in pages:
        for line in page.lines:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _recognised(page: Page, body: float, *, strict: bool) -> Iterator[tuple[int, str]]:
    """Yield headings by their looks, and without bookmarks (not ``strict``) also numbered lines that stand alone."""
    place = 0
    for _block, group in groupby(page.lines, key=lambda line: line.block):
        lines = list(group)
        text = " ".join(line.text for line in lines)
        numbered = NUMBERED.match(text) is not None
        larger = all(line.size >= LARGER * body and (line.bold or not LIST_ITEM.match(text)) for line in lines)
        bold = all(line.bold and line.size >= body for line in lines)
        alone = len(lines) == 1 and numbered and not strict
        looks = larger or (bold and (numbered or not strict)) or alone
        if looks and _could_be_heading(text, len(lines), numbered=numbered):
            yield place, text
        place += len(lines)


def _could_be_heading(text: str, lines: int, *, numbered: bool) -> bool:
    if lines > HEADING_LINES or len(text) > HEADING_CHARACTERS or " | " in text:
        return False
    ending = (",", ";", ":") if numbered else (",", ";", ":", ".")
    return not text.endswith(ending) and any(char.isalpha() for char in text)
