"""Walk the audit chain and say whether it is whole."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.log import verify_chain


class Command(BaseCommand):
    """``manage.py verify_audit [--json]``: exit 0 only if every event fits the one before it."""

    help = "Verify the hash chain of the audit log."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the report; raise CommandError naming the first broken event."""
        report = verify_chain()
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report)))
        elif report.intact:
            self.stdout.write(f"{report.events} events, the chain is intact.")
        if not report.intact:
            raise CommandError(
                f"The chain breaks at event {report.first_broken}: it was changed, or the event before it is missing. "
                "Compare with your newest backup before trusting anything after it."
            )
