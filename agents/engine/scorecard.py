"""The published scorecard: points for each factor as the rulebook gives them, and their sum as confidence."""

from decimal import Decimal

from agents.state import ScoreLine
from policies.rules import DatedRules, Facts

PREFIX = "points_"
BASE = "base"


def score(facts: Facts, rules: DatedRules) -> tuple[tuple[ScoreLine, ...], Decimal | None]:
    """Return a line for each factor in points, and the confidence from 0 to 100; None when a factor is unknown.

    The factors are the rulebook's ``points_<fact>`` tables; ``points_base`` is given to every loan.
    """
    names = [name for name in rules.rates if name.startswith(PREFIX)]
    lines = tuple(_line(name, facts, rules) for name in names)
    known = [line for line, name in zip(lines, names, strict=True) if rules.rate(name, facts) is not None]
    if not lines or len(known) < len(lines):
        return lines, None
    return lines, min(max(sum((line.points for line in lines), Decimal(0)), Decimal(0)), Decimal(100))


def _line(name: str, facts: Facts, rules: DatedRules) -> ScoreLine:
    factor, quote = name.removeprefix(PREFIX), rules.rate(name, facts)
    value = facts.get(factor)
    shown = "" if factor == BASE else "unknown" if value is None else str(value)
    points = quote.value if quote else Decimal(0)
    return ScoreLine(factor, shown, points, rules.highest(name), quote.citation if quote else "")
