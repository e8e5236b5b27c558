"""What to bring before the loan closes: the standard conditions a case calls for, each with the finding behind it."""

from collections.abc import Iterator, Sequence

from agents.engine.intake_checks import INTAKE
from lending.casefile import CaseFile
from lending.conclusion import ConditionRecord
from lending.housing import INSURED_ABOVE, in_flood_zone
from lending.valuation import loan_to_values
from lending.vocabulary import ConditionStage, Employment, Program, Purpose
from policies.findings import Finding

APPROVAL = ConditionStage.PRIOR_TO_APPROVAL
DOCUMENTS = ConditionStage.PRIOR_TO_DOCUMENTS
FUNDING = ConditionStage.PRIOR_TO_FUNDING
COLLATERAL = ("ltv_rounded", "ltv")
# Government Lending Manual 5.1
PROGRAM_PAPERS = {
    Program.FHA: ("FHA_CASE_NUMBER", "FHA case number assignment.", APPROVAL),
    Program.VA: ("VA_ELIGIBILITY", "Certificate of eligibility, with entitlement and any fee exemption.", APPROVAL),
    Program.USDA: ("USDA_COMMITMENT", "USDA conditional commitment, with household income and area.", DOCUMENTS),
}


def conditions_for(case: CaseFile, findings: Sequence[Finding]) -> tuple[ConditionRecord, ...]:
    """Return the conditions of a case in the order of their stages, no code twice."""
    born = {condition.code: condition for condition in _conditions(case, findings)}
    stages = list(ConditionStage)
    return tuple(sorted(born.values(), key=lambda condition: stages.index(condition.stage)))


def _conditions(case: CaseFile, findings: Sequence[Finding]) -> Iterator[ConditionRecord]:
    yield from _of_borrowers(case, findings)
    yield from _of_money(case, findings)
    yield from _of_the_home(case, findings)
    yield from _of_the_program(case, findings)


def _of_borrowers(case: CaseFile, findings: Sequence[Finding]) -> Iterator[ConditionRecord]:
    work = _code_on(findings, "years_employed")
    for borrower in case.borrowers:
        whose = f"of borrower {borrower.position}"
        if borrower.employment is Employment.SELF_EMPLOYED:
            text = f"Two years' signed federal tax returns, personal and business, {whose}, with a cash-flow analysis."
            yield ConditionRecord(f"TAX_RETURNS_B{borrower.position}", text, DOCUMENTS, work)
            text = f"Proof that the business {whose} still operates, no more than 120 days old at the note."
            yield ConditionRecord(f"BUSINESS_OPERATES_B{borrower.position}", text, FUNDING, work)
        elif borrower.employment in (Employment.RETIRED, Employment.OTHER):
            text = f"Award letter or two years' proof of the income {whose}, and that it lasts three more years."
            yield ConditionRecord(f"INCOME_B{borrower.position}", text, DOCUMENTS, _code_on(findings, "back_end_dti"))
        else:
            text = f"Recent pay stub and two years' W-2 forms {whose}."
            yield ConditionRecord(f"INCOME_B{borrower.position}", text, DOCUMENTS, _code_on(findings, "back_end_dti"))
            text = f"Verbal verification of the employment {whose}, within 10 business days of the note."
            yield ConditionRecord(f"EMPLOYMENT_B{borrower.position}", text, FUNDING, work)
        if any(debt.paid_off_at_closing for debt in borrower.debts):
            text = f"Proof on the closing statement that the debts {whose} marked as paid off are paid."
            yield ConditionRecord(f"DEBTS_PAID_B{borrower.position}", text, FUNDING, _code_on(findings, "back_end_dti"))


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
    yield ConditionRecord("TITLE", "Title commitment that gives a valid first lien.", DOCUMENTS, value)
    hazard = "Hazard insurance policy with the lender's clause, first premium paid."
    yield ConditionRecord("HAZARD_INSURANCE", hazard, FUNDING, value)
    flood = _code_on(findings, "in_flood_zone", "flood_zone", "annual_flood_insurance", "flood_community_participates")
    yield ConditionRecord("FLOOD_DETERMINATION", "Standard flood hazard determination.", DOCUMENTS, flood)
    if in_flood_zone(case.home.flood_zone):
        text = "Flood insurance policy in the required amount, first premium paid."
        yield ConditionRecord("FLOOD_INSURANCE", text, FUNDING, flood)


def _of_the_program(case: CaseFile, findings: Sequence[Finding]) -> Iterator[ConditionRecord]:
    if case.program in PROGRAM_PAPERS:
        code, text, stage = PROGRAM_PAPERS[case.program]
        yield ConditionRecord(code, text, stage, _code_on(findings, "program", "occupancy", "loan_amount"))
        return
    ltv = loan_to_values(case).ltv_rounded
    if ltv is not None and ltv > INSURED_ABOVE:
        text = "Mortgage insurance certificate for the coverage the loan-to-value calls for."
        yield ConditionRecord("MI_CERTIFICATE", text, DOCUMENTS, _code_on(findings, *COLLATERAL))


def _code_on(findings: Sequence[Finding], *facts: str) -> str:
    """Return the first rule's finding on one of the facts, in the order the facts are named; "" if none is."""
    rules = [found for found in findings if not found.code.startswith(INTAKE)]
    return next((found.code for fact in facts for found in rules if found.fact == fact), "")
