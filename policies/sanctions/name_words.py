"""Words that say little in a name, and forms of one name that look unlike, from ``name_words.toml``. Pure."""

import tomllib
from pathlib import Path
from typing import Any

_TABLE: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _words(name: str) -> list[str]:
    return str(_TABLE[name]).split()


def _values(name: str, *, first: int = 1, step: int = 1) -> dict[str, int]:
    """Return what number words stand for, counted on from ``first`` in steps."""
    return {word: first + step * place for place, word in enumerate(_words(name))}


TITLES, PARTICLES = frozenset(_words("titles")), frozenset(_words("particles"))
TRADE_WORDS, LINKING_WORDS = frozenset(_words("trade")), frozenset(_words("linking"))
SHORT_FORMS = tuple(frozenset(line.split()) for line in str(_TABLE["short_forms"]).strip().splitlines())
LEGAL_FORMS = {written: form["kind"] for form in _TABLE["legal_forms"] for written in form["written"]}
UNITS = _values("units") | _values("ordinals")
TENS = _values("tens", first=20, step=10) | {"fourty": 40}
ROMAN = _values("roman")
