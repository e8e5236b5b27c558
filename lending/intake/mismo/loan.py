"""The loan of a deal: amount, terms, purpose, program, prices, and the liens that stay beside it."""

from datetime import date
from decimal import Decimal

from lending.intake.mismo.adjustable import read_adjustments
from lending.intake.mismo.reading import Deal, plain_number
from lending.intake.mismo.tree import Node
from lending.intake.mismo.words import AMORTIZATIONS, CASH_OUT, PROGRAMS, VA_FEES
from lending.intake.parsed import Fields
from lending.vocabulary import Amortization, Program, Purpose, VaUse

RULE = "AMORTIZATION/AMORTIZATION_RULE"
TERMS = "TERMS_OF_LOAN"
DETAIL = "LOAN_DETAIL"
URLA = "DOCUMENT_SPECIFIC_DATA_SETS/DOCUMENT_SPECIFIC_DATA_SET/URLA/URLA_DETAIL"
SIGNED = f"{URLA}/ApplicationSignedByLoanOriginatorDate"
QUALIFIED = "QUALIFIED_MORTGAGE/QUALIFIED_MORTGAGE_DETAIL"
CLOSING = "CLOSING_INFORMATION/CLOSING_INFORMATION_DETAIL"
LONGEST_YEARS = 40  # a period without a unit up to this could be years


def subject_loan(deal: Deal) -> Node | None:
    """Return the loan that is asked for: the one so marked, or the only one."""
    loans = list(deal.node.all("LOANS/LOAN"))
    marked = [loan for loan in loans if loan.attributes.get("LoanRoleType") == "SubjectLoan"]
    chosen = marked or [loan for loan in loans if "LoanRoleType" not in loan.attributes]
    if len(chosen) != 1:
        problem = "is marked as the subject loan more than once." if chosen else "is not in the file: no subject loan."
        deal.problem("loan_amount", f"{problem} Send one loan a deal.")
    return chosen[0] if chosen else None


def read_loan(deal: Deal, loan: Node | None, home: Node | None) -> Fields:
    """Return the terms of the loan: dollars, percent a year, months. A word the tables lack is a problem."""
    program = deal.word(loan, PROGRAMS, f"{TERMS}/MortgageType")
    if program is None and deal.leaf(loan, f"{TERMS}/MortgageType") is None:
        deal.problem("program", "is not in the file: MortgageType.")
    rate = deal.percent(loan, f"{TERMS}/NoteRatePercent")
    kind = deal.word(loan, AMORTIZATIONS, f"{RULE}/AmortizationType")
    purpose = _purpose(deal, loan)
    return {
        "program": program,
        "purpose": purpose,
        "loan_amount": _base_amount(deal, loan, program),
        "term_months": _term(deal, loan),
        "amortization": kind or "",
        "note_rate": rate,
        "va_use": _va_use(deal, loan) if program is Program.VA else "",
        "household_size": deal.whole(loan, "GOVERNMENT_LOAN/VAHouseholdSizeCount", high=99),
        "funds_to_close": _funds_to_close(deal, loan),
        "points_and_fees": deal.dollars(loan, f"{QUALIFIED}/QualifiedMortgageTotalPointsAndFeesAmount"),
        "apor": deal.percent(loan, "HIGH_COST_MORTGAGES/HIGH_COST_MORTGAGE/AveragePrimeOfferRatePercent"),
        "prepayment_penalty_months": _penalty_months(deal, loan),
        "seller_contributions": _seller_contributions(deal, loan, home),
        "title_date": deal.day(home, "PROPERTY_DETAIL/PropertyAcquiredDate") if purpose != Purpose.PURCHASE else None,
        **(read_adjustments(deal, loan, rate) if kind is Amortization.ARM else {}),
    }


def _base_amount(deal: Deal, loan: Node | None, program: Program | None) -> Decimal | None:
    """Return the base loan; a conventional note is taken for it where no premium is financed in the note."""
    amount = deal.dollars(loan, f"{TERMS}/BaseLoanAmount")
    financed = deal.leaf(loan, f"{URLA}/MIAndFundingFeeFinancedAmount")
    if amount is None and program is Program.CONVENTIONAL and (financed is None or not financed.text.strip("0.")):
        amount = deal.dollars(loan, f"{TERMS}/NoteAmount")
    if amount == 0:
        deal.problem("loan_amount", "is 0; leave it out while it is unknown.")
    return amount


