"""Shorter material for models that charge much: what repeats and what cannot matter is left out. Pure.

Every line with a figure, a negation, an exception or a citation mark stays, word for word; of policy passages a
sentence goes only if it also shares no word of substance with the rest of the material.
"""

import re

from agents.citing import content_words

Material = tuple[tuple[str, str], ...]
PASSAGES = "passages"
GAP = "[...]"
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[A-Z(])|\n+")
_KEEPS = re.compile(
    r"\d|\[|\b(no|not|nor|never|none|without|unless|except|exceptions?|only|but|however|neither|nothing|cannot"
    r"|must|prohibited|ineligible|excluded|waived?)\b|n't\b",
    re.IGNORECASE,
)


def compressed(material: Material) -> Material:
    """Return the material with less in it; a quotation copied from what is left still stands in its passage."""
    about = content_words(" ".join(text for label, text in material if label != PASSAGES))
    return tuple((label, _shorter(text, about) if label == PASSAGES else _tidy(text)) for label, text in material)


def _tidy(text: str) -> str:
    """Return a text without runs of blanks and without lines that stood before."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _shorter(text: str, about: frozenset[str] | set[str]) -> str:
    return "\n".join(_kept(" ".join(line.split()), about) for line in text.splitlines() if line.strip())


def _kept(line: str, about: frozenset[str] | set[str]) -> str:
    """Return a line's sentences that may matter, with a mark where some were left out."""
    kept: list[str] = []
    for sentence in filter(None, _SENTENCE.split(line)):
        if _KEEPS.search(sentence) or content_words(sentence) & about:
            kept.append(sentence)
        elif kept[-1:] != [GAP]:
            kept.append(GAP)
    return " ".join(kept)
