"""From parsed files to applications: good ones go in one by one, bad ones are reported, known ones are left alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from lending.exceptions import ApplicationAlreadyReceived, FileNotReadable
from lending.intake.csv import read_applications
from lending.intake.mismo.deals import read_deals
from lending.intake.parsed import ParsedApplication, RowProblem
from lending.intake.receiving import receive_application
from lending.models import Borrower, IntakeFile, LoanApplication

MOST_KEYS = 1_000  # external ids looked up in one query


@dataclass(slots=True)
class ImportReport:
    """Application numbers created and already there, every value that kept one out, and how others were arrived at."""

    created: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    rejected: list[RowProblem] = field(default_factory=list)
    notes: list[RowProblem] = field(default_factory=list)

    def add(self, other: "ImportReport") -> None:
        """Take another file's report into this one."""
        self.created += other.created
        self.unchanged += other.unchanged
        self.rejected += other.rejected
        self.notes += other.notes


def import_file(path: Path, *, actor: str) -> ImportReport:
    """Import one file of applications, CSV or MISMO 3.4; a second run adds nothing, ``external_id`` being the key.

    Each application is one transaction. Raises ``FileNotReadable`` when the file as a whole cannot be taken.
    """
    report = ImportReport()
    parsed = _read(path)
    known = _numbers_known(each.external_id for each in parsed)
    for each in parsed:
        _import_one(each, actor, known, report)
    report.rejected = [replace(problem, file=path.name) for problem in report.rejected]
    report.notes = [replace(note, file=path.name) for note in report.notes]
    return report


def _read(path: Path) -> list[ParsedApplication]:
    match path.suffix.lower():
        case ".csv":
            return read_applications(path)
        case ".xml":
            return read_deals(path, today=timezone.localdate())
        case _:
            raise FileNotReadable(path.name, "is neither .csv nor .xml (MISMO 3.4). Export it as one of them.")


def _numbers_known(external_ids: Iterable[str]) -> dict[str, str]:
    """Return the application numbers of the external ids that were received before."""
    keys, known = sorted({key for key in external_ids if key}), dict[str, str]()
    for start in range(0, len(keys), MOST_KEYS):
        received = LoanApplication.objects.filter(partner=None, external_id__in=keys[start : start + MOST_KEYS])
        known.update(received.values_list("external_id", "number"))
    return known


def _import_one(parsed: ParsedApplication, actor: str, known: dict[str, str], report: ImportReport) -> None:
    if parsed.problems:
        report.rejected += parsed.problems
        return
    number = known.get(parsed.external_id)
    if number is None:
        try:
            report.created.append(_store(parsed, actor).number)
            report.notes += parsed.notes
            return
        except ApplicationAlreadyReceived:  # another import was quicker
            number = LoanApplication.objects.get(partner=None, external_id=parsed.external_id).number
    if _differs(parsed, number):
        told = (
            f"was received before as {number}, with other content. Change that application, or give this one its own."
        )
        report.rejected.append(RowProblem(parsed.row, "external_id", told))
    else:
        report.unchanged.append(number)


def _differs(parsed: ParsedApplication, number: str) -> bool:
    """Return whether the same key came before with other content; a format that keeps no content is not compared."""
    if not parsed.content_hash:
        return False
    received = IntakeFile.objects.filter(application__number=number)
    return not received.filter(content_hash=parsed.content_hash).exists()


@transaction.atomic
def _store(parsed: ParsedApplication, actor: str) -> LoanApplication:
    applicants = [{"borrower": Borrower.objects.create(**person), **part} for person, part in parsed.borrowers]
    return receive_application(
        loan=parsed.loan,
        home=parsed.home,
        applicants=applicants,
        assets=parsed.assets,
        owned_homes=parsed.owned_homes,
        unowned_liabilities=parsed.unowned_liabilities,
        intake_file=parsed.intake_file,
        partner=None,
        actor=actor,
    )
