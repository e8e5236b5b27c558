"""What a borrower could change: each lever turns a case into the same case with one thing different. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal

from agents.engine.path_changes import (
    DAYS_A_YEAR,
    after_waiting,
    with_debt_paid,
    with_fewer_debts,
    with_income,
    with_less_cash,
    with_more_funds,
    with_new_funds,
    with_own_funds,
    with_program,
    with_term,
)
from agents.engine.programs import ProgramAnswer
from agents.wording import PROGRAM_WORDS
from lending.casefile import CaseFile, Debt
from lending.ratios import Ratios
from lending.vocabulary import LiabilityKind, Outcome, Program, Purpose
from policies.rulebook.rule_wording import shown

HUNDRED, ONE = Decimal(100), Decimal(1)
LONGEST_WAIT = 7 * 366  # days: no waiting period of the agencies is longer than seven years
TERMS = (120, 180, 240, 300, 360)  # months: what lenders commonly offer
FUNDS_MONTHS = 24  # no program asks for reserves of more months of PITIA than this
PROGRAM_SHARE = Decimal("10.00")  # percent: what a change of program counts for, which has no amount
CAN_BE_PAID_OFF = (
    LiabilityKind.INSTALMENT,
    LiabilityKind.REVOLVING,
    LiabilityKind.STUDENT_LOAN,
    LiabilityKind.OTHER,
)
MOST_DEBTS = 6
# What an approval in another program rests on that an application does not say.
RESTS_ON = {
    Program.VA: "It needs a certificate of eligibility.",
    Program.USDA: "It needs a home in an eligible rural area, which the file cannot show.",
}

Apply = Callable[[CaseFile, Decimal], CaseFile]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to do: which lever, in words, by how much in its unit, and its share of what stands now in percent.

    ``before`` and ``after`` are figures in the lever's unit, or words; ``amount`` is None for a choice.
    """

    lever: str
    text: str
    unit: str
    amount: Decimal | None
    before: str
    after: str
    share: Decimal


@dataclass(frozen=True, slots=True)
class Lever:
    """A thing that can be changed by an amount: whole ``step``s of its unit up to ``extent``.

    ``rises`` where a larger amount never makes the case worse, so that the largest alone tells whether any will do.
    ``whole`` is what the share is measured against.
    """

    name: str
    unit: str
    step: Decimal
    extent: Decimal
    whole: Decimal
    rises: bool
    apply: Apply
    told: Callable[[Decimal], tuple[str, str, str]]

    def change(self, amount: Decimal) -> Change:
        """Return the change by an amount in the lever's unit."""
        text, before, after = self.told(amount)
        return Change(self.name, text, self.unit, amount, before, after, share_of(amount, self.whole))


@dataclass(frozen=True, slots=True)
class Option:
    """A thing that can be done or left: pay off one debt, take another term or program."""

    change: Change
    apply: Callable[[CaseFile], CaseFile]


def share_of(amount: Decimal, whole: Decimal) -> Decimal:
    """Return ``amount`` in percent of ``whole``, two decimals; 100 where there is nothing to measure against."""
    return (amount * 100 / whole).quantize(Decimal("0.01")) if whole > 0 else HUNDRED


def amount_levers(case: CaseFile, ratios: Ratios) -> Iterator[Lever]:
    """Yield the levers with an amount, in dollars or days; those whose figures are unknown are left out."""
    yield from _loan_levers(case)
    if ratios.monthly_income:
        yield _income_lever(case, ratios.monthly_income)
    yield from _stated_debts_lever(case, ratios)
    yield from _funds_lever(case, ratios)
    if _time_may_help(case):
        yield _wait_lever(case)


def own_funds_lever(case: CaseFile) -> Lever | None:
    """Return the lever of a smaller loan paid for from the funds on file; None where nothing is left of them."""
    if case.loan_amount is None or case.liquid_assets is None or case.funds_to_close is None:
        return None
    spare = _floor(min(case.liquid_assets - case.funds_to_close, case.loan_amount / 2), HUNDRED)
    if case.purpose is Purpose.CASH_OUT or spare < HUNDRED:
        return None
    where = "as a larger down payment" if case.purpose is Purpose.PURCHASE else "at closing"
    return _loan_lever(
        "down_payment", case.loan_amount, spare, with_own_funds, f"and bring it {where} from the funds on file"
    )


def term_options(case: CaseFile) -> Iterator[Option]:
    """Yield every common term but the present one, the longest first, at the same rate."""
    now = case.term_months
    for months in sorted(TERMS, reverse=True):
        if now and months != now:
            text = f"Take {months} months instead of {now}, at the same rate."
            share = share_of(Decimal(abs(months - now)), Decimal(now))
            change = Change("term", text, "months", Decimal(months - now), str(now), str(months), share)
            yield Option(change, with_term(months))


def debt_options(case: CaseFile, ratios: Ratios) -> Iterator[Option]:
    """Yield each itemised debt that can be paid off at closing, the largest payments first, six at most."""
    owed = _obligations(ratios)
    found = [
        (debt.monthly_payment, who, which, debt)
        for who, person in enumerate(case.borrowers)
        for which, debt in enumerate(person.debts)
        if debt.monthly_payment and _can_be_paid_off(debt)
    ]
    for payment, who, which, debt in sorted(found, key=lambda each: -each[0])[:MOST_DEBTS]:
        cost = "its balance is not on file" if debt.balance is None else f"{_dollars(debt.balance)} owed"
        kind, position = debt.kind.value.replace("_", " "), case.borrowers[who].position
        text = f"Pay off the {kind} debt of borrower {position} at closing: {_dollars(payment)} a month, {cost}."
        change = Change("debt", text, "dollars a month", payment, str(payment), "0", share_of(payment, owed or payment))
        yield Option(change, with_debt_paid(who, which))


