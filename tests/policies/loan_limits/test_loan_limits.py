"""County loan limits go in whole or not at all, are checked against their year, and answer for that year alone."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from pytest_django import DjangoAssertNumQueries

from audit.models import AuditEvent
from policies.loan_limits.areas import NO_AREAS, LimitKind
from policies.loan_limits.county_lists import CountyRow, read_counties
from policies.loan_limits.loading import LoanLimitsRefused, Status, load_loan_limits, national_amount
from policies.models import CountyLoanLimit, LoanLimitTable
from policies.rulebook.rules import RuleBook
from policies.selectors import area_limits

BARS = "FIPSStateCode|FIPSCountyCode|CountyName|State|CBSANumber|One-UnitLimit|Two-UnitLimit|Three-UnitLimit|"
FOUR = "Four-UnitLimit"
BASELINE_2026 = "832750|1066250|1288800|1601750"
KING = "53|033|KINGCOUNTY|WA|42660|1063750|1361800|1646100|2045700"
AUTAUGA = f"01|001|AUTAUGACOUNTY|AL|33860|{BASELINE_2026}"
IN_2026 = date(2026, 6, 1)


def bars(*lines: str) -> bytes:
    """Return a list as FHFA's consumers pass it on, separated by bars."""
    return "\n".join([BARS + FOUR, *lines]).encode()


def hud_line(
    state: str, county: str, name: str, *limits: int, program: str = "203B", kind: str = "S", metro: str = "NON-METRO"
) -> str:
    """Return one line of HUD's file: 175 characters."""
    amounts = "".join(f"{limit:07}" for limit in limits)
    end = f"{'':8}20260101{0:07}2025"
    return f"9999900000{metro:<50}{program:<5}{kind}{0:07}{amounts}{state:2}{county:3}{'':26}{name:<15}{end}"


HUD = "\r\n".join(
    [
        hud_line("", "", "", 1249125, 1599375, 1933200, 2402625, program="ZZ203"),
        hud_line("", "", "", 541287, 693050, 837700, 1041125),
        hud_line("AL", "001", "AUTAUGA", 541287, 693050, 837700, 1041125),
        hud_line("WA", "033", "KING", 1063750, 1361800, 1646100, 2045700, kind="H"),
        "",
    ]
).encode()


@pytest.fixture
def conforming(tmp_path: Path) -> Path:
    path = tmp_path / "FullCountyLoanLimitList2026.txt"
    path.write_bytes(bars(AUTAUGA, KING))
    return path


@pytest.fixture
def fha(tmp_path: Path) -> Path:
    path = tmp_path / "cy2026-forward-limits.txt"
    path.write_bytes(HUD)
    return path


def read(content: bytes, kind: LimitKind = "conforming") -> list[CountyRow]:
    rows, faults = read_counties(content, kind)
    assert not faults
    return rows


def test_the_bars_list_is_read() -> None:
    autauga, king = read(bars(AUTAUGA, KING, ""))
    assert autauga == CountyRow("01001", "AUTAUGACOUNTY", "AL", (832750, 1066250, 1288800, 1601750))
    assert (king.county_fips, king.limits[3]) == ("53033", 2045700)


@pytest.mark.parametrize("separator", [",", "\t", "|"])
def test_a_list_saved_from_the_workbook_is_read(separator: str) -> None:
    title = separator.join(["Conforming loan limits for 2026", *[""] * 8])
    units = ("One-Unit Limit", "Two-Unit Limit", "Three-Unit Limit", "Four-Unit Limit")
    broken = ('"FIPS\nState\nCode"', '"FIPS\nCounty\nCode"', "County Name", "State", '"CBSA\nNumber"')
    header = separator.join([*broken, *units])
    cells = ["72", "61", "GUAYNABO MUNICIPIO", "PR", "41980"]
    row = separator.join([*cells, '"$832,750 "', '"$1,066,250 "', '"$1,288,800 "', '"$1,601,750.00 "'])
    [guaynabo] = read("\n".join([title, header, row]).encode())
    assert guaynabo == CountyRow("72061", "GUAYNABO MUNICIPIO", "PR", (832750, 1066250, 1288800, 1601750))


