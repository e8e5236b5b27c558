"""Why a loan was declined: only what failed, the worst first, nothing twice, at most four."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from agents.engine.reasons import principal_reasons
from agents.state import ScoreLine
from lending.adverse_reasons import WORDINGS, found_reason
from policies.rulebook.findings import Finding, Result, Severity
from policies.rulebook.rules import RuleBook


def failed(code: str, reason: str, *, margin: str | None, limit: str | None = "100") -> Finding:
    limits = Decimal(limit) if limit else None
    margins = Decimal(margin) if margin else None
    words = f"{code} failed."
    return Finding(
        code, Severity.HARD, Result.FAILED, code, Decimal(0), limits, margins, "", words, "Manual", "V", reason
    )


def line(factor: str, points: int, possible: int, value: str = "1") -> ScoreLine:
    return ScoreLine(factor, value, Decimal(points), Decimal(possible), "Manual 10.2")


def test_the_largest_share_of_the_limit_comes_first() -> None:
    reasons = principal_reasons(
        [
            failed("score", "CREDIT_SCORE_TOO_LOW", margin="-32", limit="620"),  # 5.2 percent short
            failed("dti", "DTI_TOO_HIGH", margin="-9", limit="45"),  # 20 percent over
            failed("home", "OCCUPANCY_NOT_ELIGIBLE", margin=None, limit=None),  # no distance: missed altogether
        ],
        (),
    )
    assert [reason.code for reason in reasons] == ["OCCUPANCY_NOT_ELIGIBLE", "DTI_TOO_HIGH", "CREDIT_SCORE_TOO_LOW"]
    assert [reason.hmda_code for reason in reasons] == [9, 1, 3]
    assert reasons[1].text == "dti failed."


def test_agency_and_overlay_on_one_figure_are_one_reason_with_the_larger_gap() -> None:
    agency = failed("agency", "DTI_TOO_HIGH", margin="-2", limit="50")
    overlay = failed("overlay", "DTI_TOO_HIGH", margin="-7", limit="45")
    [reason] = principal_reasons([agency, overlay], ())
    assert reason.finding_code == "overlay"


def test_no_more_than_four() -> None:
    codes = ["DTI_TOO_HIGH", "CREDIT_SCORE_TOO_LOW", "LTV_TOO_HIGH", "INSUFFICIENT_CASH", "BANKRUPTCY_TOO_RECENT"]
    reasons = principal_reasons([failed(code, code, margin="-1") for code in codes], ())
    assert len(reasons) == 4


def test_only_failed_hard_rules_are_reasons() -> None:
    unknown = replace(failed("a", "DTI_TOO_HIGH", margin="-1"), result=Result.UNKNOWN)
    stop = replace(failed("b", "LICENSE_MISSING", margin=None), severity=Severity.STOP)
    review = replace(failed("c", "EMPLOYMENT_TOO_SHORT", margin="-1"), severity=Severity.REVIEW)
    assert principal_reasons([unknown, stop, review], ()) == ()


def test_without_a_failed_rule_the_score_says_where_points_were_lost() -> None:
    scorecard = (
        line("base", 10, 10),
        line("credit_score", 3, 25, "625"),
        line("back_end_dti", 9, 25, "44.10"),
        line("ltv", 20, 20, "55.00"),
        line("reserves_months", 3, 12, "0.50"),
    )
    reasons = principal_reasons([], scorecard)
    assert [reason.code for reason in reasons] == ["CREDIT_SCORE_TOO_LOW", "DTI_TOO_HIGH", "INSUFFICIENT_CASH"]
    assert reasons[0].text == "Credit score of 625 earned 3 of 25 scorecard points."


def test_every_rule_that_can_decline_has_its_wording() -> None:
    rules = RuleBook.load().on(date(2026, 11, 2)).rules
    hard = {rule.reason_code for rule in rules if rule.severity is Severity.HARD}
    assert hard - WORDINGS.keys() == set()
    assert {wording.hmda_code for wording in WORDINGS.values()} <= set(range(1, 10))


def test_every_factor_of_the_scorecard_can_be_a_reason() -> None:
    from agents.engine.reasons import FACTORS
    from agents.engine.scorecard import BASE, PREFIX

    factors = {name.removeprefix(PREFIX) for name in RuleBook.load().rates if name.startswith(PREFIX)}
    assert factors - {BASE} == FACTORS.keys()


def test_a_persons_decline_uses_the_same_words_as_the_machines() -> None:
    for code, wording in WORDINGS.items():
        reason = found_reason(code, "A sentence.", "a_rule")
        assert (reason.reg_b, reason.hmda_code) == (wording.reg_b, wording.hmda_code)
