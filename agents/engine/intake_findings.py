"""How intake says what it found: REVIEW where figures cannot be relied on, NOTE where somebody should only look.

REVIEW is for contradictions that make a figure of the decision doubtful: a loan above the price, price and value far
apart, a line drawn beyond its limit, liens that cost nothing, a past event in the future, flood insurance for nothing,
an adjustable rate without its terms, no income at all, two principal residences, and text that gives orders. NOTE is
for mere flags, which never change a result: a score or work history that its own rule judges, debts or incomes that do
not add up to what was stated, falling income, a mortgage without its home, a home that does not fit its units.
"""

from decimal import Decimal

from policies.rulebook.findings import FactValue, Finding, Result, Severity

INTAKE = "INTAKE_"  # how the code of every finding of intake starts; a rule of the rulebook never does
FLAGS = "Conventional Lending Manual 2.4"


def checked(
    code: str,
    *,
    ok: bool,
    fact: str,
    good: str,
    bad: str,
    value: FactValue = None,
    limit: FactValue = None,
    unit: str = "",
    severity: Severity = Severity.REVIEW,
    citation: str = FLAGS,
    details: dict[str, list[str]] | None = None,
) -> Finding:
    """Return the finding of one check; ``unit`` as for any finding: dollars, percent, years, points or none."""
    return Finding(
        code=code,
        severity=severity,
        result=Result.PASSED if ok else Result.FAILED,
        fact=fact,
        value=value,
        limit=limit,
        margin=_margin(value, limit, ok=ok),
        unit=unit,
        message=good if ok else bad,
        citation=citation,
        source_mark="",
        reason_code="",
        details=details or {},
    )


def _margin(value: FactValue, limit: FactValue, *, ok: bool) -> Decimal | None:
    """Return the room left to the limit, negative where the check failed; None where nothing is measured."""
    if isinstance(value, Decimal | int) and isinstance(limit, Decimal | int):
        room = abs(Decimal(limit) - Decimal(value))
        return room if ok else -room
    return None
