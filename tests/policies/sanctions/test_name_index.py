"""The index leaves most listed names aside and loses none that comparing all of them would hit."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.sanctions.name_folding import words_of
from policies.sanctions.name_index import NameIndex
from policies.sanctions.name_scoring import WEAK, Words, firm_score, person_score, tells_a_firm, tells_a_person

FIRST = words_of(
    "viktor yusuf nadir odessa bruno ines kenjiro sverre fyodor ramiro isolde mortimer abd al rahman kim yong a b"
)
LAST = words_of(
    "sampel mirdasi hakim zubari vanterpool kestrelli phantasmo reyes grimalkov testermann bin salim chol li"
)
RNG = random.Random(7)
NAMES: list[Words] = [(*RNG.sample(FIRST, RNG.randint(1, 2)), *RNG.sample(LAST, RNG.randint(1, 2))) for _ in range(300)]
PEOPLE = NameIndex(NAMES, tells_a_person, shared=2)
FIRMS = NameIndex(NAMES, tells_a_firm, shared=1)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@st.composite
def mistyped(draw: st.DrawFn) -> Words:
    """Draw a listed name with a word left out or joined to the next, and one letter changed."""
    words = list(draw(st.sampled_from(NAMES)))
    place = draw(st.integers(0, len(words) - 1))
    if draw(st.booleans()) and len(words) > 1:
        joined = words.pop(place)
        if draw(st.booleans()):
            words[place % len(words)] += joined
    changed = draw(st.integers(0, len(words) - 1))
    at = draw(st.integers(0, len(words[changed]) - 1))
    words[changed] = (
        words[changed][:at] + draw(st.sampled_from(LETTERS)) + words[changed][at + draw(st.integers(0, 1)) :]
    )
    return tuple(words)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(asked=mistyped())
def test_no_name_that_scores_is_lost(asked: Words) -> None:
    found, firms = set(PEOPLE.candidates(asked)), set(FIRMS.candidates(asked))
    for place, name in enumerate(NAMES):
        assert place in found or person_score(asked, name).value < WEAK
        assert place in firms or firm_score((asked, frozenset()), (name, frozenset())).value < WEAK


def test_names_with_nothing_in_common_are_left_aside() -> None:
    assert PEOPLE.candidates(("thaddeus", "quorrish")) == []
    assert 0 < len(PEOPLE.candidates(("viktor", "sampel"))) < 50


def test_an_empty_index_finds_nothing() -> None:
    assert NameIndex([], tells_a_person, shared=2).candidates(("viktor", "sampel")) == []
