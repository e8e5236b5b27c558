"""The workspace as it really runs, on an ASGI server in a thread: what streams cannot be tested on Django's own."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from django.db import connection
from pytest_django import DjangoDbBlocker

from loaniq.ownership import as_owner
from loaniq.supervisor import free_port


@contextmanager
def asgi_server(port: int, blocker: DjangoDbBlocker) -> Iterator[str]:
    """Serve LoanIQ from the first free port at or above ``port``; yield its address.

    At the end the connections that the server's threads kept are closed, so that the test database can be dropped.
    """
    from loaniq.asgi import application

    config = uvicorn.Config(application, port=free_port("127.0.0.1", port), lifespan="off", log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{config.port}"
    server.should_exit = server.force_exit = True  # an open stream would keep it waiting
    thread.join(10)
    with blocker.unblock():
        _end_other_connections()
        with as_owner(connection):  # a thread that connects while a test is cleaned up does so as the owner
            _end_other_connections()


def _end_other_connections() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
        )
