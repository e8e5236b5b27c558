"""The house's own rulebook: every limit at its edge, both layers side by side, its rates and its citations."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.rulebook.findings import Finding, Result, Severity
from policies.rulebook.limits import AnyOf, Between, Conditions, DatedLimit, Facts, Limit, LimitRow, Rule
from policies.rulebook.rule_tests import MEASURED, WITHIN_AREA_LIMIT
from policies.rulebook.rules import DatedRules, RulebookError
from tests.policies.ordinary_loan import BOOK, FIRST_DAY, ORDINARY, RULES, STEP

MANUALS = Path(__file__).resolve().parents[3] / "policies" / "samples" / "manuals"


def cases() -> Iterator[tuple[Rule, DatedLimit, LimitRow]]:
    """Yield every rule with each of its dated rows."""
    for rule in BOOK.rules:
        for dated in rule.limits:
            for row in dated.rows:
                yield rule, dated, row


def case_name(value: object) -> str:
    """Name a case in the test's title."""
    return value.code if isinstance(value, Rule) else f"{value.since}" if isinstance(value, DatedLimit) else ""


def satisfying(conditions: Conditions, rules: DatedRules, facts: Facts) -> Facts:
    """Return the facts changed so that the conditions hold, on the edge where there is one."""
    listed_values = {name: each.values[0] for name, each in conditions.items() if isinstance(each, AnyOf)}
    changed: Facts = {**facts, **listed_values}
    for name, condition in conditions.items():
        if isinstance(condition, Between):
            changed[name] = inside(condition, Decimal(STEP[BOOK.words[name].kind]), rules, changed)
    return changed


def inside(bounds: Between, step: Decimal, rules: DatedRules, facts: Facts) -> Decimal:
    """Return a number on the edge within the bounds."""
    given_bounds = ((word, getattr(bounds, word)) for word in ("at_least", "at_most", "above", "below"))
    name, bound = next((word, bound) for word, bound in given_bounds if bound is not None)
    if isinstance(bound, str):
        quote = rules.rate(bound, facts)
        assert quote is not None
        bound = quote.value
    return Decimal(bound) + {"above": step, "below": -step}.get(name, Decimal(0))


def facts_for(rule: Rule, dated: DatedLimit, row: LimitRow) -> tuple[DatedRules, Facts]:
    """Return the rules of the limit's first day and ordinary facts to which this row of this rule applies."""
    rules = BOOK.on(dated.since)
    return rules, satisfying({**rule.applies, **row.where}, rules, ORDINARY)


def judged(rules: DatedRules, rule: Rule, facts: Facts, **changes: object) -> Finding:
    """Return what the rule finds."""
    changed: Facts = {**facts, **changes}  # type: ignore[dict-item]
    return next(each for each in rules.evaluate(changed, group=rule.group) if each.code == rule.code)


@pytest.mark.parametrize(
    ("rule", "dated", "row"),
    [case for case in cases() if case[0].test in MEASURED - {WITHIN_AREA_LIMIT}],
    ids=case_name,
)
def test_every_number_at_one_below_and_one_above(rule: Rule, dated: DatedLimit, row: LimitRow) -> None:
    rules, facts = facts_for(rule, dated, row)
    limit, step = row.limit, Decimal(STEP[rule.unit])
    assert isinstance(limit, Decimal)
    results = [judged(rules, rule, facts, **{rule.fact: limit + change}) for change in (-step, Decimal(0), step)]
    expected = {"at_most": "PPF", "at_least": "FPP", "below": "PFF"}[rule.test]
    assert [finding.limit for finding in results] == [limit] * 3
    assert "".join(finding.result[0].upper() for finding in results) == expected
    assert all(finding.citation == dated.citation for finding in results)


@pytest.mark.parametrize(
    ("rule", "dated", "row"), [case for case in cases() if case[0].test == WITHIN_AREA_LIMIT], ids=case_name
)
def test_every_loan_limit_at_its_floor_and_with_a_county(rule: Rule, dated: DatedLimit, row: LimitRow) -> None:
    rules, facts = facts_for(rule, dated, row)
    floor = row.limit
    assert isinstance(floor, Decimal)
    cent = Decimal("0.01")
    assert judged(rules, rule, facts, loan_amount=floor).result is Result.PASSED
    assert judged(rules, rule, facts, loan_amount=floor + cent).result is Result.UNKNOWN
    assert judged(rules, rule, facts, loan_amount=floor + cent, county_limit=floor + cent).result is Result.PASSED
    assert judged(rules, rule, facts, loan_amount=floor + cent, county_limit=floor).result is Result.FAILED
    ceiling = rules.rate(rule.ceiling, facts)
    if ceiling:
        assert ceiling.value >= floor
        assert judged(rules, rule, facts, loan_amount=ceiling.value).result is not Result.FAILED
        assert judged(rules, rule, facts, loan_amount=ceiling.value + cent).result is Result.FAILED


