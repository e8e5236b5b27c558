"""LangSmith over real HTTP on loopback: what it hears, and that it never hears of an agent with personal data."""

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.conf import settings

from tests.model_server import ModelServer, helpful


class Listener:
    """A tracing service that keeps every byte it is sent."""

    def __init__(self) -> None:
        self.heard = bytearray()
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length) if length else self._chunks()
                listener.heard += gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
                self._answer()

            do_PATCH = do_GET = do_POST  # noqa: N815  (names of the standard library)

            def _chunks(self) -> bytes:
                if self.headers.get("Transfer-Encoding") != "chunked":
                    return b""
                body = b""
                while size := int(self.rfile.readline(), 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                return body

            def _answer(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, format: str, *args: Any) -> None:
                """Stay quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.http.shutdown()
    listener.http.server_close()


def ask_as(listener: Listener, *agents: str, **environment: str) -> str:
    """Let a fresh process ask as these agents; return all that LangSmith was told."""
    with ModelServer(helpful) as model:
        subprocess.run(
            [sys.executable, "-m", "tests.agents.traced_calls", model.address, *agents],
            cwd=settings.BASE_DIR,
            check=True,
            env=os.environ
            | {"LANGSMITH_ENDPOINT": f"http://127.0.0.1:{listener.http.server_port}", "LANGSMITH_API_KEY": "key"}
            | environment,
        )
        assert len(model.requests) == len(agents)
    return listener.heard.decode(errors="replace")


def test_a_call_without_personal_data_is_traced_under_its_correlation_id(listener: Listener) -> None:
    heard = ask_as(listener, "intake", "ratio", LANGSMITH_TRACING="true")
    assert "The words of ratio." in heard
    assert "request-0123456789" in heard
    assert "The words of intake." not in heard


@pytest.mark.parametrize(
    "environment",
    [{}, {"LANGSMITH_TRACING": "true", "LANGSMITH_API_KEY": ""}, {"LANGCHAIN_TRACING_V2": "true"}],
    ids=["not asked for", "no key", "only an older variable"],
)
def test_without_its_own_variables_nothing_is_traced(listener: Listener, environment: dict[str, str]) -> None:
    assert ask_as(listener, "ratio", **environment) == ""
