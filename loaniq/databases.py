"""Which PostgreSQL to use, and as whom: the program runs as a role that owns nothing, migrations as the owner."""

from pathlib import Path
from typing import Any

import environ

from loaniq.embedded_programs import APP_ROLE, OWNER


def database_settings(env: environ.Env, home: Path) -> dict[str, Any]:
    """Return Django's ``DATABASES["default"]`` from the environment.

    ``DATABASE_URL`` names a server of yours; without it the embedded server under ``home`` is used.
    ``DATABASE_POOL`` turns psycopg's connection pool on (the web process sets it). ``DATABASE_PREPARED`` off keeps
    searches from preparing statements, which a PgBouncer before 1.21 cannot pass on.
    """
    if env.str("DATABASE_URL", default=""):
        database: dict[str, Any] = env.db_url("DATABASE_URL", engine="django.db.backends.postgresql")
    else:
        database = {"ENGINE": "loaniq.postgres", "NAME": "loaniq", "USER": APP_ROLE, "HOME": str(home)}
    pooled = env.bool("DATABASE_POOL", default=False)
    database["CONN_MAX_AGE"] = 0 if pooled else 60
    database["OPTIONS"] = {
        **database.get("OPTIONS", {}),
        "pool": {"min_size": 1, "max_size": 8} if pooled else False,
        "prepare_threshold": 5 if env.bool("DATABASE_PREPARED", default=True) else None,
    }
    database["TEST"] = {"NAME": env.str("LOANIQ_TEST_DB", default="loaniq_test")}
    return database


def owner_settings(env: environ.Env) -> dict[str, Any]:
    """Return the credentials that own the tables; empty when ``DATABASE_URL`` stands alone.

    ``DATABASE_OWNER_URL`` gives them for a server of yours. Only ``migrate`` uses them.
    """
    if env.str("DATABASE_OWNER_URL", default=""):
        url: dict[str, Any] = env.db_url("DATABASE_OWNER_URL", engine="django.db.backends.postgresql")
        return {"USER": url["USER"], "PASSWORD": url["PASSWORD"]}
    if env.str("DATABASE_URL", default=""):
        return {}
    return {"USER": OWNER, "PASSWORD": ""}
