"""OFAC's own CSV files to listed parties: sdn.csv with its further names and addresses, or the faults by line. Pure."""

import csv
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from policies.exceptions import PolicyError
from policies.sanctions.name_folding import has_letters
from policies.sanctions.screening import ENTITY, INDIVIDUAL, ListedParty

SDN_COLUMNS, ALT_COLUMNS, ADD_COLUMNS = 12, 5, 6
EMPTY = "-0-"  # OFAC's empty cell, written with a space after it
END_OF_FILE = b"\x1a"  # Ctrl-Z, as old systems end a text file
KINDS = (INDIVIDUAL, "vessel", "aircraft")
NAME_CHARACTERS, PROGRAM_CHARACTERS, BIRTH_CHARACTERS = 500, 300, 20
BIRTH = re.compile(r"\bDOB ([^;]*)")
YEAR = re.compile(r"\b\d{4}\b")
QUOTED_ALIAS = re.compile(r"[afn]\.k\.a\. '([^']+)'")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used: file, line from 1, and why."""

    file: str
    row: int
    problem: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}: {self.problem}"


class SanctionsListRefused(PolicyError):
    """A list with faults. Nothing of it was stored; the edition before stays in force."""

    def __init__(self, problem: str, rows: tuple[BadRow, ...] = ()) -> None:
        self.rows = rows
        super().__init__(f"{problem} Nothing was loaded; fetch the list again and compare its size with the original.")


@dataclass(frozen=True, slots=True)
class Edition:
    """What the files of one edition hold, and how many addresses are among the remarks."""

    parties: tuple[ListedParty, ...]
    addresses: int


def read_edition(sdn: Path, alt: Path | None = None, add: Path | None = None, *, source: str) -> Edition:
    """Return the parties of OFAC's ``sdn.csv`` with the names of ``alt.csv`` and the addresses of ``add.csv``.

    Raises SanctionsListRefused with every fault and its line when anything in the files cannot be used.
    """
    faults: list[BadRow] = []
    primary = {row[0]: row for _, row in _rows(sdn, SDN_COLUMNS, faults, unique=True)}
    known = primary.keys() if not faults else None
    names = _belonging(alt, ALT_COLUMNS, known, faults)
    places = _belonging(add, ADD_COLUMNS, known, faults)
    _refuse(faults)
    if not primary:
        raise SanctionsListRefused(f"{sdn.name} holds no entries.")
    parties = tuple(
        _party(row, [name[3] for name in names[number]], [_address(place) for place in places[number]], source)
        for number, row in primary.items()
    )
    return Edition(parties, sum(map(len, places.values())))


def content_of(path: Path) -> bytes:
    """Return the bytes of a file. Raises SanctionsListRefused when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as exc:
        raise SanctionsListRefused(f"{path} cannot be read ({exc.strerror}).") from exc


def _refuse(faults: list[BadRow]) -> None:
    if faults:
        shown = "; ".join(map(str, faults[:5]))
        more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise SanctionsListRefused(f"{len(faults)} bad rows: {shown}{more}.", tuple(faults))


def _belonging(
    path: Path | None, columns: int, known: Collection[str] | None, faults: list[BadRow]
) -> dict[str, list[list[str]]]:
    """Return rows by the entry they belong to; a row of no known entry is a fault (None: the entries are not known)."""
    rows: dict[str, list[list[str]]] = defaultdict(list)
    for line_number, row in _rows(path, columns, faults) if path else ():
        if known is not None and row[0] not in known:
            faults.append(
                BadRow(path.name if path else "", line_number, f"entry {row[0]} is not among the primary names")
            )
        rows[row[0]].append(row)
    return rows


def _rows(path: Path, columns: int, faults: list[BadRow], *, unique: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Yield cleaned rows with their lines, from 1; what cannot be used goes to ``faults``."""
    seen: set[str] = set()
    for line_number, line in enumerate(content_of(path).splitlines(), 1):
        if line.startswith(END_OF_FILE):
            return
        row = _cells(line)
        if row == []:
            continue
        problem = _problem(row, columns, seen if unique else set())
        if problem:
            faults.append(BadRow(path.name, line_number, problem))
        else:
            seen.add(row[0])
            yield line_number, row


def _cells(line: bytes) -> list[str]:
    """Return the cleaned cells of a line; one empty cell where it cannot be taken apart or holds a NUL."""
    try:
        cells = next(csv.reader([_decoded(line)], strict=True), [])
    except csv.Error:
        return [""]
    return [""] if any("\0" in cell for cell in cells) else [_cell(cell) for cell in cells]


def _problem(row: list[str], columns: int, seen: set[str]) -> str:
    if len(row) != columns:
        return f"{len(row)} columns instead of {columns}"
    if not (row[0].isascii() and row[0].isdigit()):
        return f"entry number {row[0][:20]!r} is not a number"
    if row[0] in seen:
        return f"entry {row[0]} stands there twice"
    return "" if columns == ADD_COLUMNS else _name_problem(row, columns)


def _name_problem(row: list[str], columns: int) -> str:
    name = row[1] if columns == SDN_COLUMNS else row[3]
    if not name or len(name) > NAME_CHARACTERS:
        return f"entry {row[0]} has no name, or one longer than {NAME_CHARACTERS} characters"
    if columns == SDN_COLUMNS and row[2] == INDIVIDUAL and not has_letters(name):
        return f"entry {row[0]} is a person whose name has no letters"
    return ""


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")  # the list mixes both, row by row


def _cell(cell: str) -> str:
    return "" if cell.strip() == EMPTY else cell.strip()


def _party(row: list[str], further: list[str], places: list[str], source: str) -> ListedParty:
    number, name, kind, programs, remarks = row[0], row[1], row[2], row[3], row[11]
    aliases = dict.fromkeys([*further, *QUOTED_ALIAS.findall(remarks)])
    return ListedParty(
        source=source,
        number=number,
        kind=kind if kind in KINDS else ENTITY,
        name=name,
        aliases=tuple(aliases),
        birth_dates=tuple(_birth_date(born) for born in BIRTH.findall(remarks)),
        programs=programs[:PROGRAM_CHARACTERS],
        remarks=" ".join(part for part in (remarks, *(f"Address: {place}." for place in places if place)) if part),
    )


def _birth_date(text: str) -> str:
    """Keep a birth date as written; of a long one, such as a range of two full dates, the years."""
    born = text.strip(" .")
    return born if len(born) <= BIRTH_CHARACTERS else " to ".join(YEAR.findall(born)[:2])


def _address(row: list[str]) -> str:
    """Return street, city and country of a row of ``add.csv``, as far as it has them."""
    return ", ".join(part for part in row[2:5] if part)
