"""What the rules are read from: each kind of row is registered by the module named after it."""

from policies.areas_admin import CountyLoanLimitAdmin, LoanLimitTableAdmin
from policies.documents_admin import PolicyDocumentAdmin
from policies.passages_admin import PolicyChunkAdmin
from policies.rulebook_admin import RulebookVersionAdmin
from policies.sanctions_admin import SanctionsEntryAdmin, SanctionsListAdmin
from policies.versions_admin import PolicyVersionAdmin
from policies.watched_admin import WatchedItemAdmin

__all__ = [
    "CountyLoanLimitAdmin",
    "LoanLimitTableAdmin",
    "PolicyChunkAdmin",
    "PolicyDocumentAdmin",
    "PolicyVersionAdmin",
    "RulebookVersionAdmin",
    "SanctionsEntryAdmin",
    "SanctionsListAdmin",
    "WatchedItemAdmin",
]
