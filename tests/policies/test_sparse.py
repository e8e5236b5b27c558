"""What counts as a word in policies, and matching by words."""

from uuid import UUID, uuid4

import pytest

from policies.selectors import ChunkText
from policies.sparse import SparseIndex, build_index, terms

FHA, VA = uuid4(), uuid4()
ROWS = [
    ChunkText(1, FHA, "Maximum LTV", "The maximum LTV is 96.5 percent of the Adjusted Value."),
    ChunkText(2, FHA, "Gifts", "Gift funds may come from a family member."),
    ChunkText(3, VA, "Residual income", "Residual income is what is left after all obligations."),
    ChunkText(4, VA, "Employment", "Verify two years of employment and income, see 1026.43(c)(2)."),
    ChunkText(5, VA, "Entitlement", "A veteran's entitlement may be restored once."),
]


@pytest.fixture(scope="module")
def index() -> SparseIndex:
    return build_index("v1", ROWS)


def found(index: SparseIndex, question: str, versions: set[UUID]) -> list[int]:
    return [scored.chunk_id for scored in index.search(question, versions=versions, limit=15)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("§ 1026.43(c)(2)", ["1026.43(c)(2)", "1026.43(c)", "1026.43"]),
        ("4012a(b)", ["4012a(b)", "4012a"]),
        ("Selling Guide B3-6-02", ["selling", "guide", "b3-6-02"]),
        ("II.A.5.d", ["ii.a.5.d"]),
        ("ratios of 37/47", ["ratio", "37/47"]),
        ("$766,550.00 or 43%", ["766550", "43", "percent"]),
        ("a 203k loan", ["203k", "loan"]),
        ("The ﬁrst borrower’s pre-licensing classes", ["first", "borrower", "pre", "licensing", "class"]),
        ("property taxes and policies", ["property", "tax", "policy"]),
        ("What is it?", []),
        ("", []),
    ],
)
def test_numbers_stay_whole_and_words_lose_case_and_plural(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_passages_that_share_rare_words_come_first(index: SparseIndex) -> None:
    assert found(index, "What is the maximum LTV?", {FHA, VA})[0] == 1


def test_a_section_number_finds_the_passage_that_names_it(index: SparseIndex) -> None:
    assert found(index, "1026.43(c)(2)", {FHA, VA}) == [4]


def test_only_admitted_versions_are_searched(index: SparseIndex) -> None:
    assert found(index, "maximum LTV and income", {VA}) == [3, 4]
    assert found(index, "maximum LTV", set()) == []


def test_no_shared_word_is_no_match(index: SparseIndex) -> None:
    assert found(index, "sourdough bread", {FHA, VA}) == []
    assert index.covered("sourdough bread", []) == 0


def test_coverage_weighs_rare_and_unknown_words_more(index: SparseIndex) -> None:
    assert index.covered("maximum LTV", [1]) == 1
    assert 0 < index.covered("maximum sourdough", [1]) < 0.5


def test_an_empty_corpus_finds_nothing() -> None:
    assert found(build_index("", []), "income", {FHA}) == []


def test_a_corpus_without_words_finds_nothing() -> None:
    assert found(build_index("v", [ChunkText(1, FHA, "", "§ — .")]), "income", {FHA}) == []
