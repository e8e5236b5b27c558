"""Sanctions matching: a name and what is known of it to graded hits, each with its score taken apart. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from policies.name_folding import PARTICLES, has_unread_letters, in_speaking_order, sound_of, words_of

STRONG, POSSIBLE, WEAK = 0.86, 0.80, 0.72  # name scores; see benchmarks/sanctions_screening.py
ALIKE = 0.72  # below this two words are different words
PARTICLE_WEIGHT, EXTRA_WEIGHT, INITIAL_LIKENESS, SOUND_LIKENESS = 0.3, 0.12, 0.8, 0.94
JOINED = 0.94
YEARS_APART = 2  # listed birth years are often estimates


class Grade(StrEnum):
    """STRONG stops the case; POSSIBLE and WEAK are shown beside it."""

    STRONG = "strong"
    POSSIBLE = "possible"
    WEAK = "weak"


class BirthDate(StrEnum):
    """How the birth date agrees with the listed ones; UNKNOWN where either side has none."""

    SAME_DAY = "same day"
    SAME_YEAR = "same year"
    NEAR = "near"
    UNKNOWN = "unknown"
    DIFFERENT = "different"


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
        """What a clearing refers to: it changes with the entry's text, so that a changed entry hits again."""
        said = (self.kind, self.name, *self.aliases, *self.birth_dates, self.programs, self.remarks)
        return f"{self.source}:{self.number}:{hashlib.sha256(chr(0).join(said).encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Hit:
    """One listed party that a name may be. ``name_score`` is 0 to 100; ``birth_date`` can only lower the grade."""

    entry_key: str
    source: str
    number: str
    listed_name: str
    matched_name: str
    aliases: tuple[str, ...]
    birth_dates: tuple[str, ...]
    programs: str
    name_score: Decimal
    birth_date: BirthDate
    grade: Grade

    @property
    def is_strong(self) -> bool:
        """Whether the hit stops the case until somebody clears it."""
        return self.grade is Grade.STRONG


class NameNotScreenable(ValueError):
    """A name with letters other than Latin, Cyrillic and Greek, or with none: nobody can say that it is not listed."""

    def __init__(self) -> None:
        super().__init__(
            "The name cannot be screened as written. Enter it as in the passport's Latin line and run again."
        )


class Screener:
    """Compares people with the individuals of the lists: 7,000 entries with their aliases in some milliseconds."""

    def __init__(self, entries: Sequence[ListedParty]) -> None:
        self._names: list[tuple[ListedParty, str, tuple[str, ...]]] = list(_names(entries))
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_joined: dict[str, list[int]] = defaultdict(list)
        for place, (_party, _name, words) in enumerate(self._names):
            self._by_joined["".join(words)].append(place)
            for word in set(words):
                self._by_word[word].append(place)
        self._words = list(self._by_word)
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            self._by_sound[sound_of(word)].append(word)
        self._sounds = list(self._by_sound)
        self._joined = list(self._by_joined)

    def screen(self, name: PersonName) -> list[Hit]:
        """Return the hits, best first; at most one for each entry. Raises NameNotScreenable."""
        written = f"{name.first} {name.last}"
        asked = words_of(written)
        if not asked or has_unread_letters(written):
            raise NameNotScreenable
        best: dict[str, Hit] = {}
        for place in self._candidates(asked):
            party, listed, words = self._names[place]
            score = name_score(asked, words)
            if score < WEAK:
                continue
            hit = _hit(party, listed, score, birth_agreement(name.birth_date, party.birth_dates))
            if party.entry_key not in best or hit.name_score > best[party.entry_key].name_score:
                best[party.entry_key] = hit
        order = list(Grade)
        return sorted(best.values(), key=lambda hit: (order.index(hit.grade), -hit.name_score, hit.entry_key))

    def _candidates(self, asked: tuple[str, ...]) -> set[int]:
        """Return names that share two words (one, where either name has only one), or read alike without spaces."""
        shared: dict[int, int] = defaultdict(int)
        for word in {word for word in asked if word not in PARTICLES}:
            for place in {place for near in self._alike(word) for place in self._by_word[near]}:
                shared[place] += 1
        joined = process.extract(
            "".join(asked), self._joined, scorer=OSA.normalized_similarity, score_cutoff=0.9, limit=None
        )
        few = min(2, sum(word not in PARTICLES for word in asked))
        found = {place for place, count in shared.items() if count >= min(few, len(self._names[place][2]))}
        return found | {place for text, _, _ in joined for place in self._by_joined[text]}

    def _alike(self, word: str) -> set[str]:
        if len(word) == 1:
            return {each for each in self._words if each[0] == word}
        spelt = process.extract(word, self._words, scorer=OSA.normalized_similarity, score_cutoff=ALIKE, limit=None)
        sounding = process.extract(
            sound_of(word), self._sounds, scorer=OSA.normalized_similarity, score_cutoff=ALIKE, limit=None
        )
        heard = {each for sound, _, _ in sounding for each in self._by_sound[sound]}
        return {text for text, _, _ in spelt} | heard | ({word[0]} & self._by_word.keys())


