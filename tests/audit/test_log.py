"""The chain: linked, verified, broken where it was touched, and never forked by many writers at once."""

import json
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from audit import log
from audit.models import AuditEvent
from loaniq.ownership import as_owner

SUBJECT = "lending.loanapplication:APP-2026-000001"


def write(count: int) -> None:
    for number in range(count):
        with transaction.atomic():
            log.record("test.noted", subject=SUBJECT, actor="ada", number=number)


@pytest.mark.django_db
def test_an_empty_chain_is_intact() -> None:
    assert log.verify_chain() == log.ChainReport(events=0, intact=True, first_broken=None)


@pytest.mark.django_db
def test_each_event_carries_the_hash_before_it() -> None:
    write(3)
    first, second, third = AuditEvent.objects.order_by("id")
    assert (first.previous_hash, second.previous_hash, third.previous_hash) == (log.GENESIS, first.hash, second.hash)
    assert log.verify_chain().intact


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="inside the transaction"):
        log.record("test.noted", subject=SUBJECT, actor="ada")


TAMPERING = {
    "changed text": "UPDATE audit_auditevent SET actor = 'eve' WHERE id = %s",
    "changed detail": "UPDATE audit_auditevent SET details = '{\"number\": 9}' WHERE id = %s",
    "changed time": "UPDATE audit_auditevent SET at = at + interval '1 second' WHERE id = %s",
    "changed hash": "UPDATE audit_auditevent SET hash = repeat('a', 64) WHERE id = %s",
    "removed": "DELETE FROM audit_auditevent WHERE id = %s",
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("tampering", TAMPERING)
def test_tampering_by_somebody_with_more_power_is_found(tampering: str) -> None:
    write(4)
    [_, second, third, _] = AuditEvent.objects.order_by("id").values_list("id", flat=True)
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(TAMPERING[tampering], [second])
    report = log.verify_chain()
    assert not report.intact
    assert report.first_broken == (third if tampering == "removed" else second)
    with pytest.raises(CommandError, match=f"breaks at event {report.first_broken}"):
        call_command("verify_audit", stdout=StringIO())


@pytest.mark.django_db
def test_the_command_prints_the_contract() -> None:
    write(2)
    out = StringIO()
    call_command("verify_audit", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"events": 2, "intact": True, "first_broken": None}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_sixteen_writers_never_fork_the_chain() -> None:
    def writer(_: int) -> None:
        write(50)
        connection.close()

    with ThreadPoolExecutor(16) as writers:
        list(writers.map(writer, range(16)))
    assert log.verify_chain() == log.ChainReport(events=800, intact=True, first_broken=None)
