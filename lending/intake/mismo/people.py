"""The borrowers of a deal: who they are, where they work, their scores, and the roles that arcs know them by."""

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, Decimal

from django.core.validators import EmailValidator

from lending.intake.cells import matching
from lending.intake.mismo.incomes import read_incomes
from lending.intake.mismo.reading import Deal, label_of
from lending.intake.mismo.tree import Node
from lending.intake.mismo.words import PENSIONS
from lending.intake.parsed import Fields
from lending.models.fields import STATE
from lending.vocabulary import Employment, IncomeKind

TENTH = Decimal("0.1")
MOST_BORROWERS = 50  # of one deal; more is not a loan file
SELF_EMPLOYED_FROM = "GreaterThanOrEqualTo25Percent"  # a smaller owner is an employee (Fannie Mae B3-3.2-01)


@dataclass(slots=True)
class Person:
    """One borrower: the elements of the file, who it is, and the part in this application."""

    party: Node
    role: Node
    who: Fields = field(default_factory=dict)
    part: Fields = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The label that arcs know the borrower's role by."""
        return label_of(self.role)

    @property
    def details(self) -> Node:
        """The element that holds birth date, employers, incomes and declarations."""
        return self.role.first("BORROWER") or self.party


def read_people(deal: Deal, on: date | None) -> list[Person]:
    """Return the borrowers, the one classified as primary first; ``on`` is the day of the application."""
    people = [
        Person(party, role)
        for party in deal.node.all("PARTIES/PARTY")
        for role in party.all("ROLES/ROLE")
        if _is_borrower(deal, role)
    ]
    if len(people) > MOST_BORROWERS:
        deal.problem("borrowers", f"are more than {MOST_BORROWERS} in one deal, so it is not a loan file.")
        return []
    people.sort(key=lambda person: not _is_primary(deal, person))
    for place, person in enumerate(people, start=1):
        person.who = _who(deal, person, place)
        person.part = _part(deal, person, on)
    if not people:
        deal.problem("b1_last_name", "is not in the file: no party has the role of a borrower.")
    return people


def _is_borrower(deal: Deal, role: Node) -> bool:
    leaf = deal.leaf(role, "ROLE_DETAIL/PartyRoleType", "PartyRoleType")
    if leaf is None or leaf.text != "Borrower":
        return leaf is None and role.first("BORROWER") is not None
    leaf.taken = True
    return True


def _is_primary(deal: Deal, person: Person) -> bool:
    leaf = deal.leaf(person.details, "BORROWER_DETAIL/BorrowerClassificationType")
    if leaf is None:
        return False
    leaf.taken = leaf.text in {"Primary", "Secondary"}
    return leaf.text == "Primary"


def _who(deal: Deal, person: Person, place: int) -> Fields:
    name = person.party.first("INDIVIDUAL/NAME")
    first, last = deal.text(name, 100, "FirstName"), deal.text(name, 100, "LastName")
    if not last and not first:
        first, _, last = deal.text(name, 200, "FullName").rpartition(" ")
    if not first or not last:
        deal.problem(f"b{place}_{'last' if first else 'first'}_name", "is not in the file; it is needed.")
    email = "INDIVIDUAL/CONTACT_POINTS/CONTACT_POINT/CONTACT_POINT_EMAIL/ContactPointEmailValue"
    born = deal.day(person.details, "BORROWER_DETAIL/BorrowerBirthDate") or deal.day(
        person.party, "BIRTH_DATE/BirthDate", "INDIVIDUAL/BirthDate"
    )
    return {
        "first_name": first[:100],
        "last_name": last[:100],
        "email": deal.text(person.party, 254, email, read=matching(EmailValidator())),
        "birth_date": born,
        "state": _state_of_residence(deal, person),
    }


def _state_of_residence(deal: Deal, person: Person) -> str:
    homes = list(person.details.all("RESIDENCES/RESIDENCE"))
    kinds = {id(home): deal.leaf(home, "RESIDENCE_DETAIL/BorrowerResidencyType") for home in homes}
    current = [home for home in homes if (kind := kinds[id(home)]) is not None and kind.text == "Current"]
    chosen = current or (homes if len(homes) == 1 else [])
    if not chosen:
        return ""
    if kind := kinds[id(chosen[0])]:
        kind.taken = True
    return deal.text(chosen[0], 2, "ADDRESS/StateCode", read=matching(STATE))


