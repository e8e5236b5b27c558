"""``manage.py compare_runs APPLICATION [EARLIER LATER] [--json]``: what changed between two runs of an application."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lending import display
from lending.comparing import comparison
from lending.exceptions import LendingError
from lending.resubmission import RESUBMISSION
from lending.run_diff import Difference, RuleDifference, RunDiff
from lending.selectors import find_application


class Command(BaseCommand):
    """Prints what differs, the newest decided run against the one before unless two runs are named."""

    help = "Compare two decided runs of an application: facts, rules, versions, results, and whether to resubmit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("application", metavar="APPLICATION", help="application number or external id")
        parser.add_argument("runs", nargs="*", type=int, metavar="RUN", help="the earlier and the later run, by number")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the comparison; raise CommandError where there is none to make."""
        if len(options["runs"]) not in (0, 2):
            raise CommandError("Name both runs by number, the earlier and the later, or none for the newest two.")
        earlier, later = options["runs"] or (None, None)
        try:
            application = find_application(options["application"])
            diff, _ = comparison(application, earlier, later)
        except LendingError as exc:
            raise CommandError(str(exc)) from exc
        if options["json"]:
            self.stdout.write(json.dumps({"application": application.number, **diff.as_plain()}, indent=2))
        else:
            self.stdout.write("\n".join(_lines(diff)))
        self.stderr.write(f"Run {diff.later} of {application} compared with run {diff.earlier}.")


def _lines(diff: RunDiff) -> Iterator[str]:
    yield from (_line(each.name, each) for each in (*diff.results, *diff.ratios, *diff.versions))
    if diff.facts is None:
        yield "Facts: a run has stored none to compare."
    else:
        yield from (_line(display.fact_words(each.name), each) for each in diff.facts)
    yield from (_rule_line(each) for each in diff.rules)
    yield RESUBMISSION[diff.resubmit]
    yield from (f"  {demand.text} ({demand.citation})" for demand in diff.demands if demand.exceeded is not False)


def _line(label: str, each: Difference) -> str:
    return f"{display.words(label) if '_' in label else label}: {each.before or 'none'} -> {each.after or 'none'}"


def _rule_line(each: RuleDifference) -> str:
    before, after = (rule.result if rule else "not applied" for rule in (each.before, each.after))
    return f"Rule {each.code}: {before} -> {after}. {each.message}"
