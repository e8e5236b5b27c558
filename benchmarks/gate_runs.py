"""Runs put together at random for the gate, and a second, simpler judge of them."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from agents.engine.gate import STRICTNESS, GateAnswer, conclude
from agents.state import AgentFault, ScoreLine, Verdict
from lending.vocabulary import Outcome
from policies.rulebook.findings import Finding, Result, Severity

AGENTS = ("intake", "ratio", "policy", "compliance", "underwriting")
MUST_PASS = {Severity.HARD, Severity.STOP}


@dataclass(frozen=True, slots=True)
class Run:
    """What the gate is asked about."""

    findings: tuple[Finding, ...]
    hard_rules: int
    confidence: Decimal | None
    scorecard: tuple[ScoreLine, ...]
    missing: tuple[str, ...]
    verdicts: Mapping[str, Verdict]
    faults: tuple[AgentFault, ...]
    doubts: tuple[str, ...]

    def answer(self) -> GateAnswer:
        """Ask the gate."""
        return conclude(**{name: getattr(self, name) for name in (field.name for field in fields(self))})


def finding(
    code: str, severity: Severity = Severity.HARD, result: Result = Result.PASSED, margin: Decimal | None = None
) -> Finding:
    """Return a finding that says no more than the gate reads."""
    words = f"{code} {result}."
    return Finding(code, severity, result, code.lower(), None, None, margin, "", words, "Manual 1", "V", "DTI_TOO_HIGH")


def random_run(dice: random.Random) -> Run:
    """Return a run that is sound but for a few things, so that approvals stay common enough to test."""
    number = dice.randint(0, 8)
    findings = [finding(f"R{n}", dice.choice([Severity.HARD, Severity.STOP])) for n in range(number)]
    findings += [finding(f"S{n}", dice.choice([Severity.REVIEW, Severity.NOTE])) for n in range(dice.randint(0, 3))]
    points = Decimal(dice.choice([0, 30, 44, 45, 50, 55, 56, 70, 100])) + Decimal(dice.choice(["0", "0", "0.01"]))
    run = Run(
        findings=tuple(findings),
        hard_rules=number,
        confidence=min(points, Decimal(100)),
        scorecard=(ScoreLine("back_end_dti", "51", Decimal(0), Decimal(25), ""),) if dice.random() < 0.8 else (),
        missing=(),
        verdicts=dict.fromkeys(AGENTS, Verdict.CLEAR),
        faults=(),
        doubts=(),
    )
    for _ in range(dice.choice([0, 0, 1, 1, 2, 4])):
        run = with_bad_news(run, dice)
    return run


def with_bad_news(run: Run, dice: random.Random, *, fault: bool = True) -> Run:
    """Return the run with one more thing against it. ``fault`` allows agents that broke, which no decline survives."""
    news: dict[str, Callable[[], dict[str, Any]]] = {
        "finding": lambda: _one_more_finding(run, dice),
        "hard_rules": lambda: {"hard_rules": run.hard_rules + 1},
        "doubts": lambda: {"doubts": (*run.doubts, f"Doubt {dice.random()}.")},
        "missing": lambda: {"missing": (*run.missing, "loan_amount")},
        "verdicts": lambda: {"verdicts": _worse_verdicts(run.verdicts, dice, fault=fault)},
        "confidence": lambda: {"confidence": _lower(run.confidence, dice)},
        "faults": lambda: {"faults": (*run.faults, AgentFault(dice.choice(AGENTS), "timeout", "It took too long."))},
    }
    kind = dice.choice([name for name in news if fault or name != "faults"])
    return replace(run, **news[kind]())


def _one_more_finding(run: Run, dice: random.Random) -> dict[str, Any]:
    severity = dice.choice([Severity.HARD, Severity.STOP, Severity.REVIEW])
    bad = finding(f"X{dice.random()}", severity, dice.choice([Result.FAILED, Result.UNKNOWN]))
    expected = run.hard_rules + (severity in MUST_PASS and dice.random() < 0.5)
    return {"findings": (*run.findings, bad), "hard_rules": expected}


def _worse_verdicts(verdicts: Mapping[str, Verdict], dice: random.Random, *, fault: bool) -> dict[str, Verdict]:
    agent = dice.choice([*AGENTS, "audit"])
    words = [Verdict.NEEDS_REVIEW, Verdict.STOP, Verdict.INCOMPLETE, *([Verdict.FAILED] if fault else [])]
    held = verdicts.get(agent, Verdict.CLEAR)
    return {**verdicts, agent: dice.choice(words) if held is Verdict.CLEAR else held}


def _lower(confidence: Decimal | None, dice: random.Random) -> Decimal | None:
    return None if confidence is None else min(confidence, Decimal(dice.randint(0, 55)))


def may_approve(run: Run) -> bool:
    """Judge a second time, from the table of outcomes alone."""
    troubles = [
        run.missing,
        run.faults,
        run.doubts,
        run.confidence is None or run.confidence <= 55,
        [agent for agent in AGENTS if agent not in run.verdicts],
        [verdict for verdict in run.verdicts.values() if verdict != Verdict.CLEAR],
        [f for f in run.findings if f.severity != Severity.NOTE and f.result != Result.PASSED],
        len([f for f in run.findings if f.severity in MUST_PASS]) != run.hard_rules,
        len({f.code for f in run.findings if f.severity in MUST_PASS}) != run.hard_rules,
        run.hard_rules == 0,
    ]
    return not any(troubles)


def broken_by(run: Run, dice: random.Random) -> list[str]:
    """Return which promises the gate breaks on a run; none, if all is well."""
    answer = run.answer()
    broken = []
    if (answer.outcome is Outcome.APPROVED) is not may_approve(run):
        broken.append(f"{answer.outcome} where the second judge says {may_approve(run)}")
    if answer.outcome is Outcome.DECLINED and not 1 <= len(answer.reasons) <= 4:
        broken.append(f"a decline with {len(answer.reasons)} reasons")
    if answer.outcome is not Outcome.DECLINED and answer.reasons:
        broken.append(f"{answer.outcome} with reasons")
    if run.answer() != answer:
        broken.append("two answers to one question")
    worse = with_bad_news(run, dice, fault=False)
    if STRICTNESS.index(worse.answer().outcome) < STRICTNESS.index(answer.outcome) and worse.scorecard:
        broken.append(f"bad news made {answer.outcome} into {worse.answer().outcome}")
    if with_bad_news(run, dice).answer().outcome is Outcome.APPROVED:
        broken.append("an approval with bad news")
    return broken
