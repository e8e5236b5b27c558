"""The rows of policies, by subject."""

from policies.models.documents import EMBEDDING_DIMENSIONS, PolicyChunk, PolicyDocument, PolicyVersion
from policies.models.sanctions import SanctionsEntry, SanctionsList

__all__ = [
    "EMBEDDING_DIMENSIONS",
    "PolicyChunk",
    "PolicyDocument",
    "PolicyVersion",
    "SanctionsEntry",
    "SanctionsList",
]
