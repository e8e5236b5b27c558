"""How well two whole names agree: their words paired whatever the order, and what is left over on either side. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from policies.sanctions.name_likeness import How, Likeness, likeness
from policies.sanctions.name_words import PARTICLES, TRADE_WORDS

STRONG, POSSIBLE, WEAK = 0.80, 0.74, 0.68  # scores; see benchmarks/sanctions_screening.py
FEWEST_LETTERS, MOST_LETTERS = 3, 8  # of what a word counts
LITTLE = 1.0  # what a particle, an initial or a trade word counts, in letters
EXTRA_NAME, EXTRA_PARTICLE = 0.65, 0.12  # what a person's word on one side only costs, in letters
NAMES_IN_COMMON = 2  # whole names that must agree, where either person has as many
AGAINST = 3.0  # what words left over on both sides cost, times the lesser of the two in letters
EXTRA_OF_A_FIRM = 0.6  # the same for a firm, of what the word counts
DIFFERENT_FORM = 0.97
TOGETHER = 0.85  # likeness from which two words are held to be one written apart

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WordPair:
    """A word asked for beside the listed word it resembles; ``weight`` in letters."""

    asked: str
    listed: str
    likeness: Likeness
    weight: float


@dataclass(frozen=True, slots=True)
class NameScore:
    """How well two names agree, 0 to 1, and of what that is made up."""

    value: float
    pairs: tuple[WordPair, ...] = ()
    left_asked: Words = ()
    left_listed: Words = ()


def person_score(asked: Words, listed: Words) -> NameScore:
    """Compare folded names of people, 0 to 1; the order of the words says nothing.

    A word left over on one side only (a middle name, a patronymic) costs little; words left over on both sides are a
    disagreement, so that one of two names in common is no match.
    """
    asked, listed = written_alike(asked, listed)
    score = _compared(asked, listed, _weight_of_a_person, _extra_of_a_person)
    whole = sum(min(len(pair.asked), len(pair.listed)) > 1 and pair.weight > LITTLE for pair in score.pairs)
    telling = max(sum(map(tells_a_person, asked)), sum(map(tells_a_person, listed)))
    if whole < min(telling, NAMES_IN_COMMON):
        with_initial = whole and any(pair.likeness.how is How.INITIAL for pair in score.pairs)
        return replace(score, value=min(score.value, (POSSIBLE if with_initial else WEAK) - 0.01))
    return score


def firm_score(asked: tuple[Words, frozenset[str]], listed: tuple[Words, frozenset[str]]) -> NameScore:
    """Compare folded names of firms with their legal forms, 0 to 1; a form that differs costs a little.

    A word on one side only costs most of what it counts: a firm's name has no middle names.
    """
    words = written_alike(asked[0], listed[0])
    score = _compared(*words, _weight_of_a_firm, _extra_of_a_firm)
    differ = asked[1] and listed[1] and not asked[1] & listed[1]
    value = score.value * (DIFFERENT_FORM if differ else 1.0)
    proper = any(map(tells_a_firm, (*words[0], *words[1])))
    shared = any(tells_a_firm(pair.asked) and tells_a_firm(pair.listed) for pair in score.pairs)
    return replace(score, value=min(value, WEAK - 0.01) if proper and not shared else value)


def written_alike(asked: Words, listed: Words) -> tuple[Words, Words]:
    """Write words together on one side that the other side has as one: abd al rahman beside abdulrahman."""
    return _joined(asked, listed), _joined(listed, asked)


def runs_of(words: Words) -> Iterator[tuple[str, range]]:
    """Yield three and two neighbouring words written together, with the places they cover."""
    for run in (3, 2):
        for start in range(len(words) - run + 1):
            yield "".join(words[start : start + run]), range(start, start + run)


def _joined(words: Words, like: Words) -> Words:
    """Join neighbours that together are a word of the other side, and none of which is such a word alone."""
    if len(words) < 2:
        return words
    lengths = {len(word) + more for word in like for more in (-1, 0, 1)}
    for whole, covered in runs_of(words):
        if len(whole) in lengths:
            parts = words[covered.start : covered.stop]
            if any(_is_written_together(word, whole, parts) for word in like):
                return _joined((*words[: covered.start], whole, *words[covered.stop :]), like)
    return words


def _is_written_together(word: str, whole: str, parts: Words) -> bool:
    if word[0] != whole[0] or abs(len(word) - len(whole)) > 1 or len(word) <= max(map(len, parts)) or word in parts:
        return False
    return likeness(whole, word).value >= TOGETHER


def _compared(asked: Words, listed: Words, weight: Callable[[str], float], extra: Callable[[str], float]) -> NameScore:
    pairs = _paired(asked, listed, weight)
    left_asked, left_listed = _left(asked, listed, pairs)
    agreed = sum(pair.likeness.value * pair.weight for pair in pairs)
    total = sum(pair.weight for pair in pairs)
    disagreement = _disagreement(left_asked, left_listed, weight, extra)
    return NameScore(agreed / (total + disagreement) if total else 0.0, pairs, left_asked, left_listed)


def _disagreement(one: Words, other: Words, weight: Callable[[str], float], extra: Callable[[str], float]) -> float:
    """Return in letters what words without a partner speak against two names being one.

    As far as both sides have such words they contradict each other; what one side has beyond that is merely further.
    """
    if not one and not other:
        return 0.0
    weights = sum(map(weight, one)), sum(map(weight, other))
    less, more = sorted(weights)
    further = sum(map(extra, one if weights[0] > weights[1] else other))
    return AGAINST * less + (1 - less / more) * further


def _paired(asked: Words, listed: Words, weight: Callable[[str], float]) -> tuple[WordPair, ...]:
    """Pair the words most alike first. Ties go by the words themselves, so that their order changes nothing."""
    possible = [
        WordPair(one, other, alike, (weight(one) + weight(other)) / 2)
        for one in dict.fromkeys(asked)
        for other in dict.fromkeys(listed)
        if (alike := likeness(one, other)).value
    ]
    if len(possible) > 1:
        possible.sort(key=lambda pair: (-pair.likeness.value * pair.weight, sorted((pair.asked, pair.listed))))
    free_asked, free_listed, pairs = list(asked), list(listed), []
    for pair in possible:
        while pair.asked in free_asked and pair.listed in free_listed:
            pairs.append(pair)
            free_asked.remove(pair.asked)
            free_listed.remove(pair.listed)
    return tuple(pairs)


def _left(asked: Words, listed: Words, pairs: Iterable[WordPair]) -> tuple[Words, Words]:
    """Return the words without a partner. A mere repetition counts only where the other side has such words as well."""
    left_asked, left_listed = list(asked), list(listed)
    for pair in pairs:
        left_asked.remove(pair.asked)
        left_listed.remove(pair.listed)
    used_asked, used_listed = {pair.asked for pair in pairs}, {pair.listed for pair in pairs}
    new_asked = [word for word in left_asked if word not in used_asked]
    new_listed = [word for word in left_listed if word not in used_listed]
    return tuple(left_asked if new_listed else new_asked), tuple(left_listed if new_asked else new_listed)


def tells_a_person(word: str) -> bool:
    """Return whether a word tells people apart; a particle or an initial does not."""
    return len(word) > 1 and word not in PARTICLES


def tells_a_firm(word: str) -> bool:
    """Return whether a word tells firms apart; a number or a word such as group does not."""
    return word not in TRADE_WORDS and not word.isdigit()


@lru_cache(maxsize=50_000)
def _weight_of_a_person(word: str) -> float:
    return _letters(word) if tells_a_person(word) else LITTLE


@lru_cache(maxsize=50_000)
def _weight_of_a_firm(word: str) -> float:
    return _letters(word) / 2 if word in TRADE_WORDS else _letters(word)


def _extra_of_a_person(word: str) -> float:
    return EXTRA_NAME if tells_a_person(word) else EXTRA_PARTICLE


def _extra_of_a_firm(word: str) -> float:
    return EXTRA_OF_A_FIRM * _weight_of_a_firm(word)


def _letters(word: str) -> float:
    return float(min(max(len(word), FEWEST_LETTERS), MOST_LETTERS))
