"""Builders of files that nobody should have to read: each kind is a name, its bytes, and how it must end."""

import importlib
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from policies.exceptions import (
    DamagedPdf,
    DocumentError,
    EmptyFile,
    EncryptedPdf,
    NotAPdf,
    ScannedPdf,
    TooLarge,
    TooMuchMemory,
    TooSlow,
    WrongLabels,
)
from tests.policies.pdf_bytes import (
    FONT,
    PAGE,
    WORDS,
    Objects,
    assemble,
    base,
    changed,
    flate,
    good_pdf,
    stream,
    with_contents,
    with_page,
    zeros,
)

INGESTED = None
Ending = type[DocumentError] | None


@dataclass(frozen=True)
class Kind:
    """One hostile file. ``endings`` are the errors it may end in, None for being ingested."""

    name: str
    build: Callable[[], bytes]
    endings: tuple[Ending, ...]


def mutated(seed: int) -> bytes:
    """Return a good file with a few bytes flipped, cut out, doubled or cut off, the same for the same seed."""
    dice = random.Random(seed)
    data = bytearray(good_pdf(dice.randint(1, 4)))
    for _ in range(dice.randint(1, 12)):
        place = dice.randrange(len(data))
        match dice.randrange(5):
            case 0 | 1:
                data[place] ^= 1 << dice.randrange(8)
            case 2:
                del data[place : place + dice.randint(1, 40)]
            case 3:
                data[place:place] = data[place : place + dice.randint(1, 200)]
            case _:
                data[place] = dice.randrange(256)
    if dice.random() < 0.1:
        del data[dice.randrange(len(data)) :]
    return bytes(data)


def _pages(count: int) -> bytes:
    objects: Objects = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 4: stream(WORDS), 5: FONT}
    numbers = range(6, 6 + count)
    objects[2] = b"<< /Type /Pages /Kids [%b] /Count %d >>" % (b" ".join(b"%d 0 R" % n for n in numbers), count)
    objects |= dict.fromkeys(numbers, PAGE % (b"", b""))
    return assemble(objects)


def _deep_tree(depth: int) -> bytes:
    objects = base()
    objects[2] = b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>"
    for level in range(depth):
        child = 3 if level == depth - 1 else 11 + level
        objects[10 + level] = b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>" % (9 + level or 2, child)
    return assemble(objects)


def _forms(levels: int, each: int) -> bytes:
    """Return forms that call forms: ``each`` to the power of ``levels`` drawings from a few hundred bytes."""
    objects = base(b"/X0 Do", b"/XObject << /X0 10 0 R >>")
    for level in range(levels):
        entries = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /Font << /F1 5 0 R >> /XObject << "
        entries += b"/X%d %d 0 R >> >>" % (level + 1, 11 + level)
        objects[10 + level] = stream(b"/X%d Do " % (level + 1) * each, entries)
    objects[10 + levels] = stream(WORDS, b"/Type /XObject /Subtype /Form /BBox [0 0 612 792]")
    return assemble(objects)


def _outline(count: int, next_of: Callable[[int], int]) -> bytes:
    objects = base()
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R /Outlines 9 0 R >>"
    objects[9] = b"<< /Type /Outlines /First 10 0 R /Last %d 0 R /Count %d >>" % (9 + count, count)
    for number in range(10, 10 + count):
        entry = b"<< /Title (Entry %d) /Parent 9 0 R /Dest [3 0 R /Fit] /Next %d 0 R >>"
        objects[number] = entry % (number, next_of(number))
    return assemble(objects)


def _nested_outline(depth: int) -> bytes:
    objects = base()
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R /Outlines 9 0 R >>"
    objects[9] = b"<< /Type /Outlines /First 10 0 R /Last 10 0 R /Count 1 >>"
    for number in range(10, 10 + depth):
        entry = b"<< /Title (Level) /Parent %d 0 R /Dest [3 0 R /Fit] /First %d 0 R /Last %d 0 R >>"
        objects[number] = entry % (number - 1, number + 1, number + 1)
    return assemble(objects)


