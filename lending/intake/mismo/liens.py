"""The liens that stay on the home beside the loan, and what the loan pays off."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lending.intake.mismo.housing import OTHER_LIENS, ProposedHousing
from lending.intake.mismo.means import Debt, total_of
from lending.intake.mismo.reading import Deal
from lending.intake.mismo.tree import Node
from lending.intake.parsed import Fields

LINE_LIMIT = ("HELOC/HELOC_RULE/HELOCMaximumBalanceAmount", "HELOC_RULE/HELOCMaximumBalanceAmount")


@dataclass(frozen=True, slots=True)
class Lien:
    """One subordinate lien: dollars owed, dollars a month; ``limit`` is the full line where it is a line of credit."""

    owed: Decimal | None
    payment: Decimal | None
    is_line: bool
    limit: Decimal | None = None


def read_liens(deal: Deal, loan: Node | None, proposed: ProposedHousing, on_home: list[Debt]) -> Fields:
    """Return what stays on the home beside this loan, in dollars and dollars a month, and what the loan pays off.

    Related loans of the file are the subordinate liens; where it has none, they are the liabilities that arcs join to
    the home and that closing does not pay off.
    """
    fields = _paid_off(deal, [debt for debt in on_home if debt.paid_off and debt.kind == "MortgageLoan"])
    liens = _related_loans(deal) or [_staying(deal, debt) for debt in on_home if not debt.paid_off]
    total = deal.dollars(loan, "LOAN_DETAIL/TotalSubordinateFinancingAmount")
    monthly = proposed.monthly_or_none(OTHER_LIENS)
    if liens:
        payment = monthly if proposed.kinds & OTHER_LIENS else total_of(lien.payment for lien in liens)
        return fields | _balances(liens) | {"subordinate_payment": payment}
    if total:
        return fields | {"subordinate_balance": total, "subordinate_payment": proposed.monthly(OTHER_LIENS)}
    if total == 0 or monthly == 0:
        return fields | _balances([]) | {"subordinate_payment": Decimal(0)}
    return fields | {"subordinate_balance": None, "subordinate_payment": monthly}


def _paid_off(deal: Deal, debts: list[Debt]) -> Fields:
    """Return the first lien that is paid off, the largest of several, and whether a VA loan is among them."""
    kinds = [deal.leaf(debt.node, "LIABILITY_DETAIL/MortgageType", "MortgageType") for debt in debts]
    known = [kind for kind in kinds if kind is not None]
    for kind in known:
        kind.taken = True
    told = bool(known) and len(known) == len(kinds)
    return {
        "existing_first_balance": max((debt.balance for debt in debts if debt.balance is not None), default=None),
        "pays_off_va_loan": any(kind.text == "VA" for kind in known) if told else None,
    }


def _related_loans(deal: Deal) -> list[Lien]:
    related = (loan for loan in deal.node.all("LOANS/LOAN") if loan.attributes.get("LoanRoleType") == "RelatedLoan")
    return [_related_loan(deal, loan) for loan in related]


def _related_loan(deal: Deal, loan: Node) -> Lien:
    limit = deal.dollars(loan, *LINE_LIMIT)
    drawn = deal.dollars(loan, "HELOC/HELOC_OCCURRENCE/HELOCBalanceAmount") if limit is not None else None
    owed = deal.dollars(loan, "TERMS_OF_LOAN/NoteAmount", "TERMS_OF_LOAN/BaseLoanAmount") if drawn is None else drawn
    payment = deal.dollars(loan, "PAYMENT/PAYMENT_RULE/InitialPrincipalAndInterestPaymentAmount")
    return Lien(owed, payment, limit is not None, limit)


def _staying(deal: Deal, debt: Debt) -> Lien:
    if debt.kind != "HELOC":
        return Lien(debt.balance, debt.payment, is_line=False)
    limit = deal.dollars(debt.node, "LIABILITY_DETAIL/HELOCMaximumBalanceAmount", "HELOCMaximumBalanceAmount")
    return Lien(debt.balance, debt.payment, is_line=True, limit=limit)


def _balances(liens: Iterable[Lien]) -> Fields:
    """Return what is owed on closed liens and on lines of credit, with the limits; 0 where there is none of a kind."""
    lines: list[Lien] = []
    closed: list[Lien] = []
    for lien in liens:
        (lines if lien.is_line else closed).append(lien)
    return {
        "subordinate_balance": total_of(lien.owed for lien in closed) if closed else Decimal(0),
        "heloc_balance": total_of(lien.owed for lien in lines) if lines else Decimal(0),
        "heloc_limit": total_of(lien.limit for lien in lines) if lines else Decimal(0),
    }
