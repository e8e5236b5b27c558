"""The rows of policies, by subject."""

from policies.models.areas import CountyLoanLimit, LimitKind, LoanLimitTable
from policies.models.documents import EMBEDDING_DIMENSIONS, PolicyChunk, PolicyDocument, PolicyVersion
from policies.models.rulebook import ImpactReport, ImpactStatus, RulebookStatus, RulebookVersion
from policies.models.sanctions import SanctionsEntry, SanctionsList

__all__ = [
    "EMBEDDING_DIMENSIONS",
    "CountyLoanLimit",
    "ImpactReport",
    "ImpactStatus",
    "LimitKind",
    "LoanLimitTable",
    "PolicyChunk",
    "PolicyDocument",
    "PolicyVersion",
    "RulebookStatus",
    "RulebookVersion",
    "SanctionsEntry",
    "SanctionsList",
]
