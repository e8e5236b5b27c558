"""Bring the rulebook that comes with the program into the database."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from policies.rulebook.rules import RulebookError
from policies.rulebook.shipping import ShippedResult, load_shipped_rulebook


class Command(BaseCommand):
    """``manage.py load_rulebook [--json]``; safe to repeat."""

    help = "Load the shipped rulebook: in force at once, or as a draft where the lender has published one of its own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load it; CommandError names file, rule and fault of a text that cannot be read."""
        try:
            result = load_shipped_rulebook(by="load_rulebook")
        except RulebookError as exc:
            raise CommandError(str(exc)) from exc
        self.stdout.write(json.dumps(asdict(result), default=str) if options["json"] else summary(result))


def summary(result: ShippedResult) -> str:
    """Return the closing sentence, such as ``Rulebook 1 published, in force from 2025-01-01.``"""
    since = f", in force from {result.effective_from}" if result.effective_from else ", not in force"
    return f"Rulebook {result.number} {result.status}{since}."
