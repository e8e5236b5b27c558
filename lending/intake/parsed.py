"""What any reader of application files hands on: applications as field values, and what is wrong with them."""

from dataclasses import dataclass, field
from typing import Any

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One value that cannot be taken: the row as a spreadsheet counts it (or the deal of an XML file), where, and why.

    Row 0 stands for the file as a whole, an empty field for the whole row. The message never repeats the value.
    """

    row: int
    field: str
    message: str
    file: str = ""


@dataclass(slots=True)
class ParsedApplication:
    """One application as field values by record; it can be taken where ``problems`` is empty.

    ``borrowers`` are pairs of (person, part in this application), primary first. A liability names the other home it
    is on by that home's place in ``owned_homes``, counted from 1. ``notes`` say how a value was arrived at.
    """

    row: int
    loan: Fields = field(default_factory=dict)
    home: Fields = field(default_factory=dict)
    borrowers: list[tuple[Fields, Fields]] = field(default_factory=list)
    assets: list[Fields] = field(default_factory=list)
    owned_homes: list[Fields] = field(default_factory=list)
    unowned_liabilities: list[Fields] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    notes: list[RowProblem] = field(default_factory=list)
    intake_file: Fields | None = None

    @property
    def external_id(self) -> str:
        """The sender's key, empty where it is missing."""
        return str(self.loan.get("external_id", ""))

    @property
    def content_hash(self) -> str:
        """The SHA-256 of what the sender sent, empty where the format keeps none."""
        return str(self.intake_file["content_hash"]) if self.intake_file else ""
