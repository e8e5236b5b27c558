"""What the borrowers declare of their past: bankruptcy, foreclosure, and homes given up to the lender."""

from datetime import date

from lending.intake.mismo.people import Person
from lending.intake.mismo.reading import Deal
from lending.intake.mismo.tree import Node
from lending.intake.mismo.words import BANKRUPTCY_CHAPTERS
from lending.intake.parsed import Fields

DECLARED = "DECLARATION/DECLARATION_DETAIL"
ENDED = ("BankruptcyDischargedDate", "BankruptcyDischargeDate", "BankruptcyDispositionDate", "BankruptcyDismissalDate")
FORECLOSURE = ("PriorPropertyForeclosureCompletedIndicator",)
SHORT_SALE = ("PriorPropertyDeedInLieuConveyedIndicator", "PriorPropertyShortSaleCompletedIndicator")


def read_history(deal: Deal, people: list[Person]) -> Fields:
    """Return the events that waiting periods are counted from, of all borrowers together.

    Form 1003 asks for none of the dates, so an event that is declared without one stays known and undated.
    """
    events = [event for person in people for event in _bankruptcies(person)]
    return {
        **_bankruptcy(deal, events),
        "bankruptcies_in_seven_years": _most(deal, people),
        "foreclosure_declared": _any_declared(deal, people, FORECLOSURE),
        "short_sale_declared": _any_declared(deal, people, SHORT_SALE),
    }


def _bankruptcies(person: Person) -> list[Node]:
    found = [*person.details.all("BANKRUPTCIES/BANKRUPTCY"), *person.details.all(f"{DECLARED}/BANKRUPTCIES/BANKRUPTCY")]
    return [each.first("BANKRUPTCY_DETAIL") or each for each in found]


def _most(deal: Deal, people: list[Person]) -> int | None:
    """Return the most bankruptcies that one borrower had in seven years; unknown unless every borrower has answered."""
    declared = [deal.flag(person.details, f"{DECLARED}/BankruptcyIndicator") for person in people]
    listed = [sum(1 for _ in _bankruptcies(person)) for person in people]
    most = max((max(number, int(bool(answer))) for number, answer in zip(listed, declared, strict=True)), default=0)
    return most if most or (declared and None not in declared) else None


def _bankruptcy(deal: Deal, events: list[Node]) -> Fields:
    """Return chapter and day of the latest bankruptcy; of several, one without its day leaves the day unknown."""
    if not events:
        return {}
    read = [(deal.day(each, *ENDED), _chapter(deal, each), _dismissed(deal, each)) for each in events]
    dates = [day for day, _, _ in read if day is not None]
    day: date | None = max(dates) if len(dates) == len(read) else None
    _, chapter, dismissed = next((each for each in read if each[0] == day), read[-1])
    return {"bankruptcy_chapter": chapter, "bankruptcy_date": day, "bankruptcy_dismissed": dismissed}


def _chapter(deal: Deal, event: Node) -> str:
    return deal.word(event, BANKRUPTCY_CHAPTERS, "BankruptcyChapterType") or ""


def _dismissed(deal: Deal, event: Node) -> bool | None:
    kinds = {"Discharged": False, "Dismissed": True}
    return deal.known_word(event, kinds, "BankruptcyDispositionType", "BankruptcyStatusType")


def _any_declared(deal: Deal, people: list[Person], names: tuple[str, ...]) -> bool | None:
    """Return whether any borrower declares one of the events; unknown where none does and one has not answered."""
    answers = [deal.flag(person.details, f"{DECLARED}/{name}") for person in people for name in names]
    if any(answers):
        return True
    return False if answers and None not in answers else None
