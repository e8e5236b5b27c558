"""``manage.py decide NUMBER...``: decide applications in this process, through the same service as the worker."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from agents import tasks
from audit.models import AgentTrace
from lending import selectors, services
from lending.exceptions import LendingError
from lending.models import DecisionRun
from lending.vocabulary import Outcome, RunStatus

ORDER = {name: place for place, name in enumerate(settings.AGENT_NAMES)}
EMPTY = ("run", "outcome", "risk", "eligibility", "confidence")
EMPTY_LISTS = (
    *("findings", "reasons", "conditions", "citations", "missing", "doubts", "agents"),
    *("programs", "path_to_yes"),
)


class Undecided(Exception):
    """One application could not be decided; the others go on."""


class Command(BaseCommand):
    """Prints what was decided and why; exits 1 if any application was not decided."""

    help = "Decide applications (application numbers or external ids) in this process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("numbers", nargs="+", metavar="NUMBER", help="application number or external id")
        parser.add_argument("--again", metavar="REASON", default="", help="decide anew, and why; the old run stays")
        parser.add_argument("--json", action="store_true", help="print one JSON list; progress goes to standard error")

    def handle(self, *args: Any, **options: Any) -> None:
        """Decide each application in turn; raise CommandError at the end if one was not decided."""
        entries = [self.entry(number, options["again"]) for number in dict.fromkeys(options["numbers"])]
        if options["json"]:
            self.stdout.write(json.dumps(entries, indent=2, default=str))
        else:
            for entry in entries:
                self.show(entry)
        undecided = sum(bool(entry["error"]) for entry in entries)
        summary = f"{len(entries) - undecided} decided, {undecided} not decided."
        if undecided:
            raise CommandError(summary)
        self.stderr.write(summary)

    def entry(self, number: str, again: str) -> dict[str, Any]:
        """Decide one application and return its entry; trouble becomes the entry's ``error``."""
        try:
            application = selectors.find_application(number)
            run = services.request_decision(application=application, reason=again, enqueue=False)
            return describe(decide_run(run))
        except (LendingError, Undecided) as exc:
            self.stderr.write(f"{number}: {exc}")
            nothing: dict[str, Any] = {"application": number, **dict.fromkeys(EMPTY), "ratios": {}}
            return {**nothing, **{name: [] for name in EMPTY_LISTS}, "rationale": "", "error": str(exc)}

    def show(self, entry: dict[str, Any]) -> None:
        """Print one decided application for a person."""
        if entry["error"]:
            return
        taken = sum(agent["ms"] for agent in entry["agents"])
        self.stdout.write(f"{entry['application']}  {entry['outcome']}  confidence {entry['confidence']}  {taken} ms")
        self.stdout.write(f"{entry['rationale']}\n")
        for way in entry["path_to_yes"]:
            self.stdout.write(f"  {way['text']}")


def decide_run(run: DecisionRun) -> DecisionRun:
    """Run the pipeline for a queued run here, or wait for the worker that took it first; return the finished run."""
    tasks.run_decision(str(run.pk))
    ends = time.monotonic() + settings.DECISION_SECONDS
    run.refresh_from_db()
    while run.is_live and time.monotonic() < ends:
        time.sleep(0.2)
        run.refresh_from_db()
    if run.status != RunStatus.DECIDED:
        raise Undecided(f"Run {run.pk} is {run.status}: {run.error or 'no worker finished it in time'}")
    return run


def describe(run: DecisionRun) -> dict[str, Any]:
    """Return a decided run as the command prints it."""
    decision = run.decision
    steps = AgentTrace.objects.filter(run_id=run.pk, attempt=run.attempts)
    return {
        "application": run.application.number,
        "run": str(run.pk),
        "outcome": str(Outcome(decision.outcome)),
        "risk": decision.risk,
        "eligibility": decision.eligibility,
        "confidence": None if decision.confidence is None else str(decision.confidence),
        "ratios": decision.ratios,
        "findings": list(
            run.findings.values(
                "code", "severity", "result", "fact", "value", "limit", "margin", "unit", "message", "citation", "agent"
            )
        ),
        "reasons": decision.reasons,
        "conditions": list(run.application.conditions.values("code", "text", "stage", "status", "finding_code")),
        "citations": decision.citations,
        "agents": [
            {"name": step.agent, "verdict": step.verdict, "ms": step.milliseconds}
            for step in sorted(steps, key=lambda step: ORDER.get(step.agent, len(ORDER)))
        ],
        "programs": decision.programs,
        "path_to_yes": decision.path_to_yes,
        "missing": decision.missing,
        "doubts": decision.doubts,
        "rationale": decision.rationale,
        "error": "",
    }
