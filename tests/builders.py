"""Rows with a known answer: staff by role, Ada (clear), Ben (debts too high), Cleo (borderline), and conclusions."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Group, User

from lending import services
from lending.casefile import CaseFile, build_case_file
from lending.conclusion import Conclusion, ConditionRecord, FindingRecord, Reason
from lending.intake.receiving import receive_application
from lending.models import Borrower, Decision, DecisionRun, LoanApplication, Partner, Review
from lending.vocabulary import ConditionStage, Eligibility, FindingResult, Outcome, Risk, Severity
from loaniq.roles import sync_roles


def staff(username: str, role: str) -> User:
    """Return a staff account with one of the roles of ``loaniq.roles``."""
    if not Group.objects.filter(name=role).exists():
        sync_roles()
    user = User.objects.create_user(username, password="a long test password", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def officer(username: str = "olivia") -> User:
    """Return a loan officer."""
    return staff(username, "Loan officer")


def reviewer(username: str = "rafael") -> User:
    """Return an underwriter who resolves REVIEW cases."""
    return staff(username, "Reviewer")


def compliance_officer(username: str = "carmen") -> User:
    """Return a compliance officer, who resolves holds."""
    return staff(username, "Compliance officer")


def ada(**changes: Any) -> LoanApplication:
    """Return a conventional purchase that is approved: 79.01 LTV, 768 score, 11,500 dollars of monthly income."""
    return _application("ADA", changes, first_name="Ada", last_name="Whitfield", monthly_income=Decimal(11500))


def ben(**changes: Any) -> LoanApplication:
    """Return a purchase that fails on debts: 5,600 dollars of monthly income against 1,180 of debts and the house."""
    return _application(
        *("BEN", changes),
        first_name="Ben",
        last_name="Okafor",
        monthly_income=Decimal(5600),
        monthly_debts=Decimal(1180),
        credit_score=712,
    )


def cleo(**changes: Any) -> LoanApplication:
    """Return a purchase whose confidence lies in the band that a person must look at."""
    return _application("CLEO", changes, first_name="Cleo", last_name="Marsh", credit_score=668)


def _application(external_id: str, changes: dict[str, Any], **person: Any) -> LoanApplication:
    names = {"first_name": person.pop("first_name"), "last_name": person.pop("last_name")}
    part = {
        "employer": "Fairgate Hospital",
        "employment": "employed",
        "years_employed": Decimal(8),
        "monthly_income": Decimal(9000),
        "monthly_debts": Decimal(450),
        "credit_score": 768,
    }
    loan = {
        "external_id": external_id,
        "application_date": date(2026, 11, 2),
        "program": "conventional",
        "purpose": "purchase",
        "occupancy": "primary",
        "loan_amount": Decimal(320000),
        "term_months": 360,
        "amortization": "fixed",
        "note_rate": Decimal("6.25"),
        "subordinate_balance": Decimal(0),
        "subordinate_payment": Decimal(0),
        "heloc_balance": Decimal(0),
        "heloc_limit": Decimal(0),
        "funds_to_close": Decimal(92000),
    }
    return receive_application(
        loan=loan | changes,
        home=HOME,
        applicants=[{"borrower": Borrower.objects.create(**names, birth_date=date(1988, 4, 12)), **part, **person}],
        assets=[{"kind": "stated_liquid", "amount": Decimal(150000)}],
        partner=None,
        actor="tests",
    )


HOME: dict[str, Any] = {
    "street": "114 Larkspur Lane",
    "city": "Columbus",
    "state": "OH",
    "zip_code": "43215",
    "county_fips": "39049",
    "units": 1,
    "property_type": "single_family",
    "purchase_price": Decimal(405000),
    "appraised_value": Decimal(405000),
    "annual_property_tax": Decimal(4800),
    "annual_hazard_insurance": Decimal(1500),
    "annual_flood_insurance": Decimal(0),
    "monthly_hoa": Decimal(0),
    "flood_zone": "X",
    "flood_community_participates": True,
}


def partner(name: str = "Broker") -> Partner:
    """Return an active partner with its service account."""
    return Partner.objects.create(name=name, user=User.objects.create_user(f"partner-{name.lower()}"))


def finding(code: str, **changes: Any) -> FindingRecord:
    """Return a passed hard finding; name what differs."""
    plain = FindingRecord(
        code=code,
        severity=Severity.HARD,
        result=FindingResult.PASSED,
        fact="back_end_dti",
        value="29.40",
        limit="45.00",
        margin="15.60",
        unit="percent",
        message="Back-end DTI is 29.40 percent; the limit is 45.00.",
        citation="Conventional Manual 4.2",
        source_mark="2nd",
        reason_code="OBLIGATIONS_EXCESSIVE",
        agent="underwriting",
    )
    return replace(plain, **changes)


FAILED_DTI: dict[str, Any] = {
    "result": FindingResult.FAILED,
    "value": "62.10",
    "margin": "-17.10",
    "message": "Back-end DTI is 62.10 percent; the limit is 45.00.",
}


def approved_conclusion(**changes: Any) -> Conclusion:
    """Return an approval: three hard rules, all passed, confidence 82, one condition."""
    plain = Conclusion(
        outcome=Outcome.APPROVED,
        risk=Risk.ACCEPT,
        eligibility=Eligibility.ELIGIBLE,
        confidence=Decimal("82.00"),
        hard_rules=3,
        ratios={"back_end_dti": "29.40", "ltv": "79.01", "pitia": "2495.30"},
        worksheets=[],
        findings=(finding("max_back_end_dti"), finding("max_ltv"), finding("licensed_state", severity=Severity.STOP)),
        scorecard=[],
        reasons=(),
        conditions=(condition("VERIFY_EMPLOYMENT", "max_back_end_dti"),),
        citations=[],
        missing=[],
        doubts=[],
        strengths=["Score 768"],
        weaknesses=[],
        rationale="Every rule passed with room to spare.",
        rationale_writer="template",
        programs=[],
        path_to_yes=[],
        errors=[],
        evidence={},
        facts={},
        facts_hash="a" * 64,
        rulebook_version="r" * 16,
        policy_version="p" * 16,
        prompt_version="1",
    )
    return replace(plain, **changes)


def condition(code: str, finding_code: str) -> ConditionRecord:
    """Return a condition to meet before documents are drawn."""
    return ConditionRecord(code, f"Bring what {code} asks for.", ConditionStage.PRIOR_TO_DOCUMENTS, finding_code)


def declined_conclusion() -> Conclusion:
    """Return a decline because back-end DTI failed."""
    reason = Reason(
        "OBLIGATIONS_EXCESSIVE", "Debts are too high.", "Excessive obligations in relation to income", 1, "max_dti"
    )
    return approved_conclusion(
        outcome=Outcome.DECLINED,
        risk=Risk.REFER,
        eligibility=Eligibility.INELIGIBLE,
        confidence=Decimal("38.00"),
        findings=(finding("max_dti", **FAILED_DTI), finding("max_ltv"), finding("min_score")),
        reasons=(reason,),
        conditions=(),
    )


def review_conclusion(**changes: Any) -> Conclusion:
    """Return a referral of a loan that passed every hard rule but scored 50."""
    referral: dict[str, Any] = {
        "outcome": Outcome.REVIEW,
        "risk": Risk.REFER,
        "confidence": Decimal("50.00"),
        "doubts": ["Confidence 50 lies between 45 and 55."],
    }
    return approved_conclusion(**referral | changes)


def hold_conclusion(application: LoanApplication, entry_key: str = "SDN:2674:ab12") -> Conclusion:
    """Return a hold because the primary borrower's name resembles a listed one."""
    borrower = application.applicants.order_by("position").values_list("borrower_id", flat=True)[0]
    hit = {"entry_key": entry_key, "borrower_id": str(borrower), "name": "A LISTED PARTY", "score": "0.96"}
    stop = finding(
        "sanctions_screening",
        severity=Severity.STOP,
        result=FindingResult.FAILED,
        message="A borrower's name resembles a listed party.",
        details={"hits": [hit]},
    )
    return approved_conclusion(
        outcome=Outcome.HOLD,
        risk=Risk.REFER,
        eligibility=Eligibility.UNKNOWN,
        confidence=None,
        hard_rules=1,
        findings=(stop,),
        conditions=(),
    )


def decided(application: LoanApplication, conclusion: Conclusion, by: User | None = None, reason: str = "") -> Decision:
    """Run an application to its end with a conclusion of ours on the file as it is, through the services."""
    run = running(application, by, reason)
    case = stored_case(application)
    facts = conclusion.facts or case.without_personal_data().as_plain()
    return services.complete_run(run, replace(conclusion, facts=facts, facts_hash=case.facts_hash()))


def stored_case(application: LoanApplication) -> CaseFile:
    """Return the file as the database holds it, to the cent."""
    return build_case_file(LoanApplication.objects.get(pk=application.pk))


def stored_hash(application: LoanApplication) -> str:
    """Return the hash of the file as the database holds it."""
    return stored_case(application).facts_hash()


def running(application: LoanApplication, by: User | None = None, reason: str = "") -> DecisionRun:
    """Return a run that a worker has claimed."""
    run = services.request_decision(application=application, by=by, reason=reason, enqueue=False)
    claimed = services.claim_run(run.pk)
    assert claimed is not None
    return claimed


def case_of(decision: Decision) -> Review:
    """Return the case that a decision opened."""
    return Review.objects.get(decision=decision)
