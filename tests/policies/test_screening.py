"""Whom a name may be: order, spelling and accents aside, but never on one name in common."""

import csv
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.name_folding import has_unread_letters, in_speaking_order, sound_of, words_of
from policies.screening import (
    STRONG,
    BirthDate,
    Grade,
    Hit,
    ListedParty,
    NameNotScreenable,
    PersonName,
    Screener,
    name_score,
)

VIKTOR = ListedParty(
    "Demo", "1", "individual", "SAMPEL, Viktor Ilarionovich", ("SAMPLE, Victor",), ("19 May 1974",), "DEMO"
)
YUSUF = ListedParty("Demo", "2", "individual", "AL-MIRDASI, Yusuf Haldun", (), ("12 Nov 1969", "circa 1971"))
FIRM = ListedParty("Demo", "3", "entity", "VIKTOR SAMPEL ENGINEERING LLC")
NADIR = ListedParty("Demo", "4", "individual", "Nadir HAKIM ZUBARI")
SINGLE = ListedParty("Demo", "5", "individual", "ZULKARNAX")
SCREENER = Screener([VIKTOR, YUSUF, FIRM, NADIR, SINGLE])


def screened(first: str, last: str, born: date | None = None) -> list[Hit]:
    """Return the hits of a name."""
    return SCREENER.screen(PersonName(first, last, born))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Viktor", "Sampel"),
        ("VIKTOR", "SAMPEL"),
        ("Sampel", "Viktor"),
        ("Viktor Ilarionovich", "Sampel"),
        ("Viktor I.", "Sampel"),
        ("Mr Viktor", "Sampel"),
        ("Víktor", "Sámpel"),
        ("Victor", "Sampel"),
        ("Viktor", "Sample"),
        ("Viktro", "Sampel"),
        ("Виктор", "Сампел"),
    ],
)
def test_the_same_name_however_written_is_a_strong_hit(first: str, last: str) -> None:
    [hit] = screened(first, last)
    assert (hit.number, hit.grade, hit.is_strong) == ("1", Grade.STRONG, True)


@pytest.mark.parametrize(
    ("first", "last"),
    [("Youssef", "Al-Mirdasi"), ("Yusuf", "Al Mirdasi"), ("Yusuf", "Almirdasi"), ("Yusuf", "Mirdasi")],
)
def test_transliterations_and_particles_do_not_hide_a_name(first: str, last: str) -> None:
    assert screened(first, last)[0].grade is Grade.STRONG


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Viktor", "Lindqvist"),
        ("Ada", "Sampel"),
        ("Viktor", "Hakim"),
        ("Yusuf", "Sampel"),
        ("Viktoria", "Samuelson"),
        ("Haldun", "Yilmaz"),
        ("Adam", "Zulkarnax"),
        ("Ben", "Okafor"),
        ("Al", "Bin"),
    ],
)
def test_one_of_two_names_in_common_is_no_match(first: str, last: str) -> None:
    assert not any(hit.grade in (Grade.STRONG, Grade.POSSIBLE) for hit in screened(first, last))


def test_one_word_alone_is_no_hit_at_all_but_with_an_initial_a_weak_one() -> None:
    assert screened("Adam", "Zulkarnax") == []
    assert screened("V.", "Sampel")[0].grade is Grade.WEAK


def test_only_people_are_compared_with_people() -> None:
    assert {hit.number for hit in screened("Viktor Sampel", "Engineering")} <= {"1"}


def test_words_written_together_still_match() -> None:
    assert screened("NadirHakim", "Zubari")[0].grade is Grade.STRONG
    assert screened("Nadir", "Hakimzubari")[0].grade is Grade.STRONG


def test_a_single_listed_name_matches_a_single_name() -> None:
    assert screened("Zulkarnax", "")[0].grade is Grade.STRONG


@pytest.mark.parametrize(
    ("born", "agreement", "grade"),
    [
        (date(1974, 5, 19), BirthDate.SAME_DAY, Grade.STRONG),
        (date(1974, 1, 1), BirthDate.SAME_YEAR, Grade.STRONG),
        (date(1976, 1, 1), BirthDate.NEAR, Grade.STRONG),
        (date(1977, 1, 1), BirthDate.DIFFERENT, Grade.POSSIBLE),
        (None, BirthDate.UNKNOWN, Grade.STRONG),
    ],
)
def test_a_contradicting_birth_date_lowers_the_grade(born: date | None, agreement: BirthDate, grade: Grade) -> None:
    [hit] = screened("Viktor", "Sampel", born)
    assert (hit.birth_date, hit.grade) == (agreement, grade)


