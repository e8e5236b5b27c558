"""The principal reasons a lender may give for a decline: the families of Regulation B's sample form C-1 (12 CFR 1002,
appendix C) with the denial codes of the HMDA register (12 CFR 1003, appendix A). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from lending.conclusion import Reason

MOST_REASONS = 4  # more than four seldom help the applicant: comment 9(b)(2)-1
OTHER = "OTHER"


@dataclass(frozen=True, slots=True)
class ListedReason:
    """One line of the list: our code, the form's wording, and the HMDA denial code (1 to 9)."""

    code: str
    wording: str
    hmda_code: int


LISTED = (
    ListedReason("APPLICATION_INCOMPLETE", "Credit application incomplete", 7),
    ListedReason("CREDIT_REFERENCES_INSUFFICIENT", "Insufficient number of credit references provided", 3),
    ListedReason("CREDIT_REFERENCES_UNACCEPTABLE", "Unacceptable type of credit references provided", 3),
    ListedReason("CREDIT_REFERENCES_UNVERIFIED", "Unable to verify credit references", 6),
    ListedReason("EMPLOYMENT_TEMPORARY", "Temporary or irregular employment", 2),
    ListedReason("EMPLOYMENT_UNVERIFIED", "Unable to verify employment", 6),
    ListedReason("EMPLOYMENT_LENGTH", "Length of employment", 2),
    ListedReason("INCOME_INSUFFICIENT", "Income insufficient for amount of credit requested", 1),
    ListedReason("OBLIGATIONS_EXCESSIVE", "Excessive obligations in relation to income", 1),
    ListedReason("INCOME_UNVERIFIED", "Unable to verify income", 6),
    ListedReason("RESIDENCE_LENGTH", "Length of residence", 9),
    ListedReason("RESIDENCE_TEMPORARY", "Temporary residence", 9),
    ListedReason("RESIDENCE_UNVERIFIED", "Unable to verify residence", 6),
    ListedReason("NO_CREDIT_FILE", "No credit file", 3),
    ListedReason("CREDIT_EXPERIENCE_LIMITED", "Limited credit experience", 3),
    ListedReason("PERFORMANCE_WITH_US", "Poor credit performance with us", 3),
    ListedReason("DELINQUENT_OBLIGATIONS", "Delinquent past or present credit obligations with others", 3),
    ListedReason("COLLECTION_OR_JUDGMENT", "Collection action or judgment", 3),
    ListedReason("GARNISHMENT_OR_ATTACHMENT", "Garnishment or attachment", 3),
    ListedReason("FORECLOSURE_OR_REPOSSESSION", "Foreclosure or repossession", 3),
    ListedReason("BANKRUPTCY", "Bankruptcy", 3),
    ListedReason("RECENT_INQUIRIES", "Number of recent inquiries on credit bureau report", 3),
    ListedReason("COLLATERAL_INSUFFICIENT", "Value or type of collateral not sufficient", 4),
    ListedReason(OTHER, "Other", 9),
)


@dataclass(frozen=True, slots=True)
class Wording:
    """A family of Reg B form C-1 and the HMDA denial reason (1 to 9) it is reported as."""

    reg_b: str
    hmda_code: int


DEBT = Wording("Excessive obligations in relation to income", 1)
INCOME = Wording("Income insufficient for amount of credit requested", 1)
EMPLOYMENT = Wording("Length of employment", 2)
CREDIT = Wording("Credit history", 3)
BANKRUPTCY = Wording("Bankruptcy", 3)
FORECLOSURE = Wording("Foreclosure or repossession", 3)
DELINQUENT = Wording("Delinquent past or present credit obligations with others", 3)
COLLATERAL = Wording("Value or type of collateral not sufficient", 4)
CASH = Wording("Insufficient funds to close or reserves", 5)
PROGRAM = Wording("Loan terms or purpose not offered under the program", 9)

# Each reason code of a rule that can decline, mapped once (Compliance Manual 2.1).
WORDINGS = {
    "DTI_TOO_HIGH": DEBT,
    "RESIDUAL_INCOME_TOO_LOW": INCOME,
    "EMPLOYMENT_TOO_SHORT": EMPLOYMENT,
    "CREDIT_SCORE_TOO_LOW": CREDIT,
    "BANKRUPTCY_TOO_RECENT": BANKRUPTCY,
    "FORECLOSURE_TOO_RECENT": FORECLOSURE,
    "SHORT_SALE_TOO_RECENT": DELINQUENT,
    "LTV_TOO_HIGH": COLLATERAL,
    "PROPERTY_TYPE_NOT_ACCEPTED": COLLATERAL,
    "INSUFFICIENT_CASH": CASH,
    "LOAN_AMOUNT_TOO_HIGH": PROGRAM,
    "TERM_TOO_LONG": PROGRAM,
    "OCCUPANCY_NOT_ELIGIBLE": PROGRAM,
    "PURPOSE_NOT_ELIGIBLE": PROGRAM,
    "SEASONING_TOO_SHORT": PROGRAM,
    "TOO_MANY_FINANCED_HOMES": PROGRAM,
}
_BY_CODE = {listed.code: listed for listed in LISTED}


def listed_reason(code: str) -> Reason:
    """Return a reason that a person takes from the list without a finding behind it; KeyError for an unknown code."""
    listed = _BY_CODE[code]
    return Reason(code, listed.wording, listed.wording, listed.hmda_code, finding_code="")


def found_reason(reason_code: str, message: str, finding_code: str) -> Reason:
    """Return the reason that a failed finding gives; one that no wording covers is the form's "other"."""
    listed = _BY_CODE.get(reason_code, _BY_CODE[OTHER])
    wording = WORDINGS.get(reason_code) or Wording(listed.wording, listed.hmda_code)
    return Reason(reason_code or OTHER, message, wording.reg_b, wording.hmda_code, finding_code)


def problem_with(reasons: Iterable[Reason], failed: set[str]) -> str | None:
    """Say what makes these reasons unfit for a decline, or None; ``failed`` holds the codes of the failed findings.

    Without a finding, a reason must be a listed one and not the bare "other", which tells the applicant nothing.
    """
    chosen = list(reasons)
    if not 1 <= len(chosen) <= MOST_REASONS:
        return f"A decline was given {len(chosen)} reasons."
    if len({reason.code for reason in chosen}) < len(chosen):
        return "A decline was given the same reason twice."
    for reason in chosen:
        if reason.finding_code and reason.finding_code not in failed:
            return f"The finding {reason.finding_code} did not fail."
        if not reason.finding_code and (reason.code not in _BY_CODE or reason.code == OTHER):
            return f"{reason.code} rests on no finding and is not specific."
    return None
