"""County loan limits as FHFA and HUD publish them, to plain rows. Pure: no tables, nothing is guessed.

Read are FHFA's list of all counties with a header line (separated by bars, commas or tabs; dollar signs and
thousands separators allowed, titles above the header too), and HUD's file of fixed columns (the layout "Mortgage
Limits" of the CHUMS data files), in which a line without state and county states a national amount.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from policies.loan_limits.areas import LimitKind

HEADER = {  # FHFA's column names in small letters alone, and ours
    "fipsstatecode": "state_code",
    "fipscountycode": "county_code",
    "countyname": "county",
    "state": "state",
    "oneunitlimit": "1",
    "twounitlimit": "2",
    "threeunitlimit": "3",
    "fourunitlimit": "4",
}
SEPARATORS = ("|", ",", "\t")
TITLE_LINES = 5  # how far down the header may stand
FIXED = {  # HUD's columns, counted from 0
    "program": slice(60, 65),
    "limit_type": slice(65, 66),
    "1": slice(73, 80),
    "2": slice(80, 87),
    "3": slice(87, 94),
    "4": slice(94, 101),
    "state": slice(101, 103),
    "county_code": slice(103, 106),
    "county": slice(132, 147),
}
FIXED_WIDTH = 147
UNITS = "1234"
COUNTY_CHARACTERS = 80
LARGEST_LIMIT = 2_000_000_000  # what a row can hold
PROGRAMS: dict[LimitKind, str] = {"fha": "203B", "conforming": "GSE"}  # HUD's word for whose limits a line holds
AMOUNT = re.compile(r"\$?(\d{1,3}(?:,\d{3})+|\d+)(?:\.00?)?")
STATES = {  # FIPS state codes (Census Bureau)
    **{"AL": "01", "AK": "02", "AZ": "04", "AR": "05", "CA": "06", "CO": "08", "CT": "09", "DE": "10", "DC": "11"},
    **{"FL": "12", "GA": "13", "HI": "15", "ID": "16", "IL": "17", "IN": "18", "IA": "19", "KS": "20", "KY": "21"},
    **{"LA": "22", "ME": "23", "MD": "24", "MA": "25", "MI": "26", "MN": "27", "MS": "28", "MO": "29", "MT": "30"},
    **{"NE": "31", "NV": "32", "NH": "33", "NJ": "34", "NM": "35", "NY": "36", "NC": "37", "ND": "38", "OH": "39"},
    **{"OK": "40", "OR": "41", "PA": "42", "RI": "44", "SC": "45", "SD": "46", "TN": "47", "TX": "48", "UT": "49"},
    **{"VT": "50", "VA": "51", "WA": "53", "WV": "54", "WI": "55", "WY": "56"},
    **{"AS": "60", "GU": "66", "MP": "69", "PR": "72", "VI": "78"},
}
TERRITORIES = frozenset({"AS", "GU", "MP", "PR", "VI"})
Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class CountyRow:
    """One county: five FIPS digits, name, state, and its limits in dollars for one to four units."""

    county_fips: str
    county: str
    state: str
    limits: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be used: its number from 1 (0: no single line), and why."""

    line: int
    problem: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.problem}" if self.line else self.problem


def read_counties(content: bytes, kind: LimitKind) -> tuple[list[CountyRow], list[BadLine]]:
    """Return the counties of a published list, and every line that cannot be used; of a faulty list use neither."""
    if content.startswith(b"PK"):
        return [], [BadLine(0, "it is a workbook; save its sheet as CSV and load that")]
    faults: list[BadLine] = []
    lines = _decoded(content).splitlines()
    cells = _fixed(lines, kind, faults) if _is_fixed(lines) else _delimited(lines, faults)
    rows: dict[str, CountyRow] = {}
    for number, row in cells:
        problem = next(_problems(row), "") or _twice(row, rows)
        if problem:
            faults.append(BadLine(number, problem))
        else:
            rows[_fips(row)] = CountyRow(_fips(row), row["county"], row["state"], _limits(row))
    return list(rows.values()), sorted(faults, key=lambda fault: fault.line)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")  # as Excel on Windows writes the names of Puerto Rico


def _is_fixed(lines: list[str]) -> bool:
    first = next((line for line in lines if line.strip()), "")
    return len(first) > FIXED["4"].start and first[FIXED["limit_type"]] in ("S", "H") and "|" not in first


