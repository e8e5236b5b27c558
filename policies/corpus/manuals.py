"""A policy manual written in Markdown, read strictly: every number other texts cite must be there and in order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

FRONT_MATTER = ("title", "code", "edition", "effective", "programs", "states", "issuer", "tier")

HEADING = re.compile(r"(#{1,3}) (\d+(?:\.\d+)*) (\S.*)")
ENTRY = re.compile(r"(?:- |\d+\. )(.*)")
SECTION_REFERENCE = re.compile(r"\b([Ss]ections?) (\d+(?:\.\d+)*)")
MANUAL_REFERENCE = re.compile(r"\b([A-Z]{3}) (\d+(?:\.\d+)*)\b")
FOREIGN_MARKUP = re.compile(r"`|\]\(|^>|^#{4}|^\s+[-\d]|(?<!\*)\*(?!\*)|</?[a-z]")


class ManualError(ValueError):
    """A manual's source is broken. The message names the file, the line and what to change."""

    def __init__(self, source: Path, line: int, problem: str) -> None:
        super().__init__(f"{source.name}, line {line}: {problem}")


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading: depth 1 to 3, its number such as 4.2, and its title."""

    depth: int
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Prose:
    text: str


@dataclass(frozen=True, slots=True)
class Entries:
    """A list, numbered or bulleted."""

    numbered: bool
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; every row has as many cells as the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Prose | Entries | Grid


@dataclass(frozen=True, slots=True)
class Manual:
    """One policy manual: what it is, whom it binds and since when, and its text in reading order."""

    title: str
    code: str
    edition: str
    effective: date
    programs: tuple[str, ...]
    states: tuple[str, ...]
    issuer: str
    tier: str
    blocks: tuple[Block, ...] = field(repr=False)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """Every heading in reading order."""
        return tuple(block for block in self.blocks if isinstance(block, Heading))

    @property
    def keywords(self) -> str:
        """What ingestion reads from the PDF's Keywords field, as ``key=value`` pairs joined by semicolons."""
        pairs = {
            "programs": ",".join(self.programs),
            "states": ",".join(self.states),
            "effective": self.effective.isoformat(),
            "edition": self.edition,
            "code": self.code,
            "tier": self.tier,
        }
        return "; ".join(f"{key}={value}" for key, value in pairs.items())


