"""Which listed names share words with a name, so that only those are compared in full. Loses none that could hit."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from policies.sanctions.name_folding import consonants_of, is_unvowelled, sound_of
from policies.sanctions.name_likeness import SOUND_ERRORS, TYPING_ERRORS, likeness, short_forms_of
from policies.sanctions.name_scoring import AGAINST, FEWEST_LETTERS, MOST_LETTERS, WEAK, Words, runs_of
from policies.sanctions.name_words import PARTICLES

Places = NDArray[np.int32]
Counts = NDArray[np.int16]
Numbers = NDArray[np.intp]
LETTERS = {letter: 1 << place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz0123456789")}


class NameIndex:
    """Finds names by words that are alike, also where one side writes neighbouring words together."""

    def __init__(self, names: Sequence[Words], tells: Callable[[str], bool], *, shared: int) -> None:
        """Index folded names; ``tells`` says which words tell bearers apart, ``shared`` how many of them must agree."""
        self._tells, self._shared, self._size = tells, shared, len(names)
        self._telling = np.array([len({word for word in name if tells(word)}) for name in names], np.int16)
        words, together = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
        for place, name in enumerate(names):
            for word in set(name):
                words[word].append(place)
            for whole, _ in runs_of(name):
                together[whole].append(place)
        self._words, self._together = _WordIndex(words), _WordIndex(together)

    def candidates(self, asked: Words) -> list[int]:
        """Return the places of the names that share as many words with ``asked`` as a match needs, or its only one."""
        telling = {place for place, word in enumerate(asked) if self._tells(word)}
        counted = {
            place for place, word in enumerate(asked) if place in telling or len(word) == 1 or short_forms_of(word)
        }
        counted = counted if telling else set(range(len(asked)))
        apart = {place: self._words.like(asked[place]) for place in counted}
        joined = {place: self._together.one_with(asked[place]) for place in counted}
        for whole, covered in runs_of(asked):
            for place in counted.intersection(covered):
                joined[place] = joined[place] + self._words.one_with(whole)
        shared = self._count(apart[place] + joined[place] for place in counted)
        enough = shared >= min(self._shared, len(telling or counted))
        new = {asked[place]: place for place in telling}
        missing = len(new) - self._count(apart[place] for place in new.values())
        in_one_piece = self._count(joined.values()) == 0
        return [
            int(place) for place in np.flatnonzero(enough & ~(in_one_piece & self._hopeless(asked, shared, missing)))
        ]

    def _hopeless(self, asked: Words, shared: Counts, missing: Counts) -> NDArray[np.bool_]:
        """Return which names score below WEAK even if all that is shared agrees in full, for what both sides lack."""
        others = len(asked) - sum(map(self._tells, asked))
        most = MOST_LETTERS * (shared + others)
        least = AGAINST * FEWEST_LETTERS * np.maximum(np.minimum(missing, self._telling - shared - others), 0)
        return np.asarray(most < WEAK * (most + least))

    def _count(self, found: Iterable[list[Places]]) -> Counts:
        """Return for each name in how many of the groups it occurs."""
        counts = np.zeros(self._size, np.int16)
        for places in found:
            if places:
                counts[np.unique(np.concatenate(places))] += 1
        return counts


class _WordIndex:
    """Words by what makes them alike. Two words can only be alike when few letters occur in just one of them:

    a comparison of bits, made for all words at once, leaves some dozens to look at.
    """

    def __init__(self, places: dict[str, list[int]]) -> None:
        self._places = {word: np.array(found, np.int32) for word, found in places.items()}
        self._words = list(places)
        self._sounds = [sound_of(word) for word in self._words]
        self._word_bits, self._sound_bits = _bits(self._words), _bits(self._sounds)
        self._lengths = np.array([len(word) for word in self._words], np.int16)
        self._firsts = np.array([ord(word[0]) for word in self._words], np.int16)
        self._by_consonants, self._by_initial = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        for word in self._words:
            self._by_consonants[consonants_of(word)].append(word)
            self._by_initial[word[0]].append(word)

    def like(self, word: str) -> list[Places]:
        """Return, for each indexed word like this one, the places of the names that hold it."""
        if len(word) == 1:
            return [self._places[each] for each in self._by_initial.get(word, ())]
        close = np.abs(self._lengths - len(word)) <= TYPING_ERRORS
        spelt = np.flatnonzero(close & _near(self._word_bits, word, TYPING_ERRORS))
        heard = np.flatnonzero(_near(self._sound_bits, sound_of(word), SOUND_ERRORS))
        further = {word[0], *short_forms_of(word), *(PARTICLES if word in PARTICLES else ())}
        return self._found(word, spelt, heard, further)

    def one_with(self, word: str) -> list[Places]:
        """Return the same for words of which one side is written together: they begin alike and differ by little."""
        close = (self._firsts == ord(word[0])) & (np.abs(self._lengths - len(word)) <= 1)
        spelt = np.flatnonzero(close & _near(self._word_bits, word, TYPING_ERRORS))
        heard = np.flatnonzero(close & _near(self._sound_bits, sound_of(word), SOUND_ERRORS))
        return self._found(word, spelt, heard, set())

    def _found(self, word: str, spelt: Numbers, heard: Numbers, further: set[str]) -> list[Places]:
        kept = self._by_consonants.get(consonants_of(word), ())
        few = {*self._misspelt(word, spelt), *self._sounding(sound_of(word), heard), *further}
        few.update(each for each in kept if is_unvowelled(word) or is_unvowelled(each))
        return [self._places[each] for each in few if each in self._places and likeness(word, each).value]

    def _misspelt(self, word: str, near: Numbers) -> Iterator[str]:
        texts = [self._words[place] for place in near]
        for text, _, _ in process.extract(word, texts, scorer=OSA.distance, score_cutoff=TYPING_ERRORS, limit=None):
            yield text

    def _sounding(self, sound: str, near: Numbers) -> Iterator[str]:
        texts = [self._sounds[place] for place in near]
        for _, _, place in process.extract(sound, texts, scorer=OSA.distance, score_cutoff=SOUND_ERRORS, limit=None):
            yield self._words[near[place]]


def _bits(words: Iterable[str]) -> NDArray[np.uint64]:
    return np.array([_letters(word) for word in words], np.uint64)


def _letters(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= LETTERS[letter]
    return bits


def _near(all_letters: NDArray[np.uint64], word: str, errors: int) -> NDArray[np.bool_]:
    """Return which words could be the given one with that many letters wrong, judged by the letters that occur."""
    own = np.uint64(_letters(word))
    more, fewer = np.bitwise_count(all_letters & ~own), np.bitwise_count(own & ~all_letters)
    return np.asarray((more <= errors) & (fewer <= errors))