def _fixed(lines: list[str], kind: LimitKind, faults: list[BadLine]) -> Iterator[tuple[int, Cells]]:
    """Yield the county lines of HUD's file; a line of another program is a fault."""
    for number, line in enumerate(lines, 1):
        row = {name: line[place].strip() for name, place in FIXED.items()}
        if not line.strip() or not (row["state"] or row["county_code"] or row["county"]):
            continue
        if len(line.rstrip()) <= FIXED["county"].start or row["limit_type"] not in ("S", "H"):
            faults.append(BadLine(number, f"it is not a line of HUD's layout of {FIXED_WIDTH} and more characters"))
        elif row["program"] != PROGRAMS[kind]:
            faults.append(BadLine(number, f"it holds limits of {row['program']!r}, not of {PROGRAMS[kind]!r} ({kind})"))
        else:
            yield number, {**row, "state_code": STATES.get(row["state"], "")}


def _delimited(lines: list[str], faults: list[BadLine]) -> Iterator[tuple[int, Cells]]:
    """Yield the rows below FHFA's header; without one the whole list is a fault."""
    for separator in SEPARATORS:
        table = _table(lines, separator)
        for place, (_, names) in enumerate(table[:TITLE_LINES]):
            header = [HEADER.get(re.sub("[^a-z]", "", name.lower()), "") for name in names]
            if set(HEADER.values()) <= set(header):
                yield from _below(table[place + 1 :], header, faults)
                return
    columns = ", ".join(HEADER)
    faults.append(BadLine(0, f"no header names all of FHFA's columns ({columns}), and it is not HUD's layout"))


def _table(lines: list[str], separator: str) -> list[tuple[int, list[str]]]:
    """Return each row with the line it ends on; reading stops at a row that a missing quotation mark makes endless."""
    reader, rows = csv.reader(lines, delimiter=separator), []
    try:
        for cells in reader:
            rows.append((reader.line_num, cells))
    except csv.Error:
        rows.append((reader.line_num, ["endless"]))
    return rows


def _below(table: list[tuple[int, list[str]]], header: list[str], faults: list[BadLine]) -> Iterator[tuple[int, Cells]]:
    for number, cells in table:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            faults.append(BadLine(number, f"{len(cells)} columns instead of {len(header)}"))
            continue
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=True) if name}
        codes = {"state_code": row["state_code"].zfill(2), "county_code": row["county_code"].zfill(3)}
        yield number, {**row, **codes}


def _problems(row: Cells) -> Iterator[str]:
    """Yield what is wrong with a county's cells; whoever asks stops at the first, as the later ones build on it."""
    if row["state"] not in STATES:
        yield f"{row['state'][:20]!r} is not the two letters of a state"
    if row["state_code"] != STATES[row["state"]]:
        yield f"state code {row['state_code'][:10]!r} is not that of {row['state']}"
    if not re.fullmatch("[0-9]{3}", row["county_code"]):
        yield f"county code {row['county_code'][:10]!r} is not three digits"
    if not 0 < len(row["county"]) <= COUNTY_CHARACTERS:
        yield f"county {_fips(row)} has no name, or one longer than {COUNTY_CHARACTERS} characters"
    wrong = next((row[units] for units in UNITS if not AMOUNT.fullmatch(row[units])), None)
    if wrong is not None:
        yield f"{wrong[:20]!r} is not an amount in whole dollars"
    if _limits(row)[-1] > LARGEST_LIMIT:
        yield f"{row['4'][:20]!r} dollars are more than any limit"
    if any(more <= less for less, more in pairwise((0, *_limits(row)))):
        yield f"the limits of county {_fips(row)} do not rise with the units: {', '.join(map(str, _limits(row)))}"


def _twice(row: Cells, rows: dict[str, CountyRow]) -> str:
    return f"county {_fips(row)} ({row['county']}, {row['state']}) stands there twice" if _fips(row) in rows else ""


def _fips(row: Cells) -> str:
    return row["state_code"] + row["county_code"]


def _limits(row: Cells) -> tuple[int, int, int, int]:
    one, two, three, four = (_amount(row[units]) for units in UNITS)
    return one, two, three, four


def _amount(text: str) -> int:
    found = AMOUNT.fullmatch(text)
    return int(found.group(1).replace(",", "")) if found else 0
