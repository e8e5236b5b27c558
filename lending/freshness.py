"""Whether a run decided on the file as it is: facts are read at one instant, and compared by their hash."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from lending.casefile import CaseFile, build_case_file
from lending.models import DecisionRun, LoanApplication
from lending.run_diff import Difference, changed_facts


def frozen_case(application_id: UUID) -> CaseFile:
    """Return the case file as the database holds it at one instant, however many people save while it is read.

    Inside a caller's transaction it is read as that transaction sees it. Raises ``LoanApplication.DoesNotExist``.
    """
    with _one_instant():
        application = LoanApplication.objects.select_related("subject_property").get(pk=application_id)
        return build_case_file(application)


def changed_since(run: DecisionRun) -> bool:
    """Whether the file says something else than the facts the run froze; a run that has read none is not outdated."""
    return bool(run.facts_hash) and frozen_case(run.application_id).facts_hash() != run.facts_hash


def changes_since(run: DecisionRun, case: CaseFile) -> tuple[Difference, ...] | None:
    """Return what differs between a run's facts and the file now, by path; None where nothing does.

    Empty where only what no run stores has changed: who the borrowers are, their employers, the officer's notes.
    """
    if not run.facts_hash or case.facts_hash() == run.facts_hash:
        return None
    return changed_facts(run.facts, case.without_personal_data().as_plain()) if run.facts else ()


@contextmanager
def _one_instant() -> Iterator[None]:
    """Let every query in the block see the same committed rows; a transaction of the caller's is left as it is."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
