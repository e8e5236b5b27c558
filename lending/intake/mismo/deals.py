"""MISMO 3.4 files: each DEAL becomes one application, whole or not at all. docs/intake.md has the mapping."""

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from lending.exceptions import FileNotReadable
from lending.intake.mismo.history import read_history
from lending.intake.mismo.home import in_association, read_home, read_occupancy, subject_property
from lending.intake.mismo.housing import home_costs, read_proposed_housing
from lending.intake.mismo.leftovers import leftovers
from lending.intake.mismo.liens import read_liens
from lending.intake.mismo.loan import read_application_date, read_loan, subject_loan
from lending.intake.mismo.means import read_means, total_of
from lending.intake.mismo.people import read_people
from lending.intake.mismo.reading import Deal, masked
from lending.intake.mismo.tree import MISMO, Node, read_tree
from lending.intake.parsed import Fields, ParsedApplication, RowProblem
from lending.vocabulary import Program

FORMAT = "MISMO 3.4"
MOST_AROUND = 200_000  # values outside the deals, counted once for each deal that keeps them
IDENTIFIERS = ("LenderLoan", "UniversalLoan", "LenderCase", "AgencyCase", "MERS_MIN")  # the first of these is the key


def read_deals(path: Path, *, today: date) -> list[ParsedApplication]:
    """Return every deal of the file, good and bad, numbered from 1 in file order.

    ``today`` is the day of receipt. Raises ``FileNotReadable`` when the file as a whole cannot be taken.
    """
    root = read_tree(path)
    _check_root(path, root)
    nodes = [node for node in root.under("DEAL") if node.parent is not None and node.parent.name == "DEALS"]
    if not nodes:
        raise FileNotReadable(path.name, "holds no DEAL, so there is no application in it.")
    around = list(leftovers(root, "MESSAGE", skip=root.first("DEAL_SETS")))
    if len(around) * len(nodes) > MOST_AROUND:
        raise FileNotReadable(path.name, "holds too much outside its deals to keep with each of them. Split it.")
    parsed = [_application(Deal(node, row), root, around, path, today) for row, node in enumerate(nodes, start=1)]
    _check_keys(parsed)
    return parsed


def _check_root(path: Path, root: Node) -> None:
    if root.name != "MESSAGE":
        raise FileNotReadable(path.name, f"is not a MISMO file: its root is not MESSAGE of {MISMO}.")
    version = root.attributes.get("MISMOReferenceModelIdentifier", "")
    if version and not version.startswith("3.4"):
        raise FileNotReadable(path.name, "is MISMO of another version than 3.4. Export it as MISMO 3.4.")


def _check_keys(parsed: list[ParsedApplication]) -> None:
    seen: dict[str, int] = {}
    for each in parsed:
        first = seen.setdefault(each.external_id, each.row)
        if each.external_id and first != each.row:
            each.problems.append(RowProblem(each.row, "external_id", f"is the same as in deal {first}."))


def _application(deal: Deal, message: Node, around: list[Fields], path: Path, today: date) -> ParsedApplication:
    deal.check_arcs()
    loan_node, home_node = subject_loan(deal), subject_property(deal)
    dated = read_application_date(deal, loan_node, message, today)
    people = read_people(deal, dated)
    means = read_means(deal, people)
    proposed = read_proposed_housing(deal, loan_node)
    loan, home = read_loan(deal, loan_node, home_node), read_home(deal, home_node)
    home |= home_costs(proposed, in_association=in_association(deal, home_node, home["property_type"]))
    fingerprint = _fingerprint(deal.node)
    loan |= {
        "external_id": _external_id(deal, loan_node) or f"deal-{fingerprint[:24]}",
        "application_date": dated,
        "occupancy": read_occupancy(deal, home_node, people[0].details if people else None),
        **read_history(deal, people),
        **read_liens(deal, loan_node, proposed, means.subject_debts),
        **_job_costs(deal, loan),
    }
    _rents(deal, home)
    _check_numbers(deal, loan_node, len(people))
    return ParsedApplication(
        row=deal.row,
        loan=loan,
        home=home,
        borrowers=[(person.who, person.part) for person in people],
        assets=means.assets,
        owned_homes=means.owned_homes,
        unowned_liabilities=means.unowned,
        problems=deal.problems,
        notes=deal.notes,
        intake_file={
            "file_name": path.name[-255:],
            "format": FORMAT,
            "content_hash": fingerprint,
            "unmapped": [*around, *leftovers(deal.node, "DEAL")],
        },
    )


def _external_id(deal: Deal, loan: Node | None) -> str:
    """Return the sender's own number of the loan, else another identifier of it; empty where all are masked."""
    found: dict[str, Node] = {}
    for each in loan.all("LOAN_IDENTIFIERS/LOAN_IDENTIFIER") if loan else ():
        kind, leaf = deal.leaf(each, "LoanIdentifierType"), deal.leaf(each, "LoanIdentifier")
        if kind is not None and leaf is not None and not masked(leaf.text):
            found.setdefault(kind.text, each)
    chosen = next((found[kind] for kind in IDENTIFIERS if kind in found), None)
    if chosen is None:
        return ""
    if kind := deal.leaf(chosen, "LoanIdentifierType"):
        kind.taken = True
    return deal.text(chosen, 100, "LoanIdentifier")


def _job_costs(deal: Deal, loan: Fields) -> Fields:
    """Return what VA calls the cost of holding a job, child care above all, in dollars a month."""
    if loan["program"] is not Program.VA:
        return {}
    amounts = []
    for node in deal.node.all("EXPENSES/EXPENSE"):
        if (kind := deal.leaf(node, "ExpenseType")) is not None and kind.text == "JobRelatedExpenses":
            kind.taken = True
            amounts.append(deal.dollars(node, "ExpenseMonthlyPaymentAmount"))
    return {"monthly_child_care": total_of(amounts)}


def _rents(deal: Deal, home: Fields) -> None:
    """Take the rent of the home itself from where form 1003 has it: among the income items."""
    for item in deal.node.under("CURRENT_INCOME_ITEM_DETAIL"):
        kind = deal.leaf(item, "IncomeType")
        if kind is None or kind.text != "ProposedGrossRentForSubjectProperty" or home["monthly_rent"] is not None:
            continue
        kind.taken = True
        home["monthly_rent"] = deal.dollars(item, "CurrentIncomeMonthlyTotalAmount")


def _check_numbers(deal: Deal, loan: Node | None, people: int) -> None:
    """Note it where the file counts other borrowers than it names."""
    counted = deal.whole(loan, "LOAN_DETAIL/BorrowerCount", high=99)
    if counted is not None and counted != people:
        deal.note("borrowers", f"are {people} in the file, but BorrowerCount says {counted}.")


def _fingerprint(node: Node) -> str:
    """Return the SHA-256 of the deal's elements, attributes and texts, however the file is laid out."""
    digest = hashlib.sha256()
    for part in _parts(node):
        digest.update(part.encode())
        digest.update(b"\0")
    return digest.hexdigest()


def _parts(node: Node) -> Iterator[str]:
    yield node.name
    yield from (f"{name}={node.attributes[name]}" for name in sorted(node.attributes))
    yield node.text
    for child in node.children:
        yield from _parts(child)
    yield "/"