def _in_other_letters(codes: bytes) -> bytes:
    """Return a page whose letters mean other characters: ``codes`` are UTF-16 in hex for A, B, C and so on."""
    pairs = b"\n".join(b"<%02x> <%b>" % (65 + place, code) for place, code in enumerate(codes.split()))
    count = len(codes.split())
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        b"1 begincodespacerange <00> <ff> endcodespacerange\n%d beginbfchar\n%b\nendbfchar\nendcmap end end"
        % (count, pairs)
    )
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>"
    letters = bytes(range(65, 65 + count)) * 10
    return with_page(b"BT /F1 11 Tf 72 700 Td (%b) Tj ET" % letters, o5=font, o6=stream(cmap))


def _image(entries: bytes, data: bytes, words: bytes = b"") -> bytes:
    drawn = b"q 612 0 0 792 0 0 cm /I1 Do Q " + words
    image = stream(data, b"/Type /XObject /Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8 " + entries)
    return with_page(drawn, b"/XObject << /I1 6 0 R >>", o6=image)


def _xref_stream(previous: bytes) -> bytes:
    body = BytesIO()
    body.write(b"%PDF-1.7\n")
    offsets = [0]
    for number, content in sorted(base().items()):
        offsets.append(body.tell())
        body.write(b"%d 0 obj\n%b\nendobj\n" % (number, content))
    offsets.append(start := body.tell())
    table = b"".join(struct.pack(">BIH", 1 if offset else 0, offset, 0) for offset in offsets)
    entries = b"/Type /XRef /Size 7 /W [1 4 2] /Root 1 0 R " + previous.replace(b"HERE", b"%d" % start)
    body.write(b"6 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (stream(table, entries), start))
    return body.getvalue()


def _zip() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return out.getvalue()


def _encrypted(method: str, user: str, owner: str) -> bytes:
    pymupdf: Any = importlib.import_module("pymupdf")
    document = pymupdf.open(stream=good_pdf(), filetype="pdf")
    protected: bytes = document.tobytes(
        encryption=getattr(pymupdf, f"PDF_ENCRYPT_{method}"), user_pw=user, owner_pw=owner
    )
    return protected


def _truetype(font_file: bytes) -> bytes:
    font = (
        b"<< /Type /Font /Subtype /TrueType /BaseFont /Bad /FirstChar 32 /LastChar 33 /Widths [500 500] "
        b"/FontDescriptor 6 0 R >>"
    )
    descriptor = (
        b"<< /Type /FontDescriptor /FontName /Bad /Flags 32 /FontBBox [0 0 1 1] /ItalicAngle 0 /Ascent 1 /Descent 0 "
        b"/CapHeight 1 /StemV 1 /FontFile2 7 0 R >>"
    )
    return changed(o5=font, o6=descriptor, o7=font_file)


def _labelled(keywords: bytes, title: bytes = b"(Manual)") -> bytes:
    objects = base() | {6: b"<< /Title %b /Keywords %b >>" % (title, keywords)}
    return assemble(objects, b"/Root 1 0 R /Info 6 0 R")


def _with_end(change: Callable[[bytes], bytes]) -> bytes:
    head, mark, tail = good_pdf().rpartition(b"startxref")
    return head + change(mark + tail)


BOMBED = (TooSlow, TooMuchMemory, TooLarge, ScannedPdf, DamagedPdf)
EITHER = (INGESTED, DamagedPdf, ScannedPdf)
LIMITED = (INGESTED, DamagedPdf, ScannedPdf, TooSlow, TooMuchMemory, TooLarge)
FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 612 792] "


def kinds() -> Iterator[Kind]:
    """Yield every kind of hostile file there is a builder for."""
    for group in (
        no_pdfs,
        cut_or_locked,
        bad_structures,
        bombs,
        drawings,
        actions,
        odd_texts,
        odd_contents,
        circles,
        labels,
    ):
        yield from group()


def no_pdfs() -> Iterator[Kind]:
    """Yield files that are something else."""
    yield Kind("empty", lambda: b"", (EmptyFile,))
    yield Kind("one byte", lambda: b"%", (NotAPdf,))
    yield Kind("plain text", lambda: b"Limits are set out below.\n" * 50, (NotAPdf,))
    yield Kind("a web page", lambda: b"<html><body>403 Forbidden</body></html>", (NotAPdf,))
    yield Kind("a Word document", _zip, (NotAPdf,))
    yield Kind("a picture", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 4000, (NotAPdf,))
    yield Kind("random bytes", lambda: random.Random(1).randbytes(50_000), (NotAPdf,))
    yield Kind("only zero bytes", lambda: b"\0" * 100_000, (NotAPdf,))


