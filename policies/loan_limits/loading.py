"""Loading county loan limits: a whole list of one kind and year at once, or nothing of it."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from audit import log as audit_log
from policies.exceptions import PolicyError
from policies.loan_limits.areas import LimitKind
from policies.loan_limits.county_lists import STATES, TERRITORIES, BadLine, CountyRow, read_counties
from policies.models import CountyLoanLimit, LoanLimitTable
from policies.rulebook.conditions import Lookup, as_number, find_row
from policies.rulebook.limits import Facts, in_force
from policies.rulebook.rules import RuleBook
from policies.rulebook.shipping import current_rulebook

# The rulebook's national amount that most counties of a list have, and no county of the year less.
NATIONAL: dict[LimitKind, str] = {"conforming": "conforming_baseline", "fha": "fha_floor"}
MAINLAND_ONE_UNIT: Facts = {"units": 1, "high_cost_area_state": False}
YEAR_IN_NAME = re.compile(r"(?<!\d)20\d\d(?!\d)")
LARGEST_FILE = 5_000_000  # bytes; the whole country takes 0.2 to 0.6 million


class Status(StrEnum):
    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


class LoanLimitsRefused(PolicyError):
    """A list with faults, or one of another year. Nothing of it was stored; what was loaded before stays in force."""

    def __init__(self, file: str, problem: str, remedy: str, lines: tuple[BadLine, ...] = ()) -> None:
        self.lines = lines
        super().__init__(f"{file}: {problem}. Nothing was loaded; {remedy}.")


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What became of one list: how many counties, of how many states, and which of the fifty and DC it lacks."""

    kind: LimitKind
    year: int
    source: str
    status: Status
    counties: int
    states: int
    missing_states: tuple[str, ...]
    table_id: int = field(repr=False)


def load_loan_limits(
    path: Path, *, kind: LimitKind, year: int, rulebook: RuleBook | None = None, by: str = ""
) -> LoadResult:
    """Store a list as the one in force for its kind and year, in one transaction; the same bytes change nothing.

    ``rulebook`` (default: the one in force) tells the year's national amount, which the list must agree with. Raises
    LoanLimitsRefused for an unreadable file, a line that cannot be used, or a list of another year.
    """
    content = _content(path)
    rows = _rows(path.name, content, kind)
    _check_year(path.name, rows, kind, year, rulebook or current_rulebook(timezone.localdate()))
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        current = LoanLimitTable.objects.select_for_update().filter(kind=kind, year=year, is_current=True)
        before = current.first()
        if before is not None and before.content_hash == digest:
            return _result(before, Status.UNCHANGED, rows)
        current.update(is_current=False)
        table = LoanLimitTable.objects.create(kind=kind, year=year, source=path.name, content_hash=digest)
        CountyLoanLimit.objects.bulk_create([_stored(table, row) for row in rows], batch_size=1000)
        audit_log.record(
            "loan_limits.loaded",
            subject=f"policies.loanlimittable:{kind}-{year}",
            actor=by or "system",
            counties=len(rows),
            content_hash=digest,
        )
    return _result(table, Status.REPLACED if before else Status.ADDED, rows)


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as exc:
        problem = f"it cannot be read ({exc.strerror})"
        raise LoanLimitsRefused(str(path), problem, "check the path and that this user may read it") from exc
    if len(content) > LARGEST_FILE:
        raise LoanLimitsRefused(path.name, f"it has {len(content)} bytes", "load the list of counties alone")
    return content


def _rows(file: str, content: bytes, kind: LimitKind) -> list[CountyRow]:
    rows, faults = read_counties(content, kind)
    if faults:
        more = f"; and {len(faults) - 5} more" if len(faults) > 5 else ""
        said = f"{'; '.join(map(str, faults[:5]))}{more}"
        raise LoanLimitsRefused(file, said, "fetch the list again and load it as published", tuple(faults))
    if not rows:
        raise LoanLimitsRefused(file, "it holds no county", "fetch the list again")
    return rows


def _check_year(file: str, rows: list[CountyRow], kind: LimitKind, year: int, rulebook: RuleBook) -> None:
    """Raise LoanLimitsRefused unless the file's name and its lowest one-unit limit are those of the year."""
    named = {int(found) for found in YEAR_IN_NAME.findall(file)}
    if named and year not in named:
        raise LoanLimitsRefused(file, f"its name says {min(named)}, not {year}", f"load it with --year {min(named)}")
    national, lowest = national_amount(rulebook, kind, year), min(row.limits[0] for row in rows)
    if national is None:
        remedy = f"publish the year's {NATIONAL[kind]} in the rulebook first"
        raise LoanLimitsRefused(file, f"the rulebook has no national amount for {year} to check it against", remedy)
    if lowest != national:
        problem = f"its lowest one-unit limit is ${lowest:,}, but ${national:,} is the national amount of {year}"
        raise LoanLimitsRefused(file, problem, f"check that it is the list of {year} and of the kind {kind}")


def national_amount(rulebook: RuleBook, kind: LimitKind, year: int) -> Decimal | None:
    """Return the one-unit baseline or floor in dollars that starts with a year; None where the rulebook has none."""
    dated = in_force(rulebook.rates[NATIONAL[kind]].limits, date(year, 1, 1))
    if dated is None or dated.since.year != year:
        return None
    row = find_row(dated.rows, MAINLAND_ONE_UNIT, lambda _: Lookup(None)).row
    return None if row is None else as_number(row.limit)


def _stored(table: LoanLimitTable, row: CountyRow) -> CountyLoanLimit:
    one, two, three, four = row.limits
    return CountyLoanLimit(
        table=table,
        county_fips=row.county_fips,
        county=row.county,
        state=row.state,
        one_unit=one,
        two_units=two,
        three_units=three,
        four_units=four,
    )


def _result(table: LoanLimitTable, status: Status, rows: list[CountyRow]) -> LoadResult:
    states = {row.state for row in rows}
    missing = tuple(sorted(STATES.keys() - TERRITORIES - states))
    kind: LimitKind = "fha" if table.kind == "fha" else "conforming"
    return LoadResult(kind, table.year, table.source, status, len(rows), len(states), missing, table.pk)
