"""Whom a name may be: order, spelling and script aside, but never on one name in common."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.sanctions.births import BirthDate
from policies.sanctions.name_folding import has_letters, has_unread_letters
from policies.sanctions.name_scoring import POSSIBLE, STRONG, WEAK
from policies.sanctions.screening import Grade, Hit, ListedParty, NameNotScreenable, PersonName, Screener, grade_of

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
        ("ვიქტორ", "სამპელ"),
        ("Viktor", "S4mpel"),
    ],
)
def test_the_same_name_however_written_is_a_strong_hit(first: str, last: str) -> None:
    [hit] = screened(first, last)
    assert (hit.party.number, hit.grade, hit.is_strong) == ("1", Grade.STRONG, True)


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
    assert {hit.party.number for hit in screened("Viktor Sampel", "Engineering")} <= {"1"}


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
    assert (hit.matched_name, hit.party.name, hit.name_score) == (
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


def test_a_new_order_of_aliases_or_birth_dates_is_no_change() -> None:
    party = replace(VIKTOR, aliases=("A B", "C D"), birth_dates=("1974", "1975"))
    assert party.entry_key == replace(party, aliases=("C D", "A B"), birth_dates=("1975", "1974")).entry_key


@pytest.mark.parametrize("name", ["", "  ", "--", "12", "\U0001f600", "Anna \U00031001"])
def test_a_name_that_cannot_be_spelt_is_refused_and_not_cleared(name: str) -> None:
    with pytest.raises(NameNotScreenable, match="as in the passport's Latin line"):
        screened(name, "")
    with pytest.raises(NameNotScreenable):
        SCREENER.screen_firm("" if name == "12" else name)


@pytest.mark.parametrize("name", ["민지", "محمد", "王 Wei", "Anna 李", "สมชาย", "ዐቢዮት", "कृष्ण"])
def test_a_name_of_any_script_is_screened(name: str) -> None:
    assert screened(name, "") == []


def test_a_chinese_name_hits_its_latin_spelling_and_needs_the_year_to_stay_strong() -> None:
    screener = Screener([ListedParty("Demo", "8", "individual", "LI, Xiaoming", (), ("1970",))])
    asked = [date(1970, 5, 1), None, date(1971, 5, 1)]
    hits = [screener.screen(PersonName("晓明", "李", born))[0] for born in asked]
    assert [hit.grade for hit in hits] == [Grade.STRONG, Grade.STRONG, Grade.POSSIBLE]


def test_firms_are_compared_with_entities() -> None:
    [hit] = SCREENER.screen_firm("Viktor Sampel Engineering Limited")
    assert (hit.party.number, hit.grade) == ("3", Grade.STRONG)
    assert SCREENER.screen_firm("Lindqvist Engineering LLC") == []


def test_a_hit_says_which_words_agree_and_names_none_of_the_person_asked_for() -> None:
    [hit] = screened("Youssef", "Al-Mirdasi")
    assert hit.parts == {
        "name": "86.1",
        "words": "mirdasi 100.0 (same), yusuf 76.8 (sound), al 100.0 (same)",
        "only listed": "haldun",
        "only asked": "0",
        "matched": "main name",
        "birth_date": "unknown",
    }
    assert screened("Victor", "Sample")[0].parts["matched"] == "alias"


@pytest.mark.parametrize(
    ("score", "agreement", "grade"),
    [
        (STRONG, BirthDate.UNKNOWN, Grade.STRONG),
        (STRONG - 0.001, BirthDate.UNKNOWN, Grade.POSSIBLE),
        (STRONG + 0.001, BirthDate.NEAR, Grade.STRONG),
        (POSSIBLE, BirthDate.SAME_YEAR, Grade.POSSIBLE),
        (POSSIBLE - 0.001, BirthDate.UNKNOWN, Grade.WEAK),
        (POSSIBLE, BirthDate.SAME_DAY, Grade.STRONG),
        (WEAK, BirthDate.UNKNOWN, Grade.WEAK),
        (WEAK, BirthDate.SAME_DAY, Grade.POSSIBLE),
        (WEAK - 0.001, BirthDate.SAME_DAY, None),
        (1.0, BirthDate.DIFFERENT, Grade.POSSIBLE),
        (WEAK, BirthDate.DIFFERENT, Grade.WEAK),
    ],
)
def test_grades_at_below_and_above_the_thresholds(score: float, agreement: BirthDate, grade: Grade | None) -> None:
    assert grade_of(score, agreement) is grade


@given(first=st.text(max_size=30), last=st.text(max_size=30))
def test_any_text_is_screened_or_refused(first: str, last: str) -> None:
    try:
        screened(first, last)
    except NameNotScreenable:
        assert not has_letters(first + last) or has_unread_letters(first + last)


def test_without_entries_nobody_is_hit() -> None:
    assert Screener([]).screen(PersonName("Viktor", "Sampel")) == []
