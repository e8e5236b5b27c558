"""What to bring before the loan closes: the standard conditions a case calls for, each with the finding behind it."""

from collections.abc import Iterator, Sequence

from agents.engine.conditions_by_finding import APPROVAL, DOCUMENTS, FUNDING, conditions_by_finding
from agents.engine.intake_findings import INTAKE
from lending.casefile import CaseFile
from lending.conclusion import ConditionRecord
from lending.housing import in_flood_zone
from lending.ratios import Ratios
from lending.vocabulary import ConditionStage, Employment, Program, PropertyType, Purpose
from policies.rulebook.findings import Finding
from policies.rulebook.rule_wording import shown

COLLATERAL = ("ltv_rounded", "ltv")
# Government Lending Manual 5.1
COVERAGE = "mortgage_insurance_coverage"  # the rule whose limit is the coverage to be ordered
PROGRAM_PAPERS = {
    Program.FHA: ("FHA_CASE_NUMBER", "FHA case number assignment.", APPROVAL),
    Program.VA: ("VA_ELIGIBILITY", "Certificate of eligibility, with entitlement and any fee exemption.", APPROVAL),
    Program.USDA: ("USDA_COMMITMENT", "USDA conditional commitment, with household income and area.", DOCUMENTS),
}


def conditions_for(case: CaseFile, findings: Sequence[Finding], ratios: Ratios) -> tuple[ConditionRecord, ...]:
    """Return the conditions of a case in the order of their stages, no code twice.

    Each names the finding it was born from: it stays cleared over later runs unless what that finding measured changed.
    """
    born = {condition.code: condition for condition in _conditions(case, findings, ratios)}
    stages = list(ConditionStage)
    return tuple(sorted(born.values(), key=lambda condition: stages.index(condition.stage)))


def _conditions(case: CaseFile, findings: Sequence[Finding], ratios: Ratios) -> Iterator[ConditionRecord]:
    yield from _of_borrowers(case, findings)
    yield from _of_money(case, findings)
    yield from _of_the_home(case, findings)
    yield from _of_flood(case, findings, ratios)
    yield from _of_the_program(case, findings)
    yield from conditions_by_finding(findings)


def _of_borrowers(case: CaseFile, findings: Sequence[Finding]) -> Iterator[ConditionRecord]:
    work, income = _code_on(findings, "years_employed"), _code_on(findings, "monthly_income", "back_end_dti")
    for borrower in case.borrowers:
        whose = f"of borrower {borrower.position}"
        if borrower.employment is Employment.SELF_EMPLOYED:
            text = f"Two years' signed federal tax returns, personal and business, {whose}, with a cash-flow analysis."
            yield ConditionRecord(f"TAX_RETURNS_B{borrower.position}", text, DOCUMENTS, work)
            text = f"Proof that the business {whose} still operates, no more than 120 days old at the note."
            yield ConditionRecord(f"BUSINESS_OPERATES_B{borrower.position}", text, FUNDING, work)
        elif borrower.employment in (Employment.RETIRED, Employment.OTHER):
            text = f"Award letter or two years' proof of the income {whose}, and that it lasts three more years."
            yield ConditionRecord(f"INCOME_B{borrower.position}", text, DOCUMENTS, income)
        else:
            text = f"Recent pay stub and two years' W-2 forms {whose}."
            yield ConditionRecord(f"INCOME_B{borrower.position}", text, DOCUMENTS, income)
            text = f"Verbal verification of the employment {whose}, within 10 business days of the note."
            yield ConditionRecord(f"EMPLOYMENT_B{borrower.position}", text, FUNDING, work)
        if any(debt.paid_off_at_closing for debt in borrower.debts):
            text = f"Proof on the closing statement that the debts {whose} marked as paid off are paid."
            debts = _code_on(findings, "monthly_debts", "back_end_dti")
            yield ConditionRecord(f"DEBTS_PAID_B{borrower.position}", text, FUNDING, debts)
    if case.home.monthly_rent or any(home.monthly_rent for home in case.owned_homes):
        text = "Leases of the homes that are let, or the tax returns that show their rent."
        yield ConditionRecord("LEASES", text, DOCUMENTS, income)