def test_hud_s_fixed_columns_are_read_and_national_lines_left_out() -> None:
    autauga, king = read(HUD, "fha")
    assert autauga == CountyRow("01001", "AUTAUGA", "AL", (541287, 693050, 837700, 1041125))
    assert (king.county_fips, king.limits[0]) == ("53033", 1063750)


def test_names_beyond_ascii_are_kept_in_either_encoding() -> None:
    text = f"{BARS}{FOUR}\n72|045|MAYAGÜEZ|PR||{BASELINE_2026}"
    assert read(text.encode())[0].county == read(text.encode("latin-1"))[0].county == "MAYAGÜEZ"


BAD: dict[str, tuple[bytes, str]] = {
    "too few columns": (bars(AUTAUGA, "53|033|KING"), "line 3: 3 columns instead of 9"),
    "cut short": (bars(AUTAUGA, KING[:-14]), "line 3: 8 columns instead of 9"),
    "an amount in words": (bars(AUTAUGA.replace("832750", "n/a")), "line 2: 'n/a' is not an amount in whole dollars"),
    "cents": (bars(AUTAUGA.replace("832750", "832750.50")), "is not an amount in whole dollars"),
    "a negative amount": (bars(AUTAUGA.replace("832750", "-832750")), "is not an amount in whole dollars"),
    "zero": (bars(AUTAUGA.replace("832750", "0")), "line 2: the limits of county 01001 do not rise with the units: 0,"),
    "falling": (bars(AUTAUGA.replace("1066250", "732750")), "do not rise with the units"),
    "no state": (bars(AUTAUGA.replace("|AL|", "|XX|")), "line 2: 'XX' is not the two letters of a state"),
    "another state's code": (bars(AUTAUGA.replace("|AL|", "|GA|")), "state code '01' is not that of GA"),
    "no county code": (bars(AUTAUGA.replace("01|001|", "01|x|")), "county code '00x' is not three digits"),
    "no name": (bars(AUTAUGA.replace("AUTAUGACOUNTY", "")), "county 01001 has no name"),
    "twice": (bars(AUTAUGA, KING, AUTAUGA), "line 4: county 01001 .AUTAUGACOUNTY, AL. stands there twice"),
    "no header": (f"{AUTAUGA}\n{KING}".encode(), "no header names all of FHFA's columns"),
    "a column missing": (bars().replace(b"|Four-UnitLimit", b""), "no header names all of FHFA's columns"),
    "a workbook": (b"PK\x03\x04 and so on", "it is a workbook; save its sheet as CSV"),
    "an endless quotation": (bars(AUTAUGA, '"' + "x|" * 100_000), "line 3: 1 columns instead of 9"),
    "empty": (b"", "no header"),
    "a header alone": (bars(), "it holds no county"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", BAD)
def test_a_fault_is_named_with_its_line_and_nothing_is_stored(tmp_path: Path, fault: str) -> None:
    content, message = BAD[fault]
    path = tmp_path / "limits.txt"
    path.write_bytes(content)
    with pytest.raises(LoanLimitsRefused, match=message):
        load_loan_limits(path, kind="conforming", year=2026)
    assert not LoanLimitTable.objects.exists()
    assert not CountyLoanLimit.objects.exists()


def test_hud_s_other_files_are_not_taken_for_forward_limits() -> None:
    _, [fault] = read_counties(HUD.replace(b"203B S0000000054", b"HECM S0000000054", 2).splitlines()[2], "fha")
    assert str(fault) == "line 1: it holds limits of 'HECM', not of '203B' (fha)"
    _, [cut] = read_counties(HUD.splitlines()[2][:120], "fha")
    assert "it is not a line of HUD's layout" in str(cut)


@pytest.mark.django_db
def test_both_kinds_are_stored_and_answer_for_their_county(conforming: Path, fha: Path) -> None:
    result = load_loan_limits(conforming, kind="conforming", year=2026, by="carla")
    assert (result.status, result.counties, result.states, len(result.missing_states)) == (Status.ADDED, 2, 2, 49)
    load_loan_limits(fha, kind="fha", year=2026)
    king = area_limits("53033", IN_2026)
    assert (king.limit("conforming", 1), king.limit("fha", 4)) == (Decimal(1063750), Decimal(2045700))
    assert area_limits("01001", IN_2026).limit("fha", 1) == Decimal(541287)
    event = AuditEvent.objects.get(subject="policies.loanlimittable:conforming-2026")
    assert (event.verb, event.actor, event.details["counties"]) == ("loan_limits.loaded", "carla", 2)


@pytest.mark.django_db
def test_what_is_not_loaded_is_unknown_and_never_the_baseline(conforming: Path) -> None:
    assert area_limits("53033", IN_2026) == NO_AREAS
    load_loan_limits(conforming, kind="conforming", year=2026)
    assert area_limits("53033", date(2025, 12, 31)) == NO_AREAS
    assert area_limits("53033", date(2027, 1, 1)) == NO_AREAS
    assert area_limits("06037", IN_2026) == area_limits(None, IN_2026) == area_limits("", IN_2026) == NO_AREAS
    king = area_limits("53033", IN_2026)
    assert (king.limit("fha", 1), king.limit("conforming", 5)) == (None, None)


@pytest.mark.django_db
def test_a_county_s_limits_cost_one_query(conforming: Path, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    load_loan_limits(conforming, kind="conforming", year=2026)
    with django_assert_num_queries(1):
        area_limits("53033", IN_2026)
    with django_assert_num_queries(0):
        area_limits(None, IN_2026)


@pytest.mark.django_db
def test_the_same_bytes_change_nothing_and_a_corrected_list_takes_over(conforming: Path) -> None:
    load_loan_limits(conforming, kind="conforming", year=2026)
    assert load_loan_limits(conforming, kind="conforming", year=2026).status is Status.UNCHANGED
    assert LoanLimitTable.objects.count() == 1
    conforming.write_bytes(conforming.read_bytes().replace(b"1063750", b"1063800"))
    assert load_loan_limits(conforming, kind="conforming", year=2026).status is Status.REPLACED
    assert area_limits("53033", IN_2026).limit("conforming", 1) == Decimal(1063800)
    assert LoanLimitTable.objects.filter(is_current=True).count() == 1
    assert CountyLoanLimit.objects.filter(county_fips="53033").count() == 2


@pytest.mark.django_db
def test_a_refused_list_leaves_the_one_before_in_force(conforming: Path) -> None:
    load_loan_limits(conforming, kind="conforming", year=2026)
    conforming.write_bytes(conforming.read_bytes()[:-9])
    with pytest.raises(LoanLimitsRefused, match="Nothing was loaded"):
        load_loan_limits(conforming, kind="conforming", year=2026)
    assert area_limits("53033", IN_2026).limit("conforming", 1) == Decimal(1063750)


WRONG_YEAR: dict[str, tuple[str, bytes, int, str]] = {
    "its name": ("List2025.txt", bars(AUTAUGA), 2026, "its name says 2025, not 2026. .* load it with --year 2025"),
    "its amounts": ("list.txt", bars(AUTAUGA), 2025, r"lowest one-unit limit is \$832,750, but \$806,500 is the nat"),
    "the other kind": ("list.txt", HUD.replace(b"203B", b"GSE "), 2026, r"\$541,287, but \$832,750 .* of the kind"),
    "a year too far": ("list.txt", bars(AUTAUGA), 2027, "the rulebook has no national amount for 2027"),
    "a year too early": ("list.txt", bars(AUTAUGA), 2024, "the rulebook has no national amount for 2024"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("case", WRONG_YEAR)
def test_a_list_of_another_year_or_kind_is_refused(tmp_path: Path, case: str) -> None:
    name, content, year, message = WRONG_YEAR[case]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(LoanLimitsRefused, match=message):
        load_loan_limits(path, kind="conforming", year=year)
    assert not LoanLimitTable.objects.exists()


def test_national_amounts_come_from_the_rulebook_s_dated_values() -> None:
    book = RuleBook.load()
    assert [national_amount(book, "conforming", year) for year in (2025, 2026)] == [Decimal(806500), Decimal(832750)]
    assert [national_amount(book, "fha", year) for year in (2025, 2026)] == [Decimal(524225), Decimal(541287)]


def rows_of(table: LoanLimitTable, **changes: Any) -> Iterator[CountyLoanLimit]:
    limits = {"one_unit": 1, "two_units": 2, "three_units": 3, "four_units": 4}
    yield CountyLoanLimit(**{"table": table, "county_fips": "01001", "county": "A", "state": "AL", **limits, **changes})


@pytest.mark.django_db
@pytest.mark.parametrize("changes", [{"one_unit": 0}, {"two_units": 1}, {"four_units": 3}, {"county_fips": "1001"}])
def test_the_database_itself_refuses_impossible_limits(changes: dict[str, Any]) -> None:
    table = LoanLimitTable.objects.create(kind="fha", year=2026, source="x", content_hash="y")
    [row] = rows_of(table, **changes)
    with pytest.raises(IntegrityError):
        row.save()


@pytest.mark.django_db
def test_the_command_tells_in_a_sentence_and_in_json(conforming: Path) -> None:
    out, err = StringIO(), StringIO()
    call_command("load_loan_limits", str(conforming), "--year", "2026", stdout=out, stderr=err)
    assert out.getvalue() == "conforming 2026 added: 2 counties of 2 states and territories.\n"
    assert "no county of AK, AR, AZ" in err.getvalue()
    out = StringIO()
    call_command("load_loan_limits", str(conforming), "--year", "2026", "--json", stdout=out, stderr=err)
    told = json.loads(out.getvalue())
    assert (told["status"], told["kind"], told["counties"], told["rejected"]) == ("unchanged", "conforming", 2, [])


@pytest.mark.django_db
def test_the_command_fails_with_the_list_s_faults(tmp_path: Path) -> None:
    path = tmp_path / "limits.txt"
    path.write_bytes(bars(AUTAUGA, "oops"))
    out = StringIO()
    with pytest.raises(CommandError, match="line 3"):
        call_command("load_loan_limits", str(path), "--year", "2026", "--json", stdout=out)
    assert json.loads(out.getvalue())["rejected"] == [{"line": 3, "problem": "1 columns instead of 9"}]
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("load_loan_limits", str(tmp_path / "absent.txt"), "--year", "2026")


@pytest.mark.django_db
def test_the_real_list_of_2025_goes_in_whole_and_is_refused_for_2026(shared_data: Path, tmp_path: Path) -> None:
    path = shared_data / "loan_limits" / "FullCountyLoanLimitList2025.txt"
    result = load_loan_limits(path, kind="conforming", year=2025)
    assert (result.counties, result.states, result.missing_states) == (3236, 56, ())
    in_2025 = date(2025, 7, 1)
    assert area_limits("06037", in_2025).limit("conforming", 1) == Decimal(1209750)
    assert area_limits("01001", in_2025).limit("conforming", 4) == Decimal(1551250)
    nameless = tmp_path / "limits.txt"
    nameless.write_bytes(path.read_bytes())
    with pytest.raises(LoanLimitsRefused, match=r"\$806,500, but \$832,750 is the national amount of 2026"):
        load_loan_limits(nameless, kind="conforming", year=2026)
