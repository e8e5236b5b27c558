"""Policy manuals as PDFs that people read and ingestion can cite: numbered headings, bookmarks, repeatable bytes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import HRFlowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from policies.corpus.manuals import (
    MANUAL_REFERENCE,
    SECTION_REFERENCE,
    Block,
    Entries,
    Grid,
    Heading,
    Manual,
    ManualError,
    Prose,
    read_manual,
)

__all__ = ["Manual", "ManualError", "publish_manual", "read_manual"]

MARGIN = inch
TEXT_WIDTH = LETTER[0] - 2 * MARGIN
CELL_PADDING = 6
FRAME_PADDING = 6  # what SimpleDocTemplate keeps free inside its own margins
INK, RULE, SHADE = HexColor("#16324f"), HexColor("#8a99a8"), HexColor("#e6ebf0")
FIGURE = re.compile(r"[+$-]?[\d,.]+(?: percent)?")

BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=11, leading=15, spaceAfter=8)
ENTRY = ParagraphStyle("entry", BODY, leftIndent=24, bulletIndent=6, spaceAfter=4)
CELL = ParagraphStyle("cell", BODY, fontSize=9.5, leading=12.5, spaceAfter=0)
FIGURE_CELL = ParagraphStyle("figure", CELL, alignment=TA_RIGHT)
TITLE = ParagraphStyle("title", BODY, fontName="Helvetica-Bold", fontSize=24, leading=30, textColor=INK, spaceAfter=4)
ISSUER = ParagraphStyle("issuer", BODY, fontSize=13, leading=18, textColor=RULE, spaceAfter=10)
HEADINGS = {
    depth: ParagraphStyle(
        f"heading {depth}",
        fontName="Helvetica-Bold",
        fontSize=size,
        leading=size * 1.3,
        spaceBefore=before,
        spaceAfter=6,
        textColor=INK,
        keepWithNext=1,
    )
    for depth, size, before in ((1, 17, 20), (2, 13, 13), (3, 11, 9))
}


@dataclass(frozen=True, slots=True)
class Typeset:
    """One pass over a manual: the PDF's bytes, the page each section starts on, and the number of pages."""

    content: bytes
    pages: dict[str, int]
    total: int


def publish_manual(source: Path, target: Path) -> int:
    """Render one Markdown manual as a letter-size PDF at ``target`` and return its number of pages.

    The same source gives the same bytes. Raises ManualError for a broken source, and then writes nothing.
    """
    manual = read_manual(source)
    draft = _typeset(manual, pages={}, total=0)  # the first pass finds the page numbers that the second one prints
    final = _typeset(manual, pages=draft.pages, total=draft.total)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.part")
    unfinished.write_bytes(final.content)
    unfinished.replace(target)
    return final.total


def _typeset(manual: Manual, *, pages: dict[str, int], total: int) -> Typeset:
    buffer = BytesIO()
    found: dict[str, int] = {}
    template = SimpleDocTemplate(
        buffer,
        pagesize=LETTER,
        leftMargin=MARGIN - FRAME_PADDING,
        rightMargin=MARGIN - FRAME_PADDING,
        topMargin=MARGIN - FRAME_PADDING,
        bottomMargin=MARGIN - FRAME_PADDING,
        title=manual.title,
        author=manual.issuer,
        subject=f"{manual.code} edition {manual.edition}, effective {manual.effective}",
        keywords=manual.keywords,
        creator="LoanIQ",
        lang="en-US",
        invariant=1,
    )

    def note_heading(flowable: Any) -> None:
        if (heading := getattr(flowable, "section", None)) is not None:
            found[heading.number] = template.page
            outline = f"{heading.number} {heading.title}"
            template.canv.addOutlineEntry(outline, _anchor(heading.number), heading.depth - 1, closed=heading.depth > 1)

    def furnish_page(canvas: Any, _template: Any) -> None:
        _draw_furniture(canvas, manual, total)

    template.afterFlowable = note_heading
    template.build(list(_story(manual, pages)), onFirstPage=furnish_page, onLaterPages=furnish_page)
    return Typeset(content=buffer.getvalue(), pages=found, total=template.page)


def _draw_furniture(canvas: Any, manual: Manual, total: int) -> None:
    """Draw the running head and foot of one page."""
    page, right = canvas.getPageNumber(), LETTER[0] - MARGIN
    head, foot = LETTER[1] - 0.62 * inch, 0.62 * inch
    canvas.saveState()
    canvas.setFont("Helvetica", 8.5)
    canvas.setFillColor(INK)
    canvas.setStrokeColor(RULE)
    canvas.drawString(MARGIN, head, manual.title)
    canvas.drawRightString(right, head, f"{manual.code} edition {manual.edition}")
    canvas.line(MARGIN, head - 5, right, head - 5)
    canvas.drawString(MARGIN, foot, f"{manual.issuer}, effective {manual.effective}")
    canvas.drawRightString(right, foot, f"Page {page} of {total}")
    canvas.restoreState()


