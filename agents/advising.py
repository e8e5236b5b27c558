"""What a run says beyond its own answer: every program on the same facts, the path to yes, and the day's tolerances."""

from collections.abc import Sequence
from typing import Any

from agents.context import AgentContext
from agents.engine.compliance import SCREENED_FACT
from agents.engine.gate import GateAnswer
from agents.engine.path import NEEDS_A_WAY, path_to_yes
from agents.engine.programs import ProgramAnswer, compare_programs
from agents.material import findings_of
from agents.state import CaseState
from lending.vocabulary import Outcome
from policies.rulebook.findings import Finding, Result
from policies.rulebook.limits import in_force
from policies.rulebook.rules import DatedRules

TOLERANCES = "resubmit_"  # how the rates begin that say what may change before a loan is submitted again
SANCTIONS = {Result.PASSED: False, Result.FAILED: True, Result.UNKNOWN: None}


def programs_side_by_side(state: CaseState, context: AgentContext, answer: GateAnswer) -> tuple[ProgramAnswer, ...]:
    """Return every program's answer on the run's facts; nothing for a file that cannot be computed."""
    if answer.outcome is Outcome.INCOMPLETE:
        return ()
    sanctions = screened(findings_of(state))
    return compare_programs(state["case"], context.rules, areas=context.areas, sanctions=sanctions)


def way_to_yes(
    state: CaseState, context: AgentContext, answer: GateAnswer, answers: Sequence[ProgramAnswer]
) -> list[dict[str, Any]]:
    """Return the entries of the path to yes of a declined or referred run; empty for every other outcome.

    What agents doubt beyond figures and rules is an entry of its own: only a person can settle it.
    """
    if answer.outcome not in NEEDS_A_WAY:
        return []
    sanctions = screened(findings_of(state))
    path = path_to_yes(state["case"], context.rules, areas=context.areas, sanctions=sanctions, answers=answers)
    open_doubts = [*answer.doubts, *(fault.message for fault in state.get("errors", ()))]
    return [*path.as_plain(), *_for_a_person(open_doubts, approved=_engine_approves(answers))]


def screened(findings: Sequence[Finding]) -> bool | None:
    """Return what screening said in a run: True is a strong hit that nobody cleared, None is not known."""
    return next((SANCTIONS[found.result] for found in findings if found.fact == SCREENED_FACT), None)


def tolerances(rules: DatedRules) -> dict[str, dict[str, Any]]:
    """Return the tolerances in force by name, each with limit, citation and mark, as JSON holds them."""
    limits = {
        name: in_force(rate.limits, rules.day) for name, rate in rules.rates.items() if name.startswith(TOLERANCES)
    }
    return {
        name.removeprefix(TOLERANCES): {
            "limit": list(limit) if isinstance(limit := dated.rows[0].limit, tuple) else str(limit),
            "citation": dated.citation,
            "mark": dated.mark,
        }
        for name, dated in limits.items()
        if dated is not None
    }


def _engine_approves(answers: Sequence[ProgramAnswer]) -> bool:
    asked = [answer.assessment for answer in answers if answer.applied_for and answer.assessment]
    return any(told.outcome is Outcome.APPROVED for told in asked)


def _for_a_person(doubts: Sequence[str], *, approved: bool) -> list[dict[str, Any]]:
    if not doubts:
        return []
    start = "Figures and rules approve this loan; only a person can settle" if approved else "A person must also settle"
    settled = " ".join(dict.fromkeys(doubts))
    return [{"kind": "person", "text": f"{start}: {settled}", "doubts": list(dict.fromkeys(doubts))}]
