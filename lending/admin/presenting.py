"""A decision as its pages show it: the sentence, findings in order, worksheets, scorecard, hits, and what happened."""

from typing import Any

from lending.admin.advice import advice_context
from lending.condition_progress import condition_progress
from lending.display import number, words
from lending.explaining import by_action, ordered, sentence, telling
from lending.models import Applicant, Decision, Finding, LoanApplication
from lending.selectors import TimelineEntry, application_timeline, standing_outcome
from lending.vocabulary import FindingResult

EVENT_WORDS = {
    "run.requested": "Decision asked for",
    "run.started": "Worker began",
    "run.put_back": "Put back into the queue",
    "review.taken": "Case taken",
    "review.released": "Case given back",
    "review.viewed_blind": "Own view written down",
    "review.asked": "Officer asked for more",
    "review.answered": "Officer answered",
    "review.question_withdrawn": "Question withdrawn",
    "review.escalated": "Case passed on",
    "review.second_look": "Second look asked for",
    "review.signed": "Signed, a second signature is needed",
    "review.sent_back": "Sent back instead of countersigned",
    "review.confirmed": "Case confirmed",
    "review.overridden": "Machine overruled",
    "review.decided": "Decided by a person",
    "evidence.exported": "Evidence pack taken out",
    "hold.cleared": "Sanctions hit cleared",
    "condition.received": "Condition received",
    "condition.cleared": "Condition cleared",
    "condition.waived": "Condition waived",
    "condition.reopened": "Condition open again",
    "document.received": "Paper taken in",
    "document.read": "Paper downloaded",
    "document.set_aside": "Paper set aside",
}
SHOWN_DETAILS = ("outcome", "second", "to", "confidence", "machine", "reason", "error", "fields", "condition")
SCORE_UNITS = {
    "back_end_dti": "percent",
    "ltv": "percent",
    "cltv": "percent",
    "reserves_months": "months",
    "years_employed": "years",
}


def decision_context(decision: Decision) -> dict[str, Any]:
    """Return what the partial templates of a decision need."""
    findings, standing = ordered(decision.run.findings.all()), standing_outcome(decision.application)
    passed = [each for each in findings if each.result == FindingResult.PASSED]
    return {
        "decision": decision,
        "why": sentence(decision, findings),
        "findings": findings,
        "telling": telling(findings),
        "open_groups": by_action(findings),
        "passed_findings": passed,
        "worksheets": decision.worksheets,
        "scorecard": [_score_line(line) for line in decision.scorecard],
        "conditions": condition_progress(decision.application, standing),
        "hits": sanctions_hits(decision, findings),
        "standing": standing,
        **advice_context(decision),
    }


def _score_line(line: dict[str, Any]) -> dict[str, Any]:
    """Add the share of the possible points as a whole percentage, for the bar, and the value's unit."""
    points, possible = number(line.get("points")), number(line.get("possible"))
    share = int(100 * points / possible) if points is not None and possible else 0
    return {**line, "share": max(0, min(100, share)), "unit": SCORE_UNITS.get(str(line.get("factor")), "")}


def sanctions_hits(decision: Decision, findings: list[Finding]) -> list[dict[str, Any]]:
    """Return each list hit of the run beside the borrower it resembles."""
    hits = [hit for finding in findings for hit in finding.details.get("hits", ())]
    if not hits:
        return []
    people = Applicant.objects.filter(application=decision.application_id).select_related("borrower")
    by_id = {str(person.borrower_id): person for person in people}
    return [_beside(hit, by_id.get(str(hit.get("borrower_id")))) for hit in hits]


def _beside(hit: dict[str, Any], person: Applicant | None) -> dict[str, Any]:
    listed, score = hit.get("listed_name") or hit.get("name", ""), hit.get("score")
    parts = score.items() if isinstance(score, dict) else [("name", score)]
    return {**hit, "listed_name": listed, "person": person, "score": [(words(name), value) for name, value in parts]}


def timeline_context(application: LoanApplication) -> dict[str, Any]:
    """Return what happened to an application, newest first, in words."""
    return {"timeline": [_told(entry) for entry in reversed(application_timeline(application))]}


def _told(entry: TimelineEntry) -> dict[str, Any]:
    """Return one line: who, what in words, and details; an agent's line reads verdict, time and summary."""
    told = {"at": entry.at, "who": entry.who}
    if entry.what.startswith("agent."):
        verdict, summary = words(entry.what.removeprefix("agent.")), entry.details["error"] or entry.details["summary"]
        return {**told, "what": f"{verdict}, {entry.details['ms']} ms", "details": [("", summary)]}
    shown = [name for name in SHOWN_DETAILS if entry.details.get(name)]
    what = EVENT_WORDS.get(entry.what) or words(entry.what.replace(".", "_"))
    return {
        **told,
        "what": what,
        "details": [(f"{words(name).lower()} ", _plain(entry.details[name])) for name in shown],
    }


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
