"""What a version changed: nothing lost on either side, and only what differs is marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.corpus.version_diff import Change, Piece, SectionText, differences


def section(number: str, text: str) -> SectionText:
    return SectionText(number, f"{number} Heading", text)


WORDS = st.lists(st.sampled_from(["two", "months", "of", "reserves", "four", "units"]), max_size=8).map(" ".join)
VERSION = st.dictionaries(st.sampled_from(["1", "2", "3", "4.1", "4.2"]), WORDS, max_size=5).map(
    lambda texts: [section(number, text) for number, text in texts.items()]
)


def test_a_changed_word_is_marked_on_both_sides() -> None:
    [change] = differences([section("4.2", "Two months of reserves.")], [section("4.2", "Four months of reserves.")])
    assert change.change is Change.CHANGED
    assert change.before == (Piece("Two", differs=True), Piece(" months of reserves.", differs=False))
    assert change.after == (Piece("Four", differs=True), Piece(" months of reserves.", differs=False))


def test_added_and_removed_sections_stand_where_they_stood() -> None:
    before = [section("1", "One."), section("2", "Two."), section("3", "Three.")]
    after = [section("1", "One."), section("3", "Three!"), section("4", "Four.")]
    found = [(each.change.value, each.number) for each in differences(before, after)]
    assert found == [("removed", "2"), ("changed", "3"), ("added", "4")]


@pytest.mark.parametrize("after", ["Two\nmonths  of reserves.", "Two months of reserves. "])
def test_line_breaks_are_no_difference(after: str) -> None:
    assert differences([section("4", "Two months of reserves.")], [section("4", after)]) == ()


def test_sections_without_a_number_are_told_apart_by_path_and_order() -> None:
    before = [SectionText("", "Scope", "a"), SectionText("", "Scope", "b")]
    [change] = differences(before, [SectionText("", "Scope", "a"), SectionText("", "Scope", "c")])
    assert [piece.text for piece in (*change.before, *change.after)] == ["b", "c"]


@given(VERSION, VERSION)
def test_both_sides_keep_every_word_and_only_differing_sections_are_named(
    before: list[SectionText], after: list[SectionText]
) -> None:
    old, new = ({each.number: each.text for each in side} for side in (before, after))
    changes = differences(before, after)
    assert {each.number for each in changes} == {number for number in old | new if old.get(number) != new.get(number)}
    for each in changes:
        assert "".join(piece.text for piece in each.before) == old.get(each.number, "")
        assert "".join(piece.text for piece in each.after) == new.get(each.number, "")
        kept = ["".join(p.text for p in side if not p.differs).split() for side in (each.before, each.after)]
        assert kept[0] == kept[1]


def test_a_long_text_without_headings_is_compared_by_lines() -> None:
    lines = [f"Line {number} says how much is lent at most." for number in range(4_000)]
    [change] = differences([section("", "\n".join(lines))], [section("", "\n".join([*lines[:9], "New.", *lines[9:]]))])
    assert [piece.text.strip() for piece in change.after if piece.differs] == ["New."]
