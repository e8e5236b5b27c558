"""One knock on the server's socket: is it there, has it finished recovering, does it know our database and role?

Spoken by hand because it runs before every new connection: libpq gives no SQLSTATE for a refused connection, only text.
Messages: PostgreSQL manual, "Frontend/Backend Protocol", message formats; codes: appendix A.
"""

import socket
import struct
from dataclasses import dataclass
from pathlib import Path

READY = "00000"
BUSY = "57P03"  # starting up, recovering or shutting down: ask again
GOING = "57P"  # how the codes of every server coming up or going down begin
FULL = "53300"  # too many connections: running all the same
UNPREPARED = ("3D000", "28000")  # no such database, no such role
CREDENTIALS_WANTED = "28P01"  # our server trusts its socket; this one does not


@dataclass(frozen=True)
class Answer:
    """What the server said: READY or the SQLSTATE of its refusal, and its version where it told."""

    state: str
    version: str | None = None


def knock(socket_path: Path, *, user: str, database: str, seconds: float = 5) -> Answer | None:
    """Ask to be let in and leave again; None when nobody listens at ``socket_path``.

    Raises PermissionError when the socket may not be reached by this user.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(seconds)
        try:
            connection.connect(str(socket_path))
            connection.sendall(_startup_message(user, database))
            return _read_answer(connection)
        except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
            return None
        except (BlockingIOError, TimeoutError, ConnectionResetError, BrokenPipeError):
            return Answer(BUSY)


def _startup_message(user: str, database: str) -> bytes:
    fields = b"".join(part.encode() + b"\0" for part in ("user", user, "database", database)) + b"\0"
    return struct.pack("!II", 8 + len(fields), 3 << 16) + fields


def _read_answer(connection: socket.socket) -> Answer:
    version = None
    with connection.makefile("rb") as stream:
        while len(head := stream.read(5)) == 5:
            kind, length = struct.unpack("!cI", head)
            body = stream.read(length - 4)
            if kind == b"S" and body.startswith(b"server_version\0"):
                version = body.split(b"\0")[1].decode()
            elif kind == b"R" and body[:4] != bytes(4):
                return Answer(CREDENTIALS_WANTED)
            elif kind == b"E":
                return Answer(_sqlstate(body), version)
            elif kind == b"Z":
                connection.sendall(b"X" + struct.pack("!I", 4))
                return Answer(READY, version)
    return Answer(BUSY)


def _sqlstate(body: bytes) -> str:
    codes = [field[1:].decode() for field in body.split(b"\0") if field.startswith(b"C")]
    return codes[0] if codes else BUSY
