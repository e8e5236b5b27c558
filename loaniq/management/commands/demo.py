"""The whole product on sample data, through the same commands, queue and worker that a lender would use."""

import io
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lending import services
from lending.models import LoanApplication
from loaniq import local_model
from loaniq.demo import following, samples
from loaniq.demo.staff import STAFF, ensure_staff
from loaniq.supervisor import free_port

LONGEST_SECONDS = {False: 300, True: 3_600}  # without and with a model to wait for


class Command(BaseCommand):
    """``manage.py demo [--no-serve] [--again] [--port N] [--local-model] [--json]``."""

    help = "Set up the sample lender, decide its sample loans, and leave the workspace running."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="end after the table of outcomes")
        parser.add_argument("--again", action="store_true", help="decide the sample loans anew, keeping the old runs")
        parser.add_argument("--port", type=int, default=8000, help="port of the workspace (the next free one is taken)")
        parser.add_argument(
            "--local-model", action="store_true", help="let a small model on this machine serve all agents"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON document; progress goes to stderr")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every step; raise CommandError with the step's own sentence when one fails."""
        started = time.monotonic()
        environment = self.model_here() if options["local_model"] else {}
        self.say("Database: creating and migrating")
        call_command("migrate", verbosity=0)
        self.refuse_beside_real_loans()
        password = samples_password()
        ensure_staff(password)
        self.load_material()
        applications = list(LoanApplication.objects.filter(external_id__startswith=samples.SAMPLE_PREFIX))
        port = free_port("127.0.0.1", options["port"])
        workspace = start_workspace(port, environment)
        try:
            self.decide(applications, again=options["again"], seconds=LONGEST_SECONDS[options["local_model"]])
            rows = following.table(applications)
            self.show(rows, password, port, time.monotonic() - started, options)
            if not options["no_serve"]:
                workspace.wait()
        except KeyboardInterrupt:
            self.say("Stopping the workspace.")
        finally:
            stop(workspace)

    def say(self, sentence: str) -> None:
        """Tell the person, on standard error, what happens now."""
        self.stderr.write(sentence, self.style.NOTICE)

    def model_here(self) -> dict[str, str]:
        """Return the environment in which the workspace serves the local model; raise CommandError without one."""
        try:
            model = local_model.model_file()
        except local_model.LocalModelMissing as error:
            raise CommandError(str(error)) from error
        self.say(f"Model: {model.name} on this machine serves every agent; nothing leaves it, and it takes its time")
        return {"LOCAL_MODEL_PORT": str(free_port("127.0.0.1", local_model.PORT))}

    def refuse_beside_real_loans(self) -> None:
        """Raise CommandError where loans exist that the demo did not bring."""
        real = LoanApplication.objects.exclude(external_id__startswith=samples.SAMPLE_PREFIX).exists()
        if real and settings.DATABASES["default"].get("HOME") is None:
            raise CommandError(
                "This database holds applications that are not samples, and the demo creates accounts with a printed "
                "password. Point DATABASE_URL at an empty database, or unset it."
            )

    def load_material(self) -> None:
        """Load the rulebook, print and ingest the manuals, load the made-up sanctions list, import the applications."""
        self.say("Rulebook: loading the shipped one")
        self.quietly("load_rulebook")
        self.say("Policies: printing and ingesting the sample lender's manuals")
        manuals = samples.print_manuals(settings.LOANIQ_HOME / "samples")
        self.quietly("ingest_policies", *map(str, manuals))
        self.say("Sanctions: loading a made-up list")
        folder = samples.SANCTIONS
        self.quietly(
            "load_sanctions", str(folder / "sdn_sample.csv"), "--alt", str(folder / "alt_sample.csv"), "--sample"
        )
        self.say("Applications: importing")
        self.quietly("import_applications", str(samples.APPLICATIONS))

    def quietly(self, command: str, *arguments: str) -> None:
        """Run one command with its summary on standard error, so that standard output stays ours."""
        summary = io.StringIO()
        call_command(command, *arguments, stdout=summary, stderr=self.stderr)
        self.stderr.write("  " + (summary.getvalue().strip().splitlines() or ["done"])[-1])

    def decide(self, applications: list[LoanApplication], *, again: bool, seconds: float) -> None:
        """Queue a run for each application that has no decision (for all, with ``again``) and follow them."""
        todo = [each for each in applications if again or not each.runs.exists()]
        if not todo:
            self.say("Every sample loan is decided already; add --again to decide them anew.")
            return
        self.say(f"Decisions: {len(todo)} runs queued for the worker")
        reason = "The demo was asked to decide again." if again else ""
        runs = [
            services.request_decision(application=each, reason=reason if each.runs.exists() else "") for each in todo
        ]
        try:
            following.follow(runs, limit_seconds=seconds)
        except following.RunsTookTooLong as error:
            raise CommandError(f"{error} See the worker's messages above; `make run` continues the queue.") from error

    def show(
        self, rows: list[following.Row], password: str, port: int, seconds: float, options: dict[str, Any]
    ) -> None:
        """Print the table (or one JSON document), the accounts and the address."""
        address = f"http://127.0.0.1:{port}/admin/"
        if options["json"]:
            accounts = [{"username": person.username, "role": person.role} for person in STAFF]
            document = {
                "applications": [asdict(row) for row in rows],
                "staff": accounts,
                "address": address,
                "seconds": round(seconds, 1),
            }
            self.stdout.write(json.dumps(document, indent=2))
            return
        self.stdout.write(following.as_text(rows, shutil.get_terminal_size((160, 40)).columns))
        self.stdout.write(f"\n{len(rows)} loans in {seconds:.1f} seconds.\n")
        for person in STAFF:
            self.stdout.write(f"  {person.username:8} {password}   {person.role}: {person.task}")
        if not options["no_serve"]:
            self.stdout.write(f"\nThe workspace is at {address} (Ctrl-C stops it; `make run` starts it again).")


def samples_password() -> str:
    """Return the one password of all sample accounts, made once for this machine."""
    path = Path(settings.LOANIQ_HOME) / "demo_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"demo-{secrets.token_hex(4)}")
    return path.read_text()


def start_workspace(port: int, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start web and worker together, in a process group of their own."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "run_workspace", "--port", str(port)]
    env = os.environ | dict(environment)
    return subprocess.Popen(command, env=env, start_new_session=True, stdout=sys.stderr)  # noqa: S603  (our own command)


def stop(workspace: subprocess.Popen[bytes]) -> None:
    """End the workspace and wait until it is gone; its whole group is killed if it does not listen."""
    if workspace.poll() is not None:
        return
    workspace.send_signal(signal.SIGTERM)
    try:
        workspace.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(workspace.pid, signal.SIGKILL)
