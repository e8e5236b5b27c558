"""Start, stop or look at the embedded PostgreSQL."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from loaniq.embedded import EmbeddedServerError, ensure_server, server_status, stop_server


class Command(BaseCommand):
    """``database start|stop|status|url``: the embedded server's switch; an external server is only described."""

    help = "Start, stop or show the embedded PostgreSQL, or print the address to reach it (url starts it too)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["start", "stop", "status", "url"])
        parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one action and print its result; exits 1 with the reason when it cannot be done."""
        database = settings.DATABASES["default"]
        try:
            if "HOME" in database:
                result, sentence = embedded(options["action"], Path(database["HOME"]))
            else:
                result, sentence = external(options["action"], database)
        except EmbeddedServerError as exc:
            if options["as_json"]:
                self.stdout.write(json.dumps({"error": str(exc)}))
            raise CommandError(str(exc)) from exc
        self.stdout.write(json.dumps(result, default=str) if options["as_json"] else sentence)


def embedded(action: str, home: Path) -> tuple[dict[str, Any], str]:
    """Do ``action`` on the embedded server of ``home``; return what to print as JSON and as a sentence."""
    if action == "url":
        server = ensure_server(home)
        address = f"postgresql://{server.app_role}@/{server.database}?host={quote(str(server.socket_dir))}"
        return {"url": address}, address
    if action == "stop":
        stopped = stop_server(home)
        return {"stopped": stopped}, "PostgreSQL has stopped." if stopped else "PostgreSQL was not running."
    if action == "start":
        ensure_server(home)
    status = server_status(home)
    if not status.running:
        return asdict(status), f"PostgreSQL is not running; its data folder is {status.data_dir}."
    sentence = f"PostgreSQL {status.version} is running (process {status.pid}) on {status.data_dir}."
    return asdict(status), sentence


def external(action: str, database: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Describe the server that ``DATABASE_URL`` names, without its password; refuse to start or stop it."""
    port = database.get("PORT") or 5432
    address = f"postgresql://{database['USER']}@{database['HOST']}:{port}/{database['NAME']}"
    if action in {"start", "stop"}:
        raise EmbeddedServerError(
            f"DATABASE_URL names an external server ({address}), which LoanIQ does not {action}.",
            "Use that server's own tools, or unset DATABASE_URL to use the embedded one.",
        )
    if action == "url":
        return {"url": address}, address
    return {"external": True, "url": address}, f"DATABASE_URL names an external server: {address}."
