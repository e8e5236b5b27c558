"""Application files as CSV: a header line, one application a row, read strictly and reported row by row."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lending.exceptions import FileNotReadable
from lending.intake.cells import CellError
from lending.intake.columns import ASSETS, BORROWERS, COLUMNS, HOME, LOAN, PART, PERSON
from lending.intake.parsed import Fields, ParsedApplication, RowProblem
from lending.vocabulary import AssetKind

LARGEST_FILE = 50_000_000  # bytes; some 100,000 applications


Records = dict[str, dict[str, Any]]


def read_applications(path: Path) -> list[ParsedApplication]:
    """Return every row of the file, good and bad; raises ``FileNotReadable`` when the file as a whole cannot be taken.

    Rows are numbered as a spreadsheet shows them: the header is row 1, a note with line breaks stays one row.
    """
    lines = csv.reader(io.StringIO(_text_of(path), newline=""), strict=True)
    try:
        header = _checked_header(path, next(lines, []))
        return list(_parsed(header, lines))
    except csv.Error as exc:
        raise FileNotReadable(path.name, f"line {lines.line_num} is not valid CSV ({exc}). Export it again.") from exc


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise FileNotReadable(path.name, f"is larger than {LARGEST_FILE:,} bytes. Split it.")
        content = path.read_bytes()
    except OSError as exc:
        raise FileNotReadable(path.name, f"cannot be read ({exc.strerror}).") from exc
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise FileNotReadable(path.name, f"is not UTF-8 (byte {exc.start}). Save it as CSV UTF-8.") from exc
    if "\0" in text:
        raise FileNotReadable(path.name, "holds zero bytes, so it is not a CSV file. Export it again.")
    return text


def _checked_header(path: Path, cells: list[str]) -> list[str]:
    header = [cell.strip() for cell in cells]
    if not COLUMNS.keys() & set(header):  # the first line may be somebody's data, so it is not repeated
        raise FileNotReadable(path.name, "has no header line. The first line must name the columns.")
    if unknown := [name[:60] or "(empty)" for name in header if name not in COLUMNS]:
        raise FileNotReadable(path.name, f"has unknown columns: {', '.join(unknown)}. Rename or remove them.")
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise FileNotReadable(path.name, f"names columns twice: {', '.join(twice)}.")
    needed = [name for name, column in COLUMNS.items() if column.needed and not name.startswith(BORROWERS)]
    if absent := [name for name in needed if name not in header]:
        raise FileNotReadable(path.name, f"lacks the columns {', '.join(absent)}.")
    return header


def _parsed(header: list[str], lines: Iterator[list[str]]) -> Iterator[ParsedApplication]:
    seen: dict[str, int] = {}
    for row, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        parsed = _row(row, header, cells)
        first = seen.setdefault(parsed.external_id, row)
        if parsed.external_id and first != row:
            parsed.problems.append(RowProblem(row, "external_id", f"is the same as in row {first}."))
        yield parsed


def _row(row: int, header: list[str], cells: list[str]) -> ParsedApplication:
    if len(cells) != len(header):
        problem = f"has {len(cells)} cells, the header has {len(header)}. Look for a stray comma or quote."
        return ParsedApplication(row, problems=[RowProblem(row, "", problem)])
    records: Records = {name: {} for name in (LOAN, HOME, ASSETS, *_borrower_records())}
    problems = [
        RowProblem(row, name, said)
        for name, cell in zip(header, cells, strict=True)
        if (said := _take(records, name, cell.strip()))
    ]
    problems.extend(RowProblem(row, name, said) for name, said in (*_absent(records), *_contradictions(records[LOAN])))
    pairs = [(records[prefix + PERSON], records[prefix + PART]) for prefix in BORROWERS]
    return ParsedApplication(
        row,
        loan=records[LOAN],
        home=records[HOME],
        borrowers=[pair for pair in pairs if any(pair)],
        assets=[{"kind": AssetKind.STATED_LIQUID, **records[ASSETS]}] if records[ASSETS] else [],
        problems=problems,
    )


def _borrower_records() -> Iterator[str]:
    return (prefix + record for prefix in BORROWERS for record in (PERSON, PART))


def _take(records: Records, name: str, cell: str) -> str:
    """Read one cell into its record and return what is wrong with it; an empty one leaves the fact unknown."""
    if not cell:
        return ""
    column = COLUMNS[name]
    try:
        records[column.record][column.field] = column.read(cell)
    except CellError as exc:
        records[column.record].setdefault(column.field, None)
        return str(exc)
    return ""


def _absent(records: Records) -> Iterator[tuple[str, str]]:
    """Name what no application can be stored without: its key, date, program, purpose, occupancy, and who asks."""
    for name, column in COLUMNS.items():
        prefix = name[:3] if name.startswith(BORROWERS) else ""
        named = not prefix or any(records[prefix + record] for record in (PERSON, PART))
        first = prefix == BORROWERS[0]
        if column.needed and (named or first) and column.field not in records[column.record]:
            yield name, "is empty; it is needed."


def _contradictions(loan: Fields) -> Iterator[tuple[str, str]]:
    drawn, line = loan.get("heloc_balance"), loan.get("heloc_limit")
    if drawn is not None and line is not None and drawn > line:
        yield "heloc_balance", "is above heloc_limit."
    if loan.get("loan_amount") == 0:
        yield "loan_amount", "is 0; leave it empty while it is unknown."
