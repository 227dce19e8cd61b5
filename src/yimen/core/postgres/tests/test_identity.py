"""As whom the server runs: root in a namespace, root as another account, an ordinary user."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from yimen.core import postgres
from yimen.core.postgres import binaries, errors, identity

SOURCE = Path(postgres.__file__).parents[3]
NAMED = next(account.pw_uid for account in pwd.getpwall() if account.pw_uid != 0)
NAMELESS = 54321

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder everybody may enter, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="yimen-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def ordinary_python() -> str:
    """Root's own Python may be out of others' reach; then the system's Python stands in."""
    check = "import sys; assert sys.version_info >= (3, 11)"
    for path in (os.path.realpath(sys.executable), "/usr/bin/python3"):
        if run_as_ordinary([path, "-c", check]).returncode == 0:
            return path
    pytest.skip("an ordinary user can read no Python 3.11 on this machine")


def owner_of_server(server: postgres.Server) -> int:
    pid = int(server.places.pid_file.read_text().splitlines()[0])
    return Path(f"/proc/{pid}").stat().st_uid


@as_root
def test_root_runs_it_in_a_namespace_and_keeps_the_files(folder: Path):
    if not identity.namespaces_allowed():
        pytest.skip("user namespaces are forbidden on this machine")
    with postgres.ensure(folder, durable=False) as server:
        assert owner_of_server(server) == 0
        assert (folder / "postgres").stat().st_uid == 0
        assert server.places.identity.prefix[0] == "unshare"


@as_root
def test_root_without_namespaces_runs_it_as_an_account_that_exists(folder: Path):
    other = identity.as_account(state=folder / "state")

    for _ in range(2):
        with postgres.ensure(folder / "home", durable=False, identity=other) as server:
            assert owner_of_server(server) == other.uid != 0
            assert (folder / "home/postgres").stat().st_uid == other.uid
            assert not (folder / "home/postgres").is_symlink()
            with psycopg.connect(server.url("postgres", "postgres")) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not server.places.sockets.exists()


@as_root
def test_an_account_that_cannot_reach_the_programs_gets_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch):
    private = binaries.copy(binaries.installed(), folder / "root-only")
    (folder / "root-only").chmod(0o700)
    (folder / "home").mkdir(mode=0o700)
    monkeypatch.setattr("yimen.core.postgres.binaries.installed", lambda: private)
    other = identity.as_account(state=folder / "state")

    with postgres.ensure(folder / "home", durable=False, identity=other) as server:
        assert server.places.programs.is_relative_to(folder / "state")
        assert (folder / "home/postgres").resolve().is_relative_to(folder / "state")
        assert server.execute("SELECT 1") == ["1"]


@as_root
def test_root_in_a_namespace_cannot_look_into_a_private_folder_and_goes_elsewhere(folder: Path):
    if not identity.namespaces_allowed():
        pytest.skip("user namespaces are forbidden on this machine")
    (folder / "private").mkdir(mode=0o700)
    os.chown(folder / "private", NAMED, NAMED)
    home = folder / "private/home"

    for _ in range(2):
        with postgres.ensure(home, durable=False, identity=identity.in_namespace(folder / "state")) as server:
            assert server.execute("SELECT 1") == ["1"]
            assert (home / "postgres").resolve().is_relative_to(folder / "state")


@as_root
def test_root_joins_the_server_of_an_ordinary_user_as_that_user(folder: Path, ordinary_python: str):
    home = folder / "home"
    home.mkdir()
    os.chown(home, NAMED, NAMED)
    code = f"from pathlib import Path; from yimen.core import postgres; postgres.ensure(Path({str(home)!r}), durable=False)"
    assert run_as_ordinary([ordinary_python, "-c", code]).stderr == ""

    with postgres.ensure(home, durable=False) as server:
        assert owner_of_server(server) == NAMED

    assert run_as_ordinary([ordinary_python, "-c", code]).stderr == ""


@as_root
def test_which_face_root_shows_depends_on_the_machine(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("yimen.core.postgres.identity.namespaces_allowed", lambda: False)

    assert identity.current(folder / "none-yet").is_other
    assert identity.current(folder / "none-yet").state == identity.STATE


def test_without_any_account_the_error_names_the_remedy():
    with pytest.raises(errors.NotPermitted, match="DATABASE_URL"):
        identity.as_account(("no-such-account-here",))


@as_root
@pytest.mark.parametrize("uid", [NAMED, NAMELESS])
def test_an_ordinary_user_runs_it_as_himself(folder: Path, ordinary_python: str, uid: int):
    if uid == NAMELESS and not identity.namespaces_allowed():
        pytest.skip("user namespaces are forbidden on this machine")
    os.chown(folder, uid, uid)
    code = f"""
import os, sys
from pathlib import Path
from yimen.core import postgres
for home in ({str(folder / "one")!r}, {str(folder / "one")!r}):
    with postgres.ensure(Path(home), durable=False) as server:
        server.ensure_role("owner")
        server.ensure_database("city", owner="owner")
        print(server.execute("SELECT current_user, 1", database="city", user="owner"), server.places.sockets.stat().st_uid)
assert not server.places.sockets.exists()
try:
    postgres.ensure(Path("/yimen-not-here"))
except postgres.PostgresError as error:
    print(type(error).__name__)
"""
    run = run_as_ordinary([ordinary_python, "-c", code], uid)

    assert run.stderr == ""
    assert run.stdout.splitlines() == [f"['owner\\t1'] {uid}"] * 2 + ["NotPermitted"]


def run_as_ordinary(argv: list[str], uid: int = NAMED) -> subprocess.CompletedProcess[str]:
    packages = binaries.installed().parents[1]
    return subprocess.run(
        ["env", *argv],
        user=uid,
        group=uid,
        extra_groups=[],
        cwd="/",
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{SOURCE}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@as_root
def test_a_home_of_somebody_else_is_refused_with_a_remedy(folder: Path, ordinary_python: str):
    code = f"from pathlib import Path; from yimen.core import postgres; postgres.ensure(Path({str(folder)!r}))"
    run = run_as_ordinary([ordinary_python, "-c", code])

    assert "NotPermitted" in run.stderr
    assert "YIMEN_HOME" in run.stderr


@as_root
def test_a_full_disk_is_called_a_full_disk(folder: Path):
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], check=False).returncode != 0:
        pytest.skip("this machine does not let us mount a small disk")
    try:
        with pytest.raises(errors.DiskFull, match="No space left"):
            postgres.ensure(folder, durable=False)
        assert not (folder / "postgres").exists()
    finally:
        subprocess.run(["umount", folder], check=True)
