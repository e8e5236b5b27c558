"""The charges of each program for sheets worked by hand: the rates as said, the terms of the real rulebook."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from agents.engine.charges import terms_for
from lending.ratios import Charges, Ratios, Terms, Worksheet
from lending.vocabulary import Program
from policies.rulebook.rules import RuleBook

RULES = RuleBook.load().on(date(2026, 11, 2))


def terms(program: Program = Program.CONVENTIONAL, **changes: Any) -> Terms:
    """Return a program's terms on November 2, 2026, with some replaced."""
    return replace(terms_for(program, RULES), **changes)


NONE = Charges(terms(), Decimal(0), "", Decimal(0), "")
FHA = Charges(terms(Program.FHA), Decimal("1.75"), "ML 2023-05", Decimal("0.55"), "ML 2023-05")
VA = Charges(terms(Program.VA), Decimal("2.15"), "38 USC 3729", Decimal(0), "", Decimal(25), Decimal("0.14"))
USDA = Charges(terms(Program.USDA), Decimal("1.00"), "HB-1-3555", Decimal("0.35"), "HB-1-3555")


def sheet(ratios: Ratios, name: str) -> Worksheet:
    """Return one worksheet of the figures by its name."""
    return next(sheet for sheet in ratios.worksheets if sheet.name == name)


def figures(ratios: Ratios, *names: str) -> list[str]:
    """Return some figures as text, in the order asked for."""
    return [str(getattr(ratios, name)) for name in names]


def known(figure: Decimal | None) -> Decimal:
    """Return a figure that must not be unknown."""
    assert figure is not None
    return figure
