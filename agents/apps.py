"""Django app configuration."""

from django.apps import AppConfig


class AgentsConfig(AppConfig):
    """See the package's modules; nothing is wired here."""

    name = "agents"
    verbose_name = "Agents"
