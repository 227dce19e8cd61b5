"""A department's PostgreSQL database: its own schema and owner, and a reader for the exchange that sees views only.

The departments' databases stand on one server, as they often do in a city's cloud; none can see another's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from yimen.core.postgres import Server

Row = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Database:
    """One department's database. `folder` holds its schema.sql and views.sql, `schema` is where its tables are."""

    name: str
    schema: str
    folder: Path

    @property
    def _owner(self) -> str:
        return f"{self.name}_owner"

    @property
    def _reader(self) -> str:
        return f"{self.name}_reader"

    def ensure(self, server: Server) -> None:
        """Make the database and its two roles if they are not there yet."""
        server.ensure_role(self._owner)
        server.ensure_role(self._reader)
        server.ensure_database(self.name, owner=self._owner)

    def url(self, server: Server) -> str:
        """Return the address at which the exchange may read."""
        return server.url(self.name, self._reader)

    def batch(self, server: Server) -> str | None:
        """Return the mark of what it holds; None when it holds nothing yet."""
        table = f"{self.schema}.yssj_pc"
        if server.execute(f"SELECT to_regclass('{table}') IS NOT NULL", database=self.name) != ["t"]:
            return None
        return next(iter(server.execute(f"SELECT pc FROM {table}", database=self.name)), None)  # noqa: S608

    def load(self, server: Server, tables: Mapping[str, Iterable[Row]], *, mark: str) -> None:
        """Replace everything by these rows, in one transaction: whoever reads sees the old or the new, never half."""
        parts = [
            (self.folder / "schema.sql").read_text(encoding="utf-8"),
            f"CREATE TABLE {self.schema}.yssj_pc (pc text NOT NULL);",
            *(line for into, rows in tables.items() for line in self._copy(into, rows)),
            *self._copy("yssj_pc", [(mark,)]),
            (self.folder / "views.sql").read_text(encoding="utf-8"),
            self._reading(),
        ]
        server.execute("\n".join(parts), database=self.name)

    def _copy(self, into: str, rows: Iterable[Row]) -> Iterator[str]:
        """Yield the lines of a COPY. No value of ours holds a tab, a backslash or a line end."""
        yield f"COPY {self.schema}.{into} FROM STDIN;"
        for row in rows:
            yield "\t".join(r"\N" if value is None else value for value in row)
        yield r"\."

    def _reading(self) -> str:
        reader = self._reader
        return f"""
            GRANT USAGE ON SCHEMA gxsj TO {reader};
            GRANT SELECT ON ALL TABLES IN SCHEMA gxsj TO {reader};
            ALTER ROLE {reader} SET search_path = gxsj;
            ALTER ROLE {reader} SET default_transaction_read_only = on;
            ALTER ROLE {reader} SET statement_timeout = '5s';
            ALTER ROLE {reader} CONNECTION LIMIT 40;
            REVOKE CONNECT ON DATABASE {self.name} FROM PUBLIC;
            GRANT CONNECT ON DATABASE {self.name} TO {reader};
            ANALYZE;
        """  # noqa: S608 - our own names
