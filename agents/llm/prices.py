"""What a call costs, from a dated table; the price of a model that is not in it is unknown."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("prices.toml")
REGION = re.compile(r"^(bedrock/)(?:us|eu|apac|global|jp|au)\.")
EDITION = re.compile(r"(?:-\d{4}-?\d{2}-?\d{2})?(?:-v\d+)?(?::\d+)?$")
THOUSAND = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars per 1,000 tokens in and out."""

    input: Decimal
    output: Decimal

    def dollars(self, input_tokens: int, output_tokens: int) -> Decimal:
        """Return the dollars of a call, to a millionth."""
        exact = (input_tokens * self.input + output_tokens * self.output) / THOUSAND
        return exact.quantize(Decimal("0.000001"))


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of one day, by ``provider/model`` and, for a whole provider, ``provider/``."""

    models: dict[str, Price]

    def of(self, model: str) -> Price | None:
        """Return the price of a model, or None where nobody wrote it down."""
        name = REGION.sub(r"\1", model)
        known = self.models.get(name) or self.models.get(EDITION.sub("", name))
        return known or self.models.get(name.partition("/")[0] + "/")


def prices_on(day: date, added: Path | None = None) -> Prices:
    """Return the prices that hold on a day; a model whose first price comes later is unknown.

    ``added`` is another table of the same form, whose lines go before the shipped ones. Raises OSError and ValueError
    where it cannot be read.
    """
    table = _table(TABLE) | (_table(added) if added else {})
    held = {model: [row for row in rows if row[0] <= day] for model, rows in table.items()}
    return Prices({model: max(rows, key=lambda row: row[0])[1] for model, rows in held.items() if rows})


@cache
def _table(path: Path) -> dict[str, list[tuple[date, Price]]]:
    """Return each model's prices with the days from which they hold."""
    try:
        return {
            model: [(row["from"], Price(Decimal(row["in"]), Decimal(row["out"]))) for row in rows]
            for model, rows in tomllib.loads(path.read_text())["models"].items()
        }
    except (KeyError, TypeError, ArithmeticError) as error:
        raise ValueError(f"{path} is no table of prices ({error!r}). Write it as agents/llm/prices.toml is.") from error
