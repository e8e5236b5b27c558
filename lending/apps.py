"""Django app configuration."""

from django.apps import AppConfig


class LendingConfig(AppConfig):
    """See the package's modules; nothing is wired here."""

    name = "lending"
    verbose_name = "Lending"
