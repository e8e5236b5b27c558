"""Django app configuration."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """See the package's modules; nothing is wired here."""

    name = "audit"
    verbose_name = "Audit"
