"""How LoanIQ rounds: half-up, to cents and to two decimals; the agencies' own rule for loan-to-value beside it."""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal

TWO_PLACES = Decimal("0.01")
THREE_PLACES = Decimal("0.001")


def cents(amount: Decimal) -> Decimal:
    """Return dollars rounded half-up to cents."""
    return amount.quantize(TWO_PLACES, ROUND_HALF_UP)


def share_of(amount: Decimal, percent: Decimal) -> Decimal:
    """Return ``percent`` of an amount in dollars, rounded half-up to cents."""
    return cents(amount * percent / 100)


def negative(amount: Decimal | None) -> Decimal | None:
    """Return what is taken off: the amount below zero; an unknown one stays unknown."""
    return None if amount is None else -amount


def whole_dollars_down(amount: Decimal) -> Decimal:
    """Return dollars with the cents dropped, written with two places."""
    return amount.quantize(Decimal(1), ROUND_DOWN).quantize(TWO_PLACES)


def two_places(figure: Decimal) -> Decimal:
    """Return percent or months rounded half-up to two decimals."""
    return figure.quantize(TWO_PLACES, ROUND_HALF_UP)


def three_places(figure: Decimal) -> Decimal:
    """Return a rate in percent rounded half-up to three decimals."""
    return figure.quantize(THREE_PLACES, ROUND_HALF_UP)


def three_places_up(figure: Decimal) -> Decimal:
    """Return percent with any rest beyond three decimals going up, so that what is above a limit stays above it."""
    return figure.quantize(THREE_PLACES, ROUND_CEILING)


def percent_of(part: Decimal, whole: Decimal) -> Decimal:
    """Return ``part`` in percent of ``whole``, not rounded. ``whole`` must not be zero."""
    return part * 100 / whole


def agency_rounded(percent: Decimal) -> Decimal:
    """Return a loan-to-value as Fannie Mae judges it (B2-1.2-01), in whole percent.

    ``percent`` is not rounded before. It is cut after two decimals, then any rest goes up: 94.01 is 95, 80.001 is 80.
    """
    return percent.quantize(TWO_PLACES, ROUND_DOWN).quantize(Decimal(1), ROUND_CEILING)
