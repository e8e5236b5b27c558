"""HMDA rows as case files: what the register publishes, each assumption named, everything else unknown.

Only the columns named here are read. None of them says who the applicants are: no race, ethnicity, sex or age, and
nothing about the neighbourhood.
"""

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lending.casefile import BorrowerFacts, CaseFile, HomeFacts
from lending.vocabulary import Amortization, Occupancy, Program, PropertyType, Purpose

Cells = Mapping[str, str]
ASSUMPTIONS = (
    "A debt-to-income ratio given as a band counts as its middle (<20% as 10, 20-<30 as 25, 30-<36 as 33, 50-60 as 55, "
    ">60% as 65 percent).",
    "The published loan-to-value is the combined one (12 CFR 1003.4(a)(24)): CLTV is known, LTV and HCLTV are not.",
    "Home improvement and other purposes count as cash-out, because money goes to the borrower.",
    "Where the file does not say, the rate is fixed and the home has one unit; both are the milder reading.",
    "A conventional loan above its county's limit is asked as jumbo. Where the file does not say the program, the loan "
    "is asked as conventional, and again as conventional or FHA: ineligible only where both are.",
    "New York's file holds purchases of a principal residence alone.",
    "Boston's amounts are in thousands; CLTV is the loan and other financing over the lower of price and appraisal.",
)
BANDS = {"<20%": "10", "20%-<30%": "25", "30%-<36%": "33", "50%-60%": "55", ">60%": "65"}
PURPOSES = {
    **{"1": Purpose.PURCHASE, "31": Purpose.RATE_TERM, "32": Purpose.CASH_OUT},
    **{"2": Purpose.CASH_OUT, "4": Purpose.CASH_OUT},
}
OCCUPANCIES = {"1": Occupancy.PRIMARY, "2": Occupancy.SECOND, "3": Occupancy.INVESTMENT}
CONVENTIONAL = (Program.CONVENTIONAL,)
PROGRAMS = {"1": CONVENTIONAL, "2": (Program.FHA,), "3": (Program.VA,), "4": (Program.USDA,)}
APPROVED, DENIED = ("1", "2", "8"), ("3", "7")  # 8 and 7: a preapproval granted and refused
READ = frozenset(
    [
        *("action_taken", "approved", "loan_amount", "debt_to_income_ratio", "loan_type", "loan_purpose"),
        *("combined_loan_to_value_ratio", "loan_to_value_ratio", "lien_status", "occupancy_type", "total_units"),
        *("construction_method", "intro_rate_period", "loan_term", "state_code", "county_code"),
        *("denial_reason-1", "denial_reason-2", "denial_reason-3", "denial_reason-4"),
        *("action", "loanamt", "price", "apr", "other", "obrat", "unit", "term", "occ"),  # Boston
    ]
)


@dataclass(frozen=True, slots=True)
class HmdaRow:
    """One application: what the lender did, and what is known. ``dti`` and ``cltv`` are in percent, None unknown."""

    group: str
    denied: bool
    denial_codes: frozenset[int]
    programs: tuple[Program, ...]
    case: CaseFile
    dti: Decimal | None
    cltv: Decimal | None


def read_rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV, packed or not, with the columns that may be read and no other."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    for row in csv.DictReader(content.decode().splitlines()):
        yield {name: value.strip() for name, value in row.items() if name in READ and value is not None}


def new_york(path: Path, on: date) -> Iterator[HmdaRow]:
    """Yield conventional purchases of a principal residence, 2023."""
    for cells in read_rows(path):
        assumed = {**cells, "loan_purpose": "1", "occupancy_type": "1", "total_units": "1", "intro_rate_period": "NA"}
        yield from _published("New York 2023", assumed, CONVENTIONAL, on)


def sample(path: Path, on: date) -> Iterator[HmdaRow]:
    """Yield the sample of all purposes since 2018, which does not say the program: as conventional, then FHA too."""
    for cells in read_rows(path):
        decided = {**cells, "action_taken": "1" if cells.get("approved") == "1" else "3"}
        assumed = {**decided, "total_units": "1", "intro_rate_period": "NA"}
        yield from _published("2018+ sample, as conventional", assumed, CONVENTIONAL, on)
        yield from _published("2018+ sample, as conventional or FHA", assumed, (*CONVENTIONAL, Program.FHA), on)