def _part(deal: Deal, person: Person, on: date | None) -> Fields:
    current = _current_employers(deal, person)
    main = next((each for each in current if _classified(deal, each) == "Primary"), current[0] if current else None)
    incomes = read_incomes(deal, person.details, current)
    kinds = {income["kind"] for income in incomes}
    return {
        "employer": _employer_name(deal, main),
        "employment": _employment(deal, main, person, kinds),
        "years_employed": _years_employed(deal, main, on),
        "credit_score": _decision_score(deal, person.details),
        "monthly_income": _stated_income(deal, person.details) if not incomes else None,
        "incomes": incomes,
        "liabilities": [],
    }


def _current_employers(deal: Deal, person: Person) -> list[Node]:
    found = [*person.details.all("EMPLOYERS/EMPLOYER")]
    if not found and person.details is not person.party:
        found = [*person.party.all("EMPLOYERS/EMPLOYER")]
    return [employer for employer in found if _is_current(deal, employer)]


def _is_current(deal: Deal, employer: Node) -> bool:
    """Return whether a job is held today: said so, or neither said nor ended."""
    status = deal.leaf(employer, "EMPLOYMENT/EmploymentStatusType")
    if status is not None and status.text in {"Current", "Previous"}:
        status.taken = status.text == "Current"
        return status.taken
    return deal.leaf(employer, "EMPLOYMENT/EmploymentEndDate", "EmploymentEndDate") is None


def _classified(deal: Deal, employer: Node) -> str:
    leaf = deal.leaf(employer, "EMPLOYMENT/EmploymentClassificationType")
    if leaf is None:
        return ""
    leaf.taken = leaf.text in {"Primary", "Secondary"}
    return leaf.text


def _employer_name(deal: Deal, employer: Node | None) -> str:
    return deal.text(employer, 200, "LEGAL_ENTITY/LEGAL_ENTITY_DETAIL/FullName", "EmployerName")


def _employment(deal: Deal, main: Node | None, person: Person, kinds: set[IncomeKind]) -> str:
    """Return how the borrower earns: an owner of a quarter or more is self-employed; no job but a pension, retired."""
    if main is None:
        listed = person.details.first("EMPLOYERS") is not None or bool(kinds)
        return (Employment.RETIRED if kinds & PENSIONS else Employment.OTHER if kinds else "") if listed else ""
    owner = deal.flag(main, "EMPLOYMENT/EmploymentBorrowerSelfEmployedIndicator")
    share = deal.leaf(main, "EMPLOYMENT/OwnershipInterestType")
    if share is not None:
        share.taken = True
    small = share is not None and share.text != SELF_EMPLOYED_FROM
    return Employment.SELF_EMPLOYED if owner and not small else Employment.EMPLOYED


def _years_employed(deal: Deal, main: Node | None, on: date | None) -> Decimal | None:
    """Return years in the line of work or else in the present job, a tenth of a year begun not counted."""
    months = deal.whole(main, "EMPLOYMENT/EmploymentTimeInLineOfWorkMonthsCount", high=1_200)
    start = deal.day(main, "EMPLOYMENT/EmploymentStartDate", "EmploymentStartDate")
    if months is None and start is not None and on is not None and start <= on:
        months = (on.year - start.year) * 12 + on.month - start.month - (on.day < start.day)
    if months is None:
        return None
    return min((Decimal(months) / 12).quantize(TENTH, ROUND_DOWN), Decimal(99))


def _decision_score(deal: Deal, details: Node) -> int | None:
    """Return the borrower's score: the middle of three, the lower of two, the only one (Fannie Mae B3-5.1-02)."""
    scores = [
        score
        for each in details.all("CREDIT_SCORES/CREDIT_SCORE")
        if (score := deal.whole(each, "CREDIT_SCORE_DETAIL/CreditScoreValue", "CreditScoreValue", low=300, high=850))
    ]
    if len(scores) > 3:
        deal.problem("credit_score", "is stated more than three times for one borrower, so which to use is not clear.")
        return None
    return sorted(scores)[(len(scores) - 1) // 2] if scores else None


def _stated_income(deal: Deal, details: Node) -> Decimal | None:
    """Return the total a borrower stated without itemising it."""
    for item in details.all("CURRENT_INCOME/CURRENT_INCOME_ITEMS/CURRENT_INCOME_ITEM/CURRENT_INCOME_ITEM_DETAIL"):
        kind = deal.leaf(item, "IncomeType")
        if kind is not None and kind.text == "BorrowerEstimatedTotalMonthlyIncome":
            kind.taken = True
            return deal.dollars(item, "CurrentIncomeMonthlyTotalAmount")
    return None
