"""Conditions that one finding calls for by itself: which finding, with which result, asks for what, and when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lending.conclusion import ConditionRecord
from lending.vocabulary import ConditionStage
from policies.rulebook.findings import Finding, Result

APPROVAL = ConditionStage.PRIOR_TO_APPROVAL
DOCUMENTS = ConditionStage.PRIOR_TO_DOCUMENTS
FUNDING = ConditionStage.PRIOR_TO_FUNDING
OPEN = (Result.UNKNOWN,)
NOT_PASSED = (Result.UNKNOWN, Result.FAILED)
ANY = tuple(Result)
INTERIOR = "Written appraisal by a licensed appraiser who has seen the interior, not an offer of value acceptance."


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition, the stage it is due at, and the findings that ask for it: any of the rules with such a result."""

    code: str
    stage: ConditionStage
    text: str
    rules: tuple[str, ...]
    results: tuple[Result, ...]

    def asking(self, findings: Sequence[Finding]) -> str | None:
        """Return the code of the first finding that asks for the condition, None where none does."""
        return next((f.code for f in findings if f.code in self.rules and f.result in self.results), None)


# The papers of Conventional Lending Manual 10.4, Government Lending Manual 5.1 and Compliance Manual 4.2.
ASKED = (
    Asked(
        "FIRST_LIEN_AGE",
        APPROVAL,
        "Note or payoff statement that shows the lien paid off is old enough for a cash-out refinance.",
        ("cash_out_seasoning_on_file",),
        OPEN,
    ),
    Asked(
        "TIME_ON_TITLE",
        APPROVAL,
        "Title record that shows a borrower held title long enough for a cash-out refinance.",
        ("cash_out_title_on_file", "cash_out_title_seasoning"),
        NOT_PASSED,
    ),
    Asked(
        "HOUSEHOLD_INCOME",
        APPROVAL,
        "Income of every adult in the household, measured against the county's own limit.",
        ("usda_household_income_on_file", "usda_household_income", "usda_borrower_income"),
        NOT_PASSED,
    ),
    Asked(
        "EMPLOYMENT_HISTORY",
        APPROVAL,
        "Written account of the last 24 months of employment, with every gap longer than 30 days explained.",
        ("employment_history", "government_employment_history"),
        NOT_PASSED,
    ),
    Asked(
        "EXTENUATING_CIRCUMSTANCES",
        APPROVAL,
        "Borrower's letter and documents of the circumstances that led to the default, accepted by an underwriter.",
        (
            *("bankruptcy_wait_extenuating", "chapter_13_dismissal_wait_extenuating"),
            *("several_bankruptcies_wait_extenuating", "foreclosure_wait_extenuating"),
            *("short_sale_wait_extenuating", "fha_bankruptcy_wait_extenuating"),
        ),
        NOT_PASSED,
    ),
    Asked(
        "BANKRUPTCY_PAPERS",
        DOCUMENTS,
        "Petition, schedules and the court's order that ended the bankruptcy.",
        ("bankruptcy_wait", "fha_bankruptcy_wait", "va_bankruptcy_wait", "usda_bankruptcy_wait"),
        ANY,
    ),
    Asked(
        "FORECLOSURE_PAPERS",
        DOCUMENTS,
        "Papers that show the day on which the foreclosure was completed.",
        ("foreclosure_wait", "fha_foreclosure_wait", "va_foreclosure_wait", "usda_foreclosure_wait"),
        ANY,
    ),
    Asked(
        "SHORT_SALE_PAPERS",
        DOCUMENTS,
        "Papers that show the day on which the short sale, deed-in-lieu or charge-off was completed.",
        ("short_sale_wait", "fha_short_sale_wait", "va_short_sale_wait", "usda_short_sale_wait"),
        ANY,
    ),
    Asked(
        "CONTRIBUTIONS",
        DOCUMENTS,
        "Amended contract that brings the contributions of interested parties down to their maximum, or the price cut "
        "by the excess.",
        ("contributions",),
        NOT_PASSED,
    ),
    Asked(
        "INTERIOR_APPRAISAL",
        DOCUMENTS,
        INTERIOR,
        ("hpml_appraisal",),
        (Result.FAILED,),
    ),
    Asked(
        "INTERIOR_APPRAISAL",
        DOCUMENTS,
        INTERIOR,
        ("high_balance_ltv",),
        ANY,
    ),
    Asked(
        "PRICE_TESTS",
        DOCUMENTS,
        "Rate lock with APR, APOR, points and fees and prepayment terms, so that the open price tests are made.",
        ("price_tests", "fee_tests", "prepayment_test"),
        OPEN,
    ),
    Asked(
        "HPML_ESCROW",
        FUNDING,
        "Escrow account for taxes and insurance, kept for at least five years.",
        ("hpml_spread",),
        (Result.FAILED,),
    ),
    Asked(
        "SANCTIONS_RESCREENING",
        FUNDING,
        "Second screening of every borrower against the sanctions lists, within ten days before closing.",
        ("sanctions",),
        ANY,
    ),
)


def conditions_by_finding(findings: Sequence[Finding]) -> Iterator[ConditionRecord]:
    """Yield the conditions that findings call for, in the order of the list, each with the finding behind it."""
    for asked in ASKED:
        code = asked.asking(findings)
        if code is not None:
            yield ConditionRecord(asked.code, asked.text, asked.stage, code)
