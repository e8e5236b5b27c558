"""Who asks, what they show, and what was decided."""

from lending.models.application import LoanApplication, Property
from lending.models.condition import BorrowerDocument, Condition, ConditionStep
from lending.models.decision import Decision, DecisionRun, Finding
from lending.models.desk import Escalation, FirstView, Question, Signatory, Signature
from lending.models.means import Asset, Income, IntakeFile, Liability, OwnedHome
from lending.models.parties import Applicant, Borrower, Partner
from lending.models.review import ClearedHit, Review

__all__ = [
    "Applicant",
    "Asset",
    "Borrower",
    "BorrowerDocument",
    "ClearedHit",
    "Condition",
    "ConditionStep",
    "Decision",
    "DecisionRun",
    "Escalation",
    "Finding",
    "FirstView",
    "Income",
    "IntakeFile",
    "Liability",
    "LoanApplication",
    "OwnedHome",
    "Partner",
    "Property",
    "Question",
    "Review",
    "Signatory",
    "Signature",
]
