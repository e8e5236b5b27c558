"""A scripted Bedrock: the Converse operation over real HTTP on loopback, for botocore as it is."""

import json
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.model_server import GOOD

Scripted = tuple[int, dict[str, Any], dict[str, str]]


class BedrockServer:
    """Use as a context manager; answers well, or with the next (status, body, headers) of ``script`` while it lasts."""

    def __init__(self, *script: Scripted) -> None:
        self.script, self.requests = deque(script), list[tuple[str, dict[str, Any]]]()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.requests.append((self.path, body))
                status, answer, headers = server.script.popleft() if server.script else (200, used_tool(body), {})
                content = json.dumps(answer).encode()
                self.send_response(status)
                for name, value in {
                    "Content-Type": "application/json",
                    "Content-Length": len(content),
                    **headers,
                }.items():
                    self.send_header(name, str(value))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                """Stay quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._http.server_port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead botocore here, with keys that open nothing."""
        return {
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": self.address,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()


def used_tool(body: dict[str, Any]) -> dict[str, Any]:
    """Return a Converse answer that calls the offered tool well."""
    name = body["toolConfig"]["tools"][0]["toolSpec"]["name"]
    filled = GOOD[name](body["messages"][-1]["content"][0]["text"])
    return said([{"toolUse": {"toolUseId": "t1", "name": name, "input": filled}}], "tool_use")


def said(content: list[dict[str, Any]], reason: str) -> dict[str, Any]:
    """Return a Converse answer of these parts, which took 20 tokens in and 10 out."""
    return {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": reason,
        "usage": {"inputTokens": 20, "outputTokens": 10, "totalTokens": 30},
        "metrics": {"latencyMs": 1},
    }
