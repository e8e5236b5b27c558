"""Who asks, what they show, and what was decided."""

from lending.models.application import Asset, Liability, LoanApplication, Property
from lending.models.decision import Condition, Decision, DecisionRun, Finding
from lending.models.parties import Applicant, Borrower, Partner
from lending.models.review import ClearedHit, Review

__all__ = [
    "Applicant",
    "Asset",
    "Borrower",
    "ClearedHit",
    "Condition",
    "Decision",
    "DecisionRun",
    "Finding",
    "Liability",
    "LoanApplication",
    "Partner",
    "Property",
    "Review",
]
