"""Whole names agree by their words in any order; what is left over on both sides speaks against them."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.sanctions.name_folding import firm_words, in_speaking_order, words_of
from policies.sanctions.name_scoring import POSSIBLE, STRONG, WEAK, firm_score, person_score

WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9), min_size=1, max_size=4).map(tuple)
LONG_WORDS = st.lists(st.text("abdeilmnorstu", min_size=4, max_size=6), min_size=1, max_size=4).map(tuple)


def people(one: str, other: str) -> float:
    """Return how well two names of people agree."""
    return person_score(words_of(in_speaking_order(one)), words_of(in_speaking_order(other))).value


def firms(one: str, other: str) -> float:
    """Return how well two names of firms agree."""
    return firm_score(firm_words(one), firm_words(other)).value


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SAMPEL, Viktor Ilarionovich", "Viktor Sampel"),
        ("Abd al-Rahman Sampel", "Abdulrahman Sampel"),
        ("NadirHakim Zubari", "Nadir Hakim Zubari"),
        ("William W Frost", "Frost, William W."),
        ("Bob Sampel", "Robert Sampel"),
        ("Sergey Sergey Shoigu", "Sergey Shoigu"),
        ("محمد خالد", "Mohamed Khaled"),
        ("Boris Johnson", "Alexandre Boris de Pfeffel Johnson"),
    ],
)
def test_one_person_written_in_two_ways_is_strong(one: str, other: str) -> None:
    assert people(one, other) >= STRONG


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Viktor Sampel", "Viktor Lindqvist"),
        ("Abdullah Ahmed al-Hakim", "Abdullah Yahya al-Hakim"),
        ("Kim Song Min", "Kim Song Chol"),
        ("Zulkarnax", "Zulkarnax Haldun Mirdasi"),
        ("Chang Su Ha", "Chang Chang Ha"),
        ("Al Bin", "Bin Al Sampel"),
    ],
)
def test_one_of_two_names_or_a_contradicting_one_is_below_possible(one: str, other: str) -> None:
    assert people(one, other) < POSSIBLE


def test_a_whole_name_and_an_initial_are_weak() -> None:
    assert WEAK <= people("V. Sampel", "Viktor Sampel") < POSSIBLE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Siemens AG", "Siemens Aktiengesellschaft"),
        ("OAO Gazprom", "Open Joint Stock Company Gazprom"),
        ("Brigade Forty-four", "Brigade 44"),
        ("C.K. Hutchison Holdings", "CK Hutchison Holdings"),
        ("Stripe LLC", "Stripe Limited Liability Company"),
    ],
)
def test_one_firm_written_in_two_ways_is_strong(one: str, other: str) -> None:
    assert firms(one, other) >= STRONG


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Siemens AG", "Volkswagen AG"),
        ("Bowne of Chicago, Inc.", "Bowne of Boston, Inc."),
        ("Westminster Management Company", "Management Company"),
        ("Sigma Trading Group", "Trading Group"),
        ("Bank of China (Hong Kong) Limited", "Bank of China (Singapore) Limited"),
    ],
)
def test_firms_that_share_only_common_words_or_a_family_name_are_below_possible(one: str, other: str) -> None:
    assert firms(one, other) < POSSIBLE


def test_another_legal_form_costs_a_little_and_a_missing_one_nothing() -> None:
    assert firms("Dako", "Dako GmbH") == 1
    assert STRONG < firms("Dako LP", "Dako GmbH") < 1


def test_the_score_comes_with_its_parts() -> None:
    score = person_score(("viktor", "sampel"), ("victor", "ilarionovich", "sampel"))
    assert {(pair.asked, pair.listed) for pair in score.pairs} == {("viktor", "victor"), ("sampel", "sampel")}
    assert (score.left_asked, score.left_listed) == ((), ("ilarionovich",))


@given(one=WORDS, other=WORDS)
def test_scores_are_shares_the_same_either_way_and_full_for_the_same_words(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    for score in (person_score, lambda a, b: firm_score((a, frozenset()), (b, frozenset()))):
        assert 0 <= score(one, other).value <= 1
        assert score(one, other).value == pytest.approx(score(other, one).value)
    assert person_score(one, one).value == pytest.approx(1)


@given(one=LONG_WORDS, other=LONG_WORDS, data=st.data())
def test_the_order_of_words_changes_nothing(one: tuple[str, ...], other: tuple[str, ...], data: st.DataObject) -> None:
    shuffled = tuple(data.draw(st.permutations(one)))
    assert person_score(shuffled, other).value == pytest.approx(person_score(one, other).value)
    assert person_score(shuffled, one).value == pytest.approx(1)


@pytest.mark.parametrize(("kind", "precision", "recall"), [("Person", 0.90, 0.85), ("Company", 0.92, 0.88)])
def test_labelled_pairs_keep_their_floor(shared_data: Path, kind: str, precision: float, recall: float) -> None:
    with (shared_data / "ofac" / "name_pairs" / "nomenklatura_name_bench_dev.csv").open(encoding="utf-8") as lines:
        pairs = [row for row in csv.DictReader(lines) if row["schema"] == kind]
    score = people if kind == "Person" else firms
    said = [(score(row["name1"], row["name2"]) >= STRONG, row["is_match"] == "true") for row in pairs]
    right = sum(strong and match for strong, match in said)
    assert right / sum(match for _, match in said) >= recall
    assert right / sum(strong for strong, _ in said) >= precision
