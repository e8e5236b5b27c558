"""What the borrowers own and owe: assets, other homes, debts and support payments, each with whose it is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from lending.intake.cells import matching
from lending.intake.mismo.people import Person
from lending.intake.mismo.reading import Deal, label_of
from lending.intake.mismo.tree import Node
from lending.intake.mismo.words import ASSETS, EXPENSES, LIABILITIES, OCCUPANCIES
from lending.intake.parsed import Fields
from lending.models.fields import STATE
from lending.vocabulary import LiabilityKind, Occupancy

ON_HOME = "ASSET_IsAssociatedWith_LIABILITY"
OWED_BY = "LIABILITY_IsAssociatedWith_ROLE"
PAID_BY = "EXPENSE_IsAssociatedWith_ROLE"
DEPOSITED = "EXTENSION/OTHER/ULAD:ASSET_DETAIL_EXTENSION/ULAD:IncludedInAssetAccountIndicator"
STATED_TOTAL = "BorrowerEstimatedTotalMonthlyLiabilityPayment"


@dataclass(slots=True)
class Debt:
    """One liability: its element, its figures in dollars (a month), and the place of the other home it is on."""

    node: Node
    kind: str
    payment: Decimal | None
    balance: Decimal | None
    paid_off: bool
    fields: Fields
    home: int | None = None
    on_subject: bool = False


@dataclass(slots=True)
class Means:
    """Assets, other homes, and debts that no borrower is named for; ``subject_debts`` are liens on the home itself."""

    assets: list[Fields] = field(default_factory=list)
    owned_homes: list[Fields] = field(default_factory=list)
    unowned: list[Fields] = field(default_factory=list)
    subject_debts: list[Debt] = field(default_factory=list)


def read_means(deal: Deal, people: list[Person]) -> Means:
    """Return assets and other homes, and give each borrower his or her liabilities.

    A liability that arcs join to several borrowers counts once, with the first of them.
    """
    means = Means()
    debts = {id(debt.node): debt for node in deal.node.all("LIABILITIES/LIABILITY") if (debt := _debt(deal, node))}
    for node in deal.node.all("ASSETS/ASSET"):
        owned = node.first("OWNED_PROPERTY")
        if owned is None:
            means.assets.extend(_asset(deal, node.first("ASSET_DETAIL") or node))
        else:
            _owned_property(deal, node, owned, debts, means)
    means.subject_debts = [debt for debt in debts.values() if debt.on_subject]
    for debt in debts.values():
        if debt.on_subject and not debt.paid_off:
            continue  # it stays on the home, so it stands with the loan as a subordinate lien
        linked = {} if debt.home is None else {"owned_home": debt.home}
        _give(debt.fields | linked, people, deal.linked(OWED_BY, label_of(debt.node)), means)
    for node in deal.node.all("EXPENSES/EXPENSE"):
        if (expense := _expense(deal, node)) is not None:
            _give(expense, people, deal.linked(PAID_BY, label_of(node)), means)
    _stated_totals(deal, people, listed=deal.node.first("LIABILITIES") is not None)
    return means


def _give(debt: Fields, people: list[Person], roles: Iterable[Node], means: Means) -> None:
    owners = {id(role) for role in roles}
    owner = next((person for person in people if id(person.role) in owners), None)
    if owner is None and len(people) == 1:
        owner = people[0]
    (means.unowned if owner is None else owner.part["liabilities"]).append(debt)


def _debt(deal: Deal, node: Node) -> Debt | None:
    """Return one liability; None for a stated total, and for one that the sender leaves out of the ratio."""
    detail = node.first("LIABILITY_DETAIL") or node
    kind = deal.leaf(detail, "LiabilityType")
    if kind is not None and kind.text == STATED_TOTAL:
        return None
    if _excluded(deal, detail):
        deal.note(node.path("DEAL"), "is left out of the ratio by the sender, so it is kept among the unmapped values.")
        return None
    word = deal.word(detail, LIABILITIES, "LiabilityType") if kind is not None else LiabilityKind.OTHER
    payment, balance = (
        deal.dollars(detail, "LiabilityMonthlyPaymentAmount"),
        deal.dollars(detail, "LiabilityUnpaidBalanceAmount"),
    )
    paid_off = bool(deal.flag(detail, "LiabilityPayoffStatusIndicator"))
    holder = deal.text(node, 100, "LIABILITY_HOLDER/NAME/FullName", "LiabilityHolderName")
    return Debt(
        node=node,
        kind=kind.text if kind is not None else "",
        payment=payment,
        balance=balance,
        paid_off=paid_off,
        fields={
            "kind": word or LiabilityKind.OTHER,
            "creditor": holder,
            "monthly_payment": payment,
            "balance": balance,
            "months_remaining": deal.whole(detail, "LiabilityRemainingTermMonthsCount", high=1_200),
            "paid_off_at_closing": paid_off,
        },
    )


def _excluded(deal: Deal, detail: Node) -> bool:
    leaf = deal.leaf(detail, "LiabilityExclusionIndicator")
    if leaf is None or leaf.text not in {"true", "1"}:
        deal.flag(detail, "LiabilityExclusionIndicator")
        return False
    return True


def _asset(deal: Deal, detail: Node) -> list[Fields]:
    """Return a liquid asset; any other, and a gift that is in an account already, stays among the unmapped values."""
    kind, deposited = deal.leaf(detail, "AssetType"), deal.leaf(detail, DEPOSITED)
    if kind is None or kind.text not in ASSETS or (deposited is not None and deposited.text in {"true", "1"}):
        return []
    kind.taken = True
    if deposited is not None:
        deposited.taken = True
    holder = detail if detail.name == "ASSET" else detail.parent
    return [
        {
            "kind": ASSETS[kind.text],
            "institution": deal.text(holder, 100, "ASSET_HOLDER/NAME/FullName", "AssetHolderName"),
            "amount": deal.dollars(detail, "AssetCashOrMarketValueAmount"),
        }
    ]


def _owned_property(deal: Deal, node: Node, owned: Node, debts: dict[int, Debt], means: Means) -> None:
    detail = owned.first("OWNED_PROPERTY_DETAIL")
    liens = [debt for each in deal.linked(ON_HOME, label_of(node)) if (debt := debts.get(id(each)))]
    if deal.flag(detail, "OwnedPropertySubjectIndicator"):
        for debt in liens:
            debt.on_subject = True
        return
    occupancy = deal.word(
        owned.first("PROPERTY/PROPERTY_DETAIL"), OCCUPANCIES, "PropertyUsageType", "PropertyCurrentUsageType"
    )
    if occupancy is None:
        deal.problem(owned, "does not say whether the home is a primary or second home or an investment.")
        return
    place = len(means.owned_homes) + 1
    for debt in liens:
        debt.home = place
    lien = deal.dollars(detail, "OwnedPropertyLienUPBAmount")
    gross = deal.dollars(detail, "OwnedPropertyRentalIncomeGrossAmount")
    means.owned_homes.append(
        {
            "occupancy": occupancy,
            "state": deal.text(owned, 2, "PROPERTY/ADDRESS/StateCode", read=matching(STATE)),
            "monthly_rent": gross if gross is not None or occupancy is Occupancy.INVESTMENT else Decimal(0),
            "monthly_net_rent": deal.signed_dollars(detail, "OwnedPropertyRentalIncomeNetAmount"),
            "monthly_pitia": _cost(deal, detail, liens, lien),
            "unpaid_balance": lien if lien is not None else total_of(debt.balance for debt in liens),
            "sold_by_closing": _sold(deal, detail),
        }
    )


def _sold(deal: Deal, detail: Node | None) -> bool:
    """Return whether the home is sold; a sale that is pending may fall through, so it does not count as sold."""
    status = {"Sold": True, "PendingSale": False, "Retain": False}
    return bool(deal.word(detail, status, "OwnedPropertyDispositionStatusType"))


def _cost(deal: Deal, detail: Node | None, liens: list[Debt], lien: Decimal | None) -> Decimal | None:
    """Return what the home costs a month: payments of the mortgages that stay, and upkeep not paid with them.

    Unknown where money is owed on it but no mortgage of the list is joined to it, or where the rest is not stated.
    """
    upkeep = deal.dollars(detail, "OwnedPropertyMaintenanceExpenseAmount")
    staying = [debt for debt in liens if not debt.paid_off]
    if upkeep is None:
        included = [_includes_taxes(deal, debt) for debt in staying]
        upkeep = Decimal(0) if included and all(included) else None
    if upkeep is None or (lien and not liens):
        return None
    payments = total_of(debt.payment for debt in staying)
    return None if payments is None and staying else (payments or Decimal(0)) + upkeep


def _includes_taxes(deal: Deal, debt: Debt) -> bool:
    detail = debt.node.first("LIABILITY_DETAIL") or debt.node
    return bool(deal.flag(detail, "LiabilityPaymentIncludesTaxesInsuranceIndicator"))


def total_of(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum in dollars; None where there is nothing to add or one amount is unknown."""
    listed = list(amounts)
    known = [each for each in listed if each is not None]
    return sum(known, Decimal(0)) if listed and len(known) == len(listed) else None


def _expense(deal: Deal, node: Node) -> Fields | None:
    kind = deal.known_word(node, EXPENSES, "ExpenseType")
    if kind is None:
        return None
    return {
        "kind": kind,
        "monthly_payment": deal.dollars(node, "ExpenseMonthlyPaymentAmount"),
        "months_remaining": deal.whole(node, "ExpenseRemainingTermMonthsCount", high=1_200),
    }


def _stated_totals(deal: Deal, people: list[Person], *, listed: bool) -> None:
    """Give a borrower without a debt the total he or she stated, or none where the file lists the debts of all."""
    for person in people:
        if not person.part["liabilities"]:
            person.part["monthly_debts"] = Decimal(0) if listed else None
    for node in deal.node.all("LIABILITIES/LIABILITY"):
        detail = node.first("LIABILITY_DETAIL") or node
        kind = deal.leaf(detail, "LiabilityType")
        if kind is None or kind.text != STATED_TOTAL:
            continue
        kind.taken = True
        owners = {id(role) for role in deal.linked(OWED_BY, label_of(node))}
        total = deal.dollars(detail, "LiabilityMonthlyPaymentAmount")
        for person in people:
            if id(person.role) in owners or len(people) == 1:
                person.part["monthly_debts"] = total
