"""The composition root as a Django app: system checks and the commands that run the whole house."""

from importlib import import_module

from django.apps import AppConfig


class LoaniqConfig(AppConfig):
    """Registers the checks that look at several apps at once."""

    name = "loaniq"
    verbose_name = "LoanIQ"

    def ready(self) -> None:
        """Load the checks, which register themselves."""
        import_module("loaniq.checks")
