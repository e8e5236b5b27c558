"""F5: an import that is killed leaves whole rows only, and a second run completes it; text stays text."""

import json
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lending.intake.importing import import_file
from lending.models import LoanApplication
from tests.lending.import_kills import half_rows, import_and_die, write_rows
from tests.lending.test_import_csv import ROW, Write, write

__all__ = ["write"]
ROWS = 60


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", [0.0, 0.02, 0.1])
def test_a_killed_import_leaves_whole_rows_and_a_second_run_completes_it(tmp_path: Path, after: float) -> None:
    path = write_rows(tmp_path / "loans.csv", ROWS)
    import_and_die(path, after)
    there = LoanApplication.objects.count()
    assert 0 < there <= ROWS
    assert half_rows() == 0
    report = import_file(path, actor="test")
    assert (len(report.created), len(report.unchanged), report.rejected) == (ROWS - there, there, [])
    assert half_rows() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_text_that_a_spreadsheet_would_run_stays_text(write: Write, text: str) -> None:
    import_file(write({"b1_last_name": text, "officer_notes": text, "b1_employer": text}), actor="test")
    application = LoanApplication.objects.get()
    applicant = application.applicants.get()
    assert (application.officer_notes, applicant.employer, applicant.borrower.last_name) == (text, text, text)


@pytest.mark.django_db
@pytest.mark.parametrize("cell", ["=320000", "+320000", "-320000", "@320000", "3.2E5", "320000-", "(320000)", "0x10"])
def test_a_number_with_a_sign_or_a_formula_is_refused(write: Write, cell: str) -> None:
    report = import_file(write({"loan_amount": cell, "term_months": cell}), actor="test")
    assert {problem.field for problem in report.rejected} == {"loan_amount", "term_months"}
    assert not LoanApplication.objects.exists()


@pytest.mark.django_db
def test_the_index_of_an_adjustable_rate_may_be_below_zero(write: Write) -> None:
    assert import_file(write({"arm_index_rate": "-0.5"}), actor="test").rejected == []


@pytest.mark.django_db
def test_the_optional_columns_land_in_their_fields(write: Write) -> None:
    cells = {
        "existing_first_balance": ("210000", Decimal(210_000)),
        "first_lien_date": ("2021-03-01", date(2021, 3, 1)),
        "pays_off_va_loan": ("no", False),
        "arm_fixed_months": ("84", 84),
        "points_and_fees": ("4100.50", Decimal("4100.5")),
        "apor": ("6.1", Decimal("6.1")),
        "seller_contributions": ("0", Decimal(0)),
        "bankruptcies_in_seven_years": ("2", 2),
        "extenuating_circumstances": ("yes", True),
    }
    homely = {"monthly_ground_rent": ("75", Decimal(75)), "replacement_cost": ("280000", Decimal(280_000))}
    row = {name: cell for name, (cell, _) in (cells | homely).items()}
    assert import_file(write(row), actor="test").rejected == []
    application = LoanApplication.objects.get()
    assert {name: getattr(application, name) for name in cells} == {name: value for name, (_, value) in cells.items()}
    home = application.subject_property
    assert {name: getattr(home, name) for name in homely} == {name: value for name, (_, value) in homely.items()}


@pytest.mark.django_db
def test_the_report_of_a_bad_row_holds_no_cell(write: Write) -> None:
    out = StringIO()
    with pytest.raises(CommandError):
        call_command(
            "import_applications", str(write({"units": "=HYPERLINK(1)"})), "--json", stdout=out, stderr=StringIO()
        )
    assert "HYPERLINK" not in out.getvalue()
    assert json.loads(out.getvalue())["rejected"][0]["field"] == "units"
    assert ROW["b1_last_name"] not in out.getvalue()
