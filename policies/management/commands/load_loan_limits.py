"""Put a year's county loan limits in force."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from policies.loan_limits.loading import LoadResult, LoanLimitsRefused, load_loan_limits
from policies.models import LimitKind


class Command(BaseCommand):
    """``manage.py load_loan_limits FILE --year 2026 [--kind conforming|fha] [--json]``."""

    help = "Load FHFA's list of county loan limits, or HUD's (forward or Fannie/Freddie limits), for a calendar year."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the list of all counties, as published")
        parser.add_argument("--year", type=int, required=True, help="the calendar year it is in force")
        parser.add_argument(
            "--kind", choices=LimitKind.values, default=LimitKind.CONFORMING.value, help="whose limits (conforming)"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the list; CommandError names the faults found, and then nothing was stored."""
        kind, year = options["kind"], options["year"]
        try:
            result = load_loan_limits(options["file"], kind=kind, year=year, by="load_loan_limits")
        except LoanLimitsRefused as exc:
            if options["json"]:
                rejected = [asdict(line) for line in exc.lines]
                self.stdout.write(json.dumps({"kind": kind, "year": year, "rejected": rejected}))
            raise CommandError(str(exc)) from exc
        self.stdout.write(json.dumps({**asdict(result), "rejected": []}) if options["json"] else summary(result))
        if result.missing_states:
            missing = ", ".join(result.missing_states)
            self.stderr.write(f"The list has no county of {missing}: limits there stay unknown.")


def summary(result: LoadResult) -> str:
    """Return the closing sentence, such as ``conforming 2026 added: 3236 counties of 56 states and territories.``"""
    where = f"{result.counties} counties of {result.states} states and territories"
    return f"{result.kind} {result.year} {result.status}: {where}."
