"""Django app configuration."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """See the package's modules; nothing is wired here."""

    name = "policies"
    verbose_name = "Policies"
