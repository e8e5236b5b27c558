"""Answers kept for a while, so that the same question to the same model is not paid for twice."""

import hashlib
import json
from typing import Protocol

from agents.prompts import Prompt


class ResponseStore(Protocol):
    """Keeps texts by key for a while. It may forget, and may not fail: a store in trouble finds and keeps nothing."""

    async def get(self, key: str, *, private: bool) -> str | None:
        """Return the text kept under a key, or None."""
        ...

    async def put(self, key: str, text: str, *, private: bool) -> None:
        """Keep a text; a ``private`` one is never stored so that another could read it."""
        ...


def response_key(model: str, prompt: Prompt, form: str, *, policy_version: str, private: bool) -> str:
    """Return the SHA-256, in hex, of everything that an answer depends on; nothing can be read back from it."""
    asked = [model, prompt.contract.version, policy_version, private, form, prompt.user()]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()
