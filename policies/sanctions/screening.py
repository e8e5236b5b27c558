"""Sanctions matching: a name and what is known of it to graded hits, each with its score taken apart. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from policies.sanctions.births import YEARS_APART, BirthDate, birth_agreement
from policies.sanctions.name_folding import firm_words, has_unread_letters, in_speaking_order, is_guessed, words_of
from policies.sanctions.name_index import NameIndex
from policies.sanctions.name_scoring import (
    NAMES_IN_COMMON,
    POSSIBLE,
    STRONG,
    WEAK,
    NameScore,
    Words,
    firm_score,
    person_score,
    tells_a_firm,
    tells_a_person,
)

INDIVIDUAL, ENTITY = "individual", "entity"


class Grade(StrEnum):
    """STRONG stops the case; POSSIBLE and WEAK are shown beside it."""

    STRONG = "strong"
    POSSIBLE = "possible"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class PersonName:
    """Whom to screen. Personal data."""

    first: str
    last: str
    birth_date: date | None = None


@dataclass(frozen=True)
class ListedParty:
    """One entry of a list with all its names; ``birth_dates`` as the list writes them, such as ``circa 1961``."""

    source: str
    number: str
    kind: str
    name: str
    aliases: tuple[str, ...] = ()
    birth_dates: tuple[str, ...] = ()
    programs: str = ""
    remarks: str = ""

    @cached_property
    def entry_key(self) -> str:
        """What a clearing refers to: it changes with the entry's text, so that a changed entry hits again.

        The order in which a list gives aliases and birth dates says nothing and changes nothing.
        """
        said = (self.kind, self.name, *sorted(self.aliases), *sorted(self.birth_dates), self.programs, self.remarks)
        return f"{self.source}:{self.number}:{hashlib.sha256(chr(0).join(said).encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Hit:
    """One listed party that a name may be, with the reasons; ``score`` says which words agree and how well."""

    party: ListedParty
    matched_name: str
    score: NameScore
    birth_date: BirthDate
    grade: Grade

    @property
    def entry_key(self) -> str:
        """What a clearing of this hit refers to."""
        return self.party.entry_key

    @property
    def is_strong(self) -> bool:
        """Whether the hit stops the case until somebody clears it."""
        return self.grade is Grade.STRONG

    @property
    def name_score(self) -> Decimal:
        """How well the names agree, 0 to 100, to one decimal."""
        return _of_a_hundred(self.score.value)

    @property
    def parts(self) -> dict[str, str]:
        """The score taken apart for the person who judges it: listed words with their likeness, 0 to 100, and why.

        Only listed words are named; of the words of the person asked for, no more than how many found no partner.
        """
        agreed = (
            f"{pair.listed} {_of_a_hundred(pair.likeness.value)} ({pair.likeness.how})" for pair in self.score.pairs
        )
        parts = {
            "name": str(self.name_score),
            "words": ", ".join(agreed),
            "only listed": ", ".join(self.score.left_listed) or "none",
            "only asked": str(len(self.score.left_asked)),
            "matched": "main name" if self.matched_name == self.party.name else "alias",
        }
        return {**parts, "birth_date": str(self.birth_date)}


class NameNotScreenable(ValueError):
    """A name without letters, or with one that has no Latin spelling: nobody can say that it is not listed."""

    def __init__(self) -> None:
        super().__init__(
            "The name cannot be screened as written. Enter it as in the passport's Latin line and run again."
        )


@dataclass(frozen=True, slots=True)
class _Listed:
    party: ListedParty
    name: str


class Screener:
    """Compares people with the individuals of the lists, and firms with the entities, in some milliseconds each."""

    def __init__(self, entries: Sequence[ListedParty]) -> None:
        self._people = [(listed, words_of(in_speaking_order(listed.name))) for listed in _names(entries, INDIVIDUAL)]
        self._entries = entries
        self._by_person = NameIndex([words for _, words in self._people], tells_a_person, shared=NAMES_IN_COMMON)

    @cached_property
    def _firms(self) -> list[tuple[_Listed, tuple[Words, frozenset[str]]]]:
        return [(listed, firm_words(listed.name)) for listed in _names(self._entries, ENTITY)]

    @cached_property
    def _by_firm(self) -> NameIndex:
        return NameIndex([words for _, (words, _) in self._firms], tells_a_firm, shared=1)

    def screen(self, name: PersonName) -> list[Hit]:
        """Return the hits of a person, best first; at most one for each entry. Raises NameNotScreenable."""
        written = f"{name.first} {name.last}"
        asked = words_of(written)
        if not asked or has_unread_letters(written):
            raise NameNotScreenable
        rows = (self._people[place] for place in self._by_person.candidates(asked))
        scored = ((listed, person_score(asked, words)) for listed, words in rows)
        return _hits(scored, name.birth_date, years_apart=0 if is_guessed(written) else YEARS_APART)

    def screen_firm(self, name: str) -> list[Hit]:
        """Return the hits of a firm or body, best first; at most one for each entry. Raises NameNotScreenable."""
        asked = firm_words(name)
        if not asked[0] or has_unread_letters(name):
            raise NameNotScreenable
        rows = (self._firms[place] for place in self._by_firm.candidates(asked[0]))
        return _hits(((listed, firm_score(asked, words)) for listed, words in rows), None, years_apart=0)


def grade_of(score: float, agreement: BirthDate) -> Grade | None:
    """Return the grade of a name score, 0 to 1; None below WEAK.

    The same day of birth raises it by one, a birth year that contradicts lowers it by one but never out of sight.
    """
    if score < WEAK:
        return None
    step = 0 if score >= STRONG else 1 if score >= POSSIBLE else 2
    step += {BirthDate.SAME_DAY: -1, BirthDate.DIFFERENT: 1}.get(agreement, 0)
    return list(Grade)[min(max(step, 0), 2)]


def _hits(scored: Iterable[tuple[_Listed, NameScore]], born: date | None, *, years_apart: int) -> list[Hit]:
    best: dict[str, Hit] = {}
    for listed, score in scored:
        if score.value < WEAK:
            continue
        agreement = birth_agreement(born, listed.party.birth_dates, years_apart=years_apart)
        if grade := grade_of(score.value, agreement):
            hit = Hit(listed.party, listed.name, score, agreement, grade)
            if hit.entry_key not in best or score.value > best[hit.entry_key].score.value:
                best[hit.entry_key] = hit
    order = list(Grade)
    return sorted(best.values(), key=lambda hit: (order.index(hit.grade), -hit.score.value, hit.entry_key))


def _names(entries: Iterable[ListedParty], kind: str) -> Iterator[_Listed]:
    for party in entries:
        if party.kind == kind:
            yield from (_Listed(party, name) for name in (party.name, *party.aliases))


def _of_a_hundred(share: float) -> Decimal:
    return Decimal(str(round(share * 100, 1)))
