"""Every change to a run or a case goes through here: keyword-only, in one transaction, audited."""

from lending.services.requesting import request_decision
from lending.services.reviewing import clear_hold, resolve_review, take_review
from lending.services.running import claim_run, complete_run, fail_run, renew_lease
from lending.services.sweeping import ReleaseReport, release_stuck_runs

__all__ = [
    "ReleaseReport",
    "claim_run",
    "clear_hold",
    "complete_run",
    "fail_run",
    "release_stuck_runs",
    "renew_lease",
    "request_decision",
    "resolve_review",
    "take_review",
]