def test_the_best_of_several_listed_birth_dates_counts() -> None:
    assert screened("Yusuf", "Al-Mirdasi", date(1969, 11, 12))[0].birth_date is BirthDate.SAME_DAY
    assert screened("Yusuf", "Al-Mirdasi", date(1971, 2, 3))[0].birth_date is BirthDate.SAME_YEAR


def test_a_range_of_years_agrees_with_every_year_in_it() -> None:
    party = replace(VIKTOR, birth_dates=("1960 to 1965",))
    [hit] = Screener([party]).screen(PersonName("Viktor", "Sampel", date(1963, 1, 1)))
    assert hit.birth_date is BirthDate.SAME_YEAR


def test_an_entry_hits_once_under_its_best_name() -> None:
    [hit] = screened("Victor", "Sample")
    assert (hit.matched_name, hit.listed_name, hit.name_score) == (
        "SAMPLE, Victor",
        "SAMPEL, Viktor Ilarionovich",
        Decimal(100),
    )


def test_strong_hits_come_first() -> None:
    near = ListedParty("Demo", "9", "individual", "SAMPEL, Viktor", (), ("1930",))
    hits = Screener([near, VIKTOR]).screen(PersonName("Viktor", "Sampel", date(1974, 5, 19)))
    assert [hit.grade for hit in hits] == [Grade.STRONG, Grade.POSSIBLE]


def test_the_key_of_a_clearing_changes_with_the_entry() -> None:
    assert VIKTOR.entry_key.startswith("Demo:1:")
    assert VIKTOR.entry_key == replace(VIKTOR).entry_key
    changed = [
        replace(VIKTOR, aliases=()),
        replace(VIKTOR, birth_dates=("1974",)),
        replace(VIKTOR, remarks="POB Nowhere"),
    ]
    assert len({VIKTOR.entry_key, *(party.entry_key for party in changed)}) == 4


@pytest.mark.parametrize("name", ["", "  ", "--", "민지", "محمد", "王 Wei", "Anna 李"])
def test_a_name_that_cannot_be_read_is_refused_and_not_cleared(name: str) -> None:
    with pytest.raises(NameNotScreenable, match="passport's Latin line"):
        screened(name, "")


def test_without_entries_nobody_is_hit() -> None:
    assert Screener([]).screen(PersonName("Viktor", "Sampel")) == []


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("AL-ASSAD, Bashar", ("al", "assad", "bashar")),
        ("O'Brien", ("obrien",)),
        ("Łukasz Żółć", ("lukasz", "zolc")),
        ("Straße", ("strasse",)),
        ("Νίκος", ("nikos",)),
        ("Дмитрий", ("dmitrii",)),
        ("Dr. Prof.", ("dr", "prof")),
    ],
)
def test_names_fold_to_latin_words(written: str, words: tuple[str, ...]) -> None:
    assert words_of(written) == words
    assert not has_unread_letters(written)


@pytest.mark.parametrize(
    ("one", "other"), [("yusuf", "youssuf"), ("mohammed", "mohamed"), ("viktor", "victor"), ("phillip", "filip")]
)
def test_spellings_of_one_sound_agree(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


WORDS = st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9), min_size=1, max_size=4).map(tuple)


@given(one=WORDS, other=WORDS)
def test_scores_are_shares_and_a_name_agrees_with_itself_in_any_order(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    assert 0 <= name_score(one, other) <= 1
    assert name_score(one, tuple(reversed(one))) == 1


@given(text=st.text(max_size=40))
def test_any_text_folds_without_error(text: str) -> None:
    assert all(word.isascii() for word in words_of(text))
    assert all(sound_of(word) for word in words_of(text))


def test_labelled_pairs_of_people_keep_their_floor(shared_data: Path) -> None:
    with (shared_data / "ofac" / "name_pairs" / "nomenklatura_name_bench_dev.csv").open(encoding="utf-8") as lines:
        pairs = [row for row in csv.DictReader(lines) if row["schema"] == "Person"]
    said = [(is_strong(row["name1"], row["name2"]), row["is_match"] == "true") for row in pairs]
    right = sum(strong and match for strong, match in said)
    assert right / sum(match for _, match in said) >= 0.65  # recall
    assert right / sum(strong for strong, _ in said) >= 0.90  # precision


def is_strong(one: str, other: str) -> bool:
    """Return whether two names as written agree as strongly as a hit must."""
    words = [words_of(in_speaking_order(name)) for name in (one, other)]
    return all(words) and name_score(*words) >= STRONG
