"""Many rankings made into one, by ranks and by scores."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.search.fusion import (
    Candidates,
    best_ranks,
    best_scores,
    mixed,
    reciprocal_rank_fusion,
    scaled,
    score_fusion,
)
from policies.search.stages import Scored

ids = st.lists(st.integers(1, 30), unique=True, max_size=15)


def ranking(*chunk_ids: int) -> list[Scored]:
    return [Scored(chunk_id, 1.0 / place) for place, chunk_id in enumerate(chunk_ids, 1)]


def test_fusion_adds_the_reciprocals_of_ranks() -> None:
    fused = reciprocal_rank_fusion([ranking(7, 8), ranking(8, 9)], keep=10)
    assert fused == [Scored(8, 1 / 62 + 1 / 61), Scored(7, 1 / 61), Scored(9, 1 / 62)]


def test_fusion_breaks_ties_by_id_so_that_a_search_repeats() -> None:
    assert [scored.chunk_id for scored in reciprocal_rank_fusion([ranking(5), ranking(3)], keep=2)] == [3, 5]


@given(st.lists(ids, max_size=4), st.integers(1, 12))
def test_fusion_keeps_only_what_was_found_each_once_best_first(rankings: list[list[int]], keep: int) -> None:
    fused = reciprocal_rank_fusion([ranking(*found) for found in rankings], keep=keep)
    names = [scored.chunk_id for scored in fused]
    every = {name for found in rankings for name in found}
    assert len(names) == len(set(names)) == min(keep, len(every))
    assert set(names) <= every
    assert [scored.score for scored in fused] == sorted((scored.score for scored in fused), reverse=True)


@given(ids.filter(bool))
def test_one_ranking_fused_keeps_its_order(found: list[int]) -> None:
    assert [scored.chunk_id for scored in reciprocal_rank_fusion([ranking(*found)], keep=99)] == found


def test_best_scores_takes_the_highest_over_wordings() -> None:
    assert best_scores([[Scored(1, 0.2)], [Scored(1, 0.7), Scored(2, -0.1)]]) == {1: 0.7, 2: -0.1}


def test_a_passages_best_place_over_wordings_is_its_rank() -> None:
    assert best_ranks([ranking(4, 5), ranking(5, 6)]) == {4: 1, 5: 1, 6: 2}


def test_scores_are_brought_to_one_scale_before_they_are_weighed() -> None:
    dense, sparse = [Scored(1, 0.9), Scored(2, 0.5)], [Scored(2, 30.0), Scored(3, 10.0)]
    fused = score_fusion([dense], [sparse], keep=3, words_weight=0.6)
    assert fused == [Scored(2, 0.6), Scored(1, 0.4), Scored(3, 0.0)]


def test_the_askers_own_wording_weighs_most() -> None:
    own, other = [Scored(1, 2.0), Scored(2, 1.0)], [Scored(2, 2.0), Scored(1, 1.0)]
    fused = score_fusion([], [own, other], keep=2, words_weight=1.0, variant_weight=0.5)
    assert [scored.chunk_id for scored in fused] == [1, 2]
    assert [scored.score for scored in fused] == pytest.approx([2 / 3, 1 / 3])


@given(st.lists(ids, min_size=1, max_size=3), st.lists(ids, min_size=1, max_size=3), st.integers(1, 12))
def test_fused_scores_stay_between_nothing_and_one(dense: list[list[int]], sparse: list[list[int]], keep: int) -> None:
    fused = score_fusion([ranking(*each) for each in dense], [ranking(*each) for each in sparse], keep=keep)
    every = {name for found in [*dense, *sparse] for name in found}
    assert len(fused) == min(keep, len(every))
    assert all(-1e-9 <= scored.score <= 1 + 1e-9 for scored in fused)


@given(ids.filter(bool))
def test_what_both_kinds_rank_alike_keeps_its_order(found: list[int]) -> None:
    both = Candidates([ranking(*found)], [ranking(*found)])
    assert [scored.chunk_id for scored in both.fused("score", keep=99)] == found
    assert [scored.chunk_id for scored in both.fused("rrf", keep=99)] == found


def test_equal_scores_all_count_whole() -> None:
    assert scaled([Scored(1, 3.0), Scored(2, 3.0)]) == {1: 1.0, 2: 1.0}


def test_a_rerankers_marks_are_mixed_with_the_fused_scores() -> None:
    fused, marks = {1: 0.8, 2: 0.4, 3: 0.1}, {1: -5.0, 2: 5.0}
    assert mixed(fused, marks, weight=0.3) == pytest.approx({1: 0.7, 2: 0.3})
    assert mixed(fused, marks, weight=1.0) == {1: 0.0, 2: 1.0}
