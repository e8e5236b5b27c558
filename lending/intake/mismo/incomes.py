"""What one borrower earns: income items, and the earnings that stand on the job itself."""

from decimal import Decimal

from lending.intake.mismo.reading import Deal, label_of
from lending.intake.mismo.tree import Node
from lending.intake.mismo.words import INCOMES
from lending.intake.parsed import Fields
from lending.vocabulary import IncomeKind

ITEM = "CURRENT_INCOME/CURRENT_INCOME_ITEMS/CURRENT_INCOME_ITEM"
OF_EMPLOYER = "CURRENT_INCOME_ITEM_IsAssociatedWith_EMPLOYER"
SELF_EMPLOYED = "EMPLOYMENT/EmploymentBorrowerSelfEmployedIndicator"
AT_THE_JOB = ("EMPLOYMENT/EmploymentMonthlyIncomeAmount", "MonthlyIncomeAmount")


def read_incomes(deal: Deal, details: Node, employers: list[Node]) -> list[Fields]:
    """Return the sources of income in dollars a month: the items, then present jobs whose pay is in no item."""
    incomes: list[Fields] = []
    itemised: set[int] = set()
    for item in details.all(ITEM):
        jobs = list(deal.linked(OF_EMPLOYER, label_of(item)))
        itemised.update(id(job) for job in jobs)
        if (income := _item(deal, item.first("CURRENT_INCOME_ITEM_DETAIL") or item, jobs)) is not None:
            incomes.append(income)
    unlinked = bool(incomes) and not itemised  # items that no arc joins to a job may be that job's pay already
    for employer in employers:
        if id(employer) not in itemised and not unlinked:
            incomes.extend(_job(deal, employer))
    return incomes


def _item(deal: Deal, item: Node, jobs: list[Node]) -> Fields | None:
    kind = deal.leaf(item, "IncomeType")
    if kind is None or kind.text not in INCOMES:
        return _loss(deal, item) if kind is not None and kind.text == "SelfEmploymentLoss" else None
    kind.taken = True
    word = INCOMES[kind.text]
    if word is IncomeKind.BASE and any(_owned(deal, job) for job in jobs):
        word = IncomeKind.SELF_EMPLOYMENT
    amount = deal.signed_dollars(item, "CurrentIncomeMonthlyTotalAmount", "IncomeMonthlyTotalAmount")
    if amount is not None and amount < 0 and word is not IncomeKind.SELF_EMPLOYMENT:
        deal.problem(kind, "has an amount below zero, which only self-employment can have.")
    untaxed = deal.flag(item, "IncomeFederalTaxExemptIndicator", "EXTENSION/OTHER/ULAD:IncomeFederalTaxExemptIndicator")
    return {"kind": word, "monthly_amount": amount, "nontaxable": bool(untaxed)}


def _loss(deal: Deal, item: Node) -> Fields:
    """Return a loss of self-employment as an amount below zero, however its sign was written."""
    amount = deal.signed_dollars(item, "CurrentIncomeMonthlyTotalAmount")
    if kind := deal.leaf(item, "IncomeType"):
        kind.taken = True
    return {"kind": IncomeKind.SELF_EMPLOYMENT, "monthly_amount": None if amount is None else -abs(amount)}


def _owned(deal: Deal, employer: Node) -> bool:
    leaf = deal.leaf(employer, SELF_EMPLOYED)
    share = deal.leaf(employer, "EMPLOYMENT/OwnershipInterestType")
    small = share is not None and share.text == "LessThan25Percent"
    return leaf is not None and leaf.text in {"true", "1"} and not small


def _job(deal: Deal, employer: Node) -> list[Fields]:
    amount: Decimal | None = deal.signed_dollars(employer, *AT_THE_JOB)
    if amount is None:
        return []
    kind = IncomeKind.SELF_EMPLOYMENT if _owned(deal, employer) else IncomeKind.BASE
    if amount < 0 and kind is IncomeKind.BASE:
        deal.problem(employer, "has an amount below zero, which only self-employment can have.")
    return [{"kind": kind, "monthly_amount": amount}]
