"""The evaluation: right places score, wrong ones fail, and judging is only claimed where it happened."""

import json
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from agents.evaluation import Question, evaluate, load_questions, places
from agents.llm.judge import faithfulness_judge
from agents.llm.providers import Access
from policies.search.citations import Passage, SearchQuery, SearchResult
from tests.agents.corpus import EMBEDDER
from tests.model_server import ModelServer, completion

QUESTIONS = (
    Question("maximum back-end ratio", "conventional", "conventional-lending-manual", ("4.2",)),
    Question("minimum credit score", "conventional", "conventional-lending-manual", ("5.1", "5.2")),
)


def passage(section: str) -> Passage:
    """Return a passage of the conventional manual in a section."""
    text = f"Section {section}. The ratio is at most 45.00 percent and the score at least 620."
    return Passage(
        int(float(section[:3]) * 10), "conventional-lending-manual.pdf", "Manual", "v", 1, 1, section, text, {}
    )


def found(*sections: str) -> SearchResult:
    """Return these sections as a search result."""
    return SearchResult(tuple(passage(section) for section in sections), {}, abstained=not sections)


def test_the_right_sections_first_score_full() -> None:
    answers = {"maximum back-end ratio": found("4.2 Maximum", "9.1 Other"), "minimum credit score": found("5.2.1 Deep")}
    scores = evaluate(lambda query: answers[query.question], QUESTIONS)
    assert scores.metrics == {"first_passage_precision": 1.0, "section_recall": 1.0, "faithfulness": 1.0}
    assert scores.passed
    assert "skipped" in scores.judged


def test_a_right_section_further_down_counts_for_recall_alone() -> None:
    scores = evaluate(lambda _: found("9.1 Other", "4.2 Maximum", "5.1 Score"), QUESTIONS)
    assert (scores.metrics["first_passage_precision"], scores.metrics["section_recall"]) == (0.0, 1.0)
    assert (scores.grade("first_passage_precision"), scores.grade("section_recall")) == ("shown only", "on target")
    assert scores.passed


def test_a_search_that_finds_nothing_fails() -> None:
    scores = evaluate(lambda _: found(), QUESTIONS)
    assert set(scores.metrics.values()) == {0.0}
    assert scores.failed() == ["section_recall", "faithfulness"]


def test_a_judge_is_named_and_its_score_counts() -> None:
    async def judge(asked: Sequence[tuple[str, str, list[str]]]) -> list[float]:
        return [0.5 for _ in asked]

    scores = evaluate(lambda _: found("4.2 M", "5.1 S"), QUESTIONS, judge=judge, judge_name="compatible/judge")
    assert scores.metrics["judged_faithfulness"] == 0.5
    assert scores.judged == "Judged by compatible/judge."
    assert not scores.passed


@pytest.mark.parametrize(
    ("section", "text", "numbers"),
    [
        ("4.2 Maximum", "", ["4.2"]),
        ("4.2.1 Deep", "", ["4.2"]),
        ("Annex", "", ["Annex"]),
        ("7 Screening", "7 Screening\n7.1 When\nAt intake.\n7.2 Grading\nStrong or weak.", ["7", "7.1", "7.2"]),
    ],
)
def test_a_passage_stands_for_every_section_it_holds(section: str, text: str, numbers: list[str]) -> None:
    where = Passage(1, "some-manual.pdf", "Manual", "v", 1, 1, section, text, {})
    assert places(where) == [f"some-manual#{number}" for number in numbers]


def test_every_fixed_question_names_a_section_that_its_manual_has() -> None:
    manuals = Path(__file__).resolve().parents[2] / "policies" / "samples" / "manuals"
    questions = load_questions()
    assert len(questions) >= 12
    for question in questions:
        text = (manuals / f"{question.document}.md").read_text(encoding="utf-8")
        for section in question.sections:
            assert f"# {section} " in text, (question.document, section)


def test_questions_are_asked_within_their_program() -> None:
    asked: list[SearchQuery] = []

    def search(query: SearchQuery) -> SearchResult:
        asked.append(query)
        return found()

    evaluate(search, QUESTIONS)
    assert {query.program for query in asked} == {"conventional"}


async def test_a_configured_model_really_judges() -> None:
    def judge(body: dict[str, Any], handler: BaseHTTPRequestHandler) -> None:
        claim = "The ratio is at most 45 percent."
        verdict = {"statements": [{"statement": claim, "reason": "It says so.", "verdict": 1}]}
        asked_for_verdicts = "verdict" in str(body["messages"])
        completion(json.dumps(verdict if asked_for_verdicts else {"statements": [claim]}))(body, handler)

    with ModelServer(judge) as server:
        ask = faithfulness_judge("compatible/judge", Access(compatible_base_url=server.address))
        asked = ("What is the maximum?", "At most 45 percent.", ["The ratio is at most 45.00 percent."])
        assert await ask([asked]) == [1.0]
        assert len(server.requests) == 2


@pytest.mark.slow
@pytest.mark.django_db
def test_the_command_prints_the_contracts_keys_and_fails_on_a_corpus_without_the_manuals(settings: Settings) -> None:
    settings.EMBEDDING_MODEL = EMBEDDER
    out = StringIO()
    with pytest.raises(CommandError, match="section_recall"):
        call_command("evaluate", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert told.keys() >= {"metrics", "thresholds", "passed"}
    assert told["passed"] is False
    assert "skipped" in told["judged"]
