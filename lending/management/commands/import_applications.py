"""Take in files of loan applications."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lending.exceptions import FileNotReadable
from lending.intake.importing import ImportReport, import_file
from lending.intake.parsed import RowProblem


class Command(BaseCommand):
    """``manage.py import_applications FILE... [--json]``: exit 0 only if no row was rejected."""

    help = "Import loan applications from CSV or MISMO 3.4 XML files; a file imported twice adds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true", help="print one JSON document; progress goes to stderr")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import each file; raise CommandError at the end if anything was rejected."""
        report = ImportReport()
        for path in options["files"]:
            report.add(self.take(path))
        if options["json"]:
            self.stdout.write(json.dumps(asdict(report)))
        else:
            self.stdout.write(summary(report))
        if report.rejected:
            raise CommandError("Correct what is named above and import the file again; rows that went in stay.")

    def take(self, path: Path) -> ImportReport:
        """Import one file and name its rejected cells; a file that cannot be read at all is one problem in row 0."""
        try:
            report = import_file(path, actor="import")
        except FileNotReadable as exc:
            report = ImportReport(rejected=[RowProblem(0, "", str(exc), path.name)])
        for line in (*report.rejected, *report.notes):
            self.stderr.write(sentence(line))
        return report


def sentence(problem: RowProblem) -> str:
    """Return one problem or note as a line for a person."""
    if problem.row == 0:
        return problem.message
    place = "deal" if problem.file.lower().endswith(".xml") else "row"
    return f"{problem.file}, {place} {problem.row}: {f'{problem.field} {problem.message}'.strip()}"


def summary(report: ImportReport) -> str:
    """Return the closing sentence."""
    rows = len({(problem.file, problem.row) for problem in report.rejected})
    return f"{len(report.created)} applications created, {len(report.unchanged)} already there, {rows} rows rejected."