def cut_or_locked() -> Iterator[Kind]:
    """Yield PDFs of which a part is missing, and locked ones."""
    yield Kind("header only", lambda: b"%PDF-1.7\n", (DamagedPdf,))
    yield Kind("header and end", lambda: b"%PDF-1.7\n%%EOF\n", (DamagedPdf,))
    yield Kind("first half", lambda: good_pdf()[: len(good_pdf()) // 2], (DamagedPdf,))
    yield Kind("first kilobyte", lambda: good_pdf()[:1024], (DamagedPdf,))
    yield Kind("last bytes missing", lambda: good_pdf()[:-8], (DamagedPdf,))
    yield Kind("half with a false end", lambda: good_pdf()[: len(good_pdf()) // 2] + b"\n%%EOF\n", (DamagedPdf,))
    yield Kind("beginning missing", lambda: good_pdf()[500:], (NotAPdf,))
    yield Kind("password, RC4", lambda: _encrypted("RC4_128", "secret", "owner"), (EncryptedPdf,))
    yield Kind("password, AES-256", lambda: _encrypted("AES_256", "secret", "owner"), (EncryptedPdf,))
    yield Kind("owner's password only", lambda: _encrypted("AES_256", "", "owner"), (INGESTED,))
    yield Kind(
        "unknown encryption",
        lambda: assemble(base(), b"/Root 1 0 R /Encrypt << /Filter /None /V 9 >>"),
        (DamagedPdf, EncryptedPdf),
    )


def bad_structures() -> Iterator[Kind]:
    """Yield PDFs whose pages or index lead nowhere, or round and round."""
    yield Kind(
        "page tree in itself",
        lambda: changed(o2=b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"),
        (DamagedPdf, ScannedPdf),
    )
    yield Kind(
        "page tree in a circle",
        lambda: changed(
            o2=b"<< /Type /Pages /Kids [6 0 R] /Count 2 >>", o6=b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"
        ),
        (DamagedPdf, ScannedPdf),
    )
    yield Kind("page tree 5,000 deep", lambda: _deep_tree(5_000), EITHER)
    yield Kind(
        "a million pages claimed",
        lambda: changed(o2=b"<< /Type /Pages /Kids [3 0 R] /Count 1000000 >>"),
        (TooLarge, *EITHER),
    )
    yield Kind("minus one pages", lambda: changed(o2=b"<< /Type /Pages /Kids [3 0 R] /Count -1 >>"), EITHER)
    yield Kind("no pages", lambda: changed(o2=b"<< /Type /Pages /Kids [] /Count 0 >>"), (DamagedPdf,))
    yield Kind("no page tree", lambda: changed(o1=b"<< /Type /Catalog >>"), (DamagedPdf,))
    yield Kind("no catalog", lambda: assemble(base(), b""), EITHER)
    yield Kind("catalog elsewhere", lambda: assemble(base(), b"/Root 99 0 R"), EITHER)
    yield Kind("a page that is a number", lambda: changed(o3=b"42"), (DamagedPdf, ScannedPdf))
    yield Kind(
        "xref that comes before itself",
        lambda: _with_end(lambda end: end).replace(b"/Size", b"/Prev %d /Size" % good_pdf().rfind(b"xref\n0")),
        EITHER,
    )
    yield Kind("xref offsets all wrong", lambda: good_pdf().replace(b" 00000 n", b" 00000 f"), EITHER)
    yield Kind("xref beyond the end", lambda: _with_end(lambda _: b"startxref\n99999999\n%%EOF\n"), (DamagedPdf,))
    yield Kind("xref at no place", lambda: _with_end(lambda _: b"startxref\n%%EOF\n"), (DamagedPdf,))
    yield Kind("xref stream in a circle", lambda: _xref_stream(b"/Prev HERE"), EITHER)
    yield Kind("xref stream of widths that overflow", lambda: _xref_stream(b"/W [9 9 9]"), EITHER)
    yield Kind("object number of four billion", lambda: good_pdf().replace(b"xref\n0", b"xref\n4294967290"), EITHER)
    yield Kind("two documents in one", lambda: good_pdf() + good_pdf(1), EITHER)
    yield Kind(
        "broken update",
        lambda: good_pdf() + b"3 0 obj\n<< /Type /Page\nxref\n0 0\ntrailer\n<<>>\nstartxref\n7\n%%EOF\n",
        EITHER,
    )


def bombs() -> Iterator[Kind]:
    """Yield small files that unpack to huge ones."""
    yield Kind("bomb of 600 MB", lambda: with_contents(zeros(600, 1)), BOMBED)
    yield Kind("bomb of 600 MB packed twice", lambda: with_contents(zeros(600, 2)), BOMBED)
    yield Kind("bomb of 600 MB packed three times", lambda: with_contents(zeros(600, 3)), BOMBED)
    yield Kind("bomb of operators", lambda: with_contents(zeros(200, 2, b"q Q ")), BOMBED)
    yield Kind(
        "bomb of words",
        lambda: with_contents(flate(b"BT /F1 9 Tf 9 9 Td (limit) Tj ET " * 1_000_000, times=2)),
        BOMBED,
    )
    yield Kind("bomb in the xref", lambda: changed(o6=zeros(600, 2)), (INGESTED,))
    yield Kind(
        "bomb of a page's worth 100,000 times",
        lambda: changed(o3=PAGE.replace(b"4 0 R", b"[%b]" % (b"4 0 R " * 100_000)) % (b"", b"")),
        BOMBED,
    )
    yield Kind(
        "100 filters", lambda: with_contents(stream(b"41>", b"/Filter [%b]" % (b"/ASCIIHexDecode " * 100))), EITHER
    )
    yield Kind(
        "form drawing itself",
        lambda: with_page(
            b"/X0 Do",
            b"/XObject << /X0 6 0 R >>",
            o6=stream(b"/X0 Do", FORM + b"/Resources << /XObject << /X0 6 0 R >> >>"),
        ),
        EITHER,
    )
    yield Kind("forms drawing a billion forms", lambda: _forms(9, 10), LIMITED)
    yield Kind("forms 2,000 deep", lambda: _forms(2_000, 1), LIMITED)


def drawings() -> Iterator[Kind]:
    """Yield bad pictures and pages."""
    yield Kind(
        "picture of 50,000 by 50,000", lambda: _image(b"/Width 50000 /Height 50000", b"\0" * 100, WORDS), LIMITED
    )
    yield Kind(
        "picture that unpacks to 600 MB",
        lambda: with_page(
            b"/I1 Do " + WORDS,
            b"/XObject << /I1 6 0 R >>",
            o6=zeros(600, 1).replace(
                b"<< ",
                b"<< /Subtype /Image /Width 25000 /Height 25000 /ColorSpace /DeviceGray /BitsPerComponent 8 ",
                1,
            ),
        ),
        LIMITED,
    )
    yield Kind(
        "inline picture without an end",
        lambda: with_page(b"BI /W 9999999 /H 9999999 /BPC 8 /CS /G ID " + b"\0" * 50 + WORDS),
        LIMITED,
    )
    yield Kind(
        "broken JBIG2 picture",
        lambda: _image(b"/Width 90 /Height 90 /Filter /JBIG2Decode", b"\x97JB2" * 20, WORDS),
        LIMITED,
    )
    yield Kind(
        "broken JPEG 2000 picture",
        lambda: _image(b"/Width 90 /Height 90 /Filter /JPXDecode", b"\0\0\0\x0cjP  " * 20, WORDS),
        LIMITED,
    )
    yield Kind(
        "page as wide as the earth", lambda: changed(o3=(PAGE % (b"", b"")).replace(b"612 792", b"1e30 1e30")), EITHER
    )
    yield Kind("page without area", lambda: changed(o3=(PAGE % (b"", b"")).replace(b"612 792", b"0 0")), EITHER)
    yield Kind("page of no number", lambda: changed(o3=(PAGE % (b"", b"")).replace(b"612 792", b"/NaN (x)")), EITHER)
    yield Kind(
        "page without size", lambda: changed(o3=(PAGE % (b"", b"")).replace(b"/MediaBox [0 0 612 792]", b"")), EITHER
    )


def actions() -> Iterator[Kind]:
    """Yield files that want to do something, or are two things at once."""
    yield Kind(
        "embedded program",
        lambda: changed(
            o1=b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(a.exe) 6 0 R] >> >> >>",
            o6=b"<< /Type /Filespec /F (a.exe) /EF << /F 7 0 R >> >>",
            o7=stream(b"MZ" * 500),
        ),
        (INGESTED,),
    )
    yield Kind(
        "JavaScript at opening",
        lambda: changed(o1=b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (while(1){}) >> >>"),
        (INGESTED,),
    )
    yield Kind(
        "program at opening",
        lambda: changed(o1=b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (/bin/sh) >> >>"),
        (INGESTED,),
    )
    yield Kind(
        "contents in another file", lambda: with_contents(stream(b"", b"/F (/etc/passwd)")), (DamagedPdf, ScannedPdf)
    )
    yield Kind(
        "contents at a web address",
        lambda: with_contents(stream(b"", b"/FFilter /None /F << /FS /URL /F (http://127.0.0.1:9/x) >>")),
        (DamagedPdf, ScannedPdf),
    )
    yield Kind("web page before the header", lambda: b"<html><!--" + good_pdf() + b"-->", EITHER)
    yield Kind("archive behind the end", lambda: good_pdf() + _zip(), EITHER)
    yield Kind("header at byte 1,000", lambda: b"\n" * 1000 + good_pdf(), EITHER)


def odd_texts() -> Iterator[Kind]:
    """Yield pages without words, or with strange ones."""
    yield Kind("blank page", lambda: with_page(b"0 0 m 9 9 l S"), (ScannedPdf,))
    yield Kind("page of spaces", lambda: with_page(b"BT /F1 11 Tf 72 700 Td (          ) Tj ET"), (ScannedPdf,))
    yield Kind("scanned page", lambda: _image(b"/Width 10 /Height 10", b"\x80" * 100), (ScannedPdf,))
    yield Kind(
        "right to left",
        lambda: _in_other_letters(b"05d0 05d1 05d2 0020 05d3 05d4 05d5 0020 0627 0628 062a"),
        (INGESTED,),
    )
    yield Kind(
        "letters of control characters", lambda: _in_other_letters(b"0000 0001 0007 001b 0041 202e 200b fffe"), EITHER
    )
    yield Kind("letters of half characters", lambda: _in_other_letters(b"d800 dc00 dfff 0041 d83d 0042"), EITHER)
    yield Kind(
        "letters of private characters", lambda: _in_other_letters(b"e000 e001 e002 f8ff"), (ScannedPdf, DamagedPdf)
    )
    yield Kind("font of garbage", lambda: _truetype(stream(b"\0\1\0\0garbage" * 30)), EITHER)
    yield Kind("font that unpacks to 600 MB", lambda: _truetype(zeros(600, 2)), LIMITED)
    yield Kind(
        "font drawing itself",
        lambda: changed(
            o5=b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] "
            b"/FirstChar 65 /LastChar 65 /Widths [9] /Encoding << /Differences [65 /A] >> /CharProcs << /A 6 0 R >> "
            b"/Resources << /Font << /F1 5 0 R >> >> >>",
            o4=stream(b"BT /F1 1 Tf (AAAA) Tj ET"),
            o6=stream(b"BT /F1 1 Tf (AAAA) Tj ET"),
        ),
        LIMITED,
    )


def odd_contents() -> Iterator[Kind]:
    """Yield pages whose contents are broken."""
    yield Kind("contents of garbage", lambda: with_page(random.Random(2).randbytes(5_000)), EITHER)
    yield Kind(
        "contents that do not unpack",
        lambda: with_contents(stream(b"\x78\x9c" + b"\xff" * 200, b"/Filter /FlateDecode")),
        (DamagedPdf, ScannedPdf),
    )
    yield Kind(
        "contents cut short",
        lambda: with_contents(stream(zlib.compress(WORDS * 50)[:60], b"/Filter /FlateDecode")),
        (DamagedPdf, ScannedPdf),
    )
    yield Kind(
        "contents of broken LZW",
        lambda: with_contents(stream(b"\x80\xff\x0b" * 40, b"/Filter /LZWDecode")),
        (DamagedPdf, ScannedPdf),
    )
    yield Kind(
        "contents of a false length", lambda: with_contents(stream(WORDS).replace(b"/Length ", b"/Length 9999")), EITHER
    )
    yield Kind(
        "contents that are not there",
        lambda: changed(o3=PAGE.replace(b"4 0 R", b"77 0 R") % (b"", b"")),
        (DamagedPdf, ScannedPdf),
    )
    yield Kind("contents of an unknown filter", lambda: with_contents(stream(WORDS, b"/Filter /Zstd")), EITHER)
    yield Kind("graphics states never closed", lambda: with_page(b"q " * 200_000 + WORDS), LIMITED)
    yield Kind(
        "pattern painting itself",
        lambda: with_page(
            b"/Pattern cs /P1 scn 0 0 600 700 re f " + WORDS,
            b"/Pattern << /P1 6 0 R >>",
            o6=stream(
                b"/Pattern cs /P1 scn 0 0 9 9 re f",
                b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] "
                b"/XStep 0.001 /YStep 0.001 /Resources << /Pattern << /P1 6 0 R >> >>",
            ),
        ),
        LIMITED,
    )
    yield Kind(
        "mask of itself",
        lambda: with_page(
            b"/G1 gs " + WORDS,
            b"/ExtGState << /G1 6 0 R >>",
            o6=b"<< /SMask << /S /Alpha /G 7 0 R >> >>",
            o7=stream(b"/G1 gs", FORM + b"/Resources << /ExtGState << /G1 6 0 R >> >>"),
        ),
        LIMITED,
    )


def circles() -> Iterator[Kind]:
    """Yield objects that contain themselves or far too many others."""
    yield Kind("outline in a circle", lambda: _outline(3, lambda _: 10), EITHER)
    yield Kind("outline of 30,000 entries", lambda: _outline(30_000, lambda number: number + 1), LIMITED)
    yield Kind("outline 3,000 deep", lambda: _nested_outline(3_000), LIMITED)
    yield Kind(
        "outline of the catalog",
        lambda: changed(o1=b"<< /Type /Catalog /Pages 2 0 R /Outlines 1 0 R /First 1 0 R /Next 1 0 R >>"),
        EITHER,
    )
    yield Kind(
        "resources that are their own parent",
        lambda: changed(
            o2=b"<< /Type /Pages /Parent 2 0 R /Kids [3 0 R] /Count 1 >>",
            o3=b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>",
        ),
        EITHER,
    )
    yield Kind("reference to itself", lambda: changed(o5=b"5 0 R"), EITHER)
    yield Kind(
        "object stream in itself",
        lambda: changed(o6=stream(b"6 0 7 4 << >> << >>", b"/Type /ObjStm /N 2 /First 8 /Extends 6 0 R")),
        EITHER,
    )
    yield Kind(
        "array 100,000 deep",
        lambda: changed(o6=b"[" * 100_000 + b"]" * 100_000, o1=b"<< /Type /Catalog /Pages 2 0 R /X 6 0 R >>"),
        LIMITED,
    )
    yield Kind(
        "resources 50,000 deep", lambda: with_page(resources=b"/X " + b"<< /X " * 50_000 + b">>" * 50_000), LIMITED
    )
    yield Kind("name of ten million letters", lambda: with_page(b"/" + b"A" * 10_000_000 + b" gs " + WORDS), LIMITED)
    yield Kind(
        "annotation in a circle",
        lambda: with_page(
            page=b"/Annots [6 0 R]", o6=b"<< /Type /Annot /Subtype /Popup /Parent 6 0 R /Popup 6 0 R /Rect [0 0 9 9] >>"
        ),
        EITHER,
    )
    yield Kind(
        "form fields in a circle",
        lambda: changed(
            o1=b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>",
            o6=b"<< /T (a) /Kids [6 0 R] /Parent 6 0 R >>",
        ),
        EITHER,
    )


def labels() -> Iterator[Kind]:
    """Yield bad descriptions, and sheer size."""
    yield Kind(
        "entities in its description",
        lambda: changed(
            o1=b"<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R >>",
            o6=stream(
                b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]><x>&b;&f;</x>',
                b"/Type /Metadata /Subtype /XML",
            ),
        ),
        (INGESTED,),
    )
    yield Kind(
        "title of 100,000 letters with zeros", lambda: _labelled(b"()", b"(%b)" % (b"A\\000B" * 50_000)), (INGESTED,)
    )
    yield Kind("keywords of a day that is none", lambda: _labelled(b"(effective=2026-13-45)"), (WrongLabels,))
    yield Kind(
        "keywords of an order",
        lambda: _labelled(b"(programs='; DROP TABLE policies_policydocument; --)"),
        (WrongLabels,),
    )
    yield Kind("2,001 pages", lambda: _pages(2_001), (TooLarge,))
    yield Kind("20,000 pages", lambda: _pages(20_000), (TooLarge,))
    yield Kind(
        "a page of 150,000 letters",
        lambda: with_contents(stream(b"BT /F1 9 Tf 9 9 Td (limit) Tj ET " * 30_000)),
        (TooLarge,),
    )
