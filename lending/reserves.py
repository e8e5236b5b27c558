"""Reserves: months of the home's cost that the money left after closing covers."""

from decimal import ROUND_FLOOR, Decimal

from lending.casefile import CaseFile, OwnedHomeFacts
from lending.rounding import TWO_PLACES, negative, share_of, two_places
from lending.terms import Term, Terms
from lending.vocabulary import Occupancy, Program
from lending.worksheets import Line, Worksheet, counted, left_out, total_of

RESERVES_RULE = "Fannie Mae B3-4.1-01"
CONVENTIONAL = (Program.CONVENTIONAL, Program.JUMBO)


def reserves_worksheet(case: CaseFile, terms: Terms, pitia: Decimal | None) -> Worksheet:
    """Return reserves in months, two decimals; a shortfall, however small, stays below zero.

    ``pitia``: dollars a month at the qualifying rate. On a conventional second home or investment property what other
    financed homes ask for is set aside first.
    """
    lines = [
        counted("Liquid assets", case.liquid_assets, "what the borrowers can show", RESERVES_RULE),
        counted("Funds to close", negative(case.funds_to_close), "spent at closing", RESERVES_RULE),
        *_other_homes(case, terms),
    ]
    left, months = total_of(lines), None
    if left is not None and pitia:
        months = two_places(left / pitia) if left >= 0 else (left / pitia).quantize(TWO_PLACES, ROUND_FLOOR)
    why = "what is left, in months of this" if pitia is not None else "Unknown: PITIA could not be computed"
    return Worksheet("reserves_months", "months", (*lines, left_out("PITIA", pitia, why, RESERVES_RULE)), months)


def financed_homes(case: CaseFile) -> int | None:
    """Return how many homes carry a mortgage, the subject among them; None where a balance is not on file."""
    kept = _kept(case)
    if any(home.unpaid_balance is None for home in kept):
        return None
    return 1 + sum(bool(home.unpaid_balance) for home in kept)


def _kept(case: CaseFile) -> list[OwnedHomeFacts]:
    return [home for home in case.owned_homes if not home.sold_by_closing]


def _other_homes(case: CaseFile, terms: Terms) -> list[Line]:
    others = [home for home in _kept(case) if home.occupancy is not Occupancy.PRIMARY]
    if not others or case.program not in CONVENTIONAL or case.occupancy is Occupancy.PRIMARY:
        return []
    label, number = "Set aside for other financed homes", financed_homes(case)
    if number is None:
        return [counted(label, None, "what is owed on another home is not on file", RESERVES_RULE)]
    owed = sum((home.unpaid_balance or Decimal(0) for home in others), Decimal(0))
    share = _share(terms, number)
    if share is None:
        return [counted(label, None, f"no share is set for {number} financed homes", RESERVES_RULE)]
    why = f"{share.value} percent of ${owed:,} owed on them, with {number} financed homes"
    return [counted(label, negative(share_of(owed, share.value)), why, share.citation)]


def _share(terms: Terms, number: int) -> Term | None:
    """Return the percent of what is owed; None beyond the most homes that may be financed."""
    bands = (
        (terms.other_homes_few, terms.other_homes_few_share),
        (terms.other_homes_some, terms.other_homes_some_share),
        (terms.other_homes_many, terms.other_homes_many_share),
    )
    return next((share for most, share in bands if number <= most.value), None)
