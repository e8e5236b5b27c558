"""The checks intake makes of the borrowers: what they earn, owe and own. By position, never by name."""

from collections.abc import Iterator
from decimal import Decimal

from agents.engine.intake_findings import checked
from lending.casefile import BorrowerFacts, CaseFile
from lending.vocabulary import LiabilityKind
from policies.rulebook.findings import Finding, Severity

SHORT_EMPLOYMENT = Decimal(2)  # years
APART = Decimal(5)  # percent between stated and itemised income


def check_borrowers(case: CaseFile) -> Iterator[Finding]:
    """Yield the checks of the borrowers, by position and never by name."""
    incomes = [borrower.monthly_income for borrower in case.borrowers]
    if incomes and None not in incomes:
        total = sum((income for income in incomes if income is not None), Decimal(0))
        yield checked(
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
    yield from _mortgages(case)


def _check_borrower(borrower: BorrowerFacts) -> Iterator[Finding]:
    who, key = f"borrower {borrower.position}", f"B{borrower.position}"
    yield checked(
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
        yield checked(
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
        yield checked(
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
    yield from _incomes(borrower, who, key)


def _incomes(borrower: BorrowerFacts, who: str, key: str) -> Iterator[Finding]:
    amounts = [income.monthly_amount for income in borrower.incomes if income.monthly_amount is not None]
    stated = borrower.monthly_income
    if stated and amounts and len(amounts) == len(borrower.incomes):
        apart = (abs(sum(amounts, Decimal(0)) - stated) * 100 / stated).quantize(Decimal("0.01"))
        yield checked(
            f"INTAKE_INCOMES_AGREE_{key}",
            ok=apart <= APART,
            fact="monthly_income",
            value=apart,
            limit=APART,
            unit="percent",
            good=f"The itemised incomes of {who} agree with the stated one.",
            bad=f"The itemised incomes of {who} are {apart} percent apart from the stated one.",
            severity=Severity.NOTE,
        )
    falling = [
        income.kind.replace("_", " ")
        for income in borrower.incomes
        if income.prior_year is not None and income.year_before is not None and income.prior_year < income.year_before
    ]
    if falling:
        yield checked(
            f"INTAKE_INCOME_FALLING_{key}",
            ok=False,
            fact="monthly_income",
            good="",
            bad=f"Income of {who} fell from one year to the next: {', '.join(falling)}.",
            severity=Severity.NOTE,
            citation="Conventional Lending Manual 3.3.2",
        )


def _mortgages(case: CaseFile) -> Iterator[Finding]:
    """A mortgage that stays belongs to a home; one without its home hides what the home costs or brings in."""
    loose = [
        debt
        for borrower in case.borrowers
        for debt in borrower.debts
        if debt.kind is LiabilityKind.MORTGAGE and not debt.paid_off_at_closing and not debt.counted_with_home
    ]
    if loose:
        yield checked(
            "INTAKE_MORTGAGE_HAS_HOME",
            ok=bool(case.owned_homes),
            fact="monthly_debts",
            value=len(loose),
            unit="count",
            good="The borrowers' other mortgages stand beside the homes they own.",
            bad="A mortgage is among the debts, but no other home is on file.",
            severity=Severity.NOTE,
        )
