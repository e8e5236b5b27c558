"""How well retrieval and quoting do on fixed questions: deterministic ragas scores, judged ones if a judge is set."""

import asyncio
import re
import tomllib
import warnings
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from statistics import fmean
from typing import Any

from agents.citing import FAITHFULNESS, citation, faithfulness
from agents.narratives import cited
from agents.quoting import set_apart, telling_span
from policies.embedding.talk import odds_of_talk
from policies.search.citations import Passage, SearchQuery, SearchResult

QUESTIONS = Path(__file__).with_name("evaluation_questions.toml")
_NUMBER = re.compile(r"(\d+(?:\.\d+)?)")
_HEADING = re.compile(r"^(\d+\.\d+)(?:\.\d+)* [A-Z]", re.MULTILINE)
Search = Callable[[SearchQuery], SearchResult]
Asked = tuple[str, str, list[str]]  # a question, the text that answers it, and the passages it rests on
JudgeAll = Callable[[Sequence[Asked]], Awaitable[Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the manual and the sections that answer it."""

    question: str
    program: str
    document: str
    sections: tuple[str, ...]

    def references(self) -> list[str]:
        """Return the ids of the right places."""
        return [f"{self.document}#{section}" for section in self.sections]


@dataclass(frozen=True, slots=True)
class Found:
    """One question's passages, and the text written from the first of them."""

    question: Question
    passages: tuple[Passage, ...]
    text: str
    faithfulness: Decimal


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Scores from 0 to 1 by name, the thresholds they are held to, and what was said about judging."""

    questions: int
    metrics: dict[str, float]
    thresholds: dict[str, float]
    judged: str

    @property
    def passed(self) -> bool:
        """Whether no score that is held to the thresholds is below the one that fails."""
        return not self.failed()

    def failed(self) -> list[str]:
        """Return the names of the scores that fail."""
        return [name for name in self.metrics if self.grade(name) == GRADES[0]]

    def grade(self, name: str) -> str:
        """Return where a score stands: failed, alert, acceptable, on target, or shown only."""
        if name in ONLY_SHOWN:
            return "shown only"
        score = self.metrics[name]
        below = [(limit, word) for limit, word in zip(self.thresholds.values(), GRADES, strict=False) if score < limit]
        return below[0][1] if below else "on target"


GRADES = ("failed", "alert", "acceptable")
ONLY_SHOWN = (
    "first_passage_precision",
)  # the pipeline chooses among the passages found, so their order decides nothing


def load_questions(path: Path = QUESTIONS) -> tuple[Question, ...]:
    """Return the questions of a TOML file."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["questions"]
    return tuple(Question(row["question"], row["program"], row["document"], tuple(row["sections"])) for row in rows)


def evaluate(
    search: Search, questions: Sequence[Question], *, judge: JudgeAll | None = None, judge_name: str = ""
) -> Evaluation:
    """Ask every question and score what comes back; ``judge`` scores the faithfulness of a text to its passages.

    ``first_passage_precision``: the first passage is a right one. ``section_recall``: at least one right section is
    among the passages. ``faithfulness``: the quoted words stand in the passage they are credited to.
    """
    found = [_ask(search, question) for question in questions]
    metrics = asyncio.run(_scores(found))
    metrics["faithfulness"] = float(fmean(one.faithfulness for one in found))
    judged = "Judged scores were skipped: no judge model is configured (LOANIQ_MODEL_JUDGE)."
    if judge is not None:
        metrics["judged_faithfulness"] = asyncio.run(_judged(found, judge))
        judged = f"Judged by {judge_name}."
    thresholds = {name: float(limit) for name, limit in FAITHFULNESS.items()}
    return Evaluation(len(found), {name: round(score, 4) for name, score in metrics.items()}, thresholds, judged)


def _ask(search: Search, question: Question) -> Found:
    found, _ = set_apart(search(SearchQuery(question.question, program=question.program)), odds_of_talk)
    passages = found.passages
    if not passages:
        return Found(question, (), "", Decimal(0))
    quoted = citation(1, telling_span(passages[0].text, question.question), passages[0])
    text = cited(quoted, passages[0])
    return Found(question, passages, text, faithfulness(text, [quoted], passages) or Decimal(0))


def places(passage: Passage) -> list[str]:
    """Return the ids of every section a passage holds text of: manual and number to the second level, its label first.

    A short section shares its passage with the one that follows, whose heading then stands in the text.
    """
    manual = Path(passage.document).stem
    numbers = [_NUMBER.match(passage.section), *_HEADING.finditer(passage.text)]
    found = [f"{manual}#{number.group(1)}" for number in numbers if number]
    return list(dict.fromkeys(found)) or [f"{manual}#{passage.section}"]


async def _scores(found: Sequence[Found]) -> dict[str, float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from ragas.dataset_schema import SingleTurnSample
        from ragas.metrics import IDBasedContextPrecision, IDBasedContextRecall

        precision, recall = IDBasedContextPrecision(), IDBasedContextRecall()
    first, anywhere = [], []
    for one in found:
        right = one.question.references()
        spots = [_spot(passage, right) for passage in one.passages] or ["none"]
        first.append(await precision.single_turn_ascore(_sample(SingleTurnSample, spots[:1], right)))
        reached = [spot for spot in spots if spot in right][:1] or right[:1]  # any right section answers the question
        anywhere.append(await recall.single_turn_ascore(_sample(SingleTurnSample, spots, reached)))
    return {"first_passage_precision": fmean(first), "section_recall": fmean(anywhere)}


def _spot(passage: Passage, right: Sequence[str]) -> str:
    """Return the one id that stands for a passage: a right one if it holds one, else its label's."""
    held = places(passage)
    return next((spot for spot in held if spot in right), held[0])


def _sample(kind: Any, places: list[str], right: list[str]) -> Any:
    return kind(retrieved_context_ids=places, reference_context_ids=right)


async def _judged(found: Sequence[Found], judge: JudgeAll) -> float:
    asked = [(o.question.question, o.text, [passage.text for passage in o.passages]) for o in found if o.passages]
    scores = await judge(asked) if asked else []
    return fmean(scores) if scores else 0.0