def read_manual(source: Path) -> Manual:
    """Read one Markdown manual. Raises ManualError where the source cannot be published as it stands.

    Checked: front matter, encodable characters, markup outside the supported few, heading numbers that do not
    follow on, uneven tables, and references to sections that are not there.
    """
    lines = source.read_text(encoding="utf-8").splitlines()
    matter, body_from = _read_front_matter(source, lines)
    blocks = []
    for number, block_lines in _blocks(lines, body_from):
        blocks.append(_read_block(source, number, block_lines))
        if isinstance(blocks[-1], Heading):
            _check_heading(source, number, blocks[-1], [b for b in blocks[:-1] if isinstance(b, Heading)])
    sections = {block.number for block in blocks if isinstance(block, Heading)}
    if not sections:
        raise ManualError(
            source, body_from, "there is no numbered heading. Start the text with one, such as '# 1 Purpose'."
        )
    for number, line in enumerate(lines[body_from:], body_from + 1):
        _check_line(source, number, line, matter["code"], sections)
    return Manual(
        title=matter["title"],
        code=matter["code"],
        edition=matter["edition"],
        effective=_effective_date(source, lines, matter["effective"]),
        programs=_words(matter["programs"]),
        states=_words(matter["states"]),
        issuer=matter["issuer"],
        tier=matter["tier"],
        blocks=tuple(blocks),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


def _effective_date(source: Path, lines: list[str], text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        line = next(n for n, content in enumerate(lines, 1) if content.startswith("effective"))
        raise ManualError(source, line, f"effective is {text!r}. Write a date such as 2026-01-01.") from None


def _read_front_matter(source: Path, lines: list[str]) -> tuple[dict[str, str], int]:
    """Return the front matter and the index of the first line after it."""
    if not lines or lines[0] != "---" or "---" not in lines[1:]:
        raise ManualError(source, 1, "the front matter is missing. Begin with key: value lines between two --- lines.")
    end = lines.index("---", 1)
    matter: dict[str, str] = {}
    for number, line in enumerate(lines[1:end], 2):
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not value or key not in FRONT_MATTER or key in matter:
            raise ManualError(source, number, f"cannot use {line!r}. Give each of {', '.join(FRONT_MATTER)} once.")
        matter[key] = value
    if missing := [key for key in FRONT_MATTER if key not in matter]:
        raise ManualError(source, end + 1, f"the front matter lacks {', '.join(missing)}. Add it.")
    return matter, end + 1


def _blocks(lines: list[str], start: int) -> Iterator[tuple[int, list[str]]]:
    """Yield runs of lines between blank ones, each with the number of its first line."""
    run: list[str] = []
    for number, line in enumerate([*lines[start:], ""], start + 1):
        if line.strip():
            run.append(line)
        elif run:
            yield number - len(run), run
            run = []


def _read_block(source: Path, number: int, lines: list[str]) -> Block:
    first = lines[0]
    if first.startswith("#"):
        match = HEADING.fullmatch(first)
        if match is None or len(lines) > 1:
            raise ManualError(source, number, f"cannot use {first!r}. Write '# 4 Title' alone between blank lines.")
        return Heading(depth=len(match[1]), number=match[2], title=match[3])
    if first.startswith("|"):
        return _read_grid(source, number, lines)
    if ENTRY.match(first):
        entries: list[str] = []
        for line in lines:
            if match := ENTRY.fullmatch(line):
                entries.append(match[1])
            else:
                entries[-1] += f" {line.strip()}"
        return Entries(numbered=first[0].isdigit(), texts=tuple(entries))
    return Prose(" ".join(line.strip() for line in lines))


def _read_grid(source: Path, number: int, lines: list[str]) -> Grid:
    rows = [tuple(cell.strip() for cell in line.strip().strip("|").split("|")) for line in lines]
    if len(rows) < 3 or any(set(cell) - set("-: ") for cell in rows[1]):
        raise ManualError(source, number, "a table needs a header, a line of dashes and at least one row.")
    for offset, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise ManualError(
                source, number + offset, f"{len(row)} cells in a table of {len(rows[0])}. Match the header."
            )
    return Grid(header=rows[0], rows=tuple(rows[2:]))


def _check_heading(source: Path, number: int, heading: Heading, before: list[Heading]) -> None:
    """Refuse a number that repeats, skips or does not fit its depth: other texts cite these numbers."""
    *parent, last = heading.number.split(".")
    siblings = [h for h in before if h.number.split(".")[:-1] == parent and h.depth == heading.depth]
    expected = ".".join([*parent, str(len(siblings) + 1)])
    orphan = parent and (not before or not f"{before[-1].number}.".startswith(".".join(parent) + "."))
    if len(parent) + 1 != heading.depth or heading.number != expected or orphan or not last.isdigit():
        raise ManualError(source, number, f"section {heading.number} does not follow on. Number it by depth and order.")


def _check_line(source: Path, number: int, line: str, code: str, sections: set[str]) -> None:
    try:
        line.encode("cp1252")
    except UnicodeEncodeError as exc:
        found = line[exc.start]
        raise ManualError(source, number, f"the PDF's fonts lack {found!r} (U+{ord(found):04X}). Replace it.") from None
    if markup := FOREIGN_MARKUP.search(line):
        raise ManualError(
            source, number, f"markup {markup[0]!r} is not supported. Use headings, lists, tables and bold."
        )
    own = [match[2] for match in SECTION_REFERENCE.finditer(line)]
    own += [match[2] for match in MANUAL_REFERENCE.finditer(line) if match[1] == code]
    if missing := [section for section in own if section not in sections]:
        raise ManualError(source, number, f"there is no section {missing[0]}. Correct the reference.")
