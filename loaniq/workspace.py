"""How the admin looks: titles, colours, style sheet, and where each person's navigation and first page come from."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest


def static_file(name: str) -> Callable[[HttpRequest], str]:
    """Return what tells the address of one of the house's own files; asked for late, when settings are complete."""

    def address(request: HttpRequest) -> str:
        from django.templatetags.static import static

        return static(f"loaniq/{name}")

    return address


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "LoanIQ",
    "SITE_HEADER": "LoanIQ",
    "SITE_SUBHEADER": "Mortgage decisions",
    "SITE_SYMBOL": "real_estate_agent",
    "SITE_URL": "/admin/",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "STYLES": [
        static_file("workspace.css"),
        static_file("workplace.css"),
        static_file("desk.css"),
    ],
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": static_file("favicon.svg")}],
    "DASHBOARD_CALLBACK": "loaniq.dashboard.dashboard",
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": "loaniq.navigation.navigation"},
    "COLORS": {
        "primary": {
            "50": "oklch(97.3% .012 245)",
            "100": "oklch(93.9% .03 245)",
            "200": "oklch(88.4% .058 245)",
            "300": "oklch(80.6% .1 245)",
            "400": "oklch(70.5% .135 247)",
            "500": "oklch(60.5% .15 250)",
            "600": "oklch(51.5% .15 253)",
            "700": "oklch(44.5% .135 255)",
            "800": "oklch(38.5% .11 256)",
            "900": "oklch(33% .085 257)",
            "950": "oklch(25% .06 258)",
        }
    },
}
