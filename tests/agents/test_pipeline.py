"""The pipeline as a whole, without a model: where runs end, what they cite, and that audit always speaks last."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from decimal import Decimal

import pytest

from agents.exceptions import DecisionTimedOut
from agents.state import StepReport
from lending.vocabulary import Eligibility, Outcome, Risk
from policies.search.citations import SearchQuery, SearchResult
from tests.agents.a_run import context, no_passage, run, stored_search
from tests.builders_case import ada, ben, cleo

ALL = ["intake", "ratio", "policy", "compliance", "underwriting", "decision", "audit"]


async def test_a_clear_loan_is_approved_with_its_evidence() -> None:
    conclusion, steps = await run(ada(), context())
    assert (conclusion.outcome, conclusion.risk, conclusion.eligibility) == (
        Outcome.APPROVED,
        Risk.ACCEPT,
        Eligibility.ELIGIBLE,
    )
    assert (conclusion.doubts, conclusion.errors) == ([], [])
    assert sorted(step.agent for step in steps) == sorted(ALL)
    assert steps[-1].agent == "audit"
    assert conclusion.evidence["facts_hash"] == conclusion.facts_hash == ada().facts_hash()
    assert conclusion.evidence["checks"]["faithfulness"] == "1.000"


async def test_the_rationale_tells_an_officer_what_why_and_what_next() -> None:
    conclusion, _ = await run(ada(), context())
    what, figures, policy, following = conclusion.rationale.split("\n\n")
    assert what.startswith(f"Approved: application {ada().number}, a conventional")
    assert figures.count("\n- ") == 3
    assert "Back-end DTI" in figures
    assert "Conventional Lending Manual" in figures
    assert "[POLICY SOURCE 1]" in policy
    assert following.startswith("Next: clear")
    assert conclusion.rationale_writer == "template"


async def test_every_citation_names_its_place_and_words() -> None:
    conclusion, _ = await run(ada(), context())
    assert conclusion.citations
    for cited in conclusion.citations:
        assert cited["title"] == "Conventional Lending Manual"
        assert cited["page"] == cited["source"] or cited["page"] > 0
        assert cited["quote"]


async def test_a_ratio_over_its_limit_is_declined_with_its_reason() -> None:
    conclusion, steps = await run(ben(), context())
    assert conclusion.outcome is Outcome.DECLINED
    assert 1 <= len(conclusion.reasons) <= 4
    assert conclusion.reasons[0].hmda_code == 1
    assert "adverse-action notice" in conclusion.rationale
    assert steps[-1].agent == "audit"


async def test_a_borderline_loan_goes_to_a_person() -> None:
    conclusion, _ = await run(cleo(), context())
    assert conclusion.outcome is Outcome.REVIEW
    assert "A person must decide." in conclusion.rationale


async def test_an_incomplete_file_ends_in_audit_and_names_what_is_missing() -> None:
    nobody = tuple(replace(borrower, monthly_income=None) for borrower in ada().borrowers)
    conclusion, steps = await run(replace(ada(), borrowers=nobody), context())
    assert conclusion.outcome is Outcome.INCOMPLETE
    assert any("monthly_income" in name for name in conclusion.missing)
    assert [step.agent for step in steps] == ["intake", "audit"]
    assert "monthly income" in conclusion.rationale
    assert (conclusion.ratios["ltv"], conclusion.ratios["back_end_dti"]) == ("80.00", None)


async def test_a_compliance_stop_waits_for_both_branches_and_still_runs_audit() -> None:
    unlicensed = replace(ada(), home=replace(ada().home, state="HI"))
    conclusion, steps = await run(unlicensed, context())
    assert conclusion.outcome is Outcome.HOLD
    assert [step.agent for step in steps][-1] == "audit"
    assert {step.agent for step in steps} == {"intake", "ratio", "policy", "compliance", "audit"}
    assert conclusion.rationale.startswith("On hold for compliance")
    assert conclusion.citations


async def test_both_orders_of_the_branches_give_the_same_conclusion() -> None:
    def slowly(query: SearchQuery, *, variants: Sequence[str] = ()) -> SearchResult:
        time.sleep(0.05)
        return stored_search(query)

    quick, first = await run(ada(), context())
    slow, second = await run(ada(), context(search=slowly))
    assert asdict(quick) == asdict(slow)
    assert [step.agent for step in second].index("compliance") < [step.agent for step in second].index("policy")
    assert len(first) == len(second)


async def test_no_sanctions_list_is_no_clean_screening() -> None:
    given = replace(context(), screener=None)
    conclusion, _ = await run(ada(), given)
    assert conclusion.outcome is Outcome.REVIEW


async def test_a_search_that_abstains_asks_for_a_person() -> None:
    conclusion, steps = await run(ada(), context(search=no_passage))
    assert conclusion.outcome is Outcome.REVIEW
    assert conclusion.citations == []
    assert {step.agent: step.verdict for step in steps}["policy"] == "needs_review"


async def test_a_search_that_breaks_costs_the_approval_and_tells_nobody_the_borrowers_name() -> None:
    def broken(query: SearchQuery, *, variants: Sequence[str] = ()) -> SearchResult:
        raise RuntimeError(f"no connection for {ada().borrowers[0].identity}")

    conclusion, steps = await run(ada(), context(search=broken))
    assert conclusion.outcome is Outcome.REVIEW
    assert [error["agent"] for error in conclusion.errors] == ["policy"]
    told = str(conclusion.errors) + str(steps)
    assert "RuntimeError" in told
    identity = ada().borrowers[0].identity
    assert identity is not None
    assert identity.last_name not in told


async def test_an_agent_past_its_limit_is_left_behind() -> None:
    def slow(query: SearchQuery, *, variants: Sequence[str] = ()) -> SearchResult:
        time.sleep(0.6)
        return stored_search(query)

    conclusion, _ = await run(ada(), context(search=slow, agent_seconds=0.3))
    assert conclusion.outcome is Outcome.REVIEW
    assert [(error["agent"], error["kind"]) for error in conclusion.errors] == [("policy", "timeout")]


async def test_a_run_past_its_limit_says_so() -> None:
    async def stuck(step: StepReport) -> None:
        await asyncio.sleep(5)

    from agents.pipeline import decide

    with pytest.raises(DecisionTimedOut, match=r"longer than 0\.2 seconds"):
        await decide(ada(), context(deadline_seconds=0.2), stuck)


async def test_what_on_step_raises_ends_the_run() -> None:
    async def refuse(step: StepReport) -> None:
        raise LookupError(step.agent)

    from agents.pipeline import decide

    with pytest.raises(LookupError, match="intake"):
        await decide(ada(), context(), refuse)


async def test_only_agents_of_the_class_see_personal_data_and_the_conclusion_holds_none() -> None:
    identity = ada().borrowers[0].identity
    assert identity is not None
    conclusion, steps = await run(ada(), context())
    assert identity.last_name not in str(asdict(conclusion)) + str(steps)


async def test_the_ratios_are_the_contracts_names_as_decimal_strings() -> None:
    conclusion, _ = await run(ada(), context())
    assert set(conclusion.ratios) >= {
        "principal_and_interest",
        "mortgage_insurance",
        "pitia",
        "monthly_income",
        "monthly_debts",
        "front_end_dti",
        "back_end_dti",
        "ltv",
        "cltv",
        "hcltv",
        "reserves_months",
        "base_loan_amount",
        "financed_fee",
        "total_loan_amount",
        "residual_income",
    }
    assert Decimal(conclusion.ratios["back_end_dti"] or 0) > 0
