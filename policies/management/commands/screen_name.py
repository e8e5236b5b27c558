"""Compare any name with the sanctions lists in force: a seller, an employer, a title company."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from policies.sanctions.screening import Hit, NameNotScreenable, PersonName
from policies.selectors import current_screener


class Command(BaseCommand):
    """``manage.py screen_name NAME [--born DATE | --firm] [--json]``."""

    help = "Show whom a name may be on the sanctions lists in force, with each score taken apart. Stores nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="first and last name, or the name of a firm")
        kind = parser.add_mutually_exclusive_group()
        kind.add_argument("--born", type=date.fromisoformat, metavar="DATE", help="birth date, YYYY-MM-DD")
        kind.add_argument("--firm", action="store_true", help="compare with entities instead of people")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the hits, best first; CommandError without a list or for a name that cannot be screened."""
        screener = current_screener()
        if screener is None:
            raise CommandError("No sanctions list is in force. Load one with load_sanctions, then screen again.")
        name = options["name"]
        try:
            hits = (
                screener.screen_firm(name)
                if options["firm"]
                else screener.screen(PersonName("", name, options["born"]))
            )
        except NameNotScreenable as exc:
            raise CommandError(str(exc)) from exc
        self.stdout.write(json.dumps([_plain(hit) for hit in hits]) if options["json"] else _told(hits))


def _plain(hit: Hit) -> dict[str, Any]:
    party = hit.party
    return {"grade": str(hit.grade), "listed": party.name, "source": party.source, "number": party.number, **hit.parts}


def _told(hits: list[Hit]) -> str:
    lines = [
        f"{hit.grade}: {hit.party.name} ({hit.party.source} {hit.party.number}), matched as {hit.matched_name}: "
        + "; ".join(f"{part} {value}" for part, value in hit.parts.items())
        for hit in hits
    ]
    return "\n".join([*lines, f"{len(hits)} hits, {sum(hit.is_strong for hit in hits)} strong."])
