"""When one signature is not enough: the amount is above the signer's limit, or an overlay of the lender's own failed.

Pure. Agency rules, the law and compliance stops give way to nobody; the lender may depart from its own overlays, and
only with two names under it.
"""

from collections.abc import Sequence
from decimal import Decimal

from lending.vocabulary import Outcome

OVERLAY = "overlay"


def second_signature(outcome: str, amount: Decimal | None, limit: Decimal, overlays: Sequence[str]) -> str:
    """Return why another person must sign too, as a sentence; empty where one signature is enough.

    ``amount`` is the base loan amount and ``limit`` what the signer approves alone, both in dollars; an unknown amount
    is above every limit. ``overlays`` are the codes of the lender's own rules that failed.
    """
    if outcome != Outcome.APPROVED:
        return ""
    if overlays:
        return f"The approval departs from the lender's own {' and '.join(overlays)}."
    if amount is None:
        return "The loan amount is unknown."
    if amount > limit:
        return f"The loan amount of ${amount:,.2f} is above the signer's limit of ${limit:,.2f}."
    return ""


def covers(limit: Decimal, amount: Decimal | None) -> bool:
    """Whether a person with this limit may countersign a loan of this amount, both in dollars."""
    return amount is not None and amount <= limit
