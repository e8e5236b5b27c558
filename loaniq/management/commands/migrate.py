"""Migrate as the tables' owner, then give the program's own role exactly what it needs."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connections

from loaniq.ownership import as_owner, grant_app_role
from loaniq.roles import sync_roles
from policies.rulebook.shipping import load_shipped_rulebook
from policies.scheduling import keep_schedule


class Command(migrate.Command):
    """Django's ``migrate``, run by the owner; afterwards grants, groups, rulebook, cache and schedule are there."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Apply migrations and everything that must follow them; safe to repeat."""
        connection = connections[options["database"]]
        with as_owner(connection):
            super().handle(*args, **options)
            if options["plan"] or options["check_unapplied"]:
                return
            call_command("createcachetable", verbosity=0)
            grant_app_role(connection)
        if not options["app_label"]:
            sync_roles()
            load_shipped_rulebook(by="migrate")
            keep_schedule()
