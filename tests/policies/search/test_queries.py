"""What may be asked, and the trade's acronyms."""

import pytest

from lending.vocabulary import Program
from policies.search.citations import SearchQuery
from policies.search.queries import PROGRAMS, InvalidQuery, checked, reworded, spelled_out


def test_filters_take_their_stored_spelling() -> None:
    asked = checked(SearchQuery("  Maximum DTI? ", program="FHA", state="dc", on="2026-07-01", top=3))
    assert (asked.question, asked.program, asked.state, str(asked.on), asked.top) == (
        "Maximum DTI?",
        "fha",
        "DC",
        "2026-07-01",
        3,
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (SearchQuery(" \n"), "empty"),
        (SearchQuery("?!"), "empty"),
        (SearchQuery("a" * 2_001), "2001 characters"),
        (SearchQuery("lone \ud800 surrogate"), "UTF-8"),
        (SearchQuery("DTI", program="fah"), "'fah' is not a loan program"),
        (SearchQuery("DTI", state="ZZ"), "'ZZ' is not a US state"),
        (SearchQuery("DTI", state="Texas"), "'Texas' is not a US state"),
        (SearchQuery("DTI", on="07/01/2026"), "YYYY-MM-DD"),
        (SearchQuery("DTI", on="2026-02-30"), "'2026-02-30' is not a day"),
        (SearchQuery("DTI", top=0), "1 to 50"),
        (SearchQuery("DTI", top=51), "1 to 50"),
    ],
)
def test_what_cannot_be_searched_is_named(query: SearchQuery, said: str) -> None:
    with pytest.raises(InvalidQuery, match=said):
        checked(query)


def test_no_filter_is_no_filter() -> None:
    asked = checked(SearchQuery("DTI", program="", state=None))
    assert (asked.program, asked.state, asked.on) == (None, None, None)


def test_every_loan_program_can_be_asked_for() -> None:
    assert set(PROGRAMS) == set(Program)


@pytest.mark.parametrize(
    ("question", "spelled"),
    [
        ("What is the maximum DTI?", "What is the maximum DTI? debt-to-income ratio"),
        ("What is the debt to income limit?", "What is the debt to income limit? DTI"),
        ("Is a property in an SFHA insured?", "Is a property in an SFHA insured? special flood hazard area"),
        ("Are QMs capped?", "Are QMs capped? qualified mortgage"),
        ("DTI, that is debt-to-income", None),
        ("How many mi to the branch?", None),
        ("What counts as income?", None),
    ],
)
def test_acronyms_are_spelled_out_and_back(question: str, spelled: str | None) -> None:
    assert spelled_out(question) == spelled


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("Why was the borrower turned down?", "Why was the borrower turned down? applicant adverse action"),
        ("Is an impound account required?", "Is an impound account required? escrow account"),
        ("Does the DTI of a self-employed applicant count?", None),
        ("What counts as income?", None),
    ],
)
def test_a_question_is_also_asked_in_the_trades_other_words(question: str, other: str | None) -> None:
    found = reworded(question)
    if other is not None:
        assert found == other
    else:
        assert found is None or found.startswith(question)
