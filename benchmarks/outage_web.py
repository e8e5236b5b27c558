"""How quickly the API answers while models hang: the other half of R8.

    python benchmarks/outage_web.py [--questions 300] [--streams 40] [--json]

One web server, its decision model behind a scripted server that never answers. A partner asks for a loan's status over
and over: alone, with ``--streams`` explanations open whose words come from that model, and alone again. Figure to hold:
p95 with the streams within 20 percent of the slower p95 without.
"""

import argparse
import asyncio
import json
import logging
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.scratch import scratch_database
from tests.model_server import ModelServer, hang

MOST_SLOWER = 1.2
SECONDS_OF_SILENCE = 60.0


@contextmanager
def web_server(model: str) -> Iterator[str]:
    """Start the web server with ``model`` as the address of its models, and yield its own address."""
    from loaniq.supervisor import free_port

    port = free_port("127.0.0.1", 18_700)
    command = [sys.executable, "-m", "uvicorn", "loaniq.asgi:application", "--port", str(port), "--lifespan", "off"]
    models = {"COMPATIBLE_BASE_URL": model, "LOANIQ_MODEL_DECISION": "compatible/scripted"}
    silence = {"MODEL_CALL_SECONDS": "60", "MODEL_CALLS_IN_FLIGHT": "100"}
    server = subprocess.Popen([*command, "--log-level", "error"], env=os.environ | models | silence)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def partner_with_loans(number: int) -> tuple[str, list[str]]:
    """Return a partner's token and the ids of its decided loans."""
    from django.contrib.auth.models import User
    from knox.models import AuthToken

    from lending.models import LoanApplication, Partner
    from tests import builders

    user = User.objects.create_user("partner")
    partner, loans = Partner.objects.create(name="Partner", user=user), []
    for each in range(number):
        loan = builders.ada(external_id=f"W-{each}")
        builders.decided(loan, builders.approved_conclusion())
        loans.append(str(loan.pk))
    LoanApplication.objects.update(partner=partner)
    return str(AuthToken.objects.create(user)[1]), loans


async def answered(http: httpx.AsyncClient, loan: str, questions: int) -> list[float]:
    """Ask for one loan's status ``questions`` times, one after the other, and return the milliseconds of each."""
    took = []
    for _ in range(questions):
        began = time.perf_counter()
        (await http.get(f"loans/{loan}/status")).raise_for_status()
        took.append(1000 * (time.perf_counter() - began))
    return took


async def measured(address: str, token: str, loans: list[str], questions: int) -> dict[str, list[float]]:
    """Ask alone, beside one explanation of every other loan, and alone again."""
    headers = {"Authorization": f"Token {token}"}
    limits, timeout = httpx.Limits(max_connections=None), httpx.Timeout(SECONDS_OF_SILENCE + 30)
    async with httpx.AsyncClient(
        base_url=f"{address}/api/v1/", headers=headers, limits=limits, timeout=timeout
    ) as http:
        await until_up(http)
        await answered(http, loans[0], 30)
        before = await answered(http, loans[0], questions)
        async with AsyncExitStack() as streams:
            for loan in loans[1:]:
                stream = await streams.enter_async_context(http.stream("POST", f"loans/{loan}/explain"))
                stream.raise_for_status()
            beside = await answered(http, loans[0], questions)
        return {"before": before, "beside": beside, "after": await answered(http, loans[0], questions)}


async def until_up(http: httpx.AsyncClient) -> None:
    """Wait until the server takes connections."""
    for _ in range(300):
        try:
            await http.get("loans/")
        except httpx.TransportError:
            await asyncio.sleep(0.2)
        else:
            return
    raise SystemExit("The web server did not come up within a minute.")


def main() -> int:
    """Print p50 and p95 of the three parts; exit 1 where the streams made the API slower than the goal allows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--streams", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with scratch_database(), ModelServer(hang(SECONDS_OF_SILENCE)) as models:
        logging.disable(logging.WARNING)
        token, loans = partner_with_loans(given.streams + 1)
        with web_server(models.address) as address:
            took = asyncio.run(measured(address, token, loans, given.questions))
        asked = len(models.requests)
    told = {
        name: {"p50": statistics.median(ms), "p95": statistics.quantiles(ms, n=20)[18]} for name, ms in took.items()
    }
    ratio = told["beside"]["p95"] / max(told["before"]["p95"], told["after"]["p95"])
    met = ratio <= MOST_SLOWER and asked == given.streams
    report = {"milliseconds": told, "silent_models": asked, "p95_ratio": round(ratio, 3), "met": met}
    print(json.dumps(report, indent=None if given.json else 1, default=float))
    return int(not met)


if __name__ == "__main__":
    raise SystemExit(main())