def _story(manual: Manual, pages: dict[str, int]) -> Iterator[Any]:
    yield Paragraph(escape(manual.title), TITLE)
    yield Paragraph(escape(manual.issuer), ISSUER)
    facts = (
        ("Code and edition", f"{manual.code} {manual.edition}"),
        ("Effective", manual.effective.isoformat()),
        ("Programs", ", ".join(manual.programs)),
        ("States", ", ".join(manual.states)),
        ("Standing", manual.tier),
    )
    yield _table(Grid(header=("Document control", ""), rows=facts))
    yield Spacer(0, 14)
    chapters = [heading for heading in manual.headings if heading.depth == 1]
    rows = tuple((f"Chapter {c.number}", c.title, f"page {pages.get(c.number, '')}") for c in chapters)
    yield _table(Grid(header=("Contents", "", ""), rows=rows))
    yield HRFlowable(width="100%", color=RULE, spaceBefore=16, spaceAfter=4)
    for block in manual.blocks:
        yield from _flowables(block, manual.code)


def _flowables(block: Block, code: str) -> Iterator[Any]:
    match block:
        case Heading(depth, number, title):
            anchored = f'<a name="{_anchor(number)}"/>{number} {escape(title)}'
            heading = Paragraph(anchored, HEADINGS[depth])
            heading.section = block
            yield heading
        case Prose(text):
            prose = Paragraph(_markup(text, code), BODY)
            prose.keepWithNext = int(text.endswith(":"))
            yield prose
        case Entries(numbered, texts):
            for place, text in enumerate(texts, 1):  # "(1)", as a bare "1." would read like a section number
                yield Paragraph(_markup(text, code), ENTRY, bulletText=f"({place})" if numbered else "–")
            yield Spacer(0, 4)
        case Grid():
            yield _table(block, code)
            yield Spacer(0, 10)


def _anchor(number: str) -> str:
    return f"section-{number}"


def _markup(text: str, code: str) -> str:
    """Return the text as reportlab markup: bold, and references that are links and never begin a line with a number."""

    def reference(found: re.Match[str]) -> str:
        label = f"{found[1]}&nbsp;{found[2]}"
        own = found[1] == code or found[1].lower().startswith("section")
        return f'<a href="#{_anchor(found[2])}" color="#1d4f86">{label}</a>' if own else label

    marked = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(text))
    return MANUAL_REFERENCE.sub(reference, SECTION_REFERENCE.sub(reference, marked))


def _table(grid: Grid, code: str = "") -> Any:
    """Return the table at full text width, its header repeated on every page and its columns of figures set right."""
    styles = [
        FIGURE_CELL if all(FIGURE.fullmatch(cell) for cell in column) else CELL
        for column in zip(*grid.rows, strict=True)
    ]
    header = [
        Paragraph(f"<b>{_markup(cell, code)}</b>", style) for cell, style in zip(grid.header, styles, strict=True)
    ]
    body = [
        [Paragraph(_markup(cell, code), style) for cell, style in zip(row, styles, strict=True)] for row in grid.rows
    ]
    table = Table([header, *body], colWidths=_column_widths(grid), repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, 0), SHADE),
                ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
                ("LINEBELOW", (0, 1), (-1, -1), 0.4, RULE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), CELL_PADDING),
                ("RIGHTPADDING", (0, 0), (-1, -1), CELL_PADDING),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    return table


def _column_widths(grid: Grid) -> list[float]:
    """Share the text width among the columns, in points: each its longest word, then by length of text."""
    columns = list(zip(grid.header, *grid.rows, strict=True))
    least = [max(_printed_width(word) for cell in column for word in cell.split() or [""]) for column in columns]
    wanted = [max(_printed_width(cell) for cell in column) - low for column, low in zip(columns, least, strict=True)]
    spare = TEXT_WIDTH - sum(least)
    if sum(wanted) == 0:
        return [low + spare / len(least) for low in least]
    return [low + spare * want / sum(wanted) for low, want in zip(least, wanted, strict=True)]


def _printed_width(text: str) -> float:
    slack = 1  # a column exactly as wide as its word would break it
    return float(stringWidth(text, "Helvetica-Bold", CELL.fontSize)) + 2 * CELL_PADDING + slack
