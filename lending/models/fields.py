"""Field shapes that recur: dollars, percent, and checks that must hold whatever the code does."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models


def dollars(**options: Any) -> models.DecimalField[Any, Any]:
    """Return a nullable, non-negative dollar amount in cents precision; null means the amount is unknown."""
    return models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)], **options
    )


def percent(low: int, high: int, **options: Any) -> models.DecimalField[Any, Any]:
    """Return a nullable percent from ``low`` to ``high`` with four decimals, such as 6.375; null means unknown."""
    return models.DecimalField(
        max_digits=6, decimal_places=4, null=True, blank=True, validators=between(low, high), **options
    )


def between(low: int, high: int) -> list[MinValueValidator | MaxValueValidator]:
    """Return validators that name the bound when a figure lies outside ``low`` to ``high``, both included."""
    return [MinValueValidator(low), MaxValueValidator(high)]


STATE = RegexValidator(r"^[A-Z]{2}$", "Use the two-letter postal code of the state, such as OH.")
COUNTY_FIPS = RegexValidator(r"^[0-9]{5}$", "Use the five-digit county FIPS code, such as 39049.")
ZIP_CODE = RegexValidator(r"^[0-9]{5}(-[0-9]{4})?$", "Use a ZIP code such as 43215 or 43215-1234.")


def not_negative(model: str, *fields: str) -> list[models.CheckConstraint]:
    """Return one check per field: the amount is unknown or at least zero."""
    return [
        models.CheckConstraint(
            name=f"{model}_{field}_not_negative",
            condition=models.Q(**{f"{field}__isnull": True}) | models.Q(**{f"{field}__gte": 0}),
        )
        for field in fields
    ]


def one_of(model: str, field: str, words: list[tuple[str, str]], *, blank: bool = False) -> models.CheckConstraint:
    """Return a check that the field holds one of the listed words (or nothing, where ``blank``)."""
    allowed = [word for word, _ in words] + ([""] if blank else [])
    return models.CheckConstraint(name=f"{model}_{field}_known", condition=models.Q(**{f"{field}__in": allowed}))
