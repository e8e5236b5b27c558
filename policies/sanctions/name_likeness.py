"""How much two words of names are alike: letter by letter, by sound, by consonants, as initial or short form. Pure."""

from collections import defaultdict
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from policies.sanctions.name_folding import consonants_of, is_unvowelled, sound_of
from policies.sanctions.name_words import PARTICLES, SHORT_FORMS

INITIAL, SHORT_FORM, PARTICLE, BY_CONSONANTS, BY_SOUND = 0.8, 0.9, 0.9, 0.9, 0.96
TYPING_ERRORS, SHORT_WORD, SHORTEST_WORD = 2, 4, 3  # letters wrong at most in a word; in one of 3 or 4 letters, one
SOUND_ERRORS = 1
OTHER_NUMBER = 0.4  # funds and ships of one series differ by number alone, and one owner stands behind them
FIRST_LETTER = 1  # further letters that a wrong first one counts for: few people mistype it
OTHER_ENDING = 2  # the same for a and o at the end, which make two names of one: Antonia, Antonio
MOST_APART = 5  # letters; words of one sound, such as sh for tsch, are no further apart in length
_SHORT_FORMS: dict[str, frozenset[str]] = defaultdict(frozenset)
for _names in SHORT_FORMS:
    for _name in _names:
        _SHORT_FORMS[_name] |= _names


class How(StrEnum):
    """Why two words are held to be alike."""

    SAME = "same"
    SPELLING = "spelling"
    SOUND = "sound"
    CONSONANTS = "consonants"
    SHORT_FORM = "short form"
    INITIAL = "initial"
    NUMBER = "other number"
    PARTICLE = "particle"
    DIFFERENT = "different"


class Likeness(NamedTuple):
    """How much, 0 to 1, and why; 0 for different words."""

    value: float
    how: How


DIFFERENT = Likeness(0.0, How.DIFFERENT)


@lru_cache(maxsize=100_000)
def likeness(one: str, other: str) -> Likeness:
    """Compare two folded words, either way round with one answer; the best of all reasons counts."""
    if one == other:
        return Likeness(1.0, How.SAME)
    if (decided := _by_kind(one, other)) is not None:
        return decided
    if abs(len(one) - len(other)) > MOST_APART and not (is_unvowelled(one) or is_unvowelled(other)):
        return DIFFERENT
    best = max(_by_spelling(one, other), _by_sound(one, other), _by_consonants(one, other))
    return best if best.value else DIFFERENT


def _by_kind(one: str, other: str) -> Likeness | None:
    """Answer for numbers, initials, short forms and particles; None for words that must be compared by letters."""
    if one.isdigit() and other.isdigit():
        return Likeness(OTHER_NUMBER, How.NUMBER)
    if min(len(one), len(other)) == 1:
        stands_for_it = one[0] == other[0] and max(one, other, key=len) not in PARTICLES
        return Likeness(INITIAL, How.INITIAL) if stands_for_it else DIFFERENT
    if one in short_forms_of(other):
        return Likeness(SHORT_FORM, How.SHORT_FORM)
    if one in PARTICLES or other in PARTICLES:
        return Likeness(PARTICLE, How.PARTICLE) if one in PARTICLES and other in PARTICLES else DIFFERENT
    return None


def errors_allowed(letters: int) -> int:
    """Return how many letters may be wrong in a word of that many letters: 0 below 3, 1 in 3 or 4, 2 above."""
    return 0 if letters < SHORTEST_WORD else 1 if letters <= SHORT_WORD else TYPING_ERRORS


def _by_spelling(one: str, other: str) -> Likeness:
    allowed = errors_allowed(max(len(one), len(other)))
    return Likeness(_agreement(one, other, allowed), How.SPELLING)


def _by_sound(one: str, other: str) -> Likeness:
    heard, meant = sound_of(one), sound_of(other)
    allowed = min(errors_allowed(max(len(heard), len(meant))), SOUND_ERRORS)
    further = OTHER_ENDING if {one[-1], other[-1]} == {"a", "o"} else 0
    return Likeness(BY_SOUND * _agreement(heard, meant, allowed, further), How.SOUND)


def _agreement(one: str, other: str, allowed: int, further: int = 0) -> float:
    """Return the share of letters that agree, 0 where more than ``allowed`` are wrong."""
    wrong = OSA.distance(one, other, score_cutoff=allowed)
    if wrong > allowed:
        return 0.0
    first = FIRST_LETTER if one[0] != other[0] else 0
    last = OTHER_ENDING if {one[-1], other[-1]} == {"a", "o"} else further
    return max(0.0, 1 - (wrong + first + last) / max(len(one), len(other)))


def _by_consonants(one: str, other: str) -> Likeness:
    bare = is_unvowelled(one) or is_unvowelled(other)
    return Likeness(BY_CONSONANTS, How.CONSONANTS) if bare and consonants_of(one) == consonants_of(other) else DIFFERENT


def short_forms_of(word: str) -> frozenset[str]:
    """Return the other names that stand for a first name, such as robert for bob; none for most words."""
    return _SHORT_FORMS.get(word, frozenset())