def name_score(asked: tuple[str, ...], listed: tuple[str, ...]) -> float:
    """Return how well two names agree, 0 to 1: words are paired whatever their order, each pair weighing by length.

    A word left over on one side only (a middle name, a patronymic) costs little; words left over on both sides are a
    disagreement, so that one of two names in common is no match.
    """
    pairs, left_asked, left_listed = _paired(asked, listed)
    agreed = sum(likeness * _weight(one, other) for one, other, likeness in pairs)
    total = sum(_weight(one, other) for one, other, _ in pairs)
    spare = sorted((sum(map(_alone, left_asked)), sum(map(_alone, left_listed))))
    score = agreed / (total + spare[0] * 2 + (spare[1] - spare[0]) * EXTRA_WEIGHT) if total else 0.0
    several = max(_solid(asked), _solid(listed)) > 1
    meant = [(one, other) for one, other, _ in pairs if one not in PARTICLES]
    if several and len(meant) < 2:
        score = min(score, WEAK - 0.01)
    elif several and sum(min(len(one), len(other)) > 1 for one, other in meant) < 2:
        score = min(score, POSSIBLE - 0.01)  # a whole word and an initial
    return max(score, _joined_score(asked, listed))


def birth_agreement(born: date | None, listed: Iterable[str]) -> BirthDate:
    """Compare a birth date with the listed ones; the best agreement counts."""
    known = [agreement for text in listed if (agreement := _birth_one(born, text)) is not None]
    return min(known, key=list(BirthDate).index) if born is not None and known else BirthDate.UNKNOWN


def _birth_one(born: date | None, text: str) -> BirthDate | None:
    years = [int(year) for year in re.findall(r"\b(?:1[89]|20)\d\d\b", text)]
    if born is None or not years:
        return None
    if f"{born:%d %b %Y}" == text.strip():
        return BirthDate.SAME_DAY
    if min(years) <= born.year <= max(years):
        return BirthDate.SAME_YEAR
    near = min(years) - YEARS_APART <= born.year <= max(years) + YEARS_APART
    return BirthDate.NEAR if near else BirthDate.DIFFERENT


def _hit(party: ListedParty, listed: str, score: float, agreement: BirthDate) -> Hit:
    grade = Grade.STRONG if score >= STRONG else Grade.POSSIBLE if score >= POSSIBLE else Grade.WEAK
    if agreement is BirthDate.DIFFERENT:
        grade = Grade.WEAK if grade is not Grade.STRONG else Grade.POSSIBLE
    return Hit(
        entry_key=party.entry_key,
        source=party.source,
        number=party.number,
        listed_name=party.name,
        matched_name=listed,
        aliases=party.aliases,
        birth_dates=party.birth_dates,
        programs=party.programs,
        name_score=Decimal(str(round(score * 100, 1))),
        birth_date=agreement,
        grade=grade,
    )


def _names(entries: Iterable[ListedParty]) -> Iterator[tuple[ListedParty, str, tuple[str, ...]]]:
    for party in entries:
        if party.kind == "individual":
            for name in (party.name, *party.aliases):
                if words := words_of(in_speaking_order(name)):
                    yield party, name, words


def _paired(
    asked: tuple[str, ...], listed: tuple[str, ...]
) -> tuple[list[tuple[str, str, float]], list[str], list[str]]:
    likely = sorted(
        ((likeness, i, j) for i, a in enumerate(asked) for j, b in enumerate(listed) if (likeness := _likeness(a, b))),
        key=lambda each: (-each[0], abs(each[1] - each[2])),
    )
    pairs, used_asked, used_listed = [], set[int](), set[int]()
    for likeness, i, j in likely:
        if i not in used_asked and j not in used_listed:
            pairs.append((asked[i], listed[j], likeness))
            used_asked.add(i)
            used_listed.add(j)
    left_asked = [word for i, word in enumerate(asked) if i not in used_asked]
    left_listed = [word for j, word in enumerate(listed) if j not in used_listed]
    return pairs, left_asked, left_listed


def _likeness(one: str, other: str) -> float:
    if one == other:
        return 1.0
    if min(len(one), len(other)) == 1:
        return INITIAL_LIKENESS if one[0] == other[0] else 0.0
    if {one, other} & PARTICLES:
        return 0.9 if {one, other} <= PARTICLES else 0.0
    spelt = OSA.normalized_similarity(one, other)
    sound = min(OSA.normalized_similarity(sound_of(one), sound_of(other)), SOUND_LIKENESS)
    return likeness if (likeness := max(spelt, sound)) >= ALIKE else 0.0


def _weight(one: str, other: str) -> float:
    return min(_alone(one), _alone(other))


def _alone(word: str) -> float:
    return PARTICLE_WEIGHT if word in PARTICLES or len(word) == 1 else 1.0


def _solid(words: tuple[str, ...]) -> int:
    return sum(_alone(word) == 1.0 for word in words)


def _joined_score(asked: tuple[str, ...], listed: tuple[str, ...]) -> float:
    """Compare without spaces, for names that differ in where words part: Abd al-Rahman, Abdulrahman."""
    score = OSA.normalized_similarity("".join(asked), "".join(listed))
    return score if score >= JOINED and len(asked) != len(listed) else 0.0
