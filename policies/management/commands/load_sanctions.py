"""Put an official sanctions list in force."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from policies.sanctions.loading import LoadResult, Status, load_sanctions
from policies.sanctions.reading import SanctionsListRefused

OFFICIAL, SAMPLE = "OFAC SDN", "Sample list"


class Command(BaseCommand):
    """``manage.py load_sanctions SDN.csv [--alt ALT.csv] [--add ADD.csv] [--source NAME] [--published DATE] ...``."""

    help = (
        "Load a sanctions list in OFAC's CSV layout (sdn.csv, alt.csv and add.csv) and screen against it from now on."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("sdn", type=Path, metavar="SDN.csv", help="the primary names")
        parser.add_argument(
            "--alt", type=Path, metavar="ALT.csv", help="the further names (a.k.a.) of the same edition"
        )
        parser.add_argument("--add", type=Path, metavar="ADD.csv", help="the addresses of the same edition")
        parser.add_argument("--source", help=f"name of the list (default: {OFFICIAL}, or {SAMPLE} with --sample)")
        parser.add_argument(
            "--published", type=date.fromisoformat, metavar="DATE", help="day of publication, YYYY-MM-DD"
        )
        parser.add_argument("--sample", action="store_true", help="made-up names, for demonstration only")
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the list; CommandError names every fault found, and then nothing was stored."""
        source = options["source"] or (SAMPLE if options["sample"] else OFFICIAL)
        try:
            result = load_sanctions(
                options["sdn"],
                options["alt"],
                options["add"],
                source=source,
                published=options["published"],
                sample=options["sample"],
                by="load_sanctions",
            )
        except SanctionsListRefused as exc:
            if options["json"]:
                self.stdout.write(json.dumps({"source": source, "rejected": [asdict(row) for row in exc.rows]}))
            raise CommandError(str(exc)) from exc
        self.stdout.write(json.dumps(_report(result)) if options["json"] else summary(result))


def _report(result: LoadResult) -> dict[str, Any]:
    return {**asdict(result), "rejected": []}


def summary(result: LoadResult) -> str:
    """Return the closing sentences: what stands in force now, and what changed against the edition before."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(result.kinds.items(), key=lambda each: -each[1]))
    lead = f"{result.source} {result.status}: {result.entries} entries ({kinds})"
    held = f"{lead} with {result.aliases} further names and {result.addresses} addresses."
    if result.status is not Status.REPLACED:
        return held
    changes = result.changes
    return (
        f"{held} Against the edition before: {changes.new} new, {changes.changed} changed, {changes.gone} gone;"
        " hits on changed entries have to be cleared again."
    )
