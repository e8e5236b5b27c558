"""The checks intake makes of the loan, the home and the texts. Each says what figures say, and names nobody."""

from collections.abc import Iterator
from decimal import Decimal

from agents.engine.intake_findings import checked
from agents.engine.suspicious import suspicious_fields
from lending.casefile import CaseFile
from lending.housing import in_flood_zone
from lending.vocabulary import Occupancy, PropertyType, Purpose
from policies.rulebook.findings import Finding, Severity

FAR_FROM_VALUE = Decimal(25)  # percent between price and value, beyond which somebody should ask why
PAST_EVENTS = ("bankruptcy_date", "foreclosure_date", "short_sale_date", "first_lien_date", "title_date")


def check_loan(case: CaseFile) -> Iterator[Finding]:
    """Yield the checks of the loan and the home whose facts are known; unknown facts are the rules' business."""
    home, loan = case.home, case.loan_amount
    if case.purpose is Purpose.PURCHASE and home.purchase_price and home.appraised_value and loan is not None:
        yield _loan_within_price(loan, home.purchase_price)
        yield _price_near_value(home.purchase_price, home.appraised_value)
    if case.heloc_balance is not None and case.heloc_limit is not None:
        yield checked(
            "INTAKE_HELOC_WITHIN_LIMIT",
            ok=case.heloc_balance <= case.heloc_limit,
            fact="heloc_balance",
            value=case.heloc_balance,
            limit=case.heloc_limit,
            unit="dollars",
            good="The home equity line is drawn within its limit.",
            bad=f"The home equity line is drawn to ${case.heloc_balance:,}, beyond its limit of ${case.heloc_limit:,}.",
        )
    yield from _subordinate_payment(case)
    yield from _past_dates(case)
    if in_flood_zone(home.flood_zone) and home.annual_flood_insurance is not None:
        yield checked(
            "INTAKE_FLOOD_PREMIUM",
            ok=home.annual_flood_insurance > 0,
            fact="annual_flood_insurance",
            value=home.annual_flood_insurance,
            unit="dollars",
            good="A flood insurance premium is on file for a home in a flood zone.",
            bad="The home lies in a flood zone, but its flood insurance premium is given as zero.",
            citation="Compliance Manual 6.3",
        )
    yield from _occupancy(case)
    yield from _units(case)


def _occupancy(case: CaseFile) -> Iterator[Finding]:
    """Borrowers who keep a principal residence will hardly live in a second one, and limits hang on where they live."""
    if case.occupancy is Occupancy.PRIMARY and case.owned_homes:
        kept = [home for home in case.owned_homes if home.occupancy is Occupancy.PRIMARY and not home.sold_by_closing]
        refinanced = case.purpose is not Purpose.PURCHASE
        yield checked(
            "INTAKE_ONE_PRINCIPAL_RESIDENCE",
            ok=refinanced or not kept,
            fact="occupancy",
            value=str(case.occupancy),
            good="No other principal residence is kept.",
            bad="The home is to be the principal residence, but another one is kept beyond closing.",
        )


def _units(case: CaseFile) -> Iterator[Finding]:
    units, kind = case.home.units, case.home.property_type
    if units is not None and kind is not None:
        yield checked(
            "INTAKE_UNITS_FIT_TYPE",
            ok=(units > 1) is (kind is PropertyType.TWO_TO_FOUR),
            fact="units",
            value=units,
            unit="count",
            good="The number of units fits the kind of home.",
            bad=f"A home of the kind {kind.replace('_', ' ')} is said to have {units} unit{'s' * (units > 1)}.",
            severity=Severity.NOTE,
        )


def _loan_within_price(loan: Decimal, price: Decimal) -> Finding:
    return checked(
        "INTAKE_LOAN_WITHIN_PRICE",
        ok=loan <= price,
        fact="loan_amount",
        value=loan,
        limit=price,
        unit="dollars",
        good="The loan amount is no more than the price.",
        bad=f"The loan amount of ${loan:,} is above the price of ${price:,}.",
    )


def _price_near_value(price: Decimal, value: Decimal) -> Finding:
    apart = (abs(price - value) * 100 / value).quantize(Decimal("0.01"))
    return checked(
        "INTAKE_PRICE_NEAR_VALUE",
        ok=apart <= FAR_FROM_VALUE,
        fact="appraised_value",
        value=apart,
        limit=FAR_FROM_VALUE,
        unit="percent",
        good=f"Price and appraised value are {apart} percent apart.",
        bad=f"Price and appraised value are {apart} percent apart, more than {FAR_FROM_VALUE} percent.",
    )


def _subordinate_payment(case: CaseFile) -> Iterator[Finding]:
    owed = [balance for balance in (case.subordinate_balance, case.heloc_balance) if balance]
    if owed and case.subordinate_payment is not None:
        yield checked(
            "INTAKE_SUBORDINATE_PAYMENT",
            ok=case.subordinate_payment > 0,
            fact="subordinate_payment",
            value=case.subordinate_payment,
            unit="dollars",
            good="The liens that stay have a monthly payment.",
            bad="Liens stay on the home, but their monthly payment is given as zero.",
        )


def _past_dates(case: CaseFile) -> Iterator[Finding]:
    for name in PAST_EVENTS:
        day = getattr(case, name)
        if day is not None:
            yield checked(
                f"INTAKE_{name.upper()}_PAST",
                ok=day <= case.application_date,
                fact=name,
                value=day.isoformat(),
                limit=case.application_date.isoformat(),
                good=f"The {name.replace('_', ' ')} lies before the application.",
                bad=f"The {name.replace('_', ' ')} {day} lies after the application of {case.application_date}.",
            )


def check_texts(case: CaseFile) -> Iterator[Finding]:
    """Yield one finding on the free texts: which fields, if any, read like an order. It quotes none of them."""
    fields = suspicious_fields(case)
    yield checked(
        "INTAKE_TEXT_IS_NO_ORDER",
        ok=not fields,
        fact="officer_notes",
        good="No free text reads like an instruction.",
        bad=f"Text in {', '.join(fields)} reads like an instruction to whoever reads it. It was not followed.",
        citation="Compliance Manual 9.1",
        details={"fields": list(fields)},
    )
