"""Where the database is: the one named by DATABASE_URL, or the embedded server started on first need."""

from functools import cache
from urllib.parse import parse_qs, unquote, urlsplit

from yimen.config import env
from yimen.core import postgres
from yimen.core.settings import SettingError

NAME = "yimen"
OWNER = "yimen_owner"
APP = "yimen_app"


@cache
def embedded() -> postgres.Server:
    """Start or join the embedded server and make sure that the database and its two roles exist.

    The role the application runs as owns no table, so it cannot take the ledger's protection away.
    """
    server = postgres.ensure(env.home())
    server.ensure_role(OWNER, can_create_databases=True)
    server.ensure_role(APP)
    server.ensure_database(NAME, owner=OWNER)
    return server


def application_url() -> str:
    """Return the address the application connects to."""
    return env.database_url() or embedded().url(NAME, APP)


def owner_url() -> str:
    """Return the address that migrations connect to: the owner of the tables."""
    if env.database_url():
        return env.database_owner_url() or application_url()
    return embedded().url(NAME, OWNER)


def parse(url: str) -> dict[str, object]:
    """Return a PostgreSQL address as Django's settings want it.

    Raises:
        SettingError: it is not a postgresql:// address.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SettingError(
            f"数据库地址应以 postgresql:// 开头，收到 {parts.scheme or '空'}://。本平台只支持 PostgreSQL。"
        )
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or query.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": {**query, "server_side_binding": True, "prepare_threshold": 3},
    }
