"""Names to comparable Latin words: case, accents, Cyrillic and Greek letters, and spellings that sound alike. Pure."""

import re
import unicodedata

# One letter each way of writing; what is not here keeps its base letter after NFKD.
LETTERS = str.maketrans(
    {
        **{"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h"},
        **dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziiklmnoprstufye", strict=True)),
        **{"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ъ": "", "ь": ""},
        **{"і": "i", "є": "ye", "ґ": "g", "љ": "lj", "њ": "nj", "ћ": "c", "ђ": "dj", "џ": "dz", "ј": "j"},
        **dict(zip("αβγδεζηικλμνοπρστυφω", "avgdeziiklmnoprstyfo", strict=True)),
        **{"θ": "th", "ξ": "x", "ς": "s", "χ": "ch", "ψ": "ps"},
    }
)
WORD = re.compile(r"[a-z0-9]+")
APOSTROPHES = re.compile(r"['’‘`ʼʻ´]")
# Titles say nothing about who somebody is.
TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "prof",
        "sheikh",
        "shaikh",
        "shaykh",
        "haji",
        "hajji",
        "mullah",
        "maulavi",
        "sir",
        "jr",
        "sr",
        "ii",
        "iii",
        "iv",
    ]
)
# Words that many names share: they count little.
PARTICLES = frozenset(
    [
        "al",
        "el",
        "ul",
        "ur",
        "bin",
        "ben",
        "ibn",
        "bint",
        "de",
        "del",
        "della",
        "der",
        "den",
        "di",
        "da",
        "do",
        "dos",
        "la",
        "le",
        "van",
        "von",
        "y",
        "e",
        "abu",
        "na",
    ]
)
SOUNDS = (
    *(
        (r"^[ae]l(?=.{5})", ""),
        (r"tch|tsch", "ch"),
        (r"sch", "sh"),
        (r"ph", "f"),
        (r"kh|gh", "h"),
        (r"dj|dzh", "j"),
        (r"ck|q|c(?!h)", "k"),
    ),
    *((r"w", "v"), (r"x", "ks"), (r"ou|oo", "u"), (r"ee|ie|iy|yi|ey|ei|ai|ay", "i"), (r"y|j(?=[^aeiou]|$)", "i")),
    *((r"e", "i"), (r"o", "u"), (r"(.)\1+", r"\1"), (r"(?<=.)h(?=[^aeiou]|$)", "")),
)
_SOUNDS = tuple((re.compile(pattern), spelling) for pattern, spelling in SOUNDS)


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower-case Latin letters: ``AL-ASSAD, Bashar`` gives al, assad, bashar.

    Hyphens and spaces part words, apostrophes do not; titles are left out unless nothing else is there. Letters of
    other scripts than Latin, Cyrillic and Greek vanish: ask ``has_unread_letters`` whether there are any.
    """
    words = WORD.findall(_latin(name))
    return tuple(word for word in words if word not in TITLES) or tuple(words)


def has_unread_letters(name: str) -> bool:
    """Return whether the name has letters that ``words_of`` cannot turn into Latin ones."""
    return any(letter.isalpha() and not letter.isascii() for letter in _latin(name))


def _latin(name: str) -> str:
    lower = unicodedata.normalize("NFKC", name).casefold()
    plain = unicodedata.normalize("NFKD", lower.translate(LETTERS))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return APOSTROPHES.sub("", bare.translate(LETTERS))


def sound_of(word: str) -> str:
    """Return a spelling shared by words that sound alike, such as yusif for Youssef and Yusuf; never empty."""
    sound = word
    for pattern, spelling in _SOUNDS:
        sound = pattern.sub(spelling, sound)
    return sound or word


def in_speaking_order(listed: str) -> str:
    """Return ``LAST, First Middle`` as ``First Middle LAST``; a name without comma as it is."""
    last, comma, first = listed.partition(",")
    return f"{first.strip()} {last.strip()}" if comma else listed
