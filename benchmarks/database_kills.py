"""Kill -9 the embedded PostgreSQL while writers commit, start it again, and compare it with what they were promised.

``python benchmarks/database_kills.py [--kills 20] [--victim postmaster] [--json]``
Exits 1 if an acknowledged transaction is missing or one is there by half.
"""

import argparse
import json
import os
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from loaniq.embedded import EmbeddedServer, ensure_server, server_status, stop_server

WRITERS = 2


@dataclass(frozen=True)
class Tally:
    """What the kills cost: counts of transactions, and seconds from a kill to the next answered query."""

    victim: str
    kills: int
    acknowledged: int
    lost: int
    half_written: int
    back_after_median: float
    back_after_max: float


def connect(server: EmbeddedServer) -> psycopg.Connection[tuple[Any, ...]]:
    """Connect as the owner, who may create the two tables."""
    return psycopg.connect(host=str(server.socket_dir), port=server.port, user=server.owner, dbname=server.database)


def write_until_killed(server: EmbeddedServer, acknowledged: list[int]) -> None:
    """Commit one row in each of two tables, over and over; note an id only after its commit was answered."""
    with suppress(psycopg.OperationalError), connect(server) as connection:
        while True:
            [(number,)] = connection.execute("INSERT INTO first_half DEFAULT VALUES RETURNING id")
            connection.execute("INSERT INTO second_half VALUES (%s)", [number])
            connection.commit()
            acknowledged.append(number)


def kill(home: Path, victim: str) -> None:
    """Kill -9 the postmaster, or it and every other process of the server (all work in the data folder)."""
    postmaster, data_dir = server_status(home).pid, server_status(home).data_dir
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            chosen = victim == "all" or int(process.name) == postmaster
            if chosen and (process / "cwd").readlink() == data_dir:
                os.kill(int(process.name), signal.SIGKILL)


def kill_once(home: Path, victim: str, acknowledged: list[int]) -> float:
    """Let the writers work for up to two seconds, kill, start again; return the seconds until a query is answered."""
    server = ensure_server(home)
    promises: list[list[int]] = [[] for _ in range(WRITERS)]
    writers = [threading.Thread(target=write_until_killed, args=(server, promise)) for promise in promises]
    for writer in writers:
        writer.start()
    time.sleep(random.uniform(0.2, 2))
    kill(home, victim)
    killed_at = time.monotonic()
    with connect(ensure_server(home)) as connection:
        connection.execute("SELECT 1")
    back_after = time.monotonic() - killed_at
    for writer, promise in zip(writers, promises, strict=True):
        writer.join()
        acknowledged.extend(promise)
    return back_after


def measure(home: Path, kills: int, victim: str) -> Tally:
    """Kill the server of ``home`` ``kills`` times and count what is missing at the end."""
    acknowledged: list[int] = []
    with connect(ensure_server(home)) as connection:
        connection.execute("CREATE TABLE first_half (id serial PRIMARY KEY)")
        connection.execute("CREATE TABLE second_half (id int PRIMARY KEY)")
    back_after = []
    for number in range(1, kills + 1):
        back_after.append(kill_once(home, victim, acknowledged))
        print(f"kill {number} of {kills}: back after {back_after[-1]:.2f} s", file=sys.stderr)
    with connect(ensure_server(home)) as connection:
        first = {row[0] for row in connection.execute("SELECT id FROM first_half")}
        second = {row[0] for row in connection.execute("SELECT id FROM second_half")}
    lost = set(acknowledged) - (first & second)
    return Tally(
        victim,
        kills,
        len(acknowledged),
        len(lost),
        len(first ^ second),
        round(statistics.median(back_after), 2),
        round(max(back_after), 2),
    )


def main() -> None:
    """Measure in a folder that is thrown away afterwards, and print the tally."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--victim", choices=["all", "postmaster"], default="all")
    parser.add_argument("--json", action="store_true", dest="as_json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="loaniq-kills-") as folder:
        try:
            tally = measure(Path(folder), options.kills, options.victim)
        finally:
            stop_server(Path(folder))
    if options.as_json:
        print(json.dumps(asdict(tally)))
    else:
        print(
            f"{tally.kills} kills ({tally.victim}): {tally.acknowledged:,} acknowledged, {tally.lost} lost, "
            f"{tally.half_written} half-written; back after {tally.back_after_median} s (median), "
            f"{tally.back_after_max} s (max)."
        )
    sys.exit(1 if tally.lost or tally.half_written else 0)


if __name__ == "__main__":
    main()
