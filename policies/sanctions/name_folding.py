"""Names to comparable Latin words, whatever script they are written in, and spellings that sound alike. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from anyascii import anyascii

from policies.sanctions.name_words import LEGAL_FORMS, LINKING_WORDS, ROMAN, TENS, TITLES, UNITS

# Names on the lists are spelt from Russian and Greek in the English way, which differs from a general romanization.
LETTERS = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziiklmnoprstufye", strict=True)),
        **{"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ъ": "", "ь": ""},
        **{"і": "i", "є": "ye", "ґ": "g", "љ": "lj", "њ": "nj", "ћ": "c", "ђ": "dj", "џ": "dz", "ј": "j"},
        **dict(zip("αβγδεζηικλμνοπρστυφω", "avgdeziiklmnoprstyfo", strict=True)),
        **{"θ": "th", "ξ": "x", "ς": "s", "χ": "ch", "ψ": "ps"},
        **{"đ": "d", "ð": "d", "þ": "th", "ı": "i", "ø": "o"},
    }
)
# Arabic and Hebrew leave short vowels unwritten: long ones go too, and what is left is compared by its consonants.
UNVOWELLED = re.compile(r"[\u0590-\u06ff\u0750-\u077f]+")
ARTICLE = re.compile(r"^\u0627\u0644(?=.{3})")
FIRST_VOWEL = re.compile(r"^[\u0627\u0639\u05d0\u05e2]")
LONG_VOWELS = re.compile(r"(?<=.)[\u0627\u0639\u0648\u064a\u0649\u06cc\u05d5\u05d9](?=.)|(?<=.)[\u0627\u0629]$")
SYLLABIC = re.compile(r"[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+")
CAPITAL = re.compile(r"(?=[A-Z])")
HANGUL = re.compile(r"[\u1100-\u11ff\uac00-\ud7af]")
KOREAN = ((re.compile(r"\bg"), "k"), (re.compile(r"\bb"), "p"), (re.compile(r"e(?=[ou])"), ""))
ACCENTS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")
WORD = re.compile(r"[a-z0-9]+")
APOSTROPHES = "'’‘`ʼʻ´ʿʾ"
POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)
DOTTED = re.compile(r"\b(?:[^\W\d_]\.\s?){2,}(?:[^\W\d_]\b)?", re.UNICODE)
DIGIT_LETTERS = str.maketrans("01345", "oieas")
ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_SOUNDS = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"^[ae]l(?=.{5})", ""),
        (r"tch|tsch", "ch"),
        (r"sch", "sh"),
        (r"ph", "f"),
        (r"kh|gh", "h"),
        (r"dj|dzh", "j"),
        (r"ck|q|c(?!h)", "k"),
        (r"w", "v"),
        (r"^x", "sh"),
        (r"x", "ks"),
        (r"z", "s"),
        (r"ou|oo", "u"),
        (r"ee|ie|iy|yi|ey|ei|ai|ay", "i"),
        (r"y|j(?=[^aeiou]|$)", "i"),
        (r"e", "i"),
        (r"o", "u"),
        (r"(.)\1+", r"\1"),
        (r"(?<=.)h(?=[^aeiou]|$)", ""),
    )
)
_CONSONANTS = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"ph", "f"),
        (r"[ckq](?!h)|kh|gh", "k"),
        (r"z", "s"),
        (r"p", "b"),
        (r"[iy]$", "Y"),
        (r"[ouw]$", "W"),
        (r"(?<=.)[aeiouyw]", ""),
        (r"^[eio]", "a"),
        (r"(.)\1+", r"\1"),
    )
)
BARE = re.compile(r"[a-z][^aeiouy]+y?")


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a person's name in lower-case Latin letters: ``AL-ASSAD, Bashar`` gives al, assad, bashar.

    Hyphens and spaces part words, apostrophes do not. Titles are left out unless nothing else is there. A digit written
    for a letter (``Ig0r``) counts as that letter. No word at all comes of a name without letters.
    """
    words = [_lettered(word) for word in WORD.findall(latin(name))] if has_letters(name) else []
    return tuple(word for word in words if word not in TITLES) or tuple(words)


