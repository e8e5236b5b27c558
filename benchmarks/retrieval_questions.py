"""ObliQA: passages of financial rule books, questions with the passages that answer them, and how an answer scores.

The dev questions fall into two halves: settings are chosen on "tune", figures are reported on "report".
"""

import gzip
import hashlib
import json
import math
import zipfile
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FOLDER = Path(__file__).resolve().parents[2] / "shared/data/retrieval_obliqa"
PASSAGES = "StructuredRegulatoryDocuments.zip"
QUESTIONS = "ObliQA_dev.json.gz"

Part = Literal["tune", "report"]


@dataclass(frozen=True, slots=True)
class ObliPassage:
    """A passage of a rule book. ``id`` is "DOCUMENT|NUMBER", ``document`` the rule book's number as text."""

    id: str
    document: str
    text: str


@dataclass(frozen=True, slots=True)
class ObliQuestion:
    """A question and the ids of the passages that answer it."""

    id: str
    text: str
    gold: frozenset[str]


def load_passages(folder: Path = FOLDER) -> list[ObliPassage]:
    """Return the passages with text, in the books' own order; what shares a number is one passage. Raises OSError."""
    texts: dict[tuple[str, str], list[str]] = {}
    with zipfile.ZipFile(folder / PASSAGES) as books:
        names = [name for name in books.namelist() if name.endswith(".json") and not name.startswith("__MACOSX")]
        for name in sorted(names):
            for entry in json.loads(books.read(name)):
                if text := entry["Passage"].strip():
                    texts.setdefault((str(entry["DocumentID"]), entry["PassageID"]), []).append(text)
    return [ObliPassage(_id(*key), key[0], "\n".join(parts)) for key, parts in texts.items()]


def load_questions(part: Part, folder: Path = FOLDER) -> list[ObliQuestion]:
    """Return one half of the dev questions, in an order that is the same everywhere. Raises OSError."""
    with gzip.open(folder / QUESTIONS) as content:
        entries = json.load(content)
    asked = [
        ObliQuestion(
            entry["QuestionID"],
            entry["Question"],
            frozenset(_id(str(gold["DocumentID"]), gold["PassageID"]) for gold in entry["Passages"]),
        )
        for entry in entries
    ]
    return sorted((each for each in asked if part_of(each.id) == part), key=_place)


def part_of(question: str) -> Part:
    """Return the half that a question belongs to, by a hash of its id."""
    return "tune" if _digest(question)[0] % 2 == 0 else "report"


def ndcg_at_10(found: Sequence[str], gold: Set[str]) -> float:
    """Return the normalised discounted cumulative gain of the first ten, 0 to 1; every gold passage counts alike."""
    gain = sum(1 / math.log2(place + 1) for place, each in enumerate(found[:10], 1) if each in gold)
    return gain / sum(1 / math.log2(place + 1) for place in range(1, min(len(gold), 10) + 1))


def recall_at_5(found: Sequence[str], gold: Set[str]) -> float:
    """Return the share of the gold passages among the first five, 0 to 1."""
    return len(gold & set(found[:5])) / len(gold)


def _id(document: str, number: str) -> str:
    return f"{document}|{number}"


def _place(question: ObliQuestion) -> bytes:
    return _digest(question.id)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
