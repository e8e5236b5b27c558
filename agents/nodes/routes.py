"""Where a run goes next: the two forks of the drawing and the place where its branches meet."""

from typing import Any

from agents.state import CaseState, Verdict


def after_intake(state: CaseState) -> str:
    """Go on to the figures, or straight to audit when facts are missing without which nothing can be computed."""
    return "audit" if state["intake"].verdict is Verdict.INCOMPLETE else "ratio"


async def join(state: CaseState) -> dict[str, Any]:
    """Wait for policy and compliance; add nothing."""
    return {}


def after_join(state: CaseState) -> str:
    """Go on to underwriting, or straight to audit when compliance stops the loan."""
    return "audit" if state["compliance"].verdict is Verdict.STOP else "underwriting"
