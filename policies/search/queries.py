"""A search question as given, checked at the border: what may be asked, and in how many ways it is asked. Pure."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from policies.exceptions import PolicyError
from policies.search.citations import SearchQuery

ACRONYMS = Path(__file__).with_name("acronyms.toml")
PROGRAMS = ("conventional", "fha", "va", "usda", "jumbo")
STATES = frozenset(
    re.findall(
        r"\w+",
        "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH "
        "OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI",
    )
)
MOST_CHARACTERS = 2_000
MOST_RESULTS = 50


class InvalidQuery(PolicyError):
    """A question or filter that cannot be searched with; the sentence names the value and what is accepted."""


@dataclass(frozen=True, slots=True)
class CheckedQuery:
    """A question that can be searched: trimmed text, known filters or None, and 1 to 50 results."""

    question: str
    program: str | None
    state: str | None
    on: date | None
    top: int


def checked(query: SearchQuery) -> CheckedQuery:
    """Return the query with its filters in their stored spelling. Raises InvalidQuery."""
    return CheckedQuery(
        question=_question(query.question),
        program=_program(query.program),
        state=_state(query.state),
        on=_day(query.on),
        top=_top(query.top),
    )


def _question(given: str) -> str:
    text = given.strip()
    if not re.search(r"\w", text):
        raise InvalidQuery("The question is empty. Ask in words, such as: What is the maximum back-end DTI?")
    if len(text) > MOST_CHARACTERS:
        raise InvalidQuery(f"The question has {len(text)} characters; at most {MOST_CHARACTERS} fit. Shorten it.")
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise InvalidQuery("The question holds half a character (a lone surrogate). Send it as UTF-8 text.")
    return text


def _program(given: str | None) -> str | None:
    if not given:
        return None
    if (program := given.strip().lower()) not in PROGRAMS:
        raise InvalidQuery(f"{given!r} is not a loan program. Choose one of {', '.join(PROGRAMS)}.")
    return program


def _state(given: str | None) -> str | None:
    if not given:
        return None
    if (state := given.strip().upper()) not in STATES:
        raise InvalidQuery(f"{given!r} is not a US state. Use its two letters, such as TX or DC.")
    return state


def _day(given: str | None) -> date | None:
    if not given:
        return None
    try:
        return date.fromisoformat(given.strip())
    except ValueError:
        raise InvalidQuery(f"{given!r} is not a day. Write it as YYYY-MM-DD, such as 2026-07-01.") from None


def _top(given: int) -> int:
    if not 1 <= given <= MOST_RESULTS:
        raise InvalidQuery(f"{given} results cannot be asked for. Ask for 1 to {MOST_RESULTS}.")
    return given


def spelled_out(question: str) -> str | None:
    """Return the question with the long form behind each trade acronym in it and the reverse; None where it has none.

    The pairs stand in ``acronyms.toml``. Acronyms count only in capitals: ``MI`` is insurance, ``mi`` is not.
    """
    return _with(question, _other_forms(question))


def reworded(question: str) -> str | None:
    """Return the question with the trade's other words for what it names added; None where there are none.

    Those are what acronyms stand for, the reverse, and the synonyms in ``acronyms.toml``.
    """
    return _with(question, [*_other_forms(question), *_synonyms(question)])


def _with(question: str, added: Sequence[str]) -> str | None:
    return f"{question} {' '.join(dict.fromkeys(added))}" if added else None


def _other_forms(question: str) -> list[str]:
    lowered = question.casefold()
    added = []
    for acronym, phrases in _lists().acronyms.items():
        written = re.search(rf"\b{re.escape(acronym)}s?\b", question) is not None
        said = [phrase for phrase in phrases if _holds(lowered, phrase)]
        if written and not said:
            added.append(phrases[0])
        elif said and not written:
            added.append(acronym)
    return added


def _synonyms(question: str) -> list[str]:
    """Return, of every group of words for one thing that the question uses, the first that it does not use."""
    lowered = question.casefold()
    added = []
    for group in _lists().synonyms:
        used = [_holds(lowered, words) for words in group]
        if any(used) and not all(used):
            added.append(group[used.index(False)])
    return added


def _holds(lowered: str, words: str) -> bool:
    return re.search(rf"\b{re.escape(words.casefold())}s?\b", lowered) is not None


@dataclass(frozen=True, slots=True)
class WordLists:
    """Acronyms with how texts spell them out, and groups of words for one thing."""

    acronyms: dict[str, list[str]]
    synonyms: list[list[str]]


@cache
def _lists() -> WordLists:
    with ACRONYMS.open("rb") as file:
        return WordLists(**tomllib.load(file))
