"""What a rule says about a fact. Pure: no Django, no loans."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

FactValue = Decimal | int | str | bool | None


class Result(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """HARD declines, STOP holds for compliance, REVIEW refers to a person, NOTE only informs."""

    HARD = "hard"
    STOP = "stop"
    REVIEW = "review"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule applied to one fact.

    ``value``, ``limit`` and ``margin`` are in ``unit`` (dollars, percent, months, points, or none); margin is the room
    left to the limit, negative when it is exceeded, None where there is no distance to measure.
    """

    code: str
    severity: Severity
    result: Result
    fact: str
    value: FactValue
    limit: FactValue
    margin: Decimal | None
    unit: str
    message: str
    citation: str
    source_mark: str
    reason_code: str
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def blocks_approval(self) -> bool:
        """Whether the finding alone makes an approval impossible: a hard or stop rule that did not pass."""
        return self.severity in (Severity.HARD, Severity.STOP) and self.result is not Result.PASSED