@pytest.mark.parametrize(
    ("rule", "dated", "row"), [case for case in cases() if case[0].test not in MEASURED], ids=case_name
)
def test_every_list_and_flag_inside_and_outside(rule: Rule, dated: DatedLimit, row: LimitRow) -> None:
    rules, facts = facts_for(rule, dated, row)
    for value in () if rule.test == "is_known" else listed(row.limit):
        inside_list = judged(rules, rule, facts, **{rule.fact: value})
        assert inside_list.result is (Result.FAILED if rule.test == "none_of" else Result.PASSED)
    outside: object = (not row.limit) if rule.test == "equals" else "elsewhere"
    if rule.test == "is_known":
        outside = facts.get(rule.fact) or Decimal(1)
    expected = Result.FAILED if rule.test in ("one_of", "equals") else Result.PASSED
    assert judged(rules, rule, facts, **{rule.fact: outside}).result is expected


def listed(limit: Limit) -> tuple[object, ...]:
    """Return the values of a list, or the one value; nothing for a rule without a limit."""
    return limit if isinstance(limit, tuple) else () if limit is None else (limit,)


@pytest.mark.parametrize("rule", BOOK.rules, ids=case_name)
def test_every_rule_without_its_fact_is_unknown_or_left_out(rule: Rule) -> None:
    rules, facts = facts_for(rule, rule.limits[-1], rule.limits[-1].rows[0])
    found = [each for each in rules.evaluate({**facts, rule.fact: None}, group=rule.group) if each.code == rule.code]
    assert [each.result for each in found] == ([] if rule.when_unknown == "skip" else [Result.UNKNOWN])
    assert all(each.margin is None and each.message for each in found)


@pytest.mark.parametrize("group", ["underwriting", "compliance"])
@pytest.mark.parametrize("program", ["conventional", "jumbo", "fha", "va", "usda"])
def test_a_sound_loan_passes_everything_and_applicable_counts_the_same(program: str, group: str) -> None:
    facts: Facts = {**ORDINARY, "program": program, "ltv": Decimal(80), "ltv_rounded": 80, "cltv_rounded": 80}
    facts |= {
        "hcltv_rounded": 80,
        "credit_score": 760,
        "cltv_before_contributions": 80,
        "reserves_months": Decimal(14),
        "loan_amount": Decimal(500000),
    }
    findings = RULES.evaluate(facts, group=group)
    assert [
        found.code for found in findings if found.result is not Result.PASSED and found.severity is not Severity.NOTE
    ] == []
    assert [found.code for found in findings] == [rule.code for rule in RULES.applicable(facts, group)]


@pytest.mark.parametrize("group", ["underwriting", "compliance"])
def test_without_any_fact_nothing_hard_passes(group: str) -> None:
    findings = RULES.evaluate({}, group=group)
    assert {found.result for found in findings} == {Result.UNKNOWN}


LOWER_IS_BETTER = st.sampled_from([rule for rule in BOOK.rules if rule.test in ("at_most", "below", WITHIN_AREA_LIMIT)])
HIGHER_IS_BETTER = st.sampled_from([rule for rule in BOOK.rules if rule.test == "at_least"])
WHATEVER = st.fixed_dictionaries(
    {
        "program": st.sampled_from(["conventional", "jumbo", "fha", "va", "usda", None]),
        "purpose": st.sampled_from(["purchase", "rate_term", "cash_out", None]),
        "occupancy": st.sampled_from(["primary", "second", "investment", None]),
        "units": st.sampled_from([1, 2, 3, 4, None]),
        "amortization": st.sampled_from(["fixed", "arm", None]),
        "credit_score": st.none() | st.integers(300, 850),
        "bankruptcy": st.booleans(),
        "bankruptcy_chapter": st.sampled_from(["7", "13", "12", None]),
        "foreclosure": st.booleans(),
        "in_flood_zone": st.booleans() | st.none(),
    }
)
NUMBER = st.decimals(0, 1000, places=2) | st.decimals(0, 3_500_000, places=0)


@settings(max_examples=200, deadline=None)
@given(facts=WHATEVER, one=NUMBER, other=NUMBER, rule=LOWER_IS_BETTER | HIGHER_IS_BETTER)
def test_a_better_fact_never_turns_a_pass_into_anything_else(
    facts: Facts, one: Decimal, other: Decimal, rule: Rule
) -> None:
    worse, better = (
        (min(one, other), max(one, other)) if rule.test == "at_least" else (max(one, other), min(one, other))
    )
    before = {
        each.code: each.result for each in RULES.evaluate({**ORDINARY, **facts, rule.fact: worse}, group=rule.group)
    }
    after = {
        each.code: each.result for each in RULES.evaluate({**ORDINARY, **facts, rule.fact: better}, group=rule.group)
    }
    if before.get(rule.code) is Result.PASSED and rule.code in after:
        assert after[rule.code] is Result.PASSED


