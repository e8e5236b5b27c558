"""The words of the house, as code: every closed list that a row, a rule or an agent may use. No Django here."""

from enum import StrEnum


class Program(StrEnum):
    CONVENTIONAL = "conventional"
    FHA = "fha"
    VA = "va"
    USDA = "usda"
    JUMBO = "jumbo"


class Purpose(StrEnum):
    PURCHASE = "purchase"
    RATE_TERM = "rate_term"
    CASH_OUT = "cash_out"


class Occupancy(StrEnum):
    PRIMARY = "primary"
    SECOND = "second"
    INVESTMENT = "investment"


class PropertyType(StrEnum):
    SINGLE_FAMILY = "single_family"
    CONDO = "condo"
    TOWNHOUSE = "townhouse"
    PUD = "pud"
    COOP = "coop"
    MANUFACTURED = "manufactured"
    TWO_TO_FOUR = "two_to_four"


class Amortization(StrEnum):
    FIXED = "fixed"
    ARM = "arm"


class Employment(StrEnum):
    EMPLOYED = "employed"
    SELF_EMPLOYED = "self_employed"
    RETIRED = "retired"
    OTHER = "other"


class VaUse(StrEnum):
    FIRST = "first"
    LATER = "later"
    EXEMPT = "exempt"


class IncomeKind(StrEnum):
    BASE = "base"
    OVERTIME = "overtime"
    BONUS = "bonus"
    COMMISSION = "commission"
    SELF_EMPLOYMENT = "self_employment"
    PENSION = "pension"
    SOCIAL_SECURITY = "social_security"
    DISABILITY = "disability"
    ALIMONY = "alimony"
    CHILD_SUPPORT = "child_support"
    OTHER = "other"


class LiabilityKind(StrEnum):
    INSTALMENT = "instalment"
    REVOLVING = "revolving"
    LEASE = "lease"
    STUDENT_LOAN = "student_loan"
    ALIMONY = "alimony"
    CHILD_SUPPORT = "child_support"
    MORTGAGE = "mortgage"
    OTHER = "other"


class AssetKind(StrEnum):
    CHECKING = "checking"
    SAVINGS = "savings"
    INVESTMENTS = "investments"
    RETIREMENT = "retirement"
    GIFT = "gift"
    STATED_LIQUID = "stated_liquid"


class RunStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DECIDED = "decided"
    FAILED = "failed"


class Risk(StrEnum):
    ACCEPT = "ACCEPT"
    REFER = "REFER"


class Eligibility(StrEnum):
    ELIGIBLE = "ELIGIBLE"
    INELIGIBLE = "INELIGIBLE"
    UNKNOWN = "UNKNOWN"


class Outcome(StrEnum):
    APPROVED = "APPROVED"
    DECLINED = "DECLINED"
    REVIEW = "REVIEW"
    HOLD = "HOLD"
    INCOMPLETE = "INCOMPLETE"


class ConditionStage(StrEnum):
    PRIOR_TO_APPROVAL = "prior_to_approval"
    PRIOR_TO_DOCUMENTS = "prior_to_documents"
    PRIOR_TO_FUNDING = "prior_to_funding"


class ConditionStatus(StrEnum):
    """LAPSED is a condition that a later run no longer asks for."""

    OPEN = "open"
    RECEIVED = "received"
    CLEARED = "cleared"
    WAIVED = "waived"
    LAPSED = "lapsed"


class ConditionMove(StrEnum):
    """What a person may do to a condition."""

    RECEIVE = "receive"
    CLEAR = "clear"
    WAIVE = "waive"
    REOPEN = "reopen"


class DocumentKind(StrEnum):
    PAY_STUB = "pay_stub"
    TAX_FORM = "tax_form"
    BANK_STATEMENT = "bank_statement"
    IDENTIFICATION = "identification"
    CONTRACT = "contract"
    APPRAISAL = "appraisal"
    TITLE = "title"
    INSURANCE = "insurance"
    LETTER = "letter"
    OTHER = "other"


class ReviewQueue(StrEnum):
    UNDERWRITING = "underwriting"
    COMPLIANCE = "compliance"


class ReviewStatus(StrEnum):
    OPEN = "open"
    WAITING = "waiting"
    SIGNED = "signed"
    CONFIRMED = "confirmed"
    OVERRIDDEN = "overridden"
    DECIDED = "decided"
    SUPERSEDED = "superseded"


class OverrideCode(StrEnum):
    """Why a person approves what the machine did not: reported beside the rate of overrides."""

    COMPENSATING_FACTORS = "compensating_factors"
    NEW_EVIDENCE = "new_evidence"
    FACT_CORRECTED = "fact_corrected"
    MACHINE_MISREAD = "machine_misread"
    POLICY_EXCEPTION = "policy_exception"
    OTHER = "other"


class PassTo(StrEnum):
    """Where a reviewer passes a case on to."""

    SENIOR = "senior"
    UNDERWRITING = "underwriting"
    COMPLIANCE = "compliance"


class FindingResult(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """What a failed or unknown finding does: HARD declines, STOP holds, REVIEW refers, NOTE only informs."""

    HARD = "hard"
    STOP = "stop"
    REVIEW = "review"
    NOTE = "note"


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    """Return the (value, label) pairs that a Django field takes as ``choices``."""
    shown = {"fha": "FHA", "va": "VA", "usda": "USDA", "arm": "ARM", "pud": "PUD", "coop": "Co-op"}
    return [(word.value, shown.get(word.value, word.value.replace("_", " ").capitalize())) for word in words]
