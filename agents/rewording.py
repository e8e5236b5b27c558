"""Which of a model's rewordings of a question may be searched for. Pure: what does not fit is left out and counted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.llm.answers import Rewording
from agents.measures import measures_in

MOST_A_QUESTION = 3
LONGEST = 200  # characters; the questions themselves stay under 120
_WORD = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Variants:
    """The wordings kept for each question, in the order of the questions, and how many were refused."""

    kept: tuple[tuple[str, ...], ...]
    refused: int


def variants_of(questions: Sequence[str], rewordings: Sequence[Rewording]) -> Variants:
    """Return up to three wordings a question; a refused one names no question, repeats, rambles or adds a figure."""
    kept: list[list[str]] = [[] for _ in questions]
    for found in rewordings:
        if found.search <= len(questions):
            own, wording = kept[found.search - 1], " ".join(found.wording.split())
            if (
                len(own) < MOST_A_QUESTION
                and wording not in own
                and _may_stand_for(questions[found.search - 1], wording)
            ):
                own.append(wording)
    return Variants(tuple(map(tuple, kept)), len(rewordings) - sum(map(len, kept)))


def _may_stand_for(question: str, wording: str) -> bool:
    asked = measures_in(question)
    return (
        wording.casefold() != question.casefold()
        and len(wording) <= LONGEST
        and wording.isprintable()
        and len(_WORD.findall(wording)) >= 2
        and all(any(new.agrees_with(old) for old in asked) for new in measures_in(wording))
    )
