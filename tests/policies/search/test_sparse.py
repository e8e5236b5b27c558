"""Matching by words: both engines on one corpus, filters, and which engine serves the stored passages."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from policies import selectors
from policies.search.postings import Passages, Postings, word_lists
from policies.search.sparse import SparseIndex, current_index
from policies.search.sparse_file import weighed
from policies.search.sparse_memory import in_memory
from policies.search.stages import Scored
from policies.selectors import ChunkText
from tests.policies.stored_texts import store

FHA, VA = uuid4(), uuid4()
ROWS = [
    ChunkText(1, FHA, "Maximum LTV", "The maximum LTV is 96.5 percent of the Adjusted Value."),
    ChunkText(2, FHA, "Gifts", "Gift funds may come from a family member."),
    ChunkText(3, VA, "Residual income", "Residual income is what is left after all obligations."),
    ChunkText(4, VA, "Employment", "Verify two years of employment and income, see 1026.43(c)(2)."),
    ChunkText(5, VA, "Entitlement", "A veteran's entitlement may be restored once."),
]
WORDS = ("income", "ratio", "gift", "reserve", "96.5", "1026.43(c)(2)", "the", "veteran")
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), min_size=1, max_size=12)
BOTH = pytest.mark.parametrize("engine", [in_memory, weighed])
Engine = Callable[..., Postings]


def index_of(engine: Engine, rows: list[ChunkText]) -> SparseIndex:
    return SparseIndex("v1", "", engine(word_lists(rows)))


def found(index: SparseIndex, question: str, versions: set[UUID], limit: int = 15) -> list[int]:
    return [scored.chunk_id for scored in index.search(question, versions=versions, limit=limit)]


@BOTH
def test_passages_that_share_rare_words_come_first(engine: Engine) -> None:
    assert found(index_of(engine, ROWS), "What is the maximum LTV?", {FHA, VA})[0] == 1


@BOTH
def test_a_section_number_finds_the_passage_that_names_it(engine: Engine) -> None:
    assert found(index_of(engine, ROWS), "1026.43(c)(2)", {FHA, VA}) == [4]


@BOTH
def test_only_admitted_versions_are_searched(engine: Engine) -> None:
    index = index_of(engine, ROWS)
    assert found(index, "maximum LTV and income", {VA}) == [3, 4]
    assert found(index, "maximum LTV", {VA}) == []
    assert found(index, "maximum LTV", set()) == []
    assert found(index, "maximum LTV", {FHA, VA, uuid4()}) == [1]


@BOTH
def test_no_shared_word_is_no_match(engine: Engine) -> None:
    index = index_of(engine, ROWS)
    assert found(index, "sourdough bread", {FHA, VA}) == []
    assert index.covered("sourdough bread", [1, 2]) == 0


@BOTH
def test_coverage_is_that_of_the_best_passage_and_weighs_rare_and_unknown_words_more(engine: Engine) -> None:
    index = index_of(engine, ROWS)
    assert index.covered("maximum LTV", [5, 1, 2]) == 1
    assert index.covered("maximum LTV", []) == index.covered("maximum LTV", [99]) == index.covered("", [1]) == 0
    assert 0 < index.covered("maximum sourdough", [1]) < 0.5


@BOTH
def test_equal_scores_go_by_id_also_where_the_limit_cuts_them(engine: Engine) -> None:
    index = index_of(engine, [ChunkText(number, FHA, "", "Gift funds") for number in range(10, 20)])
    assert found(index, "gift", {FHA}, limit=3) == [10, 11, 12]


@BOTH
@pytest.mark.parametrize("rows", [[], [ChunkText(1, FHA, "", "§ — .")]], ids=["empty", "without words"])
def test_a_corpus_without_words_finds_nothing(engine: Engine, rows: list[ChunkText]) -> None:
    index = index_of(engine, rows)
    assert found(index, "income", {FHA}) == []
    assert index.covered("income", [1]) == 0


@given(TEXTS, st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join), st.integers(1, 6))
def test_both_engines_rank_alike_and_as_the_formula_says(texts: list[str], question: str, limit: int) -> None:
    rows = [ChunkText(place, VA if place % 3 else FHA, "", text) for place, text in enumerate(texts, 1)]
    one, other = (
        index_of(engine, rows).search(question, versions={VA}, limit=limit) for engine in (in_memory, weighed)
    )
    assert rounded(one) == rounded(other)
    everything = index_of(in_memory, rows).search(question, versions={VA}, limit=len(rows))
    assert one == everything[:limit] == sorted(one, key=lambda scored: (-scored.score, scored.chunk_id))
    words = set(question.split()) - {"the"}
    assert {scored.chunk_id for scored in everything} == {
        row.chunk_id for row in rows if row.version_id == VA and words & set(row.text.split())
    }


def rounded(ranking: list[Scored]) -> list[tuple[int, Any]]:
    return [(scored.chunk_id, pytest.approx(scored.score, abs=2e-4)) for scored in ranking]


def test_a_filter_that_admits_all_costs_no_mask() -> None:
    passages: Passages = word_lists(ROWS).passages
    assert passages.admitted({FHA, VA}) is None
    mask = passages.admitted({FHA})
    assert mask is not None
    assert mask.tolist() == [True, True, False, False, False]


@pytest.mark.django_db
@pytest.mark.parametrize(("most", "engine"), [(2, "rank-bm25"), (1, "bm25s")])
def test_the_size_of_the_corpus_chooses_the_engine(
    settings: Settings, tmp_path: object, most: int, engine: str
) -> None:
    settings.LOANIQ_HOME, settings.SPARSE_MEMORY_CHUNKS = tmp_path, most
    version = store("guide.pdf", ["Gift funds are acceptable.", "Reserves of six months."])
    index = current_index(selectors.corpus_version())
    assert index.engine == engine
    assert index.corpus_version == selectors.corpus_version()
    assert len(found(index, "six months of reserves", {version.pk})) == 1


@pytest.mark.django_db
def test_a_changed_corpus_is_indexed_anew_and_an_unchanged_one_is_not() -> None:
    first = store("guide.pdf", ["Gift funds are acceptable."])
    before = current_index(selectors.corpus_version())
    assert current_index(selectors.corpus_version()) is before
    second = store("guide.pdf", ["Reserves of six months."])
    after = current_index(selectors.corpus_version())
    assert found(before, "reserves", {first.pk, second.pk}) == []
    assert len(found(after, "reserves", {second.pk})) == 1


@pytest.mark.django_db
def test_a_new_label_takes_over_the_words_already_weighed() -> None:
    version = store("guide.pdf", ["Gift funds are acceptable."])
    before = current_index(selectors.corpus_version())
    version.programs = ["FHA"]
    version.save()
    after = current_index(selectors.corpus_version())
    assert after.corpus_version != before.corpus_version
    assert after.postings is before.postings
