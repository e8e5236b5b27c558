"""Loan-to-value, alone and combined with the liens that stay: pure Decimal arithmetic."""

from dataclasses import dataclass
from decimal import Decimal

from lending.casefile import CaseFile
from lending.rounding import agency_rounded, percent_of, two_places
from lending.vocabulary import Purpose
from lending.worksheets import Line, Worksheet, counted, left_out, total_of

VALUE_RULE = "Fannie Mae B2-1.2-01"
CLTV_RULE = "Fannie Mae B2-1.2-02"
HCLTV_RULE = "Fannie Mae B2-1.2-03"


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


def loan_to_values(case: CaseFile) -> LoanToValues:
    """Return the three ratios of a case. A purchase is measured on the lower of price and value, else on the value."""
    value = lending_value(case)
    debts = [total_of(lines) for lines in (_first(case), _drawn(case), _full_line(case))]
    exact = [percent_of(debt, value) if debt is not None and value else None for debt in debts]
    return LoanToValues(
        *[None if figure is None else two_places(figure) for figure in exact],
        *[None if figure is None else agency_rounded(figure) for figure in exact],
    )


def lending_value(case: CaseFile) -> Decimal | None:
    """Return the dollars that a loan is measured against; None when price or value is unknown or zero."""
    price, value = case.home.purchase_price, case.home.appraised_value
    if case.purpose is not Purpose.PURCHASE:
        return value or None
    return min(price, value) or None if price is not None and value is not None else None


def value_worksheets(case: CaseFile) -> tuple[Worksheet, ...]:
    """Return the worksheets of LTV, CLTV and HCLTV: the liens that count, and the value they are measured against."""
    ratios, value = loan_to_values(case), _value_line(case)
    return (
        Worksheet("ltv", "percent", (*_first(case), value), ratios.ltv),
        Worksheet("cltv", "percent", (*_drawn(case), value), ratios.cltv),
        Worksheet("hcltv", "percent", (*_full_line(case), value), ratios.hcltv),
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


def _value_line(case: CaseFile) -> Line:
    basis = "the lower of price and appraised value" if case.purpose is Purpose.PURCHASE else "the appraised value"
    value = lending_value(case)
    why = f"measured against {basis}" if value is not None else f"Unknown: {basis} is not on file or is zero"
    return left_out("Value", value, why, VALUE_RULE)
