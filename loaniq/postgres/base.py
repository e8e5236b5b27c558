"""Django's PostgreSQL backend on the embedded server, which starts when the first connection is asked for."""

from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base

from loaniq.embedded import ensure_server


class DatabaseWrapper(base.DatabaseWrapper):
    """The usual backend; ``HOME`` in the database settings names the folder that holds the server's data."""

    def get_connection_params(self) -> dict[str, Any]:
        """Return psycopg's connection parameters, starting the server if it does not answer.

        Raises ``loaniq.embedded.EmbeddedServerError`` when it cannot be started.
        """
        server = ensure_server(Path(self.settings_dict["HOME"]))
        self.settings_dict["HOST"] = str(server.socket_dir)
        self.settings_dict["PORT"] = str(server.port)
        return super().get_connection_params()