def california(path: Path, on: date) -> Iterator[HmdaRow]:
    """Yield one credit union's applications of 2024, first liens apart from second liens and lines."""
    for cells in read_rows(path):
        lien = "first liens" if cells.get("lien_status") == "1" else "second liens"
        yield from _published(f"California 2024, {lien}", cells, PROGRAMS.get(cells.get("loan_type", ""), ()), on)


def boston(path: Path, on: date) -> Iterator[HmdaRow]:
    """Yield the applications of the Boston Fed's study of 1990, which has the ratios themselves."""
    for cells in read_rows(path):
        amount, price, appraisal, other = (_number(cells.get(name)) for name in ("loanamt", "price", "apr", "other"))
        value = min(price, appraisal) if price and appraisal else price or appraisal
        secured = amount + (other or 0) if amount is not None else None
        published = {
            "action_taken": cells.get("action", ""),
            "loan_amount": "" if amount is None else str(amount * 1000),
            "loan_to_value_ratio": str(round(secured / value * 100, 3)) if secured and value else "",
            "debt_to_income_ratio": cells.get("obrat", ""),
            "total_units": cells.get("unit", "").removesuffix(".0"),
            "loan_term": cells.get("term", "").removesuffix(".0"),
            "loan_purpose": "1",
            "occupancy_type": {"1": "1", "2": "3"}.get(cells.get("occ", ""), ""),  # 1990: owner-occupied or not
            "intro_rate_period": "NA",
            "state_code": "MA",
        }
        yield from _published("Boston 1990", published, CONVENTIONAL, on)


def _published(group: str, cells: Cells, programs: tuple[Program, ...], on: date) -> Iterator[HmdaRow]:
    """Yield a decided row; one withdrawn, of no program we know, or without purpose or occupancy is left out."""
    action = cells.get("action_taken", "")
    purpose, occupancy = PURPOSES.get(cells.get("loan_purpose", "")), OCCUPANCIES.get(cells.get("occupancy_type", ""))
    if action not in (*APPROVED, *DENIED) or not programs or purpose is None or occupancy is None:
        return
    yield HmdaRow(
        group=group,
        denied=action in DENIED,
        denial_codes=_denial_codes(cells),
        programs=programs,
        case=_case(cells, purpose, occupancy, on),
        dti=dti_of(cells.get("debt_to_income_ratio", "")),
        cltv=_number(cells.get("combined_loan_to_value_ratio") or cells.get("loan_to_value_ratio")),
    )


def _denial_codes(cells: Cells) -> frozenset[int]:
    """Return the lender's reasons, 1 to 9; 10 is none and 1111 a lender that need not say."""
    given = [cells.get(f"denial_reason-{place}", "") for place in (1, 2, 3, 4)]
    return frozenset(int(code) for code in given if len(code) == 1 and code in "123456789")


def dti_of(text: str) -> Decimal | None:
    """Return a published debt-to-income ratio in percent, a band's middle for a band; None for NA and Exempt."""
    return _number(BANDS.get(text, text))


def _case(cells: Cells, purpose: Purpose, occupancy: Occupancy, on: date) -> CaseFile:
    units = _whole(cells.get("total_units"))
    kind = PropertyType.MANUFACTURED if cells.get("construction_method") == "2" else None
    home: dict[str, Any] = {
        "state": cells.get("state_code") or None,
        "county_fips": cells.get("county_code") or None,
        "units": units,
        "property_type": PropertyType.TWO_TO_FOUR if units and 2 <= units <= 4 else kind,
    }
    intro = cells.get("intro_rate_period", "")
    known: dict[str, Any] = {
        "number": "HMDA",
        "application_date": on,
        "program": Program.CONVENTIONAL,
        "purpose": purpose,
        "occupancy": occupancy,
        "loan_amount": _number(cells.get("loan_amount")),
        "term_months": _whole(cells.get("loan_term")),
        "amortization": Amortization.ARM if intro.isdigit() else Amortization.FIXED,
        "home": HomeFacts(**(_blank(HomeFacts) | home)),
        "borrowers": (BorrowerFacts(**(_blank(BorrowerFacts) | {"position": 1, "debts": ()})),),
    }
    return CaseFile(**(_blank(CaseFile) | known))


def _blank(kind: type[CaseFile] | type[HomeFacts] | type[BorrowerFacts]) -> dict[str, Any]:
    """Return None for every field that has no default of its own."""
    return {each.name: None for each in fields(kind) if each.default is MISSING}


def _number(text: str | None) -> Decimal | None:
    try:
        number = Decimal(text or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None
