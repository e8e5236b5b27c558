"""How the admin looks: titles, colours and the navigation of each person's day."""

from typing import Any

UNFOLD: dict[str, Any] = {"SITE_TITLE": "LoanIQ", "SITE_HEADER": "LoanIQ", "SITE_SYMBOL": "real_estate_agent"}
