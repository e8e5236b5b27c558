"""What a drafted rulebook would change: the same cases decided under both books, side by side. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from agents.engine.assessment import Assessment, assess
from lending.casefile import CaseFile
from policies.loan_limits.areas import NO_AREAS, AreaLimits
from policies.rulebook.findings import Finding
from policies.rulebook.rules import DatedRules

ABSENT = "not applied"


@dataclass(frozen=True, slots=True)
class Subject:
    """One application to decide twice: its number, facts, county limits in dollars, and its answer of screening."""

    application: str
    case: CaseFile
    areas: AreaLimits = NO_AREAS
    sanctions: bool | None = False


def impact(subjects: Iterable[Subject], before: DatedRules, after: DatedRules) -> dict[str, Any]:
    """Return plain values for JSON: how many applications, outcomes before and after, who flips and why, which rules.

    ``flips`` lists the applications whose outcome differs, with every rule whose result differs; ``rules`` counts
    those results over all applications, flipped or not. RulebookError where a book lacks what the engine asks for.
    """
    outcomes: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    moved: Counter[tuple[str, str, str, str]] = Counter()
    flips, confidence_moved = [], 0
    for subject in subjects:
        old, new = (_assessed(subject, rules) for rules in (before, after))
        outcomes[0][str(old.outcome)] += 1
        outcomes[1][str(new.outcome)] += 1
        confidence_moved += old.confidence != new.confidence
        changed = changed_rules(old.findings, new.findings)
        moved.update((each["code"], each["title"], each["before"], each["after"]) for each in changed)
        if old.outcome != new.outcome:
            flips.append(_flip(subject, old, new, changed))
    return {
        "applications": sum(outcomes[0].values()),
        "outcomes": [
            {"outcome": name, "before": outcomes[0][name], "after": outcomes[1][name]}
            for name in sorted(outcomes[0] | outcomes[1])
        ],
        "flips": flips,
        "rules": [
            {"code": code, "title": title, "before": was, "after": now, "applications": count}
            for (code, title, was, now), count in moved.most_common()
        ],
        "confidence_changed": confidence_moved,
    }


def _assessed(subject: Subject, rules: DatedRules) -> Assessment:
    return assess(subject.case, rules, areas=subject.areas, sanctions=subject.sanctions)


def _flip(subject: Subject, old: Assessment, new: Assessment, changed: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "application": subject.application,
        "before": str(old.outcome),
        "after": str(new.outcome),
        "confidence_before": None if old.confidence is None else str(old.confidence),
        "confidence_after": None if new.confidence is None else str(new.confidence),
        "rules": changed,
    }


def changed_rules(before: Iterable[Finding], after: Iterable[Finding]) -> list[dict[str, str]]:
    """Return each rule whose result differs: code, title, results, and the sentence of the newer finding."""
    old, new = ({found.code: found for found in findings} for findings in (before, after))
    codes = [*new, *(code for code in old if code not in new)]
    return [
        {
            "code": code,
            "title": str((new.get(code) or old[code]).details.get("title", code)),
            "before": str(old[code].result) if code in old else ABSENT,
            "after": str(new[code].result) if code in new else ABSENT,
            "message": (new.get(code) or old[code]).message,
        }
        for code in codes
        if code not in old or code not in new or old[code].result is not new[code].result
    ]
