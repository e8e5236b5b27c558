"""Fields that say their unit: dollars, percent, years, months. One mixin for forms and for read-only pages."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextInputWidget

from lending import display

SUFFIXES = {"note_rate": "% a year", "years_employed": "years", "term_months": "months", "months_remaining": "months"}
PER_MONTH = {"monthly_income", "monthly_debts", "monthly_payment", "monthly_hoa", "subordinate_payment"}
PER_YEAR = {"annual_property_tax", "annual_hazard_insurance", "annual_flood_insurance"}


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
    return SUFFIXES.get(name, "a month" if name in PER_MONTH else "a year" if name in PER_YEAR else "")


def _money(text: str) -> str:
    return display.dollars(text) if display.number(text) is not None else text


def _rate(text: str) -> str:
    figure = display.number(text)
    return text if figure is None else f"{figure.normalize():f}"
