"""Template filters for what a run took: time and money, short enough for a card."""

from decimal import Decimal

from django import template

from audit.model_costs import Cost
from lending.display import number

register = template.Library()


@register.filter
def milliseconds(value: object) -> str:
    """Return a time of work: ``40 ms`` below a second, ``2.4 s`` above; empty where it is not known."""
    known = number(value)
    if known is None:
        return ""
    return f"{known:.0f} ms" if known < 1000 else f"{known / 1000:.1f} s"


@register.filter
def model_dollars(value: object) -> str:
    """Return what models cost, in dollars to a hundredth of a cent; a smaller cost than that is said to be smaller."""
    known = number(value)
    if known is None:
        return "cost unknown"
    return "under $0.0001" if Decimal(0) < known < Decimal("0.0001") else f"${known:,.4f}" if known else "$0"


@register.filter
def asked(cost: Cost | None) -> str:
    """Return what an agent's questions cost so far; says so where it asked no model, or the price is not known."""
    if cost is None:
        return "no model asked"
    if cost.unpriced == cost.questions:
        return "cost unknown"
    return model_dollars(cost.dollars)
