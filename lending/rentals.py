"""Rent, of the home that is bought and of others the borrowers own: what it adds to income or to debts each month."""

from dataclasses import dataclass
from decimal import Decimal

from lending.casefile import CaseFile, OwnedHomeFacts
from lending.rounding import share_of
from lending.terms import Terms
from lending.vocabulary import Occupancy
from lending.worksheets import Line, counted, left_out

SUBJECT = "Rent of this home"
OWN_HOME = "the home's own cost counts in full"


@dataclass(frozen=True, slots=True)
class Rentals:
    """Worksheet lines in dollars a month: gains belong to income, losses to debts.

    ``nets_subject``: the subject's own PITIA stands in them, so that it counts nowhere else.
    """

    gains: tuple[Line, ...]
    losses: tuple[Line, ...]
    nets_subject: bool = False


def rentals(case: CaseFile, terms: Terms, pitia: Decimal | None) -> Rentals:
    """Return what rent adds. ``pitia``: the subject's in dollars a month at the qualifying rate; None is unknown.

    A principal residence of several units: its rent is income, its PITIA stays a debt. An investment property: rent
    less PITIA, once a rent is on file. Every other home: the same, or its PITIA as a debt where it is not let.
    """
    gains: list[Line] = []
    losses: list[Line] = []
    for place, home in enumerate(case.owned_homes, start=1):
        _sort(_owned_line(f"Other home {place}", home, terms), gains, losses)
    rent, share = case.home.monthly_rent, terms.rent_share
    if rent and case.occupancy is Occupancy.INVESTMENT:
        _sort(_net_line(SUBJECT, rent, pitia, terms), gains, losses)
        return Rentals(tuple(gains), tuple(losses), nets_subject=True)
    if rent and case.occupancy is Occupancy.PRIMARY and (case.home.units or 1) > 1:
        why = f"{share.value} percent of ${rent:,}; {OWN_HOME}"
        gains.append(counted(SUBJECT, share_of(rent, share.value), why, share.citation))
    elif rent:
        gains.append(
            left_out(
                SUBJECT, rent, f"in a second home or one-unit residence rent does not count; {OWN_HOME}", share.citation
            )
        )
    return Rentals(tuple(gains), tuple(losses))


def _sort(line: Line, gains: list[Line], losses: list[Line]) -> None:
    """Put a gain with the gains; anything else is owed each month, and so shown above zero with the losses."""
    if line.amount is not None and line.amount > 0 and line.included:
        gains.append(line)
    else:
        owed = -line.amount if line.amount is not None and line.included else line.amount
        losses.append(Line(line.label, owed, line.included, line.why, line.citation))


def _owned_line(label: str, home: OwnedHomeFacts, terms: Terms) -> Line:
    if home.sold_by_closing:
        return left_out(label, home.monthly_pitia, "sold, or paid off, by closing", terms.rent_share.citation)
    if not home.monthly_rent and home.monthly_net_rent is not None:
        return counted(label, home.monthly_net_rent, "net rent as the file states it", terms.rent_share.citation)
    if not home.monthly_rent:
        cost = None if home.monthly_pitia is None else -home.monthly_pitia
        return counted(label, cost, "not let: its own PITIA is owed in full", terms.rent_share.citation)
    return _net_line(label, home.monthly_rent, home.monthly_pitia, terms)


def _net_line(label: str, rent: Decimal, pitia: Decimal | None, terms: Terms) -> Line:
    share = terms.rent_share
    net = None if pitia is None else share_of(rent, share.value) - pitia
    cost = f"its PITIA of ${pitia:,}" if pitia is not None else "its PITIA, which is not on file"
    return counted(label, net, f"{share.value} percent of ${rent:,} rent, less {cost}", share.citation)
