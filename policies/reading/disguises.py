"""The ways a text may be meant to be read: plain, with letters spaced out or swapped for digits, decoded. Pure."""

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator

# Cyrillic and Greek letters that a reader takes for Latin ones.
LOOK_ALIKES = str.maketrans("авеіјкмнорсѕтухԁɡαβεικνορτυχ", "abeijkmhopcstyxdgabeiknoptux")
QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "«": '"', "»": '"'})
DIGIT_LETTERS = str.maketrans("0134578@$", "oieastbas")
SPACED_OUT = re.compile(r"\b(?:[a-z] ){3,}[a-z]\b")
MIXED_WORD = re.compile(r"(?=[\w@$]*[a-z])(?=[\w@$]*[0134578@$])[\w@$]{2,}")
DIGITS_ONLY = re.compile(r"\b\d{4,5}\b")
BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
HEX = re.compile(r"\b(?:[0-9a-fA-F]{2}){12,}\b")
BITS = re.compile(r"\b(?:[01]{8}\s+){5,}[01]{8}\b")
TELLING = ("ignore", "disregard", "instruction", "prompt", "system", "approve")  # an order turned round holds one
LEAST_MIXED = 3  # words of digits and letters before a text counts as written so; a section number or two is none


def folded(text: str) -> str:
    """Return text with case, width, quotation marks, white space, invisible signs and look-alike letters made alike."""
    alike = unicodedata.normalize("NFKC", text).casefold()
    visible = "".join(sign for sign in alike if unicodedata.category(sign) != "Cf")
    words = visible.translate(QUOTES).replace("_", " ").split()
    return " ".join(map(_latin, words))


def _latin(word: str) -> str:
    """Return a word of mixed scripts, or of look-alikes alone, in Latin letters."""
    return latin if not word.isascii() and (latin := word.translate(LOOK_ALIKES)).isascii() else word


def readings(text: str) -> Iterator[str]:
    """Yield the folded text, then what it says once disguises are taken off: each only where there is one."""
    plain = folded(text)
    yield plain
    yield from (folded(decoded) for decoded in _decoded(text))
    if SPACED_OUT.search(plain):
        yield SPACED_OUT.sub(lambda found: found.group().replace(" ", ""), plain)
    if len(MIXED_WORD.findall(plain)) >= LEAST_MIXED:
        spelt = MIXED_WORD.sub(lambda found: found.group().translate(DIGIT_LETTERS), plain)
        yield DIGITS_ONLY.sub(lambda found: found.group().translate(DIGIT_LETTERS), spelt)
    yield from (plain[::-1] for word in TELLING if word[::-1] in plain)
    yield from (codecs.encode(plain, "rot13") for word in TELLING if codecs.encode(word, "rot13") in plain)


def _decoded(text: str) -> Iterator[str]:
    for found in BASE64.findall(text):
        yield from _as_words(_base64(found))
    for found in HEX.findall(text):
        yield from _as_words(bytes.fromhex(found))
    for found in BITS.findall(text):
        yield from _as_words(bytes(int(bits, 2) for bits in found.split()))


def _base64(found: str) -> bytes:
    try:
        return base64.b64decode(found + "=" * (-len(found.rstrip("=")) % 4), validate=False)
    except binascii.Error:
        return b""


def _as_words(raw: bytes) -> Iterator[str]:
    """Yield bytes as text if they are text."""
    if raw.isascii() and (text := raw.decode("ascii")).strip() and text.replace("\n", " ").isprintable():
        yield text
