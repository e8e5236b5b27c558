"""The same figures under another name, age, faith or sex: the same answer, word for word."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from benchmarks.gate_cases import AREAS
from benchmarks.prohibited_basis import LASTING, differences, twin_of, what_is_said
from lending.casefile import CaseFile, IncomeSource, build_case_file
from policies.rulebook.rules import RuleBook
from tests import builders
from tests.builders_case import ada, ben, cleo

RULES = RuleBook.load().on(date(2026, 11, 2))


def said(case: CaseFile) -> dict[str, Any]:
    return what_is_said(case, RULES, AREAS[0])[0]


@pytest.mark.slow
def test_no_pair_of_twins_is_told_apart() -> None:
    dice, seen = random.Random(7), set()
    for _ in range(250):
        different, outcome = differences(dice, RULES)
        assert different == []
        seen.add(outcome)
    assert {"APPROVED", "REVIEW", "DECLINED"} <= seen


@pytest.mark.parametrize("born", [None, date(1930, 1, 1), date(1964, 11, 2), date(1964, 11, 3), date(2008, 11, 2)])
@pytest.mark.parametrize("case", [ada(), ben(), cleo()], ids=["ada", "ben", "cleo"])
def test_an_age_of_62_or_more_changes_nothing(case: CaseFile, born: date | None) -> None:
    [person] = case.borrowers
    assert person.identity
    aged = replace(person, identity=replace(person.identity, birth_date=born))
    assert said(replace(case, borrowers=(aged,))) == said(case)


@pytest.mark.parametrize("kind", LASTING)
def test_public_assistance_counts_as_a_pension_does(kind: Any) -> None:
    def living_on(source: Any) -> dict[str, Any]:
        return said(ada(borrower={"incomes": (IncomeSource(source, Decimal(11_500)),)}))

    assert living_on(kind) == living_on(LASTING[0])


@pytest.mark.parametrize("figure", [{"credit_score": 640}, {"monthly_income": Decimal(9_000)}])
def test_twins_who_differ_in_a_figure_are_told_apart(figure: dict[str, Any]) -> None:
    assert said(ada(borrower=figure)) != said(twin_of(ada(), random.Random(1)))


@pytest.mark.django_db
def test_street_zip_and_mail_address_never_reach_the_case_file() -> None:
    application = builders.ada()
    before = build_case_file(application)
    home, person = application.subject_property, application.applicants.get().borrower
    home.street, home.zip_code, home.city = "9 Elsewhere Road", "43203", "Bexley"
    home.save()
    person.email = "somebody@else.example"
    person.save()
    assert build_case_file(application).facts_hash() == before.facts_hash()