def test_before_the_first_day_there_is_no_rulebook() -> None:
    assert BOOK.on(FIRST_DAY)
    with pytest.raises(RulebookError, match="has no value on 2024-12-31"):
        BOOK.on(date(2024, 12, 31))


def test_agency_and_overlay_are_both_tested_and_both_shown() -> None:
    found = {
        each.code: each for each in RULES.evaluate({**ORDINARY, "back_end_dti": Decimal("46.20")}, group="underwriting")
    }
    assert found["conventional_back_end_dti"].result is Result.PASSED
    overlay = found["conventional_back_end_dti_overlay"]
    assert overlay.message == "Back-end DTI 46.20 percent is above the limit of 45.00 percent."
    assert {overlay.details["layer"], found["conventional_back_end_dti"].details["layer"]} == {"agency", "overlay"}


def test_fha_above_43_goes_to_a_person_and_below_a_score_of_580_no_further() -> None:
    loan: Facts = {**ORDINARY, "program": "fha", "back_end_dti": Decimal("43.01")}
    failed = {each.severity for each in RULES.evaluate(loan, group="underwriting") if each.result is Result.FAILED}
    assert failed == {Severity.REVIEW}
    loan |= {"credit_score": 579, "ltv": Decimal(90)}
    failed = {each.severity for each in RULES.evaluate(loan, group="underwriting") if each.result is Result.FAILED}
    assert failed == {Severity.REVIEW, Severity.HARD}


@pytest.mark.parametrize(
    ("ratio", "result"), [("120", Result.PASSED), ("119.99", Result.FAILED), (None, Result.FAILED)]
)
def test_va_above_41_rests_on_residual_income(ratio: str | None, result: Result) -> None:
    loan: Facts = {**ORDINARY, "program": "va", "back_end_dti": Decimal("41.01")}
    loan["residual_ratio"] = None if ratio is None else Decimal(ratio)
    [found] = [each for each in RULES.evaluate(loan, group="underwriting") if each.code == "va_back_end_dti_guide"]
    assert (found.result, found.severity) == (result, Severity.REVIEW)


@pytest.mark.parametrize(
    ("name", "facts", "value"),
    [
        ("fha_upfront_mip", {}, "1.75"),
        ("fha_annual_mip", {"term_months": 360, "loan_amount": Decimal(726200), "ltv": Decimal("95.01")}, "0.55"),
        ("fha_annual_mip", {"term_months": 360, "loan_amount": Decimal(726201), "ltv": Decimal(95)}, "0.70"),
        ("fha_annual_mip", {"term_months": 180, "loan_amount": Decimal(726201), "ltv": Decimal("78.01")}, "0.40"),
        ("fha_annual_mip", {"term_months": 180, "loan_amount": Decimal(726200), "ltv": Decimal("90.01")}, "0.40"),
        ("va_funding_fee", {"purpose": "purchase", "va_use": "first", "ltv": Decimal("95.01")}, "2.15"),
        ("va_funding_fee", {"purpose": "purchase", "va_use": "later", "ltv": Decimal("95.01")}, "3.30"),
        ("va_funding_fee", {"purpose": "purchase", "va_use": "later", "ltv": Decimal(95)}, "1.50"),
        ("va_funding_fee", {"purpose": "purchase", "va_use": "first", "ltv": Decimal(90)}, "1.25"),
        ("va_funding_fee", {"purpose": "cash_out", "va_use": "later", "ltv": Decimal(50)}, "3.30"),
        ("va_funding_fee", {"purpose": "rate_term", "va_use": "later", "va_streamline": True}, "0.50"),
        ("va_funding_fee", {"purpose": "rate_term", "va_use": "first", "va_streamline": False}, "2.15"),
        ("va_funding_fee", {"purpose": "rate_term", "va_use": "later", "va_streamline": False}, "3.30"),
        ("va_funding_fee", {"va_use": "exempt"}, "0"),
        ("va_funding_fee", {"purpose": "purchase", "ltv": Decimal(100)}, None),
        ("usda_guarantee_fee", {}, "1.00"),
        ("usda_annual_fee", {}, "0.35"),
        ("conventional_mi", {"ltv": Decimal(80)}, "0"),
        ("conventional_mi", {"ltv": Decimal("80.01"), "credit_score": 740}, "0.19"),
        ("conventional_mi", {"ltv": Decimal("97.01"), "credit_score": 740}, None),
        (
            "va_residual_income",
            {"total_loan_amount": Decimal(80000), "household_region": "northeast", "household_size": 2},
            "755",
        ),
        (
            "va_residual_income",
            {"total_loan_amount": Decimal(79999), "household_region": "west", "household_size": 5},
            "1004",
        ),
        (
            "va_residual_income",
            {"total_loan_amount": Decimal(90000), "household_region": "south", "household_size": 6},
            "1119",
        ),
        (
            "va_residual_income",
            {"total_loan_amount": Decimal(90000), "household_region": "south", "household_size": 9},
            "1199",
        ),
    ],
)
def test_rates_as_published(name: str, facts: Facts, value: str | None) -> None:
    quote = RULES.rate(name, facts)
    assert (quote.value if quote else None) == (None if value is None else Decimal(value))


