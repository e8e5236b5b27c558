"""From parsed rows to applications: good rows go in one by one, bad ones are reported, known ones are left alone."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from django.db import transaction

from lending.exceptions import ApplicationAlreadyReceived, FileNotReadable
from lending.intake.columns import HOME, LOAN
from lending.intake.csv import ParsedRow, RowProblem, read_applications
from lending.intake.receiving import receive_application
from lending.models import Borrower, LoanApplication

SUPPORTED = ".csv"


@dataclass(slots=True)
class ImportReport:
    """Application numbers created and already there, and every cell that kept a row out."""

    created: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    rejected: list[RowProblem] = field(default_factory=list)

    def add(self, other: "ImportReport") -> None:
        """Take another file's report into this one."""
        self.created += other.created
        self.unchanged += other.unchanged
        self.rejected += other.rejected


def import_file(path: Path, *, actor: str) -> ImportReport:
    """Import one file of applications; a second run adds nothing, ``external_id`` being the key.

    Each row is one transaction. Raises ``FileNotReadable`` when the file as a whole cannot be taken.
    """
    if path.suffix.lower() != SUPPORTED:
        raise FileNotReadable(path.name, f"is not a {SUPPORTED} file. Only CSV is supported; export it as CSV.")
    report = ImportReport()
    for parsed in read_applications(path):
        _import_row(parsed, actor, report)
    report.rejected = [replace(problem, file=path.name) for problem in report.rejected]
    return report


def _import_row(parsed: ParsedRow, actor: str, report: ImportReport) -> None:
    if parsed.problems:
        report.rejected += parsed.problems
        return
    known = LoanApplication.objects.filter(partner=None, external_id=parsed.external_id)
    if number := known.values_list("number", flat=True).first():
        report.unchanged.append(number)
        return
    try:
        report.created.append(_store(parsed, actor).number)
    except ApplicationAlreadyReceived:  # another import was quicker
        report.unchanged.append(known.get().number)


@transaction.atomic
def _store(parsed: ParsedRow, actor: str) -> LoanApplication:
    applicants = [{"borrower": Borrower.objects.create(**person), **part} for person, part in parsed.borrowers()]
    return receive_application(
        loan=parsed.records[LOAN],
        home=parsed.records[HOME],
        applicants=applicants,
        assets=parsed.assets(),
        partner=None,
        actor=actor,
    )
