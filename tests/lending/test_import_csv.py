"""Files of applications as people really send them: good rows go in once, bad cells are named, no data is echoed."""

import csv
import json
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from lending.intake.cells import CellError
from lending.intake.columns import COLUMNS
from lending.models import Asset, Borrower, LoanApplication, Property
from loaniq.demo.samples import APPLICATIONS

pytestmark = pytest.mark.django_db
ROW = {
    "external_id": "A-1",
    "application_date": "2026-11-02",
    "program": "conventional",
    "purpose": "purchase",
    "occupancy": "primary",
    "loan_amount": "320000",
    "note_rate": "6.375",
    "b1_first_name": "Zebulon",
    "b1_last_name": "Quillfeather",
    "b1_email": "zebulon@quillfeather.example",
    "b1_birth_date": "1988-04-12",
}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a writer of a CSV file from rows given as changes to the good row."""

    def write(*changes: dict[str, str], columns: list[str] | None = None, encoding: str = "utf-8") -> Path:
        rows = [ROW | change for change in changes or ({},)]
        names = columns or list(dict.fromkeys(name for row in rows for name in row))
        path = tmp_path / "loans.csv"
        with path.open("w", newline="", encoding=encoding) as file:
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


def run(*paths: Path) -> tuple[dict[str, Any], bool]:
    """Run the command and return its JSON document and whether it succeeded."""
    out = StringIO()
    try:
        call_command("import_applications", *map(str, paths), "--json", stdout=out, stderr=StringIO())
    except CommandError:
        return json.loads(out.getvalue()), False
    return json.loads(out.getvalue()), True


def test_the_sample_file_goes_in_whole_and_a_second_time_adds_nothing() -> None:
    first, fine = run(APPLICATIONS)
    assert fine
    assert len(first["created"]) == LoanApplication.objects.count() == 15
    second, fine = run(APPLICATIONS)
    assert fine
    assert (second["created"], second["rejected"]) == ([], [])
    assert sorted(second["unchanged"]) == sorted(first["created"])
    assert LoanApplication.objects.count() == 15
    assert Borrower.objects.count() == 16


def test_every_cell_lands_where_it_belongs_and_an_empty_one_is_unknown(write: Write) -> None:
    run(write({"liquid_assets": "150000.50", "property_street": "1 Elm", "flood_community_participates": "no"}))
    application = LoanApplication.objects.get()
    assert (application.loan_amount, application.note_rate) == (Decimal(320000), Decimal("6.375"))
    assert (application.term_months, application.heloc_limit, application.va_use) == (None, None, "")
    assert Asset.objects.get().amount == Decimal("150000.50")
    home = Property.objects.get()
    assert (home.street, home.flood_community_participates, home.monthly_hoa) == ("1 Elm", False, None)
    applicant = application.applicants.get()
    assert (applicant.credit_score, applicant.borrower.last_name) == (None, "Quillfeather")


def test_no_liquid_assets_cell_means_unknown_not_zero(write: Write) -> None:
    run(write({"liquid_assets": ""}))
    assert not Asset.objects.exists()


def test_good_rows_go_in_beside_bad_ones_and_the_exit_says_so(write: Write) -> None:
    report, fine = run(write({}, {"external_id": "A-2", "loan_amount": "-5"}, {"external_id": "A-3"}))
    assert not fine
    assert len(report["created"]) == 2
    [problem] = report["rejected"]
    assert (problem["row"], problem["field"], problem["file"]) == (3, "loan_amount", "loans.csv")
    assert "negative" in problem["message"]


@pytest.mark.parametrize(
    ("field", "cell", "said"),
    [
        ("loan_amount", "-5", "negative"),
        ("loan_amount", "$1,000.00", "currency sign"),
        ("loan_amount", "1,000", "thousands separator"),
        ("loan_amount", "1e5", "not a number"),
        ("loan_amount", "NaN", "not a number"),
        ("loan_amount", "inf", "not a number"),
        ("loan_amount", "1_000", "not a number"),
        ("loan_amount", "١٢٣", "not a number"),
        ("loan_amount", "100.005", "more than 2 decimals"),
        ("loan_amount", "9" * 13, "or less"),
        ("loan_amount", "0", "is 0"),
        ("note_rate", "43%", "percent sign"),
        ("note_rate", "637.5", "30 or less"),
        ("application_date", "11/02/2026", "2026-11-02"),
        ("application_date", "20261102", "2026-11-02"),
        ("application_date", "2026-02-30", "2026-11-02"),
        ("application_date", "", "empty"),
        ("external_id", "", "empty"),
        ("external_id", "x" * 101, "at most 100"),
        ("program", "Conventional", "not one of conventional, fha"),
        ("b1_credit_score", "299", "from 300 to 850"),
        ("b1_credit_score", "--7", "whole number"),
        ("b1_credit_score", "700.5", "whole number"),
        ("units", "5", "from 1 to 4"),
        ("property_state", "Ohio", "two-letter"),
        ("county_fips", "4049", "five-digit"),
        ("flood_community_participates", "true", "yes or no"),
        ("b1_email", "not-an-address", "e"),
        ("b1_first_name", "", "needed"),
        ("b2_credit_score", "700", "needed"),
        ("officer_notes", "bell\x07", "control character"),
    ],
)
def test_a_bad_cell_is_named_with_what_was_expected(write: Write, field: str, cell: str, said: str) -> None:
    report, fine = run(write({field: cell}))
    assert not fine
    assert not LoanApplication.objects.exists()
    assert not Borrower.objects.exists()
    fields = {problem["field"] for problem in report["rejected"]}
    assert fields <= {field, "b2_first_name", "b2_last_name"}
    assert all(problem["row"] == 2 for problem in report["rejected"])
    assert said in " ".join(problem["message"] for problem in report["rejected"])


def test_a_drawn_line_above_its_limit_is_refused(write: Write) -> None:
    report, _ = run(write({"heloc_balance": "100", "heloc_limit": "50"}))
    assert [problem["field"] for problem in report["rejected"]] == ["heloc_balance"]


def test_messages_never_repeat_a_cell(write: Write) -> None:
    secret = "Zebulon-1988-04-12"
    everything = {name: secret for name in COLUMNS if name not in {"external_id", *text_columns()}}
    err, out = StringIO(), StringIO()
    with pytest.raises(CommandError):
        call_command("import_applications", str(write(everything)), "--json", stdout=out, stderr=err)
    assert len(json.loads(out.getvalue())["rejected"]) > 30
    for text in (out.getvalue(), err.getvalue()):
        assert secret not in text
        assert "Quillfeather" not in text


def text_columns() -> set[str]:
    named = {"b1_first_name", "b1_last_name", "b1_employer", "b2_first_name", "b2_last_name", "b2_employer"}
    return named | {"property_street", "property_city", "officer_notes"}


def test_a_file_without_header_is_refused_without_repeating_it(tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    path.write_text("Zebulon,Quillfeather,zebulon@quillfeather.example\n")
    report, fine = run(path)
    assert not fine
    assert "no header line" in report["rejected"][0]["message"]
    assert "Quill" not in json.dumps(report)


def test_unknown_doubled_and_absent_columns_are_named(write: Write, tmp_path: Path) -> None:
    assert "favourite_colour" in run(write({"favourite_colour": "blue"}))[0]["rejected"][0]["message"]
    twice = tmp_path / "twice.csv"
    twice.write_text("external_id,program,program\n")
    assert "twice: program" in run(twice)[0]["rejected"][0]["message"]
    lacking = tmp_path / "lacking.csv"
    lacking.write_text("external_id,program\n")
    assert "application_date, purpose, occupancy" in run(lacking)[0]["rejected"][0]["message"]


def test_a_key_twice_in_one_file_is_an_error_at_the_second_row(write: Write) -> None:
    report, fine = run(write({}, {"external_id": "A-2"}, {}))
    assert not fine
    assert [(problem["row"], problem["field"]) for problem in report["rejected"]] == [(4, "external_id")]
    assert LoanApplication.objects.count() == 2


def test_byte_order_mark_and_spreadsheet_line_ends_are_fine(write: Write) -> None:
    path = write(encoding="utf-8-sig")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in path.read_bytes()
    assert run(path)[1]


def test_a_note_with_line_breaks_and_commas_stays_one_row(write: Write) -> None:
    note = 'First line,\nsecond "line".'
    report, _ = run(write({"officer_notes": note}, {"external_id": "A-2", "units": "9"}))
    assert LoanApplication.objects.get().officer_notes == note
    assert report["rejected"][0]["row"] == 3


def test_empty_lines_are_skipped_and_ragged_rows_named(tmp_path: Path) -> None:
    path = tmp_path / "ragged.csv"
    names = ["external_id", "application_date", "program", "purpose", "occupancy", "b1_first_name", "b1_last_name"]
    good = "A-1,2026-11-02,fha,purchase,primary,Ada,W"
    path.write_text("\n".join([",".join(names), good, "", ",,,,,,", good.replace("A-1", "A-2") + ",extra", "A-3"]))
    report, fine = run(path)
    assert not fine
    assert len(report["created"]) == 1
    assert [problem["row"] for problem in report["rejected"]] == [5, 6]


def test_other_encodings_are_refused_with_the_way_out(write: Write) -> None:
    for encoding in ("latin-1", "utf-16"):
        report, fine = run(write({"b1_last_name": "Müller"}, encoding=encoding))
        assert not fine
        assert "Save it as CSV UTF-8" in report["rejected"][0]["message"]
        assert "ller" not in json.dumps(report)


@pytest.mark.parametrize("content", ["", "\n\n", "\0\0", 'external_id,program\n"open quote'])
def test_files_that_are_no_csv_end_in_a_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(content)
    report, fine = run(path)
    assert not fine
    assert report["rejected"][0]["row"] == 0
    assert report["rejected"][0]["message"].startswith("odd.csv: ")


def test_other_formats_and_absent_files_do_not_stop_the_rest(write: Write, tmp_path: Path) -> None:
    sheet = tmp_path / "loans.xlsx"
    sheet.write_bytes(b"PK")
    report, fine = run(sheet, tmp_path / "absent.csv", write())
    assert not fine
    assert len(report["created"]) == 1
    wrong, absent = (problem["message"] for problem in report["rejected"])
    assert "neither .csv nor .xml" in wrong
    assert "cannot be read" in absent


def test_the_plain_summary_is_one_sentence(write: Write) -> None:
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError):
        call_command(
            "import_applications", str(write({}, {"external_id": "A-2", "units": "9"})), stdout=out, stderr=err
        )
    assert out.getvalue().strip() == "1 applications created, 0 already there, 1 rows rejected."
    assert err.getvalue().strip() == "loans.csv, row 3: units must be from 1 to 4."


@given(cell=st.text(max_size=40), name=st.sampled_from(sorted(COLUMNS)))
def test_any_cell_is_read_or_refused_in_words(cell: str, name: str) -> None:
    with suppress(CellError):  # nothing else may come out, whatever the cell
        COLUMNS[name].read(cell)
