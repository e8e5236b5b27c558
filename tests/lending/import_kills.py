"""An import that dies by SIGKILL at a chosen moment, and what must then be true. Used by a test and the benchmark."""

import csv
import os
import signal
import time
from multiprocessing import get_context
from pathlib import Path

from django.db import connections

from lending.intake.importing import import_file
from lending.models import Applicant, Borrower, LoanApplication, Property


def write_rows(path: Path, number: int) -> Path:
    """Write a CSV file of so many applications, two borrowers each, and return its path."""
    names = [f"{prefix}{name}" for prefix in ("b1_", "b2_") for name in ("first_name", "last_name", "monthly_income")]
    loan = {"application_date": "2026-11-02", "program": "fha", "purpose": "purchase", "occupancy": "primary"}
    person = dict(zip(names, ["Ada", "Whitfield", "5000", "Ben", "Whitfield", "4000"], strict=True))
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["external_id", *loan, "liquid_assets", *names])
        writer.writeheader()
        for row in range(number):
            writer.writerow({"external_id": f"K-{row}", **loan, "liquid_assets": "25000", **person})
    return path


def import_and_die(path: Path, after: float) -> None:
    """Import the file in a child process and kill it some seconds after its first row went in."""
    before = LoanApplication.objects.count()
    connections.close_all()  # a forked child must not share our connection
    child = get_context("fork").Process(target=_import, args=(path,))
    child.start()
    while child.is_alive() and LoanApplication.objects.count() == before:
        time.sleep(0.001)
    time.sleep(after)
    if child.is_alive() and child.pid is not None:
        os.kill(child.pid, signal.SIGKILL)
    child.join()


def _import(path: Path) -> None:
    import_file(path, actor="killed import")


def half_rows() -> int:
    """Return how many applications lack a part that their row had, or people that no application names."""
    whole = LoanApplication.objects.filter(subject_property__isnull=False, assets__isnull=False, applicants__position=2)
    strays = Borrower.objects.filter(applicants=None).count() + abs(Applicant.objects.count() - 2 * whole.count())
    homes = Property.objects.count() - LoanApplication.objects.count()
    return LoanApplication.objects.count() - whole.distinct().count() + strays + abs(homes)
