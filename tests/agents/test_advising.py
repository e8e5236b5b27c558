"""What a run stores beyond its own answer: programs, the path to yes, and the tolerances of its day."""

from dataclasses import replace

from tests.agents.a_run import context, no_passage, run
from tests.builders_case import ada, ben


async def test_a_declined_run_stores_every_program_and_its_path() -> None:
    conclusion, _ = await run(ben(), context())
    assert [row["program"] for row in conclusion.programs if row["applied_for"]] == ["conventional"]
    assert len(conclusion.programs) == 6
    assert {entry["kind"] for entry in conclusion.path_to_yes} == {"change"}
    assert all(entry["outcome"] == "APPROVED" for entry in conclusion.path_to_yes)


async def test_an_approved_run_has_programs_and_no_path() -> None:
    conclusion, _ = await run(ada(), context())
    assert (len(conclusion.programs), conclusion.path_to_yes) == (6, [])


async def test_a_held_run_has_no_path_and_an_incomplete_one_no_programs_either() -> None:
    held, _ = await run(ada(home={"state": "HI"}), context())
    incomplete, _ = await run(ada(note_rate=None), context())
    assert (held.outcome, held.path_to_yes, len(held.programs)) == ("HOLD", [], 6)
    assert (incomplete.outcome, incomplete.path_to_yes, incomplete.programs) == ("INCOMPLETE", [], [])


async def test_what_agents_doubt_is_left_to_a_person() -> None:
    conclusion, _ = await run(ada(), context(search=no_passage))
    assert conclusion.outcome == "REVIEW"
    [entry] = conclusion.path_to_yes
    assert entry["kind"] == "person"
    assert entry["text"].startswith("Figures and rules approve this loan; only a person can settle: ")
    assert entry["doubts"] == conclusion.doubts


async def test_an_unscreened_borrower_is_told_to_be_screened() -> None:
    given = replace(context(), screener=None)
    conclusion, _ = await run(ada(), given)
    assert conclusion.path_to_yes[0]["facts"] == ["the answer of sanctions screening"]
    assert conclusion.path_to_yes[0]["enough"] is True


async def test_a_run_keeps_the_tolerances_of_its_day() -> None:
    conclusion, _ = await run(ada(), context())
    kept = conclusion.evidence["tolerances"]
    assert kept["back_end_dti_above"] == {"limit": "45.00", "citation": "Fannie Mae B3-2-10", "mark": "V"}
    assert "home.purchase_price" in kept["when_changed"]["limit"]
