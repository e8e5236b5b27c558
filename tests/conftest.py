"""The test database, made by its owner and then used as the program's own role; and where the real data lies."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test.utils import setup_databases, teardown_databases

from loaniq.ownership import as_owner

# A real hash takes half a second, which hundreds of accounts made for one test each do not need.
QUICK_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"
SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_configure() -> None:
    """Hash test accounts' passwords quickly; rerank, and judge blind first, only where a test asks for it."""
    settings.PASSWORD_HASHERS = [QUICK_HASHER, *settings.PASSWORD_HASHERS]
    settings.RERANKER_MODEL = "none"
    settings.REVIEW_BLIND_FIRST = False


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_keepdb: bool,
    _flush_as_owner: None,
) -> Iterator[None]:
    """Create the test database as the owner of its tables; tests then run as the role that owns nothing."""
    suffix = getattr(request.config, "workerinput", {}).get("workerid", "")
    if suffix:
        connection.settings_dict["TEST"]["NAME"] += f"_{suffix}"
    with django_db_blocker.unblock():
        with as_owner(connection):
            made = setup_databases(verbosity=0, interactive=False, keepdb=django_db_keepdb)
            call_command("flush", verbosity=0, interactive=False)  # what migrate loads, a test asks for itself
        connection.close()
    yield
    with django_db_blocker.unblock(), as_owner(connection):
        if not django_db_keepdb:
            teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True, scope="session")
def _flush_as_owner() -> Iterator[None]:
    """Let tests with real commits clean up: only the owner, with triggers off, can empty append-only tables."""
    plain = DatabaseOperations.execute_sql_flush

    def flush(operations: BaseDatabaseOperations, statements: Iterable[str]) -> None:
        with as_owner(connection):
            plain(operations, ["SET session_replication_role = replica", *statements, "RESET session_replication_role"])

    DatabaseOperations.execute_sql_flush = flush  # type: ignore[assignment, method-assign]
    yield
    DatabaseOperations.execute_sql_flush = plain  # type: ignore[method-assign]


@pytest.fixture
def shared_data() -> Path:
    """Return the folder of real policies, loans and lists; skip where this machine does not have it."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder of real data is not on this machine")
    return SHARED_DATA
