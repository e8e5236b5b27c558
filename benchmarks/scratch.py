"""A database of its own for a benchmark: embedded, in a folder that is thrown away, migrated like any other."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_database() -> Iterator[None]:
    """Set Django up on a fresh embedded server for the length of the block; call before importing any model."""
    with tempfile.TemporaryDirectory(prefix="loaniq-bench-") as home:
        os.environ.pop("DATABASE_URL", None)
        os.environ.update(LOANIQ_HOME=home, DJANGO_SETTINGS_MODULE="loaniq.settings", LOG_LEVEL="ERROR")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        from loaniq.embedded import stop_server

        try:
            call_command("migrate", verbosity=0)
            yield
        finally:
            connections.close_all()
            stop_server(Path(home))
