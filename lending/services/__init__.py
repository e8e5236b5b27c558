"""Every change to a run or a case goes through here: keyword-only, in one transaction, audited."""

from lending.services.asking import answer_question, ask_for_more, withdraw_question
from lending.services.claiming import release_review, take_next, take_review
from lending.services.escalating import escalate_review
from lending.services.first_views import record_first_view
from lending.services.holds import clear_hold
from lending.services.requesting import request_decision
from lending.services.reviewing import countersign_review, rehearse_review, resolve_review, send_back
from lending.services.running import claim_run, complete_run, fail_run, freeze_facts, renew_lease
from lending.services.second_look import ask_second_look
from lending.services.sweeping import ReleaseReport, release_stuck_runs

__all__ = [
    "ReleaseReport",
    "answer_question",
    "ask_for_more",
    "ask_second_look",
    "claim_run",
    "clear_hold",
    "complete_run",
    "countersign_review",
    "escalate_review",
    "fail_run",
    "freeze_facts",
    "record_first_view",
    "rehearse_review",
    "release_review",
    "release_stuck_runs",
    "renew_lease",
    "request_decision",
    "resolve_review",
    "send_back",
    "take_next",
    "take_review",
    "withdraw_question",
]
