"""The loan limits of one county on one day. Pure: no tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

LimitKind = Literal["conforming", "fha"]


@dataclass(frozen=True, slots=True)
class AreaLimits:
    """A county's limits in dollars by number of units (1 to 4), per kind; a kind that is not loaded is empty."""

    conforming: Mapping[int, Decimal]
    fha: Mapping[int, Decimal]

    def limit(self, kind: LimitKind, units: int) -> Decimal | None:
        """Return the limit in dollars; None where the table of the day or the county is not loaded."""
        return (self.conforming if kind == "conforming" else self.fha).get(units)


NO_AREAS = AreaLimits({}, {})
