"""Two database roles: the owner, who migrates, and the program, which may not touch what it has audited."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

APPEND_ONLY = (
    *("audit_auditevent", "audit_agenttrace", "audit_modelcall"),
    *("lending_finding", "lending_decision", "lending_firstview", "lending_signature", "lending_escalation"),
    "lending_conditionstep",
)


@contextmanager
def as_owner(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Connect as the owner of the tables inside the block; as the program's role again after it."""
    before = {key: connection.settings_dict.get(key, "") for key in ("USER", "PASSWORD")}
    _reconnect(connection, settings.DATABASE_OWNER)
    try:
        yield
    finally:
        _reconnect(connection, before)


def _reconnect(connection: BaseDatabaseWrapper, credentials: dict[str, str]) -> None:
    if all(connection.settings_dict.get(key) == value for key, value in credentials.items()):
        return
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    connection.settings_dict.update(credentials)


def grant_app_role(connection: BaseDatabaseWrapper) -> None:
    """Let the program's role read and write rows, and only add to the append-only tables.

    Does nothing where the program connects as the owner (``DATABASE_URL`` without ``DATABASE_OWNER_URL``): a system
    check warns about that.
    """
    if not settings.DATABASE_OWNER:
        return
    role = sql.Identifier(settings.DATABASE_ROLE)
    with connection.cursor() as cursor:
        for statement in (
            "GRANT USAGE ON SCHEMA public TO {role}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        ):
            cursor.execute(sql.SQL(statement).format(role=role))
        existing = set(connection.introspection.table_names(cursor))
        for table in existing.intersection(APPEND_ONLY):
            statement = "REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}"
            cursor.execute(sql.SQL(statement).format(table=sql.Identifier(table), role=role))
