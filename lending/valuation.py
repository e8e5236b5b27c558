"""Loan-to-value, alone and combined with the liens that stay: pure Decimal arithmetic."""

from dataclasses import dataclass
from decimal import Decimal

from lending.casefile import CaseFile
from lending.rounding import agency_rounded, percent_of, share_of, two_places
from lending.terms import Term, Terms
from lending.vocabulary import Occupancy, Program, Purpose
from lending.worksheets import Line, Worksheet, counted, left_out, total_of

VALUE_RULE = "Fannie Mae B2-1.2-01"
CLTV_RULE = "Fannie Mae B2-1.2-02"
HCLTV_RULE = "Fannie Mae B2-1.2-03"
CONTRIBUTIONS = "Contributions of interested parties"
CONVENTIONAL = (Program.CONVENTIONAL, Program.JUMBO)


@dataclass(frozen=True, slots=True)
class LoanToValues:
    """Percent of value: as computed, half-up to two decimals, and in whole percent as the agencies round it.

    None is unknown. ``ltv`` holds the base loan, ``cltv`` the drawn balances too, ``hcltv`` the full credit line.
    """

    ltv: Decimal | None
    cltv: Decimal | None
    hcltv: Decimal | None
    ltv_rounded: Decimal | None
    cltv_rounded: Decimal | None
    hcltv_rounded: Decimal | None


def loan_to_values(case: CaseFile, terms: Terms) -> LoanToValues:
    """Return the three ratios of a case, in percent.

    A purchase is measured on the lower of price and value, the price being cut by contributions beyond their maximum;
    a refinance on the value.
    """
    value = lending_value(case, terms)
    debts = [total_of(lines) for lines in (_first(case), _drawn(case), _full_line(case))]
    exact = [percent_of(debt, value) if debt is not None and value else None for debt in debts]
    return LoanToValues(
        *[None if figure is None else two_places(figure) for figure in exact],
        *[None if figure is None else agency_rounded(figure) for figure in exact],
    )


def original_value(case: CaseFile) -> Decimal | None:
    """Return the dollars that the home is worth at closing: the lower of price and value, or the value alone.

    None where price or value is unknown or zero.
    """
    price, value = case.home.purchase_price, case.home.appraised_value
    if case.purpose is not Purpose.PURCHASE:
        return value or None
    return min(price, value) or None if price is not None and value is not None else None


def lending_value(case: CaseFile, terms: Terms) -> Decimal | None:
    """Return the dollars that a loan is measured against: the original value, on a purchase at the price as cut.

    None where it is unknown, or nothing is left of it.
    """
    value, excess, price = original_value(case), _excess(case, terms), case.home.purchase_price
    if value is None or excess == 0:
        return value
    if excess is None or price is None or price <= excess:
        return None
    return min(value, price - excess)


def value_worksheets(case: CaseFile, terms: Terms, ratios: LoanToValues) -> tuple[Worksheet, ...]:
    """Return the worksheets of LTV, CLTV and HCLTV: the liens that count, and the value they are measured against."""
    value = (*_contribution_lines(case, terms), _value_line(case, terms))
    return (
        Worksheet("ltv", "percent", (*_first(case), *value), ratios.ltv),
        Worksheet("cltv", "percent", (*_drawn(case), *value), ratios.cltv),
        Worksheet("hcltv", "percent", (*_full_line(case), *value), ratios.hcltv),
    )


def _first(case: CaseFile) -> list[Line]:
    return [counted("Base loan amount", case.loan_amount, "financed fees do not count towards the value", VALUE_RULE)]


def _drawn(case: CaseFile) -> list[Line]:
    return [
        *_first(case),
        counted(
            "Closed-end subordinate liens", case.subordinate_balance, "unpaid balance of liens that stay", CLTV_RULE
        ),
        counted("Home equity line, drawn", case.heloc_balance, "only what is drawn counts", CLTV_RULE),
    ]


def _full_line(case: CaseFile) -> list[Line]:
    """List the liens with the credit line in full; a line drawn beyond its limit counts as drawn, so HCLTV >= CLTV."""
    drawn, limit = case.heloc_balance, case.heloc_limit
    line = max(drawn, limit) if drawn is not None and limit is not None else None
    return [*_drawn(case)[:2], counted("Home equity line, full", line, "drawn or not", HCLTV_RULE)]


def _has_limited_contributions(case: CaseFile) -> bool:
    """Return whether the maxima of a conventional purchase apply: the rulebook holds those of no other program."""
    return bool(case.seller_contributions) and case.purpose is Purpose.PURCHASE and case.program in CONVENTIONAL


def _contribution_share(case: CaseFile, terms: Terms) -> Term | None:
    """Return the maximum in percent of the lower of price and value; None where it hangs on an unknown fact."""
    if case.occupancy is None:
        return None
    if case.occupancy is Occupancy.INVESTMENT:
        return terms.contribution_investment_share
    owed, value = total_of(_drawn(case)), original_value(case)
    if owed is None or value is None:
        return None
    combined = agency_rounded(percent_of(owed, value))
    if combined > terms.contribution_high_above.value:
        return terms.contribution_high_share
    if combined > terms.contribution_middle_above.value:
        return terms.contribution_middle_share
    return terms.contribution_low_share


def _excess(case: CaseFile, terms: Terms) -> Decimal | None:
    """Return the dollars by which contributions pass their maximum: they cut the price. None is unknown."""
    if not _has_limited_contributions(case) or case.seller_contributions is None:
        return Decimal(0)
    share, value = _contribution_share(case, terms), original_value(case)
    if share is None or value is None:
        return None
    return max(case.seller_contributions - share_of(value, share.value), Decimal(0))


def _contribution_lines(case: CaseFile, terms: Terms) -> list[Line]:
    paid = case.seller_contributions
    if not paid or case.purpose is not Purpose.PURCHASE:
        return []
    if not _has_limited_contributions(case):
        return [left_out(CONTRIBUTIONS, paid, "the program's own maximum is for a person to check", VALUE_RULE)]
    share, excess = _contribution_share(case, terms), _excess(case, terms)
    if share is None or excess is None:
        return [left_out(CONTRIBUTIONS, paid, "Unknown: their maximum hangs on a fact not on file")]
    why = f"at most {share.value} percent of the lower of price and value; ${excess:,} above it cut the price"
    return [left_out(CONTRIBUTIONS, paid, why, share.citation)]


def _value_line(case: CaseFile, terms: Terms) -> Line:
    basis = "the lower of price and appraised value" if case.purpose is Purpose.PURCHASE else "the appraised value"
    value = lending_value(case, terms)
    why = f"measured against {basis}" if value is not None else f"Unknown: {basis} is not on file or is zero"
    return left_out("Value", value, why, VALUE_RULE)
