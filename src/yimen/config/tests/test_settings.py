import os
import re
import stat
from pathlib import Path

import pytest

from yimen.config import database, env
from yimen.core.settings import SettingError

ROOT = Path(__file__).resolve().parents[4]


def names_read():
    """Every name of the environment that config reads."""
    files = [path for path in (ROOT / "src/yimen/config").rglob("*.py") if "tests" not in path.parts]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    return set(re.findall(r'"((?:YIMEN|DATABASE)_[A-Z_]+?)_?"', text))


def test_every_setting_is_explained_in_the_docs():
    explained = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")

    assert [name for name in sorted(names_read()) if name not in explained] == []


def test_a_missing_setting_is_named_with_its_remedy(monkeypatch):
    monkeypatch.delenv("YIMEN_NOWHERE", raising=False)

    with pytest.raises(SettingError, match="YIMEN_NOWHERE"):
        env.text("YIMEN_NOWHERE")


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(monkeypatch, tmp_path):
    monkeypatch.setenv("YIMEN_HOME", str(tmp_path))
    monkeypatch.delenv("YIMEN_SECRET_KEY", raising=False)

    first = env.secret_key()

    assert len(first) >= 50
    assert env.secret_key() == first
    assert stat.S_IMODE(os.stat(tmp_path / "secret-key").st_mode) == 0o600


def test_departments_connections_are_named_by_their_variables(monkeypatch):
    for name in [name for name in os.environ if name.startswith(env.SOURCE_PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("YIMEN_SOURCE_EDUCATION", "http://127.0.0.1:9")
    monkeypatch.setenv("YIMEN_SOURCE_EDUCATION_KEY", "k")
    monkeypatch.setenv("YIMEN_SOURCE_POLICE", "postgresql://reader@/p")

    assert env.source_connections() == {
        "education": env.SourceConnection("http://127.0.0.1:9", "k"),
        "police": env.SourceConnection("postgresql://reader@/p", None),
    }


def test_a_database_address_over_a_socket_is_understood():
    parsed = database.parse("postgresql://yimen_app@/yimen?host=/tmp/s&port=5433")

    assert (parsed["USER"], parsed["NAME"], parsed["HOST"], parsed["PORT"]) == ("yimen_app", "yimen", "/tmp/s", "5433")


def test_another_kind_of_database_is_refused_by_name():
    with pytest.raises(SettingError, match="sqlite"):
        database.parse("sqlite:///x.db")
