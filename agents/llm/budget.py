"""What one run may spend on models: seconds, tokens and dollars. A call that would pass it is not made."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from agents.exceptions import BudgetSpent
from agents.llm.prices import Price


@dataclass(slots=True)
class Hold:
    """Tokens held for one call, in and out; ``used`` replaces them by what the provider counted."""

    input_tokens: int
    output_tokens: int
    dollars: Decimal

    def used(self, input_tokens: int, output_tokens: int, price: Price | None) -> None:
        """Replace the estimate by the count."""
        self.input_tokens, self.output_tokens = input_tokens, output_tokens
        self.dollars = price.dollars(input_tokens, output_tokens) if price else Decimal(0)


@dataclass(slots=True)
class Budget:
    """Limits of one run, None for no limit; ``tokens`` counts both directions, ``clock`` gives seconds.

    A call holds the most it can cost before it is made, so that calls side by side cannot pass a limit together.
    """

    seconds: float | None = None
    tokens: int | None = None
    dollars: Decimal | None = None
    clock: Callable[[], float] = time.monotonic
    _began: float = field(init=False)
    _holds: list[Hold] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start the clock."""
        self._began = self.clock()

    @property
    def tokens_spent(self) -> int:
        """Tokens used so far and held for calls in flight."""
        return sum(hold.input_tokens + hold.output_tokens for hold in self._holds)

    @property
    def dollars_spent(self) -> Decimal:
        """Dollars used so far and held for calls in flight; models without a known price count nothing."""
        return sum((hold.dollars for hold in self._holds), Decimal(0))

    def seconds_left(self) -> float:
        """Seconds that remain; infinite without a limit, never below zero."""
        return float("inf") if self.seconds is None else max(0.0, self.seconds - (self.clock() - self._began))

    @contextmanager
    def hold(self, input_tokens: int, most_output_tokens: int, price: Price | None) -> Iterator[Hold]:
        """Hold the most that a call can cost while it is made; raises BudgetSpent, and then nothing is held.

        A call that ends without a count (``Hold.used`` not called) keeps what it held: the provider may charge it.
        """
        dollars = price.dollars(input_tokens, most_output_tokens) if price else Decimal(0)
        self._refuse_beyond(input_tokens + most_output_tokens, dollars)
        held = Hold(input_tokens, most_output_tokens, dollars)
        self._holds.append(held)
        yield held

    def _refuse_beyond(self, tokens: int, dollars: Decimal) -> None:
        if self.seconds_left() <= 0:
            raise BudgetSpent(f"{self.seconds:g} seconds")
        if self.tokens is not None and self.tokens_spent + tokens > self.tokens:
            raise BudgetSpent(f"{self.tokens:,} tokens")
        if self.dollars is not None and self.dollars_spent + dollars > self.dollars:
            raise BudgetSpent(f"{self.dollars} dollars")


def estimated_tokens(text: str) -> int:
    """Return more tokens than any usual vocabulary makes of a text in English: one for every two bytes."""
    return len(text.encode()) // 2 + 1
