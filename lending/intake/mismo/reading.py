"""One deal of a file: its leaves as typed values, its arcs, and the problems met on the way."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar, cast

from lending.intake.cells import CellError, Reader, day, number, text, whole
from lending.intake.mismo.tree import Node
from lending.intake.parsed import RowProblem

Word = TypeVar("Word")
MOST_PROBLEMS = 100  # of one deal; whoever has more reads no further
_MASKED = re.compile(r"redacted|[xX*_.\- ]{3,}", re.IGNORECASE)  # what senders write where a value was
_TRAILING_ZEROS = re.compile(r"^(-?\d+)\.(\d*?)0+$")
_DAY = re.compile(r"^(\d{4}-\d{2}-\d{2})(T[0-9:.]+)?(Z|[+-]\d{2}:\d{2})?$")


def plain_number(cell: str) -> str:
    """Return a number without the zeros that end its decimals, which change nothing: 6.7500000 is 6.75."""
    matched = _TRAILING_ZEROS.match(cell)
    return cell if matched is None else f"{matched[1]}.{matched[2]}" if matched[2] else matched[1]


def amount(low: int = 0) -> Reader:
    """Return a reader of dollars with at most two decimals."""
    inner = number(places=2, low=low, high=999_999_999_999, of="plain dollars such as 1234.50")
    return lambda cell: inner(plain_number(cell))


def percent(low: int, high: int) -> Reader:
    """Return a reader of percent with at most four decimals."""
    inner = number(places=4, low=low, high=high, of="percent such as 6.375")
    return lambda cell: inner(plain_number(cell))


def count(low: int, high: int) -> Reader:
    """Return a reader of a whole number; 360.00 is one."""
    inner = whole(low, high)
    return lambda cell: inner(plain_number(cell))


DOLLARS = amount()
SIGNED_DOLLARS = amount(low=-999_999_999_999)


def flag(cell: str) -> bool:
    """Return an XML indicator: true or 1, false or 0."""
    if cell not in {"true", "false", "1", "0"}:
        raise CellError("must be true or false.")
    return cell in {"true", "1"}


def moment(cell: str) -> date:
    """Return the day of a date or a point in time as XML writes them."""
    matched = _DAY.match(cell)
    if matched is None:
        raise CellError("is not a date. Write the year first, such as 2026-11-02.")
    return day(matched[1])


class Deal:
    """One DEAL element: reads leaves, remembers which were taken, and collects problems and notes."""

    def __init__(self, node: Node, row: int) -> None:
        self.node, self.row = node, row
        self.problems: list[RowProblem] = []
        self.notes: list[RowProblem] = []
        self._labels = _labelled(node)
        self._arcs: dict[tuple[str, str], list[Node]] = defaultdict(list)
        for arc in node.all("RELATIONSHIPS/RELATIONSHIP"):
            kind = arc.attributes.get("xlink:arcrole", "").rpartition("/")[2]
            self._arcs[kind, arc.attributes.get("xlink:from", "")].append(arc)

    def problem(self, where: Node | str, message: str) -> None:
        """Keep the deal out: ``where`` is a leaf, or the name of one of our fields."""
        if len(self.problems) < MOST_PROBLEMS:
            place = where.path("DEAL") if isinstance(where, Node) else where
            self.problems.append(RowProblem(self.row, place, message))

    def note(self, field: str, message: str) -> None:
        """Say how a value was arrived at, without keeping the deal out."""
        self.notes.append(RowProblem(self.row, field, message))

    def value(self, node: Node | None, read: Reader, *paths: str) -> object:
        """Return the first stated leaf among the paths, typed and marked as taken; None where none is stated.

        A leaf that cannot be read becomes a problem and counts as unknown.
        """
        leaf = self.leaf(node, *paths)
        if leaf is None:
            return None
        leaf.taken = True
        try:
            return read(leaf.text)
        except CellError as exc:
            self.problem(leaf, str(exc))
            return None

    def leaf(self, node: Node | None, *paths: str) -> Node | None:
        """Return the first leaf with text among the paths, not marked as taken."""
        candidates = (each for path in paths for each in (node.all(path) if node else ()))
        return next((each for each in candidates if each.text and not each.children), None)

    def dollars(self, node: Node | None, *paths: str) -> Decimal | None:
        """Return dollars, 0 or more."""
        found = self.value(node, DOLLARS, *paths)
        return found if isinstance(found, Decimal) else None

    def signed_dollars(self, node: Node | None, *paths: str) -> Decimal | None:
        """Return dollars that may be below zero."""
        found = self.value(node, SIGNED_DOLLARS, *paths)
        return found if isinstance(found, Decimal) else None

    def percent(self, node: Node | None, *paths: str, low: int = 0, high: int = 30) -> Decimal | None:
        """Return percent between two bounds, both included."""
        found = self.value(node, percent(low, high), *paths)
        return found if isinstance(found, Decimal) else None

    def whole(self, node: Node | None, *paths: str, low: int = 0, high: int = 999) -> int | None:
        """Return a whole number between two bounds, both included."""
        found = self.value(node, count(low, high), *paths)
        return found if isinstance(found, int) else None

    def day(self, node: Node | None, *paths: str) -> date | None:
        """Return a day."""
        found = self.value(node, moment, *paths)
        return found if isinstance(found, date) else None

    def flag(self, node: Node | None, *paths: str) -> bool | None:
        """Return an indicator; None where it is not stated."""
        found = self.value(node, flag, *paths)
        return found if isinstance(found, bool) else None

    def text(self, node: Node | None, limit: int, *paths: str, read: Reader | None = None) -> str:
        """Return text up to ``limit`` characters, empty where it is not stated or was masked by the sender."""
        leaf = self.leaf(node, *paths)
        if leaf is None or masked(leaf.text):
            return ""
        found = self.value(node, read or text(limit), *paths)
        return found if isinstance(found, str) else ""

    def word(self, node: Node | None, words: Mapping[str, Word], *paths: str) -> Word | None:
        """Return our word for one of the standard's; a word that the table lacks is a problem."""

        def read(cell: str) -> Word:
            if cell not in words:
                raise CellError(f"is not one of {', '.join(words)}.")
            return words[cell]

        return cast("Word | None", self.value(node, read, *paths))

    def known_word(self, node: Node | None, words: Mapping[str, Word], *paths: str) -> Word | None:
        """Return our word for one of the standard's; any other is left where it is, as unmapped."""
        leaf = self.leaf(node, *paths)
        return self.word(node, words, *paths) if leaf is not None and leaf.text in words else None

    def linked(self, kind: str, label: str) -> Iterator[Node]:
        """Yield the nodes that arcs of a kind lead to from a label, such as the liabilities on an asset."""
        for arc in self._arcs.get((kind, label), ()) if label else ():
            arc.taken = True
            if (node := self._labels.get(arc.attributes.get("xlink:to", ""))) is not None:
                yield node

    def check_arcs(self) -> None:
        """Report labels that two elements share and arcs whose end is no element: whose it is cannot be told."""
        seen: set[str] = set()
        for node in _with_label(self.node):
            label = node.attributes["xlink:label"]
            if label in seen:
                self.problem(node, "has the label of another element, so whose it is cannot be told.")
            seen.add(label)
        for arc in (arc for arcs in self._arcs.values() for arc in arcs):
            if not {arc.attributes.get("xlink:from"), arc.attributes.get("xlink:to")} <= seen:
                self.problem(arc, "joins an element that the deal does not have.")


def masked(text: str) -> bool:
    """Return whether a text only says that a value was removed: REDACTED, XXXX, ****."""
    return _MASKED.fullmatch(text) is not None


def label_of(node: Node | None) -> str:
    """Return the label that arcs know a node by; empty where it has none."""
    return node.attributes.get("xlink:label", "") if node else ""


def _with_label(node: Node) -> Iterator[Node]:
    if "xlink:label" in node.attributes:
        yield node
    for child in node.children:
        yield from _with_label(child)


def _labelled(node: Node) -> dict[str, Node]:
    return {each.attributes["xlink:label"]: each for each in _with_label(node)}