def program_options(case: CaseFile, answers: tuple[ProgramAnswer, ...]) -> Iterator[tuple[Option, ProgramAnswer]]:
    """Yield every other program that could be computed, with its answer. A loan within the baseline is not jumbo."""
    plain = any(answer.name == Program.CONVENTIONAL and answer.assessment for answer in answers)
    for answer in answers:
        told = answer.assessment
        if told is None or answer.applied_for or told.outcome is Outcome.INCOMPLETE:
            continue
        program = told.case.program
        if program is Program.JUMBO and plain:
            continue
        before, after = _program_words(case.program), _program_words(program)
        text = " ".join(filter(None, [f"Apply for {after} instead of {before}.", RESTS_ON.get(program, "")]))
        yield Option(Change("program", text, "", None, before, after, PROGRAM_SHARE), with_program(program)), answer


def _loan_levers(case: CaseFile) -> Iterator[Lever]:
    loan = case.loan_amount
    if loan is None or loan < 2 * HUNDRED:
        return
    if case.purpose is Purpose.CASH_OUT:
        owed = case.existing_first_balance
        extent = _floor(loan / 2 if owed is None else min(loan - owed, loan / 2), HUNDRED)
        if extent >= HUNDRED:
            yield _loan_lever("loan_amount", loan, extent, with_less_cash, "and take that much less cash")
        return
    extra = "with that much in new funds, such as a gift"
    extent = _floor(loan / 2, HUNDRED)
    yield _loan_lever("new_down_payment", loan, extent, with_new_funds, extra)


def _loan_lever(name: str, loan: Decimal, extent: Decimal, apply: Apply, how: str) -> Lever:
    def told(amount: Decimal) -> tuple[str, str, str]:
        after = loan - amount
        return f"Borrow {_dollars(amount)} less {how}: a loan of {_dollars(after)}.", str(loan), str(after)

    rises = apply is not with_own_funds  # funds on file that go into the home are gone from the reserves
    return Lever(name, "dollars", HUNDRED, extent, loan, rises, apply, told)


def _income_lever(case: CaseFile, income: Decimal) -> Lever:
    def told(amount: Decimal) -> tuple[str, str, str]:
        after = income + amount
        text = f"Document {_dollars(amount)} a month more of lasting income: {_dollars(after)} a month in all."
        return text, str(income), str(after)

    rises = case.program is not Program.USDA  # which takes no household above its income limit
    return Lever("income", "dollars a month", ONE, _floor(income, ONE), income, rises, with_income, told)


def _stated_debts_lever(case: CaseFile, ratios: Ratios) -> Iterator[Lever]:
    stated = sum((person.monthly_debts or Decimal(0) for person in case.borrowers if not person.debts), Decimal(0))
    if stated < ONE:
        return

    def told(amount: Decimal) -> tuple[str, str, str]:
        text = (
            f"Pay off debts that cost {_dollars(amount)} a month: {_dollars(stated - amount)} a month stay. "
            "Their balances are not on file, so the cash this takes is not counted."
        )
        return text, str(stated), str(stated - amount)

    whole = _obligations(ratios) or stated
    yield Lever("stated_debts", "dollars a month", ONE, _floor(stated, ONE), whole, True, with_fewer_debts, told)


def _funds_lever(case: CaseFile, ratios: Ratios) -> Iterator[Lever]:
    funds, needed = case.liquid_assets, case.funds_to_close
    if funds is None or needed is None or not ratios.pitia:
        return

    def told(amount: Decimal) -> tuple[str, str, str]:
        text = f"Show {_dollars(amount)} more in funds: {_dollars(funds + amount)} in all."
        return text, str(funds), str(funds + amount)

    extent = _floor(max(needed - funds, Decimal(0)) + FUNDS_MONTHS * ratios.pitia + HUNDRED, HUNDRED)
    yield Lever("funds", "dollars", HUNDRED, extent, max(funds, needed), True, with_more_funds, told)


def _wait_lever(case: CaseFile) -> Lever:
    start = case.application_date

    def told(amount: Decimal) -> tuple[str, str, str]:
        day = start + timedelta(days=int(amount))
        text = f"Apply on {day:%B} {day.day}, {day.year} or later, with nothing else changed and in the same work."
        return text, start.isoformat(), day.isoformat()

    return Lever("wait", "days", ONE, Decimal(LONGEST_WAIT), DAYS_A_YEAR, False, after_waiting, told)


def _time_may_help(case: CaseFile) -> bool:
    events = (case.bankruptcy_date, case.foreclosure_date, case.short_sale_date, case.first_lien_date, case.title_date)
    short = any(person.years_employed is not None and person.years_employed < 2 for person in case.borrowers)
    return short or any(event is not None and event <= case.application_date for event in events)


def _can_be_paid_off(debt: Debt) -> bool:
    return debt.kind in CAN_BE_PAID_OFF and not debt.paid_off_at_closing and not debt.counted_with_home


def _obligations(ratios: Ratios) -> Decimal:
    return (ratios.pitia or Decimal(0)) + (ratios.monthly_debts or Decimal(0))


def _program_words(program: Program) -> str:
    return PROGRAM_WORDS.get(program, program.value)


def _floor(amount: Decimal, step: Decimal) -> Decimal:
    return (amount / step).to_integral_value(ROUND_FLOOR) * step


def _dollars(amount: Decimal) -> str:
    return shown(amount, "dollars")
