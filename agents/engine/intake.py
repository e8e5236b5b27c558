"""Is the file whole, and does it agree with itself? Missing facts by name, and findings that refer or inform."""

from agents.engine.intake_borrowers import check_borrowers
from agents.engine.intake_checks import check_loan, check_texts
from lending.casefile import CaseFile
from lending.completeness import missing_facts
from policies.rulebook.findings import Finding


def review_intake(case: CaseFile) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Return the facts without which nothing can be computed, named as the CSV columns name them, and the findings.

    Intake findings are of severity REVIEW or NOTE: what must pass is the rulebook's to say.
    """
    return missing_facts(case), (*check_loan(case), *check_borrowers(case), *check_texts(case))
