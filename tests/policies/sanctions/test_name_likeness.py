"""Two words are alike by spelling, sound, consonants, initial or short form, and alike either way round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.sanctions.name_likeness import DIFFERENT, How, errors_allowed, likeness

WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("viktor", "viktor", How.SAME),
        ("viktor", "viktro", How.SPELLING),
        ("yusuf", "youssef", How.SOUND),
        ("mhmd", "mohamed", How.CONSONANTS),
        ("bob", "robert", How.SHORT_FORM),
        ("ben", "benjamin", How.SHORT_FORM),
        ("v", "viktor", How.INITIAL),
        ("bin", "ibn", How.PARTICLE),
        ("7", "8", How.NUMBER),
        ("w", "viktor", How.DIFFERENT),
        ("b", "bin", How.DIFFERENT),
        ("al", "ali", How.DIFFERENT),
        ("viktor", "vladimir", How.DIFFERENT),
    ],
)
def test_words_are_alike_for_a_reason(one: str, other: str, how: How) -> None:
    assert likeness(one, other).how is how
    assert likeness(other, one) == likeness(one, other)


@pytest.mark.parametrize(("letters", "errors"), [(2, 0), (3, 1), (4, 1), (5, 2), (12, 2)])
def test_short_words_allow_fewer_errors(letters: int, errors: int) -> None:
    assert errors_allowed(letters) == errors


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("mosk", "musk", True), ("mask", "musty", False), ("carney", "cooney", True), ("castro", "castillo", False)],
)
def test_errors_at_and_above_the_limit(one: str, other: str, alike: bool) -> None:
    assert (likeness(one, other) != DIFFERENT) is alike


def test_a_wrong_first_letter_and_another_ending_speak_more_against_than_a_wrong_letter_inside() -> None:
    inside = likeness("fernandez", "fernindez").value
    assert likeness("fernandez", "hernandez").value < inside
    assert likeness("antonia", "antonio").value < likeness("antonia", "antonie").value


@given(one=WORD, other=WORD)
def test_likeness_is_a_share_and_the_same_either_way(one: str, other: str) -> None:
    assert 0 <= likeness(one, other).value <= 1
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one).value == 1
