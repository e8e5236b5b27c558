"""Mend what crashed workers and lost jobs left behind; the workspace does the same every few seconds."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from lending.services import release_stuck_runs


class Command(BaseCommand):
    """``manage.py release_stuck_runs [--json]``: safe to repeat and to run beside the workspace."""

    help = "Put back runs whose worker died and queue again those whose job was lost."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep once and say what was found."""
        report = release_stuck_runs()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report)))
        else:
            self.stdout.write(
                f"{report.put_back} runs put back, {report.failed} given up after three attempts, "
                f"{report.queued_again} queued again."
            )