def _purpose(deal: Deal, loan: Node | None) -> Purpose | None:
    leaf = deal.leaf(loan, f"{TERMS}/LoanPurposeType")
    if leaf is None:
        deal.problem("purpose", "is not in the file: LoanPurposeType.")
        return None
    if leaf.text not in {"Purchase", "Refinance"}:
        deal.problem(leaf, "is not one of Purchase, Refinance.")
        return None
    leaf.taken = True
    if leaf.text == "Purchase":
        return Purpose.PURCHASE
    found = deal.word(loan, CASH_OUT, "REFINANCE/RefinanceCashOutDeterminationType")
    if found is None and deal.leaf(loan, "REFINANCE/RefinanceCashOutDeterminationType") is None:
        deal.problem("purpose", "is a refinance, and RefinanceCashOutDeterminationType does not say of which kind.")
    return found


def _term(deal: Deal, loan: Node | None) -> int | None:
    """Return the term in months; years are turned into months, any other unit is a problem."""
    for rule, stem in ((RULE, "LoanAmortizationPeriod"), ("MATURITY/MATURITY_RULE", "LoanMaturityPeriod")):
        counted = deal.leaf(loan, f"{rule}/{stem}Count", f"{TERMS}/{stem}Count")
        if counted is None:
            continue
        unit = deal.leaf(loan, f"{rule}/{stem}Type", f"{TERMS}/{stem}Type")
        term = deal.whole(loan, f"{rule}/{stem}Count", f"{TERMS}/{stem}Count", low=1, high=480)
        if unit is None and term is not None and term <= LONGEST_YEARS:
            deal.problem(counted, "could be months or years: no unit is stated.")
        if unit is not None and unit.text not in {"Month", "Year"}:
            deal.problem(unit, "is not one of Month, Year.")
        if unit is not None:
            unit.taken = True
        years = unit is not None and unit.text == "Year"
        return term * 12 if term is not None and years and term <= LONGEST_YEARS else term
    return None


def _va_use(deal: Deal, loan: Node | None) -> str:
    """Return the use of VA entitlement that the stated funding fee tells; empty where it does not."""
    exempt = deal.flag(loan, "GOVERNMENT_LOAN/VAFundingFeeExemptIndicator")
    if exempt:
        return VaUse.EXEMPT
    fee = deal.leaf(loan, "GOVERNMENT_LOAN/BorrowerFundingFeePercent")
    use = VA_FEES.get(plain_number(fee.text)) if fee is not None else None
    if fee is None or use is None:
        return ""
    fee.taken = True
    return VaUse(use)


def _funds_to_close(deal: Deal, loan: Node | None) -> Decimal | None:
    """Return the cash the borrower brings; none is brought where cash is paid out instead."""
    brought = deal.dollars(loan, f"{CLOSING}/CashFromBorrowerAtClosingAmount")
    paid_out = deal.leaf(loan, f"{CLOSING}/CashToBorrowerAtClosingAmount")
    return Decimal(0) if brought is None and paid_out is not None and paid_out.text.strip("0.") else brought


def _penalty_months(deal: Deal, loan: Node | None) -> int | None:
    rule = "PREPAYMENT_PENALTY/PREPAYMENT_PENALTY_LIFETIME_RULE/PrepaymentPenaltyExpirationMonthsCount"
    months = deal.whole(loan, rule, high=480)
    if deal.flag(loan, f"{DETAIL}/PrepaymentPenaltyIndicator") is False:
        return 0
    return months


def _seller_contributions(deal: Deal, loan: Node | None, home: Node | None) -> Decimal | None:
    given = list(home.all("SALES_CONTRACTS/SALES_CONTRACT/SALES_CONCESSIONS/SALES_CONCESSION")) if home else []
    amounts = [deal.dollars(each, "SalesConcessionAmount") for each in given]
    known = [each for each in amounts if each is not None]
    if known and len(known) == len(amounts):
        return sum(known, Decimal(0))
    return deal.dollars(loan, f"{URLA}/SellerPaidClosingCostsAmount")


def read_application_date(deal: Deal, loan: Node | None, message: Node, today: date) -> date:
    """Return the day of the application: received, else signed, else the file written, else received here today."""
    received = deal.day(loan, f"{DETAIL}/ApplicationReceivedDate") or deal.day(loan, SIGNED)
    if received is not None:
        return received
    written = deal.day(message, "ABOUT_VERSIONS/ABOUT_VERSION/CreatedDatetime")
    told = "the day on which the file was written" if written else "the day of its receipt here"
    deal.note("application_date", f"is not in the file; {told} stands for it.")
    return written or today
