"""The checks intake makes of a file: contradictions and red flags. Each says what figures say, and names nobody."""

from collections.abc import Iterator
from decimal import Decimal

from agents.engine.suspicious import suspicious_fields
from lending.casefile import BorrowerFacts, CaseFile
from lending.housing import in_flood_zone
from lending.vocabulary import Amortization, Purpose
from policies.findings import FactValue, Finding, Result, Severity

INTAKE = "INTAKE_"  # how the code of every finding of this file starts; a rule of the rulebook never does
FLAGS = "Conventional Lending Manual 2.4"
FAR_FROM_VALUE = Decimal(25)  # percent between price and value, beyond which somebody should ask why
SHORT_EMPLOYMENT = Decimal(2)  # years


def check_loan(case: CaseFile) -> Iterator[Finding]:
    """Yield the checks of the loan and the home whose facts are known; unknown facts are the rules' business."""
    home, loan = case.home, case.loan_amount
    if case.purpose is Purpose.PURCHASE and home.purchase_price and home.appraised_value and loan is not None:
        yield _loan_within_price(loan, home.purchase_price)
        yield _price_near_value(home.purchase_price, home.appraised_value)
    if case.heloc_balance is not None and case.heloc_limit is not None:
        yield _check(
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
        yield _check(
            "INTAKE_FLOOD_PREMIUM",
            ok=home.annual_flood_insurance > 0,
            fact="annual_flood_insurance",
            value=home.annual_flood_insurance,
            unit="dollars",
            good="A flood insurance premium is on file for a home in a flood zone.",
            bad="The home lies in a flood zone, but its flood insurance premium is given as zero.",
            citation="Compliance Manual 6.3",
        )
    if case.amortization is Amortization.ARM:
        yield _check(
            "INTAKE_ARM_QUALIFYING_RATE",
            ok=False,
            fact="note_rate",
            value=case.note_rate,
            unit="percent",
            good="",
            bad=(
                "The loan has an adjustable rate, but its first fixed period and caps are not on file, "
                "so the payment is at the note rate. Confirm the qualifying rate."
            ),
            citation="Fannie Mae B3-6-04",
        )


def _loan_within_price(loan: Decimal, price: Decimal) -> Finding:
    return _check(
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
    return _check(
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
        yield _check(
            "INTAKE_SUBORDINATE_PAYMENT",
            ok=case.subordinate_payment > 0,
            fact="subordinate_payment",
            value=case.subordinate_payment,
            unit="dollars",
            good="The liens that stay have a monthly payment.",
            bad="Liens stay on the home, but their monthly payment is given as zero.",
        )


def _past_dates(case: CaseFile) -> Iterator[Finding]:
    for name, day in (("bankruptcy_date", case.bankruptcy_date), ("foreclosure_date", case.foreclosure_date)):
        if day is not None:
            yield _check(
                f"INTAKE_{name.upper()}_PAST",
                ok=day <= case.application_date,
                fact=name,
                value=day.isoformat(),
                limit=case.application_date.isoformat(),
                good=f"The {name.replace('_', ' ')} lies before the application.",
                bad=f"The {name.replace('_', ' ')} {day} lies after the application of {case.application_date}.",
            )


def check_borrowers(case: CaseFile) -> Iterator[Finding]:
    """Yield the checks of the borrowers, by position and never by name."""
    incomes = [borrower.monthly_income for borrower in case.borrowers]
    if incomes and None not in incomes:
        total = sum((income for income in incomes if income is not None), Decimal(0))
        yield _check(
            "INTAKE_INCOME_POSITIVE",
            ok=total > 0,
            fact="monthly_income",
            value=total,
            unit="dollars",
            good="The borrowers have a qualifying income.",
            bad="The qualifying income is zero, so no debt-to-income ratio exists.",
        )
    for borrower in case.borrowers:
        yield from _check_borrower(borrower)


def _check_borrower(borrower: BorrowerFacts) -> Iterator[Finding]:
    who, key = f"borrower {borrower.position}", f"B{borrower.position}"
    yield _check(
        f"INTAKE_SCORE_ON_FILE_{key}",
        ok=borrower.credit_score is not None,
        fact="credit_score",
        value=borrower.credit_score,
        unit="points",
        good=f"A credit score of {who} is on file.",
        bad=f"No credit score of {who} is on file.",
        severity=Severity.NOTE,
    )
    if borrower.years_employed is not None:
        yield _check(
            f"INTAKE_EMPLOYMENT_LENGTH_{key}",
            ok=borrower.years_employed >= SHORT_EMPLOYMENT,
            fact="years_employed",
            value=borrower.years_employed,
            limit=SHORT_EMPLOYMENT,
            unit="years",
            good=f"The work history of {who} spans {borrower.years_employed} years.",
            bad=f"The work history of {who} spans {borrower.years_employed} years, less than {SHORT_EMPLOYMENT}.",
            severity=Severity.NOTE,
        )
    payments = [debt.monthly_payment for debt in borrower.debts]
    if borrower.monthly_debts is not None and payments and None not in payments:
        itemised = sum((payment for payment in payments if payment is not None), Decimal(0))
        yield _check(
            f"INTAKE_DEBTS_AGREE_{key}",
            ok=itemised >= borrower.monthly_debts,
            fact="monthly_debts",
            value=itemised,
            limit=borrower.monthly_debts,
            unit="dollars",
            good=f"The itemised debts of {who} cover the stated total.",
            bad=f"The itemised debts of {who} are ${itemised:,}, less than the stated ${borrower.monthly_debts:,}.",
            severity=Severity.NOTE,
        )


def check_texts(case: CaseFile) -> Iterator[Finding]:
    """Yield one finding on the free texts: which fields, if any, read like an order. It quotes none of them."""
    fields = suspicious_fields(case)
    yield _check(
        "INTAKE_TEXT_IS_NO_ORDER",
        ok=not fields,
        fact="officer_notes",
        good="No free text reads like an instruction.",
        bad=f"Text in {', '.join(fields)} reads like an instruction to whoever reads it. It was not followed.",
        citation="Compliance Manual 9.1",
        details={"fields": list(fields)},
    )


def _check(
    code: str,
    *,
    ok: bool,
    fact: str,
    good: str,
    bad: str,
    value: FactValue = None,
    limit: FactValue = None,
    unit: str = "",
    severity: Severity = Severity.REVIEW,
    citation: str = FLAGS,
    details: dict[str, list[str]] | None = None,
) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        result=Result.PASSED if ok else Result.FAILED,
        fact=fact,
        value=value,
        limit=limit,
        margin=None,
        unit=unit,
        message=good if ok else bad,
        citation=citation,
        source_mark="",
        reason_code="",
        details=details or {},
    )
