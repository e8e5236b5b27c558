"""The comparison with HMDA's register, on a few rows of our own making."""

import csv
import gzip
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from benchmarks.hmda_agreement import KNOWN, ask, compare
from benchmarks.hmda_rows import READ, HmdaRow, boston, california, dti_of, new_york, sample
from lending.vocabulary import Amortization, Occupancy, Purpose
from policies.loan_limits.areas import AreaLimits
from policies.rulebook.rules import DatedRules, RuleBook

DAY = date(2025, 12, 31)
PROTECTED = ("race", "ethnicity", "sex", "age", "black", "hispan", "male", "married", "minority", "tract", "dep")
KINGS = {"36047": AreaLimits({1: Decimal(1209750)}, {})}
APPROVED, DENIED = "1", "3"


@pytest.fixture(scope="module")
def rules() -> DatedRules:
    return RuleBook.load().on(DAY)


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write a register's file, packed where its name says so."""
    text = path.with_suffix(".plain")
    with text.open("w", newline="") as lines:
        writer = csv.DictWriter(lines, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    path.write_bytes(gzip.compress(text.read_bytes()) if path.suffix == ".gz" else text.read_bytes())
    return path


def purchase(action: str, dti: str, cltv: str, amount: int = 405_000) -> dict[str, Any]:
    return {
        **{"action_taken": action, "debt_to_income_ratio": dti, "combined_loan_to_value_ratio": cltv},
        **{"loan_amount": amount, "state_code": "NY", "county_code": "36047"},
        **{"derived_race": "Asian", "derived_sex": "Female", "applicant_age": "35-44"},
    }


def line(action: str, reason: str, dti: str, **changes: Any) -> dict[str, Any]:
    """Return a row of the full register: a cash-out refinance of a first lien at 60 percent."""
    plain = {
        **{"action_taken": action, "debt_to_income_ratio": dti, "loan_to_value_ratio": "60.0", "loan_amount": 305_000},
        **{"loan_type": "1", "loan_purpose": "32", "lien_status": "1", "occupancy_type": "1", "total_units": "1"},
        **{"construction_method": "1", "intro_rate_period": "NA", "loan_term": "360", "state_code": "CA"},
        **{"county_code": "06001", "denial_reason-1": reason, "denial_reason-2": "", "applicant_sex": "2"},
    }
    return plain | changes


@pytest.fixture
def kings(tmp_path: Path) -> Iterator[HmdaRow]:
    rows = [
        purchase(APPROVED, "38", "80.0"),
        purchase(DENIED, "38", "80.0"),
        purchase(APPROVED, "48", "80.0"),
        purchase(DENIED, ">60%", "80.0"),
        purchase(DENIED, "30%-<36%", "98.2"),
        purchase(APPROVED, "NA", "NA"),
        purchase("4", "38", "80.0"),
    ]
    return new_york(written(tmp_path / "ny.csv.gz", rows), DAY)


def test_engine_and_lender_are_counted_against_each_other(kings: Iterator[HmdaRow], rules: DatedRules) -> None:
    group = compare(kings, rules, KINGS)["groups"]["New York 2023"]
    assert (group["decided"], group["denied_percent"]) == (6, 50.0)
    told = group["all_rules"]
    assert (told["denied_and_ineligible"], told["denied_not_ineligible"]) == (2, 1)
    assert (told["approved_but_ineligible"], told["approved_not_ineligible"]) == (1, 2)
    assert (told["agreement_percent"], told["by_dti"]["above 60"]["ineligible_percent"]) == (66.7, 100.0)
    assert told["by_cltv"]["unknown"] == {
        **{"rows": 1, "denied_percent": 0.0, "ineligible_percent": 0.0, "agreement_percent": 100.0}
    }
    assert group["approved_but_ineligible_by_rule"] == {"conventional_back_end_dti_overlay": 1}


def test_the_lender_s_own_overlays_are_told_apart_from_the_agencies(
    kings: Iterator[HmdaRow], rules: DatedRules
) -> None:
    group = compare(kings, rules, KINGS)["groups"]["New York 2023"]
    assert group["agency_rules_alone"]["approved_but_ineligible"] == 0
    assert group["agency_rules_alone"]["denied_and_ineligible"] == 2


def test_what_the_register_does_not_publish_stays_unknown(kings: Iterator[HmdaRow], rules: DatedRules) -> None:
    first = ask(next(kings), rules, KINGS)
    assert {"credit_score", "reserves_months", "ltv_rounded"} <= first.unknown_facts
    assert not first.ineligible


def test_no_column_about_who_the_applicants_are_is_read() -> None:
    words = {word for column in READ for word in column.replace("-", "_").split("_")}
    assert not words & set(PROTECTED)
    assert not {word for fact in KNOWN for word in fact.split("_")} & set(PROTECTED)


def test_a_loan_above_its_county_s_limit_is_asked_as_jumbo(tmp_path: Path, rules: DatedRules) -> None:
    rows = [purchase(APPROVED, "40", "70.0", amount) for amount in (1_205_000, 1_215_000)]
    within, above = new_york(written(tmp_path / "ny.csv.gz", rows), DAY)
    asked = [ask(row, rules, KINGS) for row in (within, above)]
    assert not any(answer.ineligible for answer in asked)
    assert "county_limit" in ask(within, rules, {}).unknown_facts


def test_denial_codes_are_compared_with_the_engine_s(tmp_path: Path, rules: DatedRules) -> None:
    rows = [
        line(DENIED, "1", "50%-60%"),
        line(DENIED, "3", "50%-60%"),
        line(DENIED, "4", "36", loan_to_value_ratio="92.0"),
        line(DENIED, "1", "40"),
        line(APPROVED, "10", "40"),
        line(DENIED, "1", ">60%", lien_status="2"),
        line(APPROVED, "10", "40", loan_type="9"),
    ]
    groups = compare(california(written(tmp_path / "ca.csv", rows), DAY), rules, {})["groups"]
    first = groups["California 2024, first liens"]
    assert (first["decided"], first["denied_with_codes"], first["ineligible_with_codes"]) == (5, 4, 3)
    assert (first["sharing_a_code"], first["codes_only_the_engine_names"]) == (2, {"1": 1})
    assert first["by_lender_code"]["1"] == {"denied": 2, "engine_names_it": 1, "engine_finds_nothing": 1}
    assert groups["California 2024, second liens"]["decided"] == 1


def test_the_sample_without_programs_is_asked_twice(tmp_path: Path, rules: DatedRules) -> None:
    row = {"approved": "1", "loan_amount": "275000.0", "debt_to_income_ratio": "48", "loan_to_value_ratio": "80.0"}
    path = written(tmp_path / "all.csv.gz", [{**row, "loan_purpose": "31", "occupancy_type": "1"}])
    groups = compare(sample(path, DAY), rules, {})["groups"]
    assert {name: group["all_rules"]["agreement_percent"] for name, group in groups.items()} == {
        "2018+ sample, as conventional": 0.0,
        "2018+ sample, as conventional or FHA": 100.0,
    }


def test_boston_s_figures_are_read_in_thousands(tmp_path: Path) -> None:
    row = {"action": "3", "loanamt": "90", "price": "100.0", "apr": "95.0", "other": "5.0", "obrat": "38.5"}
    [read] = boston(written(tmp_path / "b.csv", [{**row, "unit": "2.0", "term": "360.0", "occ": "2"}]), DAY)
    assert (read.denied, read.cltv, read.dti) == (True, Decimal(100), Decimal("38.5"))
    assert (read.case.loan_amount, read.case.home.units, read.case.term_months) == (Decimal(90_000), 2, 360)
    assert (read.case.occupancy, read.case.purpose) == (Occupancy.INVESTMENT, Purpose.PURCHASE)


@pytest.mark.parametrize(
    ("text", "percent"), [("<20%", "10"), ("50%-60%", "55"), (">60%", "65"), ("44", "44"), ("Exempt", None), ("", None)]
)
def test_bands_count_as_their_middle(text: str, percent: str | None) -> None:
    assert dti_of(text) == (None if percent is None else Decimal(percent))


def test_an_introductory_period_makes_the_rate_adjustable(tmp_path: Path) -> None:
    rows = [line(APPROVED, "10", "40", intro_rate_period=period) for period in ("84", "NA")]
    kinds = [row.case.amortization for row in california(written(tmp_path / "ca.csv", rows), DAY)]
    assert kinds == [Amortization.ARM, Amortization.FIXED]
