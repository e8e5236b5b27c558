"""What the rules are read from: each kind of row is registered by the module named after it."""

from policies.workspace.areas_admin import CountyLoanLimitAdmin, LoanLimitTableAdmin
from policies.workspace.documents_admin import PolicyDocumentAdmin
from policies.workspace.passages_admin import PolicyChunkAdmin
from policies.workspace.rulebook_admin import RulebookVersionAdmin
from policies.workspace.sanctions_admin import SanctionsEntryAdmin, SanctionsListAdmin
from policies.workspace.versions_admin import PolicyVersionAdmin
from policies.workspace.watched_admin import WatchedItemAdmin

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
