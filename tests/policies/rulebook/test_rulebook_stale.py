"""Numbers that still circulate and no longer hold: each must stay out of rulebook, manuals and documents."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from policies.rulebook.limits import Between
from policies.rulebook.rules import FOLDER, RulebookError
from tests.policies.ordinary_loan import BOOK, DAY, RULES, findings, result

ROOT = Path(__file__).resolve().parents[3]
NEW_YEAR, LAST_YEAR = date(2026, 1, 1), date(2025, 12, 31)


def limits_on(fact: str, **changes: object) -> set[object]:
    """Return the limits that hold for a fact of such a loan."""
    found = findings(**changes).values()
    return {each.limit for each in found if each.fact == fact and each.limit is not None and each.margin is not None}


def numbers_in_force() -> Iterator[Decimal]:
    """Yield every number that holds on the day: limits and the bounds of rows and rules."""
    tables = [*(rule.limits for rule in BOOK.rules), *(rate.limits for rate in BOOK.rates.values())]
    for limits in tables:
        dated = next(each for each in reversed(limits) if each.since <= DAY)
        for row in dated.rows:
            if isinstance(row.limit, Decimal):
                yield row.limit
            for condition in row.where.values():
                if isinstance(condition, Between):
                    bounds = (condition.above, condition.at_least, condition.below, condition.at_most)
                    yield from (bound for bound in bounds if isinstance(bound, Decimal))


def texts(*patterns: str) -> str:
    return "\n".join(path.read_text() for pattern in patterns for path in sorted(ROOT.glob(pattern)))


@pytest.mark.parametrize("dti", ["43.00", "43.01", "45.00"])
def test_43_percent_is_no_limit_of_a_qualified_mortgage(dti: str) -> None:
    assert Decimal(43) not in limits_on("back_end_dti")
    law = [each for each in findings(back_end_dti=Decimal(dti)).values() if each.details["layer"] == "law"]
    assert all(each.result != "failed" for each in law)


@pytest.mark.parametrize("amount", [110260, 66156])
def test_the_first_price_tiers_are_gone(amount: int) -> None:
    assert amount not in set(numbers_in_force())


def test_desktop_underwriter_asks_no_score_and_620_is_the_lenders_own() -> None:
    scored = [each for each in findings(credit_score=619).values() if each.fact == "credit_score"]
    assert {each.details["layer"] for each in scored if each.limit is not None} == {"overlay"}


@pytest.mark.parametrize("units", [2, 3, 4])
def test_two_to_four_units_reach_95_and_only_high_balance_less(units: int) -> None:
    assert limits_on("ltv_rounded", units=units) == {Decimal(95)}
    high = Decimal(1_700_000)
    older = Decimal(85) if units == 2 else Decimal(75)
    assert limits_on("ltv_rounded", units=units, loan_amount=high) == {Decimal(95), older}


def test_usda_ratios_are_34_and_41() -> None:
    assert limits_on("front_end_dti", program="usda") == {Decimal(34)}
    assert limits_on("back_end_dti", program="usda") == {Decimal(41)}


def test_the_fha_premium_is_not_085() -> None:
    assert Decimal("0.85") not in {row.limit for row in BOOK.rates["fha_annual_mip"].limits[-1].rows}


def test_reservists_pay_the_va_fee_of_everybody() -> None:
    rows = BOOK.rates["va_funding_fee"].limits[-1].rows
    assert not {Decimal("2.40"), Decimal("1.75")} & {row.limit for row in rows}


@pytest.mark.parametrize("amount", [766550, 806500])
def test_earlier_loan_limits_do_not_bind_in_2026(amount: int) -> None:
    assert amount not in set(numbers_in_force())
    assert result("conforming_loan_limit", loan_amount=Decimal(amount) + 1) == "passed"


def test_rulebook_and_documents_cite_no_withdrawn_text_as_living() -> None:
    stale = r"SR 11-7|SB 24-205|effects test|766,550|110,260|66,156"
    assert not re.search(stale, texts("policies/rulebook/*.toml"))
    for paragraph in texts("policies/samples/manuals/*.md", "docs/*.md", "README.md").split("\n\n"):
        if re.search(stale, paragraph):
            assert re.search(r"supersede|replaced|withdrawn|no longer", paragraph), paragraph


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("code", "fact", "old", "new"),
    [
        ("conforming_loan_limit", "loan_amount", 806500, 832750),
        ("fha_loan_limit", "loan_amount", 524225, 541287),
    ],
)
def test_each_side_of_new_year_has_its_own_loan_limit(code: str, fact: str, old: int, new: int) -> None:
    program = "fha" if code.startswith("fha") else "conventional"
    for day, limit in ((LAST_YEAR, old), (NEW_YEAR, new)):
        rules = BOOK.on(day)
        assert result(code, rules, program=program, **{fact: Decimal(limit)}) == "passed"
        assert result(code, rules, program=program, **{fact: Decimal(limit) + 1}) == "unknown"


def test_each_side_of_new_year_has_its_own_price_tiers() -> None:
    loan = {"total_loan_amount": Decimal(136_000), "apr_spread": Decimal("3.00")}
    assert result("qm_price", BOOK.on(LAST_YEAR), **loan) == "failed"  # above 134,841: at most 2.25
    assert result("qm_price", BOOK.on(NEW_YEAR), **loan) == "passed"  # below 137,958: at most 3.50


def test_each_side_of_october_has_its_own_household_income() -> None:
    income = {"program": "usda", "household_annual_income": Decimal(115_000)}
    assert result("usda_household_income", BOOK.on(date(2025, 9, 30)), **income) == "failed"
    assert result("usda_household_income", BOOK.on(date(2025, 10, 1)), **income) == "passed"


def test_a_day_before_the_first_value_is_an_error() -> None:
    with pytest.raises(RulebookError, match="has no value on 2024-12-31"):
        BOOK.on(date(2024, 12, 31))


def test_no_rule_of_today_rests_on_a_later_day() -> None:
    assert all(each.details["since"] <= DAY.isoformat() for each in findings(RULES).values())
    assert FOLDER.exists()