@lru_cache(maxsize=4096)
def firm_words(name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the words of a firm's name without its legal forms, and the forms: ``Siemens AG`` gives siemens.

    Numbers are digits however written (44, forty-four, II, 1st); ``A.B.C.`` is one word; the, of and and are left out.
    A name that holds nothing but such words keeps them.
    """
    undotted = DOTTED.sub(lambda found: re.sub(r"[.\s]", "", found[0]) + " ", POSSESSIVE.sub("", name))
    every = WORD.findall(latin(undotted.replace("&", " and ").replace("+", " and ")))
    text, forms = f" {' '.join(every)} ", set[str]()
    for written, form in LEGAL_FORMS.items():
        if f" {written} " in text:
            text = text.replace(f" {written} ", " ")
            forms.add(form)
    words = [word for word in text.split() if word not in LINKING_WORDS]
    return _numbered(words or every), frozenset(forms)


def has_letters(name: str) -> bool:
    """Return whether any character of any script is a letter; without one there is nothing to compare."""
    return any(character.isalpha() for character in name)


def has_unread_letters(name: str) -> bool:
    """Return whether a letter has no Latin spelling, such as the rarest Chinese ones: it would vanish in folding."""
    unusual = (each for each in unicodedata.normalize("NFKC", name) if unicodedata.category(each) == "Lo")
    return any(not anyascii(each).strip() for each in unusual)


def latin(name: str) -> str:
    """Return a name in lower-case ASCII: accents and scripts folded, each syllable of Chinese or Korean a word."""
    plain = ACCENTS.sub("", unicodedata.normalize("NFKD", name))
    spelt = UNVOWELLED.sub(_consonants_of, SYLLABIC.sub(_syllables_of, unicodedata.normalize("NFC", plain)))
    folded = spelt.casefold().translate(LETTERS)
    spelt = "".join(each if each.isascii() else _spelt(each) for each in folded)
    return spelt.lower().translate(dict.fromkeys(map(ord, APOSTROPHES)))


@lru_cache(maxsize=200_000)
def sound_of(word: str) -> str:
    """Return a spelling shared by words that sound alike, such as iusif for Youssef and Yusuf; never empty."""
    sound = word
    for pattern, spelling in _SOUNDS:
        sound = pattern.sub(spelling, sound)
    return sound or word


@lru_cache(maxsize=200_000)
def consonants_of(word: str) -> str:
    """Return what an unvowelled script would keep of a word: mhmd for Mohammed; a first vowel stays as ``a``."""
    kept = word
    for pattern, spelling in _CONSONANTS:
        kept = pattern.sub(spelling, kept)
    return kept


@lru_cache(maxsize=200_000)
def is_unvowelled(word: str) -> bool:
    """Return whether a word has no vowel after its first letter, as names written in Arabic or Hebrew come out."""
    return len(word) > 2 and BARE.fullmatch(word) is not None


def is_guessed(name: str) -> bool:
    """Return whether a name holds Chinese, Japanese or Korean writing, for which Latin spellings vary."""
    return SYLLABIC.search(name) is not None


def in_speaking_order(listed: str) -> str:
    """Return ``LAST, First Middle`` as ``First Middle LAST``; a name without comma as it is."""
    last, comma, first = listed.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else listed


def _spelt(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cf" or character in APOSTROPHES:  # joiners and other marks without a shape
        return ""
    return anyascii(character) if kind[0] in "LMN" else " "


def _lettered(word: str) -> str:
    digits = sum(letter.isdigit() for letter in word)
    return word.translate(DIGIT_LETTERS) if 0 < digits < len(word) - digits else word


def _syllables_of(found: re.Match[str]) -> str:
    """Part Chinese and Korean syllables; Korean as North and South write names in English (Kim, Pak), not by letter."""
    spelt = CAPITAL.sub(" ", anyascii(found[0])).lower()
    for pattern, spelling in KOREAN if HANGUL.search(found[0]) else ():
        spelt = pattern.sub(spelling, spelt)
    return f" {spelt} "


def _consonants_of(found: re.Match[str]) -> str:
    article, word = ("al ", found[0][2:]) if ARTICLE.match(found[0]) else ("", found[0])
    return article + anyascii(FIRST_VOWEL.sub("a", LONG_VOWELS.sub("", word)))


def _numbered(words: Sequence[str]) -> tuple[str, ...]:
    """Write numbers as digits: ordinals, Roman numbers after the first word, and tens with the unit that follows."""
    numbered: list[str] = []
    for place, word in enumerate(words):
        value = UNITS.get(word) or TENS.get(word) or (ROMAN.get(word) if place else None)
        digits = str(value) if value else ORDINAL.sub(r"\1", word)
        if numbered and numbered[-1] in _ROUND and digits.isdigit() and len(digits) == 1:
            digits = str(int(numbered.pop()) + int(digits))
        numbered.append(digits)
    return tuple(numbered)


_ROUND = frozenset(map(str, TENS.values()))
