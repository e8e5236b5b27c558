"""Names of every script become Latin words; what sounds alike is spelt alike; firms lose their legal forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.sanctions.name_folding import (
    consonants_of,
    firm_words,
    has_letters,
    in_speaking_order,
    is_guessed,
    is_unvowelled,
    sound_of,
    words_of,
)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("AL-ASSAD, Bashar", ("al", "assad", "bashar")),
        ("O'Brien", ("obrien",)),
        ("Łukasz Żółć", ("lukasz", "zolc")),
        ("Straße", ("strasse",)),
        ("Νίκος", ("nikos",)),
        ("Дмитрий", ("dmitrii",)),
        ("Ig0r Sech1n", ("igor", "sechin")),
        ("Mr. Jan Novák Jr", ("jan", "novak")),
        ("Dr. Prof.", ("dr", "prof")),
        ("محمد", ("mhmd",)),
        ("السيسي", ("al", "ssy")),
        ("李明", ("li", "ming")),
        ("김정은", ("kim", "jong", "un")),
        ("ბარაკ ობამა", ("barak", "obama")),
        ("Բարակ Օբամա", ("barak", "obama")),
        ("\U0001f600 12", ()),
        ("", ()),
    ],
)
def test_names_fold_to_latin_words(written: str, words: tuple[str, ...]) -> None:
    assert words_of(written) == words
    assert bool(words) == has_letters(written)


@pytest.mark.parametrize(
    ("written", "words", "forms"),
    [
        ("Siemens AG", ("siemens",), {"joint stock"}),
        ("Siemens Aktiengesellschaft", ("siemens",), {"joint stock"}),
        ("Bowne Solutions II, L.L.C.", ("bowne", "solutions", "2"), {"limited"}),
        ("OOO Дако", ("dako",), {"limited"}),
        ("The Procter & Gamble Company", ("procter", "gamble"), {"company"}),
        ("Brigade Forty-four", ("brigade", "44"), set()),
        ("1st International Bank", ("1", "international", "bank"), set()),
        ("A.B.C. Company", ("abc",), {"company"}),
        ("Deutsche Bank's AG", ("deutsche", "bank"), {"joint stock"}),
        ("Limited", ("limited",), {"limited"}),
    ],
)
def test_firms_lose_their_legal_forms_and_write_numbers_as_digits(
    written: str, words: tuple[str, ...], forms: set[str]
) -> None:
    assert firm_words(written) == (words, frozenset(forms))


@pytest.mark.parametrize(
    ("one", "other"), [("yusuf", "youssuf"), ("mohammed", "mohamed"), ("viktor", "victor"), ("phillip", "filip")]
)
def test_spellings_of_one_sound_agree(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


@pytest.mark.parametrize(
    ("bare", "full"),
    [("mhmd", "mohamed"), ("khld", "khaled"), ("frnndw", "fernando"), ("brz", "perez"), ("msh", "moshe")],
)
def test_an_unvowelled_name_agrees_with_its_full_spelling(bare: str, full: str) -> None:
    assert is_unvowelled(bare)
    assert not is_unvowelled(full)
    assert consonants_of(bare) == consonants_of(full)


@pytest.mark.parametrize("word", ["lynn", "smyth", "flynn", "al", "a"])
def test_a_latin_name_without_a_e_i_o_u_is_not_taken_for_an_unvowelled_one(word: str) -> None:
    assert not is_unvowelled(word)


def test_a_listed_name_is_turned_into_speaking_order() -> None:
    assert in_speaking_order("SAMPEL, Viktor Ilarionovich") == "Viktor Ilarionovich SAMPEL"
    assert in_speaking_order("Viktor Sampel") == "Viktor Sampel"


def test_only_chinese_japanese_and_korean_spellings_are_guessed() -> None:
    assert [is_guessed(name) for name in ("李明", "김정은", "たなか", "Wang", "محمد", "Виктор")] == [True] * 3 + [
        False
    ] * 3


@given(text=st.text(max_size=40))
def test_any_text_folds_to_ascii_without_error(text: str) -> None:
    words, (firm, _) = words_of(text), firm_words(text)
    assert all(word.isascii() and word.isalnum() for word in (*words, *firm))
    assert all(sound_of(word) and consonants_of(word) for word in (*words, *firm))
