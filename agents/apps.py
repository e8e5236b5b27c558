"""Django app configuration."""

from importlib import import_module

from django.apps import AppConfig


class AgentsConfig(AppConfig):
    """Registers the system checks of the models' routing."""

    name = "agents"
    verbose_name = "Agents"

    def ready(self) -> None:
        """Make the checks known to Django."""
        import_module("agents.checks")
