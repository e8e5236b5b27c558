"""The path to yes: the smallest single and paired changes with which the engine itself approves a case.

Nothing is assumed: an unknown fact is something to bring, and a change counts only if a full run of the engine with it
ends APPROVED.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agents.engine.assessment import Assessment, assess
from agents.engine.path_bring import facts_to_bring
from agents.engine.path_levers import Change
from agents.engine.path_search import Search, Suggestion
from agents.engine.path_walk import Walk
from agents.engine.programs import ProgramAnswer, compare_programs, obstacle_as_plain, obstacles_of
from agents.wording import counted, sentence_list
from lending.casefile import CaseFile
from lending.vocabulary import Outcome, Risk
from policies.loan_limits.areas import NO_AREAS, AreaLimits
from policies.rulebook.findings import Finding, Result
from policies.rulebook.rules import DatedRules

MOST_RUNS = 200  # of the engine; what one case may cost
FIGURES = ("total_loan_amount", "pitia", "monthly_income", "monthly_debts", "back_end_dti", "ltv", "reserves_months")
NEEDS_A_WAY = (Outcome.DECLINED, Outcome.REVIEW)


@dataclass(frozen=True, slots=True)
class Path:
    """What would make a case approvable: changes, the smallest first; facts to bring; and what nothing here can move.

    ``bring``: the findings that wait for the unknown ``facts``. ``enough``: with those in order nothing else would
    stand in the way. ``score``: the credit score that would do alone, which nobody can promise. ``blocked`` says what
    is in the way where no change was found, ``blocks`` the findings behind it. ``complete`` is false where the bound
    on ``runs`` of the engine ended the search for pairs.
    """

    suggestions: tuple[Suggestion, ...] = ()
    bring: tuple[Finding, ...] = ()
    facts: tuple[str, ...] = ()
    enough: bool = False
    score: int | None = None
    blocks: tuple[Finding, ...] = ()
    blocked: str = ""
    runs: int = 0
    complete: bool = True

    def as_plain(self) -> list[dict[str, Any]]:
        """Return the path as JSON holds it, an entry each, of the ``kind`` change, bring, score, blocked or note."""
        return list(self._entries())

    def _entries(self) -> Iterator[dict[str, Any]]:
        yield from (_suggestion_as_plain(suggestion) for suggestion in self.suggestions)
        if self.bring:
            facts = list(self.facts)
            obstacles = [obstacle_as_plain(found) for found in self.bring]
            text = _bring_words(facts, self.enough)
            yield {"kind": "bring", "text": text, "facts": facts, "enough": self.enough, "obstacles": obstacles}
        if self.score is not None:
            text = f"A credit score of {self.score} would do, with all else as it is; nobody can promise one."
            yield {"kind": "score", "text": text, "score": self.score}
        if self.blocked:
            obstacles = [obstacle_as_plain(found) for found in self.blocks]
            yield {"kind": "blocked", "text": self.blocked, "obstacles": obstacles}
        if not self.complete:
            text = f"The search ended after {counted(self.runs, 'run')} of the engine; other pairs may do as well."
            yield {"kind": "note", "text": text}


def path_to_yes(
    case: CaseFile,
    rules: DatedRules,
    *,
    areas: AreaLimits = NO_AREAS,
    sanctions: bool | None = None,
    answers: Sequence[ProgramAnswer] = (),
) -> Path:
    """Return the path of a case that the engine declines or refers; an empty one for every other outcome.

    ``areas`` and ``sanctions`` as for ``assess``; ``answers`` are those of ``compare_programs`` on the same case, if
    they are at hand. At most 200 runs of the engine.
    """
    known = tuple(answers) or compare_programs(case, rules, areas=areas, sanctions=sanctions)
    now = next((each.assessment for each in known if each.applied_for and each.assessment), None)
    if now is None or now.outcome not in NEEDS_A_WAY:
        return Path()
    search = Search(lambda changed: assess(changed, rules, areas=areas, sanctions=sanctions), MOST_RUNS)
    walk = Walk(now, known, search)
    suggestions = walk.suggestions()
    unknown = tuple(found for found in obstacles_of(now) if found.result is Result.UNKNOWN)
    facts = facts_to_bring(now.case, unknown, rules.words)
    enough = bool(facts) and _only_unknown(now, unknown)
    blocked = not suggestions and not enough
    return Path(
        suggestions=suggestions,
        bring=unknown if facts else (),
        facts=facts,
        enough=enough,
        score=walk.score,
        blocks=obstacles_of(walk.best) if blocked else (),
        blocked=_blocked_words(walk.best) if blocked else "",
        runs=search.runs,
        complete=walk.complete,
    )


def _only_unknown(now: Assessment, unknown: tuple[Finding, ...]) -> bool:
    return len(unknown) == len(obstacles_of(now)) and (now.confidence is None or now.risk is Risk.ACCEPT)


def _bring_words(facts: Sequence[str], enough: bool) -> str:
    what = f"Bring what is not on file: {sentence_list(facts)}."
    then = "Nothing else stands in the way." if enough else "More stands in the way, whatever these turn out to be."
    return f"{what} {then}"


def _blocked_words(best: Assessment) -> str:
    start = "No single or paired change makes this loan approvable."
    if best.outcome is Outcome.APPROVED:
        return f"{start} It takes more than two changes together."
    messages = " ".join(found.message for found in obstacles_of(best))
    if messages:
        return f"{start} With every change at once this would still stand in the way: {messages}"
    return f"{start} With every change at once the confidence is {best.confidence}, which a person must judge."


def _suggestion_as_plain(suggestion: Suggestion) -> dict[str, Any]:
    told = suggestion.assessment
    figures = {name: _text(getattr(told.ratios, name)) for name in FIGURES}
    return {
        "kind": "change",
        "text": " ".join(change.text for change in suggestion.changes),
        "size": str(suggestion.size),
        "changes": [_change_as_plain(change) for change in suggestion.changes],
        "outcome": str(told.outcome),
        "program": told.case.program.value,
        "figures": figures | {"loan_amount": _text(told.case.loan_amount), "confidence": _text(told.confidence)},
    }


def _change_as_plain(change: Change) -> dict[str, str | None]:
    return {
        "lever": change.lever,
        "text": change.text,
        "unit": change.unit,
        "amount": _text(change.amount),
        "before": change.before,
        "after": change.after,
        "share": str(change.share),
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
