"""Loading official sanctions lists in OFAC's own CSV layout: a whole edition at once, or nothing of it."""

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from django.db import transaction

from audit import log as audit_log
from policies.exceptions import PolicyError
from policies.models import SanctionsEntry, SanctionsList
from policies.screening import ListedParty

SDN_COLUMNS, ALT_COLUMNS = 12, 5
EMPTY = "-0-"  # OFAC's empty cell, written with a space after it
END_OF_FILE = b"\x1a"  # Ctrl-Z, as old systems end a text file
KINDS = ("individual", "vessel", "aircraft")
NAME_CHARACTERS, PROGRAM_CHARACTERS, BIRTH_CHARACTERS = 500, 300, 20
BIRTH = re.compile(r"\bDOB ([^;]*)")
YEAR = re.compile(r"\b\d{4}\b")
QUOTED_ALIAS = re.compile(r"[afn]\.k\.a\. '([^']+)'")


class Status(StrEnum):
    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used: file, line from 1 (0: no single line), and why."""

    file: str
    row: int
    problem: str

    def __str__(self) -> str:
        return f"{self.file}{f', row {self.row}' if self.row else ''}: {self.problem}"


class SanctionsListRefused(PolicyError):
    """A list with faults. Nothing of it was stored; the edition before stays in force."""

    def __init__(self, problem: str, rows: tuple[BadRow, ...] = ()) -> None:
        self.rows = rows
        super().__init__(f"{problem} Nothing was loaded; fetch the list again and compare its size with the original.")


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What became of one list: how many entries and further names it has."""

    source: str
    status: Status
    entries: int
    aliases: int
    list_id: int = field(repr=False)


def load_sanctions(
    sdn: Path,
    alt: Path | None = None,
    *,
    source: str,
    published: date | None = None,
    sample: bool = False,
    by: str = "",
) -> LoadResult:
    """Store an edition of ``source`` and make it current, in one transaction; the same bytes change nothing.

    Raises SanctionsListRefused for an unreadable or empty file or any bad row.
    """
    contents = [_content(path) for path in (sdn, alt) if path is not None]
    digest = hashlib.sha256(b"\0".join(contents)).hexdigest()
    parties = read_parties(sdn, alt, source=source)
    aliases = sum(len(party.aliases) for party in parties)
    with transaction.atomic():
        before = SanctionsList.objects.select_for_update().filter(source=source, is_current=True).first()
        if before is not None and before.content_hash == digest and before.is_sample == sample:
            return LoadResult(source, Status.UNCHANGED, len(parties), aliases, before.pk)
        SanctionsList.objects.filter(source=source, is_current=True).update(is_current=False)
        edition = SanctionsList.objects.create(
            source=source, content_hash=digest, published_on=published, is_sample=sample
        )
        SanctionsEntry.objects.bulk_create([_entry(edition, party) for party in parties], batch_size=1000)
        audit_log.record(
            "sanctions.loaded",
            subject=f"policies.sanctionslist:{source}",
            actor=by or "system",
            entries=len(parties),
            content_hash=digest,
            sample=sample,
        )
    status = Status.REPLACED if before else Status.ADDED
    return LoadResult(source, status, len(parties), aliases, edition.pk)


def read_parties(sdn: Path, alt: Path | None = None, *, source: str) -> list[ListedParty]:
    """Return the parties of OFAC's ``sdn.csv`` with the further names of ``alt.csv``. Raises SanctionsListRefused."""
    faults: list[BadRow] = []
    primary = {row[0]: row for row in _rows(sdn, SDN_COLUMNS, faults, unique=True)}
    further: dict[str, list[str]] = defaultdict(list)
    for row in _rows(alt, ALT_COLUMNS, faults) if alt else ():
        further[row[0]].append(row[3])
    orphans = further.keys() - primary.keys()
    if alt and orphans and not faults:
        faults = [
            BadRow(alt.name, 0, f"names for entry {number}, which is not in {sdn.name}") for number in sorted(orphans)
        ]
    if faults:
        shown = "; ".join(map(str, faults[:5]))
        more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise SanctionsListRefused(f"{len(faults)} bad rows: {shown}{more}.", tuple(faults))
    if not primary:
        raise SanctionsListRefused(f"{sdn.name} holds no entries.")
    return [_party(row, further[number], source) for number, row in primary.items()]


def listed_party(entry: SanctionsEntry) -> ListedParty:
    """Return a stored entry as screening takes it; its list must be loaded with it."""
    return ListedParty(
        source=entry.sanctions_list.source,
        number=entry.number,
        kind=entry.kind,
        name=entry.name,
        aliases=tuple(entry.aliases),
        birth_dates=tuple(entry.birth_dates),
        programs=entry.programs,
        remarks=entry.remarks,
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise SanctionsListRefused(f"{path} cannot be read ({exc.strerror}).") from exc


def _rows(path: Path, columns: int, faults: list[BadRow], *, unique: bool = False) -> Iterator[list[str]]:
    """Yield cleaned rows; what cannot be used goes to ``faults``."""
    seen: set[str] = set()
    for line_number, line in enumerate(_content(path).splitlines(), 1):
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
            yield row


def _cells(line: bytes) -> list[str]:
    """Return the cleaned cells of a line; one empty cell where it cannot be taken apart or holds a NUL."""
    try:
        cells = next(csv.reader([_decoded(line)]), [])
    except csv.Error:
        return [""]
    return [""] if any("\0" in cell for cell in cells) else [_cell(cell) for cell in cells]


def _problem(row: list[str], columns: int, seen: set[str]) -> str:
    if len(row) != columns:
        return f"{len(row)} columns instead of {columns}"
    name = row[1] if columns == SDN_COLUMNS else row[3]
    if not (row[0].isascii() and row[0].isdigit()):
        return f"entry number {row[0][:20]!r} is not a number"
    if row[0] in seen:
        return f"entry {row[0]} stands there twice"
    if not name or len(name) > NAME_CHARACTERS:
        return f"entry {row[0]} has no name, or one longer than {NAME_CHARACTERS} characters"
    return ""


def _decoded(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")  # the list mixes both, row by row


def _cell(cell: str) -> str:
    return "" if cell.strip() == EMPTY else cell.strip()


def _party(row: list[str], further: list[str], source: str) -> ListedParty:
    number, name, kind, programs, remarks = row[0], row[1], row[2], row[3], row[11]
    aliases = dict.fromkeys([*further, *QUOTED_ALIAS.findall(remarks)])
    return ListedParty(
        source=source,
        number=number,
        kind=kind if kind in KINDS else "entity",
        name=name,
        aliases=tuple(aliases),
        birth_dates=tuple(_birth_date(born) for born in BIRTH.findall(remarks)),
        programs=programs[:PROGRAM_CHARACTERS],
        remarks=remarks,
    )


def _birth_date(text: str) -> str:
    """Keep a birth date as written; of a long one, such as a range of two full dates, the years."""
    born = text.strip(" .")
    return born if len(born) <= BIRTH_CHARACTERS else " to ".join(YEAR.findall(born)[:2])


def _entry(edition: SanctionsList, party: ListedParty) -> SanctionsEntry:
    return SanctionsEntry(
        sanctions_list=edition,
        number=party.number,
        kind=party.kind,
        name=party.name,
        aliases=list(party.aliases),
        programs=party.programs,
        birth_dates=list(party.birth_dates),
        remarks=party.remarks,
    )
