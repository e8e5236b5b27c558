"""Where a document's sections begin: its bookmarks, and headings recognised by number and looks. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from policies.reading.cleaning import clean_text
from policies.reading.pdf_text import Bookmark, Page

HEADING_CHARACTERS = 150
HEADING_LINES = 3
WHOLE_TITLE = 60  # characters; a longer bookmark may have been cut off by the program that wrote it
LARGER = 1.1  # times the body size: a heading by its looks
SECTION_CHARACTERS = 300

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
