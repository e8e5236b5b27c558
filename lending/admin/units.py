"""Fields that say their unit: dollars, percent, years, months. One mixin for forms and for read-only pages."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextInputWidget

from lending import display

YEARLY_RATES = ("note_rate", "arm_index_rate", "apor")
POINTS = ("arm_margin", "arm_first_cap", "arm_periodic_cap", "arm_lifetime_cap")
MONTHS = (
    *("term_months", "months_remaining", "arm_fixed_months", "arm_adjustment_months", "months_to_date"),
    "prepayment_penalty_months",
)
SUFFIXES = {
    **dict.fromkeys(YEARLY_RATES, "% a year"),
    **dict.fromkeys(POINTS, "points"),
    **dict.fromkeys(MONTHS, "months"),
    "prepayment_penalty_percent": "%",
    "years_employed": "years",
}
PER_MONTH = ("subordinate_payment",)  # and every field that begins with monthly_
PER_YEAR = ("household_annual_income",)  # and every field that begins with annual_

CLASSES = {"prefix": "iq-prefixed", "suffix": "iq-suffixed"}


class UnitsMixin:
    """Puts the unit of a figure inside its field, and beside it where the page is read-only."""

    model: type[models.Model]

    @property
    def readonly_preprocess_fields(self) -> dict[str, Any]:
        """Format money and percent on pages of those who may look but not change."""
        fields = [field for field in self.model._meta.get_fields() if isinstance(field, models.DecimalField)]
        return {field.name: (_rate if field.name in SUFFIXES else _money) for field in fields}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Give amounts a dollar sign and figures their unit."""
        suffix = _suffix(db_field)
        if _is_money(db_field) or suffix:
            attrs = {"inputmode": "decimal", **({"suffix": suffix} if suffix else {})}
            if _is_money(db_field):
                attrs["prefix"] = "$"
            attrs["class"] = " ".join(CLASSES[part] for part in ("prefix", "suffix") if part in attrs)
            options["widget"] = UnfoldAdminTextInputWidget(attrs=attrs)
        field = super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc]
        if field is not None and set(db_field.name.split("_")) & set(display.ABBREVIATIONS):
            field.label = display.words(db_field.name)  # HELOC, not Heloc
        return field


def _is_money(field: Any) -> bool:
    return isinstance(field, models.DecimalField) and field.name not in SUFFIXES


def _suffix(field: Any) -> str:
    name = field.name
    if name in SUFFIXES:
        return SUFFIXES[name]
    if name in PER_MONTH or name.startswith("monthly_"):
        return "a month"
    return "a year" if name in PER_YEAR or name.startswith("annual_") else ""


def _money(text: str) -> str:
    return display.dollars(text) if display.number(text) is not None else text


def _rate(text: str) -> str:
    figure = display.number(text)
    return text if figure is None else f"{figure.normalize():f}"