def _of_money(case: CaseFile, findings: Sequence[Finding]) -> Iterator[ConditionRecord]:
    if case.liquid_assets or case.funds_to_close:
        months = "two months'" if case.purpose is Purpose.PURCHASE else "one month's"
        text = f"Bank statements, {months}, covering funds to close and reserves, with large deposits explained."
        yield ConditionRecord("ASSETS", text, DOCUMENTS, _code_on(findings, "reserves_months"))
    if case.subordinate_balance or case.heloc_limit:
        text = "Notes of the liens that stay, and their subordination agreements."
        yield ConditionRecord("SUBORDINATION", text, DOCUMENTS, _code_on(findings, "hcltv_rounded", "hcltv", "cltv"))


def _of_the_home(case: CaseFile, findings: Sequence[Finding]) -> Iterator[ConditionRecord]:
    value = _code_on(findings, *COLLATERAL)
    if case.purpose is Purpose.PURCHASE:
        yield ConditionRecord("CONTRACT", "Signed purchase contract with every addendum.", APPROVAL, value)
    paper = "Notice of value" if case.program is Program.VA else "Appraisal"
    stage = APPROVAL if case.program is Program.FHA else DOCUMENTS
    yield ConditionRecord("APPRAISAL", f"{paper} that supports the value used, delivered on time.", stage, value)
    title = _code_on(findings, "loan_amount", *COLLATERAL)
    yield ConditionRecord("TITLE", "Title commitment that gives a valid first lien.", DOCUMENTS, title)
    kind = _code_on(findings, "property_type", *COLLATERAL)
    hazard = "Hazard insurance policy with the lender's clause, first premium paid."
    yield ConditionRecord("HAZARD_INSURANCE", hazard, FUNDING, kind)
    if case.home.property_type is PropertyType.CONDO:
        yield ConditionRecord("PROJECT_REVIEW", "Completed review of the condominium project.", DOCUMENTS, kind)


def _of_flood(case: CaseFile, findings: Sequence[Finding], ratios: Ratios) -> Iterator[ConditionRecord]:
    community = _code_on(findings, "in_flood_zone", "flood_community_participates")
    yield ConditionRecord("FLOOD_DETERMINATION", "Standard flood hazard determination.", DOCUMENTS, community)
    if in_flood_zone(case.home.flood_zone):
        loan = shown(ratios.total_loan_amount, "dollars")
        text = (
            "Flood insurance policy, first premium paid, for at least the lowest of replacement cost, "
            f"the loan of {loan} and the most that the flood insurance program offers."
        )
        policy = _code_on(findings, "flood_coverage_shortfall", "annual_flood_insurance")
        yield ConditionRecord("FLOOD_INSURANCE", text, FUNDING, policy or community)


def _of_the_program(case: CaseFile, findings: Sequence[Finding]) -> Iterator[ConditionRecord]:
    if case.program in PROGRAM_PAPERS:
        code, text, stage = PROGRAM_PAPERS[case.program]
        yield ConditionRecord(code, text, stage, _code_on(findings, "program", "occupancy", "loan_amount"))
    for found in findings:
        if found.code == COVERAGE and found.limit is not None:
            text = f"Mortgage insurance certificate for a coverage of {shown(found.limit, 'percent')}."
            yield ConditionRecord("MI_CERTIFICATE", text, DOCUMENTS, found.code)


def _code_on(findings: Sequence[Finding], *facts: str) -> str:
    """Return the first rule's finding on one of the facts, in the order the facts are named; "" if none is.

    A rule of a program goes before one of the law on the same fact.
    """
    rules = [found for found in findings if not found.code.startswith(INTAKE)]
    rules.sort(key=lambda found: found.details.get("layer") == "law")
    return next((found.code for fact in facts for found in rules if found.fact == fact), "")
