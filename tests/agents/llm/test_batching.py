"""A batch over real HTTP: the file with the questions, the batch, its state, the file with the answers."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from agents.exceptions import ModelUnavailable
from agents.llm.batching import NoBatches
from agents.llm.judge import batch_judge
from agents.llm.providers import Access

ASKED = [(f"Question {number}?", f"Answer {number}.", ["A passage."]) for number in range(3)]


class BatchServer:
    """OpenAI's files and batches, scripted; ``states`` are told one a look, ``content`` answers each question."""

    def __init__(self, states: list[str], content: list[str | None]) -> None:
        self.states, self.content, self.lines = states, content, list[dict[str, Any]]()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path.endswith("/files"):
                    rows = re.findall(rb"^\{.*\}", body, re.MULTILINE)
                    server.lines = [json.loads(row) for row in rows]
                    self._send({"id": "file-1", "object": "file", "bytes": 1, "created_at": 0, "filename": "q"})
                else:
                    self._send(server.batch())

            def do_GET(self) -> None:
                if "/files/" in self.path:
                    return self._send_text("\n".join(map(json.dumps, server.answers())))
                return self._send(server.batch())

            def _send(self, told: dict[str, Any]) -> None:
                self._send_text(json.dumps(told))

            def _send_text(self, text: str) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, format: str, *args: Any) -> None:
                """Stay quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.access = Access(openai_api_key="key", openai_base_url=f"http://127.0.0.1:{self.http.server_port}/v1")

    def batch(self) -> dict[str, Any]:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        about = {"id": "batch-1", "object": "batch", "endpoint": "/v1/chat/completions", "completion_window": "24h"}
        return {**about, "input_file_id": "file-1", "created_at": 0, "status": state, "output_file_id": "file-2"}

    def answers(self) -> list[dict[str, Any]]:
        """Answer backwards, since a batch keeps no order."""
        rows = zip(reversed(self.lines), reversed(self.content), strict=True)
        return [
            {
                "custom_id": line["custom_id"],
                "response": {"body": {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}},
            }
            for line, text in rows
        ]


def claims(*supported: bool) -> str:
    return json.dumps({"claims": [{"claim": "It is so.", "supported": one} for one in supported]})


@pytest.fixture
def servers() -> Iterator[list[BatchServer]]:
    made: list[BatchServer] = []
    yield made
    for server in made:
        server.http.shutdown()
        server.http.server_close()


async def test_each_question_gets_its_own_answer_and_an_unusable_one_counts_nothing(servers: list[BatchServer]) -> None:
    server = BatchServer(["validating", "in_progress", "completed"], [claims(True, False), "Sure!", claims(True)])
    servers.append(server)
    scores = await batch_judge("openai/gpt-4o-mini", server.access, poll=0.01)(ASKED)
    assert scores == [0.5, 0.0, 1.0]
    assert [line["custom_id"] for line in server.lines] == ["0", "1", "2"]
    assert server.lines[0]["body"]["response_format"]["json_schema"]["strict"] is True


async def test_a_batch_that_fails_is_said_to_have_failed(servers: list[BatchServer]) -> None:
    server = BatchServer(["in_progress", "expired"], [])
    servers.append(server)
    with pytest.raises(ModelUnavailable, match="gpt-4o-mini"):
        await batch_judge("openai/gpt-4o-mini", server.access, poll=0.01)(ASKED)


async def test_only_openai_takes_batches() -> None:
    with pytest.raises(NoBatches, match="Leave out --batch"):
        await batch_judge("bedrock/anthropic.claude-3-haiku-20240307-v1:0", Access())(ASKED)
