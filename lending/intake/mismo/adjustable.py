"""How an adjustable rate moves, from the adjustment rules of the loan."""

from decimal import Decimal

from lending.intake.mismo.reading import Deal
from lending.intake.mismo.tree import Node
from lending.intake.parsed import Fields

LIFETIME = "INTEREST_RATE_LIFETIME_ADJUSTMENT_RULE"
CHANGES = "INTEREST_RATE_PER_CHANGE_ADJUSTMENT_RULES/INTEREST_RATE_PER_CHANGE_ADJUSTMENT_RULE"
CAP = "PerChangeMaximumIncreaseRatePercent"


def read_adjustments(deal: Deal, loan: Node | None, rate: Decimal | None) -> Fields:
    """Return how the rate moves: months, percentage points and percent; ``rate`` is the note rate in percent."""
    rules = loan.first("ADJUSTMENT/INTEREST_RATE_ADJUSTMENT") if loan else None
    changes = _changes(deal, rules)
    fixed = deal.whole(loan, "LOAN_DETAIL/InitialFixedPeriodEffectiveMonthsCount", low=1, high=480)
    if fixed is None:
        fixed = deal.whole(rules, f"{LIFETIME}/FirstRateChangeMonthsCount", low=1, high=480)
    later = changes.get("Subsequent")
    margin = (f"{LIFETIME}/MarginRatePercent", "INDEX_RULES/INDEX_RULE/MarginRatePercent")
    return {
        "arm_fixed_months": fixed,
        "arm_adjustment_months": deal.whole(later, "PerChangeRateAdjustmentFrequencyMonthsCount", low=1, high=120),
        "arm_index_rate": deal.percent(loan, "TERMS_OF_LOAN/DisclosedIndexRatePercent", low=-5),
        "arm_margin": deal.percent(rules, *margin, high=20),
        "arm_first_cap": deal.percent(changes.get("First"), CAP, high=20),
        "arm_periodic_cap": deal.percent(later, CAP, high=20),
        "arm_lifetime_cap": _lifetime_cap(deal, rules, rate),
    }


def _changes(deal: Deal, rules: Node | None) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for each in rules.all(CHANGES) if rules else ():
        kind = deal.leaf(each, "AdjustmentRuleType")
        if kind is not None and kind.text in {"First", "Subsequent"}:
            kind.taken = True
            found[kind.text] = each
    return found


def _lifetime_cap(deal: Deal, rules: Node | None, rate: Decimal | None) -> Decimal | None:
    """Return the most the rate can rise in all: stated, or what the ceiling lies above the note rate."""
    rise = deal.percent(rules, f"{LIFETIME}/MaximumIncreaseRatePercent", high=20)
    ceiling = deal.percent(rules, f"{LIFETIME}/CeilingRatePercent", high=50)
    if rise is None and ceiling is not None and rate is not None and ceiling >= rate:
        return ceiling - rate
    return rise
