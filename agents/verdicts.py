"""What findings and a model's view make of an agent's verdict: each can only make it more careful."""

from collections.abc import Iterable

from agents.state import Verdict
from policies.rulebook.findings import Finding, Result, Severity


def of_findings(findings: Iterable[Finding], *, clean: bool) -> Verdict:
    """Return STOP on a failed stop rule, NEEDS_REVIEW on an open point or an unclean text, else CLEAR."""
    open_points = [f for f in findings if f.severity is not Severity.NOTE and f.result is not Result.PASSED]
    if any(f.severity is Severity.STOP and f.result is Result.FAILED for f in open_points):
        return Verdict.STOP
    return Verdict.CLEAR if clean and not open_points else Verdict.NEEDS_REVIEW
