"""The rows of policies, by subject."""

from policies.models.areas import CountyLoanLimit, LimitKind, LoanLimitTable
from policies.models.documents import (
    DIMENSIONS,
    EmbeddingSpace,
    PassageVector,
    PassageWords,
    PolicyChunk,
    PolicyDocument,
    PolicyReference,
    PolicySection,
    PolicyVersion,
    Tier,
)
from policies.models.marks import PassageMark
from policies.models.rulebook import ImpactReport, ImpactStatus, RulebookStatus, RulebookVersion
from policies.models.sanctions import SanctionsEntry, SanctionsList
from policies.models.watching import WatchedItem

__all__ = [
    "DIMENSIONS",
    "CountyLoanLimit",
    "EmbeddingSpace",
    "ImpactReport",
    "ImpactStatus",
    "LimitKind",
    "LoanLimitTable",
    "PassageMark",
    "PassageVector",
    "PassageWords",
    "PolicyChunk",
    "PolicyDocument",
    "PolicyReference",
    "PolicySection",
    "PolicyVersion",
    "RulebookStatus",
    "RulebookVersion",
    "SanctionsEntry",
    "SanctionsList",
    "Tier",
    "WatchedItem",
]
