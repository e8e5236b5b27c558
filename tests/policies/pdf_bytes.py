"""PDFs put together by hand, byte by byte, so that any part of them can be wrong."""

import zlib
from functools import cache
from io import BytesIO

from reportlab.lib.pagesizes import LETTER
from reportlab.pdfgen.canvas import Canvas

WORDS = b"BT /F1 11 Tf 72 700 Td (The maximum back-end ratio of this program is 43 percent of income.) Tj ET"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
    b"/Resources << /Font << /F1 5 0 R >> %b >> %b >>"
)
MEGABYTE = 1024 * 1024

Objects = dict[int, bytes]


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(data), data)


def flate(data: bytes, entries: bytes = b"", times: int = 1) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return stream(data, entries + b"/Filter [%b]" % (b"/FlateDecode " * times))


def zeros(megabytes: int, times: int, filler: bytes = b" ") -> bytes:
    """Return a stream that unpacks, after ``times`` rounds, to so many megabytes, without holding them here."""
    packed = _packed(megabytes, filler)
    for _ in range(times - 1):
        packed = zlib.compress(packed, 9)
    return stream(packed, b"/Filter [%b]" % (b"/FlateDecode " * times))


@cache
def _packed(megabytes: int, filler: bytes) -> bytes:
    packer = zlib.compressobj(9)
    block = filler * (MEGABYTE // len(filler))
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def base(contents: bytes = WORDS, resources: bytes = b"", page: bytes = b"") -> Objects:
    """Return the five objects of a one-page document: catalog, page tree, page, contents, font."""
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: PAGE % (resources, page),
        4: stream(contents),
        5: FONT,
    }


def assemble(objects: Objects, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """Write the objects with a correct cross-reference table."""
    out = BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = {}
    for number, content in sorted(objects.items()):
        offsets[number] = out.tell()
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, content))
    start, size = out.tell(), max(objects) + 1
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % size)
    for number in range(1, size):
        out.write(b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 00000 f \n")
    out.write(b"trailer\n<< /Size %d %b >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start))
    return out.getvalue()


def changed(**changes: bytes) -> bytes:
    """Return the one-page document with objects replaced or added: ``o3=...`` is object 3."""
    return assemble(base() | {int(name[1:]): content for name, content in changes.items()})


def with_page(contents: bytes = WORDS, resources: bytes = b"", page: bytes = b"", **more: bytes) -> bytes:
    objects = base(contents, resources, page) | {int(name[1:]): content for name, content in more.items()}
    return assemble(objects)


def with_contents(content_object: bytes, **more: bytes) -> bytes:
    return changed(o4=content_object, **more)


def good_pdf(pages: int = 3, *, keywords: str = "", **secrets: object) -> bytes:
    """Return a well-made manual of some pages, with running heads and numbered headings."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=LETTER, invariant=1, **secrets)
    canvas.setTitle("Hostile Lender Manual")
    canvas.setKeywords(keywords)
    for number in range(1, pages + 1):
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 760, f"Hostile Lender Manual, page {number}")
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(72, 700, f"{number}.1 Ratios of chapter {number}")
        canvas.setFont("Helvetica", 11)
        for line in range(20):
            canvas.drawString(72, 670 - 15 * line, f"Rule {number}.{line}: the limit is {40 + line} percent of income.")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def text_pdf(sections: dict[str, str]) -> bytes:
    """Return a page with these headings, each with a line of text below it."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=LETTER, invariant=1)
    for place, (heading, text) in enumerate(sections.items()):
        canvas.setFont("Helvetica-Bold", 14)
        canvas.drawString(72, 700 - 100 * place, heading)
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 670 - 100 * place, text)
    canvas.save()
    return out.getvalue()
