"""A scripted model behind the OpenAI protocol, over real HTTP on loopback, so that no client code is replaced in tests.

``ModelServer(default)`` answers every chat completion with ``default``, or with the next of ``script`` while it lasts.
A behaviour gets the request's body and the handler, and writes the response itself.
"""

import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Behaviour = Callable[[dict[str, Any], BaseHTTPRequestHandler], None]


class ModelServer:
    """Use as a context manager; ``address`` is the base URL, ``requests`` holds every body that came in."""

    def __init__(self, default: Behaviour, script: list[Behaviour] | None = None) -> None:
        self.default, self.script, self.requests = default, deque(script or []), list[dict[str, Any]]()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.requests.append(body)
                behaviour = server.script.popleft() if server.script else server.default
                try:
                    behaviour(body, self)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:
                """Stay quiet."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()


def completion(content: str | None, *, finish: str = "stop", refusal: str | None = None) -> Behaviour:
    """Answer 200 with this content."""

    def behave(body: dict[str, Any], handler: BaseHTTPRequestHandler) -> None:
        _send(handler, 200, _completion(body, content, finish, refusal))

    return behave


def status(code: int, **headers: str) -> Behaviour:
    """Answer with an error status; ``retry_after="1"`` sends Retry-After."""

    def behave(body: dict[str, Any], handler: BaseHTTPRequestHandler) -> None:
        _send(handler, code, json.dumps({"error": {"message": "scripted", "type": "scripted"}}), headers)

    return behave


def writing(text: str, *, finish: str | None = "stop", pause: float = 0.0) -> Behaviour:
    """Write a text word by word, as a stream; without ``finish`` it breaks off."""

    def behave(body: dict[str, Any], handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        for word in re.findall(r"\S+\s*", text):
            _write_chunk(handler, body, {"content": word}, None)
            time.sleep(pause)
        if finish:
            _write_chunk(handler, body, {}, finish)
            handler.wfile.write(b"data: [DONE]\n\n")
        handler.close_connection = True

    return behave


def _write_chunk(
    handler: BaseHTTPRequestHandler, body: dict[str, Any], delta: dict[str, Any], finish: str | None
) -> None:
    chunk = {
        "id": "scripted",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": body["model"],
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
        **({"usage": {"prompt_tokens": 20, "completion_tokens": 10, "total_tokens": 30}} if finish else {}),
    }
    handler.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
    handler.wfile.flush()


def slowly(seconds: float) -> Behaviour:
    """Answer well, after a while."""

    def behave(body: dict[str, Any], handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        helpful(body, handler)

    return behave


def hang(seconds: float) -> Behaviour:
    """Say nothing for longer than anyone waits."""

    def behave(body: dict[str, Any], handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        handler.close_connection = True

    return behave


def drip(seconds: float) -> Behaviour:
    """Send a good answer byte by byte, each just before a reader would lose patience, for as long as anyone listens."""

    def behave(body: dict[str, Any], handler: BaseHTTPRequestHandler) -> None:
        whole = _completion(body, good_answer(body), "stop", None).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(whole)))
        handler.end_headers()
        for byte in whole:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(seconds)

    return behave


def endless(body: dict[str, Any], handler: BaseHTTPRequestHandler) -> None:
    """Send an answer that never ends."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [{"message": {"content": "')
    while True:
        handler.wfile.write(b"and so on " * 100)
        time.sleep(0.01)


def cut_off(body: dict[str, Any], handler: BaseHTTPRequestHandler) -> None:
    """Promise a whole answer and break the connection in its middle."""
    whole = _completion(body, good_answer(body), "stop", None).encode()
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(whole)))
    handler.end_headers()
    handler.wfile.write(whole[: len(whole) // 2])
    handler.close_connection = True


def helpful(body: dict[str, Any], handler: BaseHTTPRequestHandler) -> None:
    """Answer in the asked form, agreeing with everything and quoting correctly."""
    _send(handler, 200, _completion(body, good_answer(body), "stop", None))


def good_answer(body: dict[str, Any]) -> str:
    """Return a valid answer to the form that the request's schema names."""
    return json.dumps(GOOD[form_of(body)](body["messages"][-1]["content"]))


def form_of(body: dict[str, Any]) -> str:
    """Return the name of the form that a request asks for, whichever of the three ways it asks."""
    if "tools" in body:
        return str(body["tools"][0]["function"]["name"])
    asked = body["response_format"]
    return str(asked["schema"]["title"] if "schema" in asked else asked["json_schema"]["name"])


def _reading(material: str) -> dict[str, Any]:
    found = re.search(r"\[POLICY SOURCE 1\][^\n]*\n(.+)", material)
    words = " ".join(found.group(1).split()[:8]) if found else "nothing"
    return {"text": f'The manual says "{words}" [POLICY SOURCE 1].', "quotations": [{"source": 1, "quote": words}]}


GOOD: dict[str, Callable[[str], dict[str, Any]]] = {
    "Narrative": lambda _: {"text": "The file is in order.", "concerns": []},
    "Rewordings": lambda _: {"rewordings": [{"search": 1, "wording": "maximum debt-to-income ratio"}]},
    "PolicyReading": _reading,
    "SecondOpinion": lambda _: {"text": "Nothing speaks against it.", "recommendation": "approve"},
    "ClaimCheck": lambda _: {"claims": [{"claim": "It was decided.", "supported": True}]},
}


def _completion(body: dict[str, Any], content: str | None, finish: str, refusal: str | None) -> str:
    message = {"role": "assistant", "content": content, "refusal": refusal}
    return json.dumps(
        {
            "id": "scripted",
            "object": "chat.completion",
            "created": 0,
            "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": {"prompt_tokens": 20, "completion_tokens": 10, "total_tokens": 30},
        }
    )


def _send(handler: BaseHTTPRequestHandler, code: int, text: str, headers: Mapping[str, str] | None = None) -> None:
    content = text.encode()
    handler.send_response(code)
    for name, value in (headers or {}).items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)
