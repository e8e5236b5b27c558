"""Every change to a run or a case goes through here: keyword-only, in one transaction, audited."""

from lending.services.asking import answer_question, ask_for_more, withdraw_question
from lending.services.claiming import release_review, take_next, take_review
from lending.services.condition_life import clear_condition, receive_condition, reopen_condition, waive_condition
from lending.services.documents import add_document, read_document, set_aside_document
from lending.services.escalating import escalate_review
from lending.services.exporting import export_evidence
from lending.services.first_views import record_first_view
from lending.services.holds import clear_hold
from lending.services.requesting import request_decision
from lending.services.reviewing import countersign_review, rehearse_review, resolve_review, send_back
from lending.services.running import claim_run, complete_run, fail_run, freeze_facts, renew_lease
from lending.services.second_look import ask_second_look
from lending.services.sweeping import ReleaseReport, release_stuck_runs

__all__ = [
    "ReleaseReport",
    "add_document",
    "answer_question",
    "ask_for_more",
    "ask_second_look",
    "claim_run",
    "clear_condition",
    "clear_hold",
    "complete_run",
    "countersign_review",
    "escalate_review",
    "export_evidence",
    "fail_run",
    "freeze_facts",
    "read_document",
    "receive_condition",
    "record_first_view",
    "rehearse_review",
    "release_review",
    "release_stuck_runs",
    "renew_lease",
    "reopen_condition",
    "request_decision",
    "resolve_review",
    "send_back",
    "set_aside_document",
    "take_next",
    "take_review",
    "waive_condition",
    "withdraw_question",
]
