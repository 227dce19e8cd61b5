"""What the application's own database role may do: everything it needs, and nothing that could undo the ledger.

Triggers stop updates and deletes; they do not stop the owner of a table from dropping them. So the application runs as
a role that owns nothing, and on the ledger's tables has INSERT and SELECT only.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from yimen.ledger.models import Entry, Seal, SealedEntry

STATEMENTS = (
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "REVOKE ALL ON {entries}, {seals}, {members} FROM {role}",
    "GRANT SELECT, INSERT ON {entries}, {seals}, {members} TO {role}",
)


def apply(connection: BaseDatabaseWrapper, role: str) -> None:
    """Grant the role what the application needs; run as the tables' owner after every migration."""
    tables = {"entries": Entry, "seals": Seal, "members": SealedEntry}
    names = {name: sql.Identifier(model._meta.db_table) for name, model in tables.items()}  # noqa: SLF001 - Django's public API despite its name
    names["role"] = sql.Identifier(role)
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(sql.SQL(statement).format(**names))
