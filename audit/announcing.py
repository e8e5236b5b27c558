"""Telling other processes through PostgreSQL that a run has moved, once the transaction that moved it is committed."""

from uuid import UUID

from django.db import connection

CHANNEL = "loaniq_runs"


def announce(run_id: UUID) -> None:
    """Notify whoever listens on ``CHANNEL``; in a transaction this happens when it commits, and not otherwise."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(run_id)])
