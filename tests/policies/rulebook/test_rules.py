"""How rules are read and evaluated, on rulebooks of a few lines."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.rulebook.findings import Finding, Result, Severity
from policies.rulebook.limits import Facts
from policies.rulebook.rules import RuleBook, RulebookError

FACTS = """
program = { label = "program", kind = "text" }
property_state = { label = "property state", kind = "text" }
bankruptcy = { label = "flag", kind = "flag" }
units = { label = "number of units", kind = "count" }
back_end_dti = { label = "back-end DTI", kind = "percent" }
credit_score = { label = "credit score", kind = "points" }
loan_amount = { label = "loan amount", kind = "dollars" }
county_limit = { label = "the county's loan limit", kind = "dollars" }
"""
HEAD = """
title = "Maximum DTI"
layer = "agency"
fact = "back_end_dti"
test = "at_most"
severity = "hard"
reason_code = "DTI_TOO_HIGH"
"""
VALUES = """
values = [
  { from = 2025-01-01, limit = "43.00", cite = "Manual 4.2", mark = "V" },
  { from = 2026-01-01, limit = "45.00", cite = "Manual 4.2, rev. 2", mark = "2nd" },
]
"""
DTI = f"[max_dti]{HEAD}{VALUES}"
TODAY = date(2026, 6, 1)


def book(tmp_path: Path, rules: str, rates: str = "", facts: str = FACTS) -> RuleBook:
    """Return the rulebook of these texts, the rules being the group ``demo``."""
    for name, text in (("demo", rules), ("rates", rates), ("facts", facts)):
        (tmp_path / f"{name}.toml").write_text(text)
    return RuleBook.load(tmp_path)


def found(tmp_path: Path, facts: Facts, rules: str = DTI, rates: str = "", day: date = TODAY) -> Finding:
    """Return the one finding that the rules make of the facts."""
    [finding] = book(tmp_path, rules, rates).on(day).evaluate(facts, group="demo")
    return finding


def test_a_finding_says_value_limit_and_room(tmp_path: Path) -> None:
    finding = found(tmp_path, {"back_end_dti": Decimal("46.20")})
    assert finding.message == "Back-end DTI 46.20 percent is above the limit of 45.00 percent."
    assert (finding.result, finding.margin, finding.unit) == (Result.FAILED, Decimal("-1.20"), "percent")
    assert (finding.citation, finding.source_mark, finding.reason_code) == ("Manual 4.2, rev. 2", "2nd", "DTI_TOO_HIGH")
    assert finding.details["layer"] == "agency"


def test_a_value_just_over_the_limit_does_not_look_equal_to_it(tmp_path: Path) -> None:
    assert "45.004 percent is above" in found(tmp_path, {"back_end_dti": Decimal("45.004")}).message


@pytest.mark.parametrize(
    ("day", "limit"), [(date(2025, 1, 1), 43), (date(2025, 12, 31), 43), (date(2026, 1, 1), 45), (date(2030, 1, 1), 45)]
)
def test_the_limit_of_the_day_counts(tmp_path: Path, day: date, limit: int) -> None:
    assert found(tmp_path, {"back_end_dti": Decimal(44)}, day=day).limit == limit


def test_a_day_before_the_first_value_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="max_dti has no value on 2024-12-31: its first starts on 2025-01-01"):
        book(tmp_path, DTI).on(date(2024, 12, 31))


def test_a_rule_introduced_later_did_not_exist_before(tmp_path: Path) -> None:
    later = DTI.replace("[max_dti]", "[new]\nintroduced = true").replace("2025-01-01", "2025-06-01")
    rules = book(tmp_path, DTI + later)
    assert [rule.code for rule in rules.on(date(2025, 1, 1)).applicable({})] == ["max_dti"]
    assert [rule.code for rule in rules.on(TODAY).applicable({})] == ["max_dti", "new"]


def test_an_unknown_fact_gives_an_unknown_finding_that_names_it(tmp_path: Path) -> None:
    finding = found(tmp_path, {"back_end_dti": None})
    assert finding.result is Result.UNKNOWN
    assert finding.message == "Maximum DTI could not be tested because back-end DTI is not known."
    assert finding.details["missing"] == ["back_end_dti"]


def test_a_rule_that_certainly_does_not_apply_gives_no_finding(tmp_path: Path) -> None:
    rules = book(
        tmp_path, DTI.replace(VALUES, f'applies = {{ program = ["fha", "va"], bankruptcy = true }}{VALUES}')
    ).on(TODAY)
    assert rules.evaluate({"program": "conventional", "back_end_dti": Decimal(60)}, group="demo") == []
    [unsure] = rules.evaluate({"program": "va", "back_end_dti": Decimal(60)}, group="demo")
    assert unsure.result is Result.UNKNOWN
    assert unsure.details["missing"] == ["bankruptcy"]


TABLE = f"""[max_dti]{HEAD}
[[max_dti.values]]
from = 2025-01-01
cite = "Manual 4.2"
mark = "V"
rows = [
  {{ credit_score = {{ at_least = 740 }}, limit = "50" }},
  {{ credit_score = {{ above = 680, below = 740 }}, units = [1, 2], limit = "45" }},
]
"""


@pytest.mark.parametrize(
    ("facts", "limit"),
    [
        ({"credit_score": 740}, 50),
        ({"credit_score": 739, "units": 2}, 45),
        ({"credit_score": 681, "units": 1}, 45),
        ({"credit_score": 800, "units": 4}, 50),
    ],
)
def test_the_first_row_that_fits_gives_the_limit(tmp_path: Path, facts: Facts, limit: int) -> None:
    assert found(tmp_path, {"back_end_dti": Decimal(40), **facts}, TABLE).limit == limit


def test_a_row_that_might_fit_leaves_the_result_unknown(tmp_path: Path) -> None:
    finding = found(tmp_path, {"back_end_dti": Decimal(40), "credit_score": 700}, TABLE)
    assert (finding.result, finding.details["missing"]) == (Result.UNKNOWN, ["units"])


def test_outside_the_table_is_unknown_or_failed_as_the_rule_says(tmp_path: Path) -> None:
    facts: Facts = {"back_end_dti": Decimal(40), "credit_score": 680, "units": 1}
    assert found(tmp_path, facts, TABLE).result is Result.UNKNOWN
    failed = found(tmp_path, facts, TABLE.replace("[[max", 'otherwise = "failed"\n[[max', 1))
    assert failed.result is Result.FAILED
    assert failed.message == "No back-end DTI is allowed for this kind of loan; it is 40.00 percent."


def test_a_compensating_fact_turns_a_failed_guide_into_a_pass_and_says_why(tmp_path: Path) -> None:
    guide = DTI.replace(
        VALUES, f'unless = [{{ credit_score = {{ at_least = 700 }} }}]\nbecause = "the score is high"{VALUES}'
    )
    accepted = found(tmp_path, {"back_end_dti": Decimal(46), "credit_score": 700}, guide)
    assert accepted.result is Result.PASSED
    assert accepted.message.endswith("above the limit of 45.00 percent, which is accepted because the score is high.")
    assert found(tmp_path, {"back_end_dti": Decimal(46), "credit_score": 699}, guide).result is Result.FAILED
    assert found(tmp_path, {"back_end_dti": Decimal(46), "credit_score": None}, guide).result is Result.FAILED


def test_a_skipped_rule_is_silent_only_while_its_own_fact_is_unknown(tmp_path: Path) -> None:
    skipped = book(tmp_path, TABLE.replace("[[max", 'when_unknown = "skip"\n[[max', 1)).on(TODAY)
    assert skipped.evaluate({"credit_score": 700}, group="demo") == []
    assert skipped.applicable({"credit_score": 700}) == []
    [unknown] = skipped.evaluate({"back_end_dti": Decimal(40)}, group="demo")
    assert unknown.result is Result.UNKNOWN


AREA_RATES = """
[floor]
unit = "dollars"
values = [{ from = 2025-01-01, limit = "800000", cite = "Manual 9.1", mark = "V" }]
[ceiling]
unit = "dollars"
values = [{ from = 2025-01-01, limit = "1200000", cite = "Manual 9.2", mark = "V" }]
"""
AREA = """[loan_limit]
title = "Loan limit"
layer = "agency"
fact = "loan_amount"
test = "within_area_limit"
severity = "hard"
reason_code = "LOAN_AMOUNT_TOO_HIGH"
values_from = "floor"
ceiling = "ceiling"
area_fact = "county_limit"
"""


@pytest.mark.parametrize(
    ("amount", "county", "result"),
    [
        ("800000.00", None, Result.PASSED),
        ("800000.01", None, Result.UNKNOWN),
        ("1200000.00", None, Result.UNKNOWN),
        ("1200000.01", None, Result.FAILED),
        ("900000.00", "900000", Result.PASSED),
        ("900000.01", "900000", Result.FAILED),
    ],
)
def test_between_floor_and_ceiling_only_the_county_knows(
    tmp_path: Path, amount: str, county: str | None, result: Result
) -> None:
    facts: Facts = {"loan_amount": Decimal(amount), "county_limit": None if county is None else Decimal(county)}
    assert found(tmp_path, facts, AREA, AREA_RATES).result is result


def test_a_bound_may_be_a_rate_of_the_day(tmp_path: Path) -> None:
    rules = DTI.replace(VALUES, f'applies = {{ loan_amount = {{ above = "floor" }} }}{VALUES}')
    dated = book(tmp_path, rules, AREA_RATES).on(TODAY)
    assert dated.applicable({"loan_amount": Decimal(800000)}) == []
    assert len(dated.applicable({"loan_amount": Decimal("800000.01")})) == 1


def test_rates_answer_with_citation_none_or_an_error(tmp_path: Path) -> None:
    card = (
        '[card]\nunit = "percent"\nvalues = [{ from = 2025-01-01, cite = "Manual 8.2", mark = "U", rows = ['
        '{ back_end_dti = { at_most = "80" }, limit = "0.19" }] }]\n'
        '[listed]\nunit = "text"\nvalues = [{ from = 2025-01-01, limit = ["OH"], cite = "M", mark = "V" }]'
    )
    rules = book(tmp_path, DTI, card).on(TODAY)
    quote = rules.rate("card", {"back_end_dti": Decimal(80)})
    assert quote is not None
    assert (quote.value, quote.unit, quote.citation, quote.mark) == (Decimal("0.19"), "percent", "Manual 8.2", "U")
    assert rules.rate("card", {"back_end_dti": Decimal("80.01")}) is None
    assert rules.rate("card", {}) is None
    assert rules.highest("card") == Decimal("0.19")
    with pytest.raises(RulebookError, match="no rate 'cart'"):
        rules.rate("cart", {})
    with pytest.raises(RulebookError, match="holds a list"):
        rules.rate("listed", {})


def test_an_unknown_group_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="no group 'underwritng'; it has demo"):
        book(tmp_path, DTI).on(TODAY).evaluate({}, group="underwritng")


def test_the_version_changes_with_any_text(tmp_path: Path) -> None:
    first = book(tmp_path, DTI).version
    assert len(first) == 16
    assert first == book(tmp_path, DTI).version
    assert first != book(tmp_path, DTI.replace("43.00", "43.01")).version


BROKEN = {
    "not TOML": (DTI.replace('"Maximum DTI"', '"Maximum'), "demo.toml: is not valid TOML"),
    "unknown test": (DTI.replace("at_most", "at_mots"), r"demo.toml, \[max_dti\]: unknown test 'at_mots'"),
    "unknown fact": (DTI.replace('"back_end_dti"', '"dit"'), r"\[max_dti\]: unknown fact 'dit'"),
    "unknown key": (DTI.replace("layer", "lair"), r"unknown key 'lair'"),
    "unknown severity": (DTI.replace('"hard"', '"deadly"'), "unknown severity 'deadly'"),
    "unknown layer": (DTI.replace('"agency"', '"agent"'), "unknown layer 'agent'"),
    "unknown mark": (DTI.replace('"V"', '"W"'), "unknown mark 'W'"),
    "reason in small letters": (DTI.replace("DTI_TOO_HIGH", "dti"), "reason_code 'dti'"),
    "no title": (DTI.replace('title = "Maximum DTI"', ""), "title is missing"),
    "no citation": (DTI.replace('cite = "Manual 4.2", ', ""), "the value from 2025-01-01 has no cite"),
    "blank citation": (DTI.replace('"Manual 4.2"', '" "'), "has no cite"),
    "no limit": (DTI.replace('limit = "43.00", ', ""), "needs either limit or rows"),
    "no values": (f"[max_dti]{HEAD}", "give either values or values_from"),
    "empty values": (f"[max_dti]{HEAD}values = []", "at least one dated value"),
    "same day twice": (DTI.replace("2026-01-01", "2025-01-01"), "from 2025-01-01 and 2025-01-01 overlap"),
    "newest first": (DTI.replace("2026-01-01", "2024-01-01"), "overlap"),
    "no date": (DTI.replace("2025-01-01", '"2025"'), "from must be a date"),
    "a time": (DTI.replace("2025-01-01", "2025-01-01T00:00:00"), "from must be a date"),
    "no number": (DTI.replace('"43.00"', '"lots"'), "'lots' is not a number of percent"),
    "test for numbers on text": (
        DTI.replace('fact = "back_end_dti"', 'fact = "property_state"'),
        "needs a number, but property_state is a text",
    ),
    "list test without list": (DTI.replace("at_most", "one_of"), "needs a list as limit"),
    "unknown fact in a condition": (DTI.replace(VALUES, f'applies = {{ stat = "OH" }}{VALUES}'), "unknown fact 'stat'"),
    "unknown bound": (
        DTI.replace(VALUES, f"applies = {{ credit_score = {{ over = 1 }} }}{VALUES}"),
        "unknown key 'over'",
    ),
    "bounds on text": (
        DTI.replace(VALUES, f"applies = {{ property_state = {{ above = 1 }} }}{VALUES}"),
        "has no bounds",
    ),
    "text for a flag": (DTI.replace(VALUES, f'applies = {{ bankruptcy = "yes" }}{VALUES}'), "'yes' is not a flag"),
    "unless without because": (
        DTI.replace(VALUES, f"unless = [{{ credit_score = 1 }}]{VALUES}"),
        "unless needs because",
    ),
    "unknown rate": (f'[max_dti]{HEAD}values_from = "nowhere"', "unknown rate 'nowhere'"),
    "area test without ceiling": (AREA.replace('"ceiling"', '"roof"'), "needs ceiling"),
    "not a table": ("stray = 1\n" + DTI, r"\[stray\]: is not a table"),
    "no rule at all": ("", "holds no rule"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_rulebook_is_refused_with_file_rule_and_problem(tmp_path: Path, fault: str) -> None:
    text, message = BROKEN[fault]
    with pytest.raises(RulebookError, match=message):
        book(tmp_path, text, AREA_RATES)


def test_a_name_used_in_two_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=r"used already in demo\.toml"):
        book(tmp_path, DTI, DTI)


def test_a_fact_without_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=r"facts.toml, \[back_end_dti\]"):
        book(tmp_path, DTI, facts='back_end_dti = { label = "DTI" }')


def test_a_float_as_a_fact_is_a_bug_and_not_a_finding(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="hand facts in as Decimal or int"):
        found(tmp_path, {"back_end_dti": 45.0})  # type: ignore[dict-item]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> RuleBook:
    return book(tmp_path_factory.mktemp("rulebook"), TABLE.replace("[[max", 'otherwise = "failed"\n[[max', 1))


@given(
    dti=st.decimals(0, 100, places=2),
    better=st.decimals(0, 100, places=2),
    score=st.none() | st.integers(300, 850),
    units=st.none() | st.integers(1, 4),
)
def test_a_better_ratio_never_turns_a_pass_into_a_failure(
    small: RuleBook, dti: Decimal, better: Decimal, score: int | None, units: int | None
) -> None:
    rules = small.on(TODAY)
    [before] = rules.evaluate({"back_end_dti": max(dti, better), "credit_score": score, "units": units}, group="demo")
    [after] = rules.evaluate({"back_end_dti": min(dti, better), "credit_score": score, "units": units}, group="demo")
    assert not (before.result is Result.PASSED and after.result is not Result.PASSED)
    assert before.severity is Severity.HARD
