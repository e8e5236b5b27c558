"""Run the whole house: web and worker together, each started again when it ends."""

import signal
import sys
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from loaniq import local_model
from loaniq.programs import Program
from loaniq.supervisor import Workspace, free_port

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Command(BaseCommand):
    """``manage.py run_workspace [--host H] [--port N] [--no-web] [--no-worker]``; Ctrl-C or SIGTERM ends it."""

    help = "Run the web workspace and the decision worker until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8000, help="port of the workspace (the next free one is taken)")
        parser.add_argument("--no-web", action="store_true", help="run the worker alone")
        parser.add_argument("--no-worker", action="store_true", help="run the web part alone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start the programs and stay with them."""
        if options["no_web"] and options["no_worker"]:
            raise CommandError("Nothing is left to run. Leave out --no-web or --no-worker.")
        model = self.model() if settings.LOCAL_MODEL_PORT else None
        web = None if options["no_web"] else self.web(options["host"], options["port"])
        worker = None if options["no_worker"] else self.worker()
        stopping = Event()
        for number in STOP_SIGNALS:
            signal.signal(number, lambda *_: stopping.set())
        Workspace(web=web, worker=worker, model=model, say=self.say).run(stopping)
        self.say("The workspace has stopped.")

    def say(self, sentence: str) -> None:
        """Tell the person, at once."""
        self.stdout.write(sentence)
        self.stdout.flush()

    def model(self) -> Program:
        """Return the local model's server."""
        try:
            return local_model.local_model(settings.LOCAL_MODEL_PORT, self.say)
        except local_model.LocalModelMissing as error:
            raise CommandError(str(error)) from error

    def web(self, host: str, wanted: int) -> Program:
        """Return the web server on the wanted or the next free port; no access log, for its searches name people."""
        try:
            port = free_port(host, wanted)
        except OSError as error:
            raise CommandError(str(error)) from error
        if port != wanted:
            self.say(f"Port {wanted} is in use; taking {port}.")
        self.say(f"The workspace is at http://{host}:{port}/admin/ (Ctrl-C stops it).")
        address = ["--host", host, "--port", str(port)]
        quiet = ["--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "5"]
        command = [sys.executable, "-m", "uvicorn", settings.ASGI_APPLICATION.replace(".application", ":application")]
        return Program("web server", [*command, *address, *quiet, "--lifespan", "off"], settings.BASE_DIR, self.say)

    def worker(self) -> Program:
        """Return the queue's cluster; its processes fork, so they share no connection pool."""
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"]
        return Program("worker", command, settings.BASE_DIR, self.say, {"DATABASE_POOL": "off"})
