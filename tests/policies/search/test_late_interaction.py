"""Word by word: which passage answers, and what is kept of it."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from hypothesis.strategies import floats

from policies.embedding.embedders import Vectors
from policies.embedding.word_signs import signs_of, vectors_of
from policies.search import late_interaction
from policies.search.late_interaction import Judged, LateInteraction

WORDS = ("gift", "funds", "letter", "reserves", "months")


class OneWordOneAxis:
    """Each known word is an axis of its own; counts the texts it is asked for."""

    name = "axes"

    def __init__(self) -> None:
        self.asked = 0

    def token_vectors(self, texts: Sequence[str]) -> list[Vectors]:
        self.asked += len(texts)
        axes = np.eye(len(WORDS), dtype=np.float32)
        rows = [[axes[WORDS.index(word)] for word in text.split() if word in WORDS] for text in texts]
        return [np.array(each, dtype=np.float32).reshape(-1, len(WORDS)) for each in rows]


def judged(*texts: str) -> list[Judged]:
    return [Judged(text) for text in texts]


def test_a_score_is_the_share_of_the_questions_words_that_the_passage_holds() -> None:
    scores = LateInteraction(OneWordOneAxis()).score(
        "gift funds", judged("gift funds letter", "gift months", "reserves")
    )
    assert scores == [1.0, 0.5, 0.0]


def test_a_passage_or_question_without_words_scores_nothing() -> None:
    judge = LateInteraction(OneWordOneAxis())
    assert judge.score("gift", judged("...")) == [0.0]
    assert judge.score("...", judged("gift")) == [0.0]
    assert judge.score("gift", judged()) == []


def test_a_passage_is_embedded_once() -> None:
    model = OneWordOneAxis()
    judge = LateInteraction(model)
    first = judge.score("gift", judged("gift funds", "months"))
    assert judge.score("gift", judged("months", "gift funds")) == first[::-1]
    assert model.asked == 4  # two passages, and the question twice


def test_what_was_not_asked_for_the_longest_is_let_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late_interaction, "KEPT_MB", 25 / 1024 / 1024)  # two passages of one word
    model = OneWordOneAxis()
    judge = LateInteraction(model)
    judge.score("gift", judged("gift", "funds"))
    judge.score("gift", judged("gift", "letter"))
    model.asked = 0
    judge.score("gift", judged("gift"))
    assert model.asked == 1  # the question alone
    judge.score("gift", judged("funds"))
    assert model.asked == 3


class EightWords(OneWordOneAxis):
    """The same with axes enough to fill a byte."""

    def token_vectors(self, texts: Sequence[str]) -> list[Vectors]:
        return [np.pad(each, ((0, 0), (0, 3))) for each in super().token_vectors(texts)]


def test_words_whose_signs_are_stored_are_not_computed_again() -> None:
    model = EightWords()
    signs = signs_of(np.array([[1, -1, -1, -1, -1, -1, -1, -1]], dtype=np.float32))
    (mark,) = LateInteraction(model).score("gift", [Judged("reserves", signs)])
    assert mark == pytest.approx(8**-0.5)
    assert model.asked == 1  # the question alone


@given(arrays(np.float32, (5, 16), elements=floats(-1, 1, width=32)))
def test_signs_come_back_as_unit_vectors_with_these_signs(words: Vectors) -> None:
    back = vectors_of(signs_of(words), 16)
    assert ((back > 0) == (words > 0)).all()
    assert np.linalg.norm(back, axis=1) == pytest.approx(1)