def test_the_scorecard_spans_0_to_100_and_every_score_has_points() -> None:
    factors = [name for name in RULES.rates if name.startswith("points_")]
    assert sum(RULES.highest(name) for name in factors) == 100
    for score in range(300, 851):
        assert RULES.rate("points_credit_score", {"credit_score": score})
    bands = [RULES.rate(name, {}) for name in ("confidence_decline_below", "confidence_approve_above")]
    assert [band.value for band in bands if band] == [45, 55]


def test_every_state_but_hawaii_and_new_york_is_licensed() -> None:
    [states] = [row.limit for row in BOOK.rates["licensed_states"].limits[-1].rows]
    assert isinstance(states, tuple)
    assert len(states) == len(set(states)) == 49
    assert not {"HI", "NY", "PR", "GU", "VI"} & set(states)


def sections() -> dict[str, set[str]]:
    """Return the section numbers of each published manual, by its title."""
    found = {}
    for path in MANUALS.glob("*-manual.md"):
        text = path.read_text()
        title = re.search(r"^title: (.+)$", text, re.M)
        assert title
        found[title[1].strip()] = set(re.findall(r"^#{1,3} (\d+(?:\.\d+)*) ", text, re.M))
    return found


ALL_LIMITS = [*(rule.limits for rule in BOOK.rules), *(rate.limits for rate in BOOK.rates.values())]
RULE_CITATIONS = {dated.citation for rule in BOOK.rules for dated in rule.limits}
OUTSIDE = r"Fannie Mae B\d|HUD Handbook 4000\.1|VA (?:Circular|Pamphlet) |USDA HB-1-3555"  # tells arithmetic how
CITATIONS = sorted({dated.citation for limits in ALL_LIMITS for dated in limits})


@pytest.mark.parametrize("citation", CITATIONS)
def test_every_citation_names_a_section_that_the_manual_has(citation: str) -> None:
    named = re.match(
        r"((?:Conventional Lending|Government Lending|Compliance) Manual) (\d+(?:\.\d+)*)(?:;|$)", citation
    )
    if named is None and citation not in RULE_CITATIONS:
        assert re.match(OUTSIDE, citation), f"{citation} names neither a manual nor a known text"
        return
    assert named, f"{citation} does not begin with a manual and its section"
    published = sections()
    if named[1] not in published:
        pytest.skip(f"the {named[1]} is not written yet")
    assert named[2] in published[named[1]]


def test_the_mortgage_insurance_card_is_the_manual_s() -> None:
    text = (MANUALS / "conventional-lending-manual.md").read_text()
    table = re.findall(r"^\| \d\d\.01 to (\d\d) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", text, re.M)
    assert len(table) == 4
    for ltv, *premiums in table:
        quotes = [
            RULES.rate("conventional_mi", {"ltv": Decimal(ltv), "credit_score": score}) for score in (740, 680, 679)
        ]
        assert [quote.value for quote in quotes if quote] == [Decimal(premium) for premium in premiums]


@pytest.mark.parametrize(
    ("label", "factor", "decimals"),
    [
        ("Credit score", "credit_score", 0),
        ("Back-end DTI, percent", "back_end_dti", 2),
        ("LTV, percent", "ltv", 2),
        ("Reserves, months", "reserves_months", 2),
        ("Employment, years", "years_employed", 2),
    ],
)
def test_the_points_table_is_the_manual_s(label: str, factor: str, decimals: int) -> None:
    text = (MANUALS / "conventional-lending-manual.md").read_text()
    table = re.findall(rf"^\| {label} \| (.+?) \| (\d+) \|$", text, re.M)
    assert len(table) == len(BOOK.rates[f"points_{factor}"].limits[-1].rows)
    for band, points in table:
        edges = [Decimal(number) for number in re.findall(r"\d+(?:\.\d+)?", band)]
        step = Decimal(1).scaleb(-decimals) * (band.startswith("Above") - band.startswith("Below"))
        quotes = [RULES.rate(f"points_{factor}", {factor: edge + step}) for edge in edges]
        assert [quote.value for quote in quotes if quote] == [Decimal(points)] * len(edges)
