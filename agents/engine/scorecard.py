"""The published scorecard: points for each factor as the rulebook gives them, and their sum as confidence."""

from decimal import Decimal

from agents.state import ScoreLine
from policies.rulebook.rules import DatedRules, Facts, RateQuote

PREFIX = "points_"
BASE = "base"


def score(facts: Facts, rules: DatedRules) -> tuple[tuple[ScoreLine, ...], Decimal | None]:
    """Return a line for each factor in points, and the confidence from 0 to 100; None when a factor is unknown.

    The factors are the rulebook's ``points_<fact>`` tables; ``points_base`` is given to every loan.
    """
    quotes = {name: rules.rate(name, facts) for name in rules.rates if name.startswith(PREFIX)}
    lines = tuple(_line(name, quote, facts, rules) for name, quote in quotes.items())
    if not lines or None in quotes.values():
        return lines, None
    return lines, min(max(sum((line.points for line in lines), Decimal(0)), Decimal(0)), Decimal(100))


def _line(name: str, quote: RateQuote | None, facts: Facts, rules: DatedRules) -> ScoreLine:
    factor = name.removeprefix(PREFIX)
    value = facts.get(factor)
    shown = "" if factor == BASE else "unknown" if value is None else str(value)
    points = quote.value if quote else Decimal(0)
    return ScoreLine(factor, shown, points, rules.highest(name), quote.citation if quote else "")
