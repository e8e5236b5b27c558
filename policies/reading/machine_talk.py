"""How much a sentence sounds like talk to a chat program: by weighed words, and in doubt by what it means. Pure."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

WEIGHTS = Path(__file__).with_name("machine_talk.toml")
_PIECE = re.compile(r"[a-z]+(?:'[a-z]+)?|[^\W\d]|[\"?!{}\[\]<>|#%*=`~^@\\/]")
_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+")
# Log odds, chosen by four-fold cross-validation on the tuning half of `benchmarks/poisoned_passages.py`.
DOUBT = -4.0  # by words, from where the meaning is asked; few ordinary sentences come so near
BOTH = -1.0  # by words and meaning together, from where it is talk to a machine
ODD = "odd"  # stands for every letter of a script that English does not use
FIRST = "^"  # stands before the first word of a sentence
# Words that do the same work are also weighed together, so that a rare one counts too.
KINDS = {
    "REPLY": "reply replies respond response responses answer answers output outputs completion message",
    "SAY": "say print write repeat return output display type tell show echo state list spell recite",
    "MAKE": "write draft compose create develop generate make produce craft design prepare",
    "ALTER": "convert translate rewrite rephrase summarize replace substitute reverse encode decode format paraphrase "
    "swap shuffle capitalize modify augment enhance integrate embed insert append prefix include add introduce",
    "WORK": "poem story essay speech article rap song haiku sonnet joke blog tweet script letter dialogue",
    "CODE": "python javascript java sql php html css code function pseudocode json markdown algorithm program",
    "TONGUE": "english spanish french german italian japanese chinese russian portuguese korean arabic hindi latin",
    "ASK": "what who whom how why when where which can could would",
    "SECRET": "password passwords passphrase key secret secrets prompt prompts instructions credentials token codes",
    "WEB": "www com org net io xyz http https link website download click subscribe url app install",
}
_KIND_OF = {word: kind for kind, words in KINDS.items() for word in words.split()}


def signs_of(sentence: str) -> set[str]:
    """Return the words, telling signs and neighbouring pairs of a folded sentence."""
    pieces = [piece if piece.isascii() else ODD for piece in _PIECE.findall(sentence)]
    kinds = [_KIND_OF.get(piece, piece) for piece in pieces]
    return {*pieces, *kinds, *_pairs(pieces), *_pairs(kinds)}


def _pairs(pieces: list[str]) -> Iterator[str]:
    return (f"{one} {two}" for one, two in zip([FIRST, *pieces], pieces, strict=False))


def sentences_of(folded: str) -> list[str]:
    """Return the parts of a folded text that are weighed: each sentence, each with the next one, and the whole."""
    alone = [sentence for sentence in _SENTENCE_END.split(folded) if sentence]
    return [*alone, *(f"{one} {two}" for one, two in pairwise(alone)), folded]


def weighed(folded: str) -> list[tuple[str, float]]:
    """Return the parts of a folded text that may be talk to a machine, each with its log odds by words.

    Above 0 the words alone tell. Parts below ``DOUBT`` are left out: no meaning would outweigh such words.
    """
    weights, limit = _weights()
    odds = ((part, sum(weights.get(sign, 0) for sign in signs_of(part)) - limit) for part in sentences_of(folded))
    return [(part, own) for part, own in odds if own > DOUBT]


def is_talk(by_words: float, by_meaning: float) -> bool:
    """Return whether a part's log odds, by its words and by its meaning, make it talk to a machine."""
    return by_words > 0 or by_words + by_meaning > BOTH


def by_words_alone(texts: Sequence[str]) -> list[float]:
    """Know nothing of what texts mean, where no model is at hand to ask: then the words must tell."""
    return [float("-inf") for _ in texts]


@cache
def _weights() -> tuple[Mapping[str, float], float]:
    held = tomllib.loads(WEIGHTS.read_text())
    return held["weights"], held["limit"]
