"""The only reader of the environment: each setting named, typed and, where it is no secret, defaulted here.

docs/reference/settings.md has a line for each name; a test says so.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from yimen.core.settings import SettingError

CLONE = Path(__file__).resolve().parents[3]
"""The root of the clone, where there is one; beside site-packages otherwise."""


def is_clone() -> bool:
    """Tell whether we run from a clone: only there are `content/` and `demo/`."""
    return (CLONE / "content").is_dir() and (CLONE / "pyproject.toml").is_file()


def text(name: str, default: str | None = None) -> str:
    """Return the setting as text.

    Raises:
        SettingError: it is missing and has no default.
    """
    value = os.environ.get(name, default)
    if value is None:
        raise SettingError(f"环境变量 {name} 没有设置。请参阅 docs/reference/settings.md 设置后重试。")
    return value


def flag(name: str) -> bool:
    """Return whether the setting is switched on: 1, true, yes or on."""
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def names(name: str, default: str) -> tuple[str, ...]:
    """Return the names in the setting, joined there by commas."""
    return tuple(one.strip() for one in text(name, default).split(",") if one.strip())


def home() -> Path:
    """Return the folder for everything that outlives a process (YIMEN_HOME): the database, keys, logs.

    In a clone this is `var/`; elsewhere the user's state folder (XDG_STATE_HOME).
    """
    default = CLONE / "var" if is_clone() else Path(text("XDG_STATE_HOME", "~/.local/state")).expanduser() / "yimen"
    return Path(text("YIMEN_HOME", str(default))).resolve()


def database_url() -> str | None:
    """Return DATABASE_URL, the application's own connection; None means the embedded database."""
    return os.environ.get("DATABASE_URL") or None


def database_owner_url() -> str | None:
    """Return DATABASE_OWNER_URL, the connection that migrates; None means the same as the application's."""
    return os.environ.get("DATABASE_OWNER_URL") or None


def secret_key() -> str:
    """Return YIMEN_SECRET_KEY, or the key kept in the state folder, made there on first use with mode 0600."""
    if given := os.environ.get("YIMEN_SECRET_KEY"):
        return given
    path = home() / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"secret-key.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50), encoding="ascii")
        try:
            os.link(draft, path)  # the first writer wins; whoever comes second reads the winner's key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii")


@dataclass(frozen=True, slots=True)
class SourceConnection:
    """How to reach a department's system: its address, and its key where it asks for one."""

    url: str
    key: str | None


SOURCE_PREFIX = "YIMEN_SOURCE_"


def source_connections() -> dict[str, SourceConnection]:
    """Return the departments' connections by name, from YIMEN_SOURCE_<NAME> and YIMEN_SOURCE_<NAME>_KEY.

    The name is given back in lower case: YIMEN_SOURCE_POLICE is `police` in a pack's dataset.
    """
    names = [key for key in os.environ if key.startswith(SOURCE_PREFIX) and not key.endswith("_KEY")]
    return {
        key.removeprefix(SOURCE_PREFIX).lower(): SourceConnection(os.environ[key], os.environ.get(f"{key}_KEY"))
        for key in names
    }
