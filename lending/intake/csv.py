"""Application files as CSV: a header line, one application a row, read strictly and reported row by row."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lending.exceptions import FileNotReadable
from lending.intake.cells import CellError
from lending.intake.columns import ASSETS, BORROWERS, COLUMNS, HOME, LOAN, PART, PERSON

LARGEST_FILE = 50_000_000  # bytes; some 100,000 applications
LARGEST_CELL = 131_072  # characters, the csv module's own limit


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One cell that cannot be taken: the row as a spreadsheet counts it (the header is 1), the column, and why.

    Row 0 stands for the file as a whole, an empty field for the whole row.
    """

    row: int
    field: str
    message: str
    file: str = ""


@dataclass(slots=True)
class ParsedRow:
    """One row as field values by record; ``problems`` is empty where the row can be taken."""

    row: int
    records: dict[str, dict[str, Any]]
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def external_id(self) -> str:
        """The row's key, empty where it is missing."""
        return str(self.records[LOAN].get("external_id", ""))

    def borrowers(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Return (person, part in this application) of each borrower that the row names."""
        pairs = ((self.records[prefix + PERSON], self.records[prefix + PART]) for prefix in BORROWERS)
        return [pair for pair in pairs if any(pair)]

    def assets(self) -> list[dict[str, Any]]:
        """Return the stated liquid assets as one asset, or nothing where they are unknown."""
        return [{"kind": "stated_liquid", **self.records[ASSETS]}] if self.records[ASSETS] else []


def read_applications(path: Path) -> list[ParsedRow]:
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


def _parsed(header: list[str], lines: Iterator[list[str]]) -> Iterator[ParsedRow]:
    seen: dict[str, int] = {}
    for row, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        parsed = _row(row, header, cells)
        first = seen.setdefault(parsed.external_id, row)
        if parsed.external_id and first != row:
            parsed.problems.append(RowProblem(row, "external_id", f"is the same as in row {first}."))
        yield parsed


def _row(row: int, header: list[str], cells: list[str]) -> ParsedRow:
    parsed = ParsedRow(row, {name: {} for name in (LOAN, HOME, ASSETS, *_borrower_records())})
    if len(cells) != len(header):
        problem = f"has {len(cells)} cells, the header has {len(header)}. Look for a stray comma or quote."
        parsed.problems.append(RowProblem(row, "", problem))
        return parsed
    for name, cell in zip(header, (each.strip() for each in cells), strict=True):
        _take(parsed, name, cell)
    parsed.problems.extend(_absent(parsed))
    parsed.problems.extend(_contradictions(parsed))
    return parsed


def _borrower_records() -> Iterator[str]:
    return (prefix + record for prefix in BORROWERS for record in (PERSON, PART))


def _take(parsed: ParsedRow, name: str, cell: str) -> None:
    """Read one cell into its record; an empty one leaves the fact unknown."""
    if not cell:
        return
    column = COLUMNS[name]
    try:
        parsed.records[column.record][column.field] = column.read(cell)
    except CellError as exc:
        parsed.records[column.record].setdefault(column.field, None)
        parsed.problems.append(RowProblem(parsed.row, name, str(exc)))


def _absent(parsed: ParsedRow) -> Iterator[RowProblem]:
    """Name what no application can be stored without: its key, date, program, purpose, occupancy, and who asks."""
    for name, column in COLUMNS.items():
        prefix = name[:3] if name.startswith(BORROWERS) else ""
        named = not prefix or any(parsed.records[prefix + record] for record in (PERSON, PART))
        first = prefix == BORROWERS[0]
        if column.needed and (named or first) and column.field not in parsed.records[column.record]:
            yield RowProblem(parsed.row, name, "is empty; it is needed.")


def _contradictions(parsed: ParsedRow) -> Iterator[RowProblem]:
    loan = parsed.records[LOAN]
    drawn, line = loan.get("heloc_balance"), loan.get("heloc_limit")
    if drawn is not None and line is not None and drawn > line:
        yield RowProblem(parsed.row, "heloc_balance", "is above heloc_limit.")
    if loan.get("loan_amount") == 0:
        yield RowProblem(parsed.row, "loan_amount", "is 0; leave it empty while it is unknown.")
