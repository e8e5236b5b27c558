"""Screening as a fact, and the hits that a compliance officer needs to judge it."""

from dataclasses import replace
from datetime import date

from agents.engine.charges import charges_for
from agents.engine.compliance import check_compliance
from agents.engine.facts import case_facts
from lending.casefile import CaseFile
from lending.ratios import compute_ratios
from policies.rulebook.findings import Finding, Result
from policies.rulebook.rules import RuleBook
from policies.sanctions.screening import ListedParty, Screener
from tests.builders_case import ada

RULES = RuleBook.load().on(date(2026, 11, 2))
LISTED = ListedParty("Test list", "77", "individual", "WHITFIELD, Ada", birth_dates=("12 Apr 1988",))


def findings_of(case: CaseFile, *, screener: Screener | None) -> dict[str, Finding]:
    facts = case_facts(case, compute_ratios(case, charges_for(case, RULES)))
    return {found.fact: found for found in check_compliance(case, facts, RULES, screener)}


def with_identity(case: CaseFile, **changes: object) -> CaseFile:
    [person] = case.borrowers
    assert person.identity
    return replace(case, borrowers=(replace(person, identity=replace(person.identity, **changes)),))  # type: ignore[arg-type]


def test_a_name_on_no_list_passes() -> None:
    found = findings_of(ada(), screener=Screener([]))["sanctions_hit"]
    assert found.result is Result.PASSED
    assert found.details["hits"] == []


def test_a_listed_name_stops_and_shows_what_it_resembles() -> None:
    found = findings_of(ada(), screener=Screener([LISTED]))["sanctions_hit"]
    assert found.result is Result.FAILED
    [hit] = found.details["hits"]
    assert hit["entry_key"] == LISTED.entry_key
    assert (hit["grade"], hit["score"]["birth_date"], hit["cleared"]) == ("strong", "same day", False)
    assert hit["borrower_id"] == ada().borrowers[0].identity.borrower_id  # type: ignore[union-attr]


def test_a_cleared_hit_stops_nobody_but_stays_in_sight() -> None:
    case = with_identity(ada(), cleared_hits=(LISTED.entry_key,))
    found = findings_of(case, screener=Screener([LISTED]))["sanctions_hit"]
    assert found.result is Result.PASSED
    assert [hit["cleared"] for hit in found.details["hits"]] == [True]


def test_a_clearing_lapses_when_the_entry_changes() -> None:
    case = with_identity(ada(), cleared_hits=(LISTED.entry_key,))
    changed = replace(LISTED, remarks="Now also known for something else.")
    assert findings_of(case, screener=Screener([changed]))["sanctions_hit"].result is Result.FAILED


def test_without_a_list_nobody_is_cleared() -> None:
    assert findings_of(ada(), screener=None)["sanctions_hit"].result is Result.UNKNOWN


def test_a_name_that_cannot_be_read_is_unknown_and_so_is_no_name() -> None:
    unreadable = with_identity(ada(), first_name="--", last_name="--")
    for case in (unreadable, ada().without_personal_data(), ada(borrowers=())):
        assert findings_of(case, screener=Screener([]))["sanctions_hit"].result is Result.UNKNOWN


def test_every_borrower_is_screened() -> None:
    case = with_identity(ada(), first_name="Somebody", last_name="Else")
    second = replace(ada().borrowers[0], position=2)
    case = replace(case, borrowers=(*case.borrowers, second))
    found = findings_of(case, screener=Screener([LISTED]))["sanctions_hit"]
    assert [hit["borrower"] for hit in found.details["hits"]] == [2]


def test_a_strong_hit_stops_even_beside_a_name_that_cannot_be_read() -> None:
    unreadable = with_identity(ada(), first_name="--", last_name="--").borrowers[0]
    case = replace(ada(), borrowers=(*ada().borrowers, replace(unreadable, position=2)))
    assert findings_of(case, screener=Screener([LISTED]))["sanctions_hit"].result is Result.FAILED


def test_license_and_flood_are_stops() -> None:
    found = findings_of(
        ada(home={"state": "HI", "flood_zone": "AE", "flood_community_participates": False}), screener=Screener([])
    )
    assert found["property_state"].result is found["flood_community_participates"].result is Result.FAILED
    assert found["property_state"].blocks_approval
