"""A citation must say what the rule says: every number of the rulebook stands in the section of the manual it cites.

Rulebook and manuals are written by hand, one from the other, so that a number that slips in either is found here.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from policies.rulebook.limits import AnyOf, Between, Conditions, DatedLimit
from policies.rulebook.rules import RuleBook

MANUALS = Path(__file__).resolve().parents[3] / "policies" / "samples" / "manuals"
FILES = {
    "Conventional Lending Manual": "conventional-lending-manual.md",
    "Government Lending Manual": "government-lending-manual.md",
    "Compliance Manual": "compliance-manual.md",
}
CITED = re.compile(rf"({'|'.join(FILES)}) ((?:\d+(?:\.\d+)*(?:, (?=\d)| and )?)+)")
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
BOOK = RuleBook.load()

# Numbers that follow from the cited text without standing in it, or that it leaves to its own source: entered here a
# second time, from that source.
ELSEWHERE: dict[str, list[int]] = {
    "hoepa_small_loan": [26_968],  # 2025, 12 CFR 1026.32(a)(1)(ii)(A)
    "hoepa_points_and_fees_amount": [1_348],  # 2025, the same
    "qm_price_limit": [134_841, 80_905],  # 2025, 12 CFR 1026.43(e)(2)(vi)
    "hpml_appraisal": [3],
    # 8 percent of the limit of four for everybody above eight
    "usda_income_limit": [9, 10, 11, 12]
    + [148_450 + 8_996 * more for more in (1, 2, 3, 4)]
    + [158_250 + 9_588 * more for more in (1, 2, 3, 4)],
    # the table's five, and as much more for the sixth and the seventh as it says
    "va_residual_income": [6]
    + [five + 80 * more for five in (1_062, 1_039, 1_158) for more in (1, 2)]
    + [five + 75 * more for five in (921, 902, 1_004) for more in (1, 2)],
    # FHFA, limits for 2025, and half as much again as the ceiling
    "conforming_baseline": [806_500, 1_032_650, 1_248_150, 1_551_250, 1_209_750, 1_548_975, 1_872_225, 2_326_875],
    "conforming_ceiling": [
        *(1, 2, 3, 4),
        *(1_209_750, 1_548_975, 1_872_225, 2_326_875, 1_814_625),
        *(1_249_125, 1_599_375, 1_933_200, 2_402_625, 1_873_675),
    ],
    "student_loan_year_share_va": [5],  # VA Circular 26-17-02
    "untaxed_gross_up_fha": [15],  # HUD Handbook 4000.1
    "untaxed_gross_up_va": [25],  # VA Pamphlet 26-7 chapter 4
    "untaxed_gross_up_usda": [25],  # HB-1-3555 chapter 9
    # Fannie Mae B3-2-10, which no manual of the house repeats
    "resubmit_back_end_dti_above": [45],
    "resubmit_back_end_dti_rise": [3],
    "resubmit_subordinate_liens_rise": [0],
    "resubmit_loan_amount_rise": [0],
    "resubmit_ltv_rise": [0],
    "resubmit_funds_to_close_uncovered": [0],
}


@cache
def sections(file: str) -> dict[str, str]:
    """Return the text of every section by its number, with the text of the sections inside it."""
    found: dict[str, str] = {}
    for piece in re.split(r"^#+ ", (MANUALS / file).read_text(), flags=re.M)[1:]:
        if number := re.match(r"\d+(\.\d+)*", piece):
            parts = number.group().split(".")
            for depth in range(1, len(parts) + 1):
                name = ".".join(parts[:depth])
                found[name] = f"{found.get(name, '')}\n{piece[len(number.group()) :]}"
    return found


def cited_text(citation: str) -> str:
    """Return the text of every section of a manual that a citation names; "" where it names none.

    A section within a section may rest on a number of the one around it.
    """
    places = [(FILES[title], number) for title, listed in CITED.findall(citation) for number in _numbers(listed)]
    wider = [(file, number.rpartition(".")[0]) for file, number in places if number.count(".") > 1]
    return "\n".join(sections(file).get(number, "") for file, number in [*places, *wider])


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)*", text)


@cache
def figures(text: str) -> frozenset[Decimal]:
    """Return every number of a text, in digits or in words up to twelve."""
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    spelled = (Decimal(number) for number, word in enumerate(WORDS) if re.search(rf"\b{word}\b", text, re.I))
    return frozenset([*(Decimal(each) for each in re.findall(r"(?<![\d.])\d+(?:\.\d+)?", plain)), *spelled])


def said(number: Decimal, kind: str, text: str) -> bool:
    """Return whether a text states a number, as it stands or as a person would put it."""
    shapes = {number}
    if kind == "months" and number % 12 == 0:
        shapes.add(number / 12)  # 48 months are four years
    if kind == "years":
        shapes.add(number * 12)
    if kind == "percent":
        shapes |= {100 - number, number / 12}  # 10 percent down is an LTV of 90; 12 percent a year is 1 a month
    return bool(shapes & figures(text)) or (number == 0 and bool(re.search(r"\bnone\b|\bzero\b|\bno\b|cover", text)))


def numbers(limits: tuple[DatedLimit, ...], kind: str) -> Iterator[tuple[DatedLimit, Decimal, str]]:
    """Yield every number of dated limits with its kind: the limits themselves and the bounds of their rows."""
    for dated in limits:
        for row in dated.rows:
            for value in row.limit if isinstance(row.limit, tuple) else (row.limit,):
                if isinstance(value, Decimal):
                    yield dated, value, kind
            for number, of_kind in bounds(row.where):
                yield dated, number, of_kind


def bounds(conditions: Conditions) -> Iterator[tuple[Decimal, str]]:
    """Yield every number that conditions compare a fact with."""
    for name, condition in conditions.items():
        kind = BOOK.words[name].kind
        if isinstance(condition, Between):
            every = (condition.above, condition.at_least, condition.below, condition.at_most)
            yield from ((bound, kind) for bound in every if isinstance(bound, Decimal))
        elif isinstance(condition, AnyOf):
            yield from ((value, kind) for value in condition.values if isinstance(value, Decimal))


def every_number() -> Iterator[tuple[str, DatedLimit, Decimal, str]]:
    """Yield every number of the rulebook: of rates, of rules with limits of their own, and of when rules apply."""
    for rate in BOOK.rates.values():
        yield from ((rate.name, *each) for each in numbers(rate.limits, rate.unit))
    shared = {id(rate.limits) for rate in BOOK.rates.values()}
    for rule in BOOK.rules:
        if id(rule.limits) not in shared:
            yield from ((rule.code, *each) for each in numbers(rule.limits, rule.unit))
        for conditions in (rule.applies, *rule.unless):
            yield from ((rule.code, rule.limits[-1], *each) for each in bounds(conditions))


@pytest.mark.parametrize("name", [*BOOK.rates, *(rule.code for rule in BOOK.rules)])
def test_the_cited_section_states_every_number(name: str) -> None:
    entered = {Decimal(number) for number in ELSEWHERE.get(name, [])}
    unsaid = [
        f"{number} is not in {dated.citation}"
        for code, dated, number, kind in every_number()
        if code == name and number not in entered and not said(number, kind, cited_text(dated.citation))
    ]
    assert unsaid == []


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_number_entered_a_second_time_is_still_in_the_rulebook(name: str) -> None:
    held = {number for code, _, number, _ in every_number() if code == name}
    assert {Decimal(number) for number in ELSEWHERE[name]} <= held


def test_a_number_that_slips_is_noticed() -> None:
    text = cited_text("Conventional Lending Manual 4.2; Fannie Mae B3-6-02")
    assert said(Decimal("45.00"), "percent", text)
    assert not said(Decimal("45.01"), "percent", text)
