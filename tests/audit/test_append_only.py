"""A1: as the program's own role, nothing that was recorded can be changed or removed. Twelve ways to try."""

from collections.abc import Callable
from functools import partial

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from audit import log
from audit.models import AuditEvent

SQL_ATTACKS = {
    "update": "UPDATE audit_auditevent SET actor = 'nobody'",
    "delete": "DELETE FROM audit_auditevent",
    "truncate": "TRUNCATE audit_auditevent",
    "truncate cascade": "TRUNCATE audit_auditevent CASCADE",
    "drop": "DROP TABLE audit_auditevent",
    "disable trigger": "ALTER TABLE audit_auditevent DISABLE TRIGGER ALL",
    "drop trigger": "DROP TRIGGER audit_auditevent_append_only ON audit_auditevent",
    "replica role": "SET session_replication_role = replica",
    "become the owner": f"SET ROLE {settings.DATABASE_OWNER.get('USER', 'postgres')}",
    "replace the guard": "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN RETURN NULL; END'",
}


def through_the_orm() -> None:
    AuditEvent.objects.all().update(actor="nobody")


def through_the_instance() -> None:
    event = AuditEvent.objects.get()
    event.actor = "nobody"
    event.save()


def through_sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


ATTACKS: dict[str, Callable[[], None]] = {
    **{name: partial(through_sql, statement) for name, statement in SQL_ATTACKS.items()},
    "orm update": through_the_orm,
    "instance save": through_the_instance,
}


@pytest.fixture
def event(db: None) -> AuditEvent:
    return log.record("run.requested", subject="lending.loanapplication:APP-2026-000001", actor="ada")


@pytest.mark.skipif(not settings.DATABASE_OWNER, reason="the program connects as the owner here (DATABASE_URL alone)")
@pytest.mark.parametrize("attack", ATTACKS)
def test_the_program_cannot_rewrite_the_trail(event: AuditEvent, attack: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        ATTACKS[attack]()
    assert AuditEvent.objects.get().actor == "ada"
    assert log.verify_chain().intact


@pytest.mark.parametrize("table", ["audit_agenttrace", "audit_modelcall", "lending_finding", "lending_decision"])
def test_traces_findings_and_decisions_are_append_only_too(db: None, table: str) -> None:
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
