"""Merging, spreading and cutting candidates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.search.stages import (
    Depth,
    Scored,
    estimated_tokens,
    maximal_marginal_relevance,
    within_budget,
)

ids = st.lists(st.integers(1, 30), unique=True, max_size=15)


def ranking(*chunk_ids: int) -> list[Scored]:
    return [Scored(chunk_id, 1.0 / place) for place, chunk_id in enumerate(chunk_ids, 1)]


def unit(*numbers: float) -> np.ndarray:
    vector = np.array(numbers, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def test_a_near_copy_gives_way_to_something_else() -> None:
    candidates = [Scored(1, 1.0), Scored(2, 0.9), Scored(3, 0.6), Scored(4, 0.0)]
    vectors = {1: unit(1, 0, 0), 2: unit(1, 0.01, 0), 3: unit(0, 1, 0), 4: unit(0, 0, 1)}
    chosen = maximal_marginal_relevance(candidates, vectors, keep=3, weight=0.5)
    assert [scored.chunk_id for scored in chosen] == [1, 3, 4]
    assert [scored.score for scored in chosen] == pytest.approx([0.5, 0.3, 0.0])


def test_weight_one_is_relevance_alone() -> None:
    vectors = {1: unit(1, 0), 2: unit(1, 0), 3: unit(0, 1)}
    chosen = maximal_marginal_relevance(ranking(1, 2, 3), vectors, keep=2, weight=1.0)
    assert [scored.chunk_id for scored in chosen] == [1, 2]


@given(ids, st.integers(1, 10))
def test_diversity_starts_with_the_best_and_repeats_none(found: list[int], keep: int) -> None:
    vectors = {name: unit(*np.random.default_rng(name).normal(size=4)) for name in found}
    names = [scored.chunk_id for scored in maximal_marginal_relevance(ranking(*found), vectors, keep=keep, weight=0.5)]
    assert names[:1] == found[:1]
    assert len(names) == len(set(names)) == min(keep, len(found))


def test_tokens_are_estimated_high() -> None:
    assert [estimated_tokens(text) for text in ("", "a", "seven c", "eight ch")] == [0, 1, 2, 3]


def test_what_does_not_fit_is_listed_and_a_smaller_one_after_it_still_goes_in() -> None:
    budgeted = within_budget(["a" * 35, "b" * 70, "c" * 35], str, tokens=20)
    assert budgeted.kept == ("a" * 35, "c" * 35)
    assert budgeted.dropped == ("b" * 70,)


@given(st.lists(st.text(max_size=200), max_size=10), st.integers(0, 100))
def test_the_budget_is_never_exceeded_and_nothing_gets_lost(texts: list[str], tokens: int) -> None:
    budgeted = within_budget(texts, str, tokens=tokens)
    assert sum(map(estimated_tokens, budgeted.kept)) <= tokens
    assert sorted([*budgeted.kept, *budgeted.dropped]) == sorted(texts)


@pytest.mark.parametrize(("top", "sizes"), [(1, (15, 10, 7)), (5, (15, 10, 7)), (10, (30, 20, 14)), (6, (18, 12, 9))])
def test_more_results_widen_every_stage(top: int, sizes: tuple[int, int, int]) -> None:
    depth = Depth.for_top(top)
    assert (depth.candidates, depth.fused, depth.diverse, depth.top) == (*sizes, top)
