"""Files that somebody sends to break the import, and mutations of good ones. Used by tests and the benchmark."""

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from loaniq.demo.samples import APPLICATIONS

NAMESPACE = "http://www.mismo.org/residential/2009/schemas"
GOOD = APPLICATIONS.with_suffix(".xml").read_text()
BODY = GOOD.partition("?>")[2]
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
SECRET = "/etc/passwd"


class Hostile(NamedTuple):
    """One hostile file: its name, how its bytes are made, and words of the sentence that refuses it."""

    name: str
    build: Callable[[], bytes]
    said: str


def message(inside: str) -> str:
    """Return a MESSAGE around some text."""
    return f'<MESSAGE xmlns="{NAMESPACE}">{inside}</MESSAGE>'


def doctype(declarations: str, inside: str = "&x;") -> bytes:
    """Return a file that declares entities and uses one in a loan amount."""
    return f"{HEAD}<!DOCTYPE MESSAGE [{declarations}]>{message(inside)}".encode()


def _billion_laughs() -> bytes:
    layers = "".join(f'<!ENTITY x{layer} "{f"&x{layer - 1};" * 10}">' for layer in range(1, 12))
    return doctype(f'<!ENTITY x0 "ha">{layers}', "&x11;")


def kinds() -> Iterator[Hostile]:
    """Yield every kind once."""
    declares, form = "declares a document type", "not well-formed"
    yield Hostile("external entity", lambda: doctype(f'<!ENTITY x SYSTEM "file://{SECRET}">'), declares)
    yield Hostile("external entity by http", lambda: doctype('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">'), declares)
    yield Hostile("parameter entity", lambda: doctype(f'<!ENTITY % p SYSTEM "file://{SECRET}"> %p;', ""), declares)
    yield Hostile("billion laughs", _billion_laughs, declares)
    yield Hostile("quadratic blowup", lambda: doctype(f'<!ENTITY x "{"a" * 50_000}">', "&x;" * 20_000), declares)
    yield Hostile("harmless entity", lambda: doctype('<!ENTITY x "1">'), declares)
    external = f'{HEAD}<!DOCTYPE MESSAGE SYSTEM "file://{SECRET}">{BODY}'
    yield Hostile("external document type", external.encode, declares)
    yield Hostile("empty document type", f"{HEAD}<!DOCTYPE MESSAGE>{BODY}".encode, declares)
    yield Hostile("undeclared entity", (HEAD + message("&x;")).encode, form)
    yield Hostile("huge text", lambda: message(f"<DEAL>{'a' * 5_000_000}</DEAL>").encode(), "characters of text")
    yield Hostile("deep nesting", lambda: message("<A>" * 200_000).encode(), "nested deeper")
    yield Hostile("very many elements", lambda: message("<A/>" * 600_000).encode(), "elements")
    yield Hostile("very many attributes", lambda: message(f"<A {_attributes(5_000)}/>").encode(), "attributes")
    yield Hostile("too large", lambda: message(" " * 20_000_001).encode(), "larger than")
    yield Hostile("wrong namespace", lambda: BODY.replace(NAMESPACE, "urn:other").encode(), "not a MISMO file")
    yield Hostile("no namespace", lambda: BODY.replace(f'xmlns="{NAMESPACE}"', "").encode(), "not a MISMO file")
    yield Hostile("another version", lambda: BODY.replace('"3.4.03', '"2.6.03').encode(), "another version")
    yield Hostile("another root", f'<DEAL xmlns="{NAMESPACE}"/>'.encode, "not a MISMO file")
    yield Hostile("no deal", lambda: message("<DEAL_SETS/>").encode(), "holds no DEAL")
    utf_7 = '<?xml version="1.0" encoding="UTF-7"?>' + "+ADw-MESSAGE/+AD4-"
    yield Hostile("declares UTF-7", utf_7.encode, "other than UTF-8")
    yield Hostile("declares UTF-16, is UTF-8", lambda: GOOD.replace("UTF-8", "UTF-16", 1).encode(), "other than UTF-8")
    yield Hostile("UTF-16", lambda: GOOD.replace("UTF-8", "UTF-16", 1).encode("utf-16"), "zero bytes")
    yield Hostile("UTF-16 without a mark", lambda: "<!DOCTYPE a>".encode("utf-16-le"), "zero bytes")
    yield Hostile("UTF-32", lambda: GOOD.encode("utf-32"), "zero bytes")
    yield Hostile("Latin-1", lambda: BODY.replace("Ines", "Inès").encode("latin-1"), "not UTF-8")
    yield Hostile("truncated", GOOD[: len(GOOD) // 2].encode, form)
    yield Hostile("two roots", (GOOD + message("")).encode, form)
    yield Hostile("unbound prefix", lambda: message("<q:A/>").encode(), form)
    yield Hostile("zero bytes", lambda: b"\0" * 100, "zero bytes")
    yield Hostile("empty", lambda: b"", "is empty")
    yield Hostile("blank", lambda: b" \n" * 100, "is empty")
    yield Hostile("a PDF", lambda: b"%PDF-1.7\n1 0 obj\n", form)
    yield Hostile("JSON", lambda: b'{"MESSAGE": {}}', form)
    yield Hostile("too much around the deals", _crowded, "outside its deals")


def _attributes(number: int) -> str:
    return " ".join(f'a{place}="1"' for place in range(number))


def _crowded() -> bytes:
    around = "<X>1</X>" * 5_000
    return message(f"{around}<DEAL_SETS><DEAL_SET><DEALS>{'<DEAL/>' * 50}</DEALS></DEAL_SET></DEAL_SETS>").encode()


def mutated(seed: int) -> bytes:
    """Return a good file with a few bytes, tags or values changed; by an even seed values only, so it stays XML."""
    chance = random.Random(seed)
    content = bytearray(GOOD.encode())
    for _ in range(chance.randint(1, 6)):
        place, length = chance.randrange(len(content)), chance.randint(1, 60)
        match chance.randrange(5) if seed % 2 else 4:
            case 0:
                content[place] = chance.randrange(256)
            case 1:
                del content[place : place + length]
            case 2:
                content[place:place] = content[place : place + length]
            case 3:
                content[place:place] = chance.choice(
                    [b"&lt;", b"&x;", b"<!--", b"]]>", b"<![CDATA[", b"<?p?>", b"-", b"9" * 40]
                )
            case _:
                end = content.find(b"<", place)
                start = content.rfind(b">", 0, end) + 1
                content[start:end] = chance.choice(
                    [b"", b"true", b"-1", b"1e9", b"NaN", b"2026-13-01", "٣".encode(), b"x" * 300]
                )
    return bytes(content)
